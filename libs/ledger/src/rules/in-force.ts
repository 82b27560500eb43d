/** Value that holds from a day on. A span ends where the next begins. */
export interface InForce<T> {
  readonly from: string;
  readonly value: T;
}

/** Values of one thing over time, ascending by day. Of two recorded for the same day the later recorded holds. */
export type Spans<T> = readonly InForce<T>[];

/** What holds on a day; undefined before the first span. */
export const inForce = <T>(spans: Spans<T>, day: string): T | undefined =>
  spans.findLast((span) => span.from <= day)?.value;

/** The spans with one more. Facts may arrive late, so its place follows from its day and not from its arrival. */
export const withSpan = <T>(spans: Spans<T>, from: string, value: T): Spans<T> => {
  const after = spans.findIndex((span) => span.from > from);
  const at = after === -1 ? spans.length : after;
  return [...spans.slice(0, at), { from, value }, ...spans.slice(at)];
};
