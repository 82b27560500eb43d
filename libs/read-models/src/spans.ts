/** Day that stands for "no end yet". Ends are exclusive: the first day on which it no longer holds. */
export const NO_END = '9999-12-31';

/** One thing learnt about a subject, as the fold keeps it. */
export interface Learnt {
  readonly effectiveDay: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What held from one day to another. */
export interface Span<C> {
  readonly effectiveFrom: string;
  readonly effectiveTo: string;
  readonly content: C;
}

/** The same, with the days between which the ledger believed it. */
export interface KnownSpan<C> extends Span<C> {
  readonly knownFrom: string;
  readonly knownTo: string;
}

/** State of a subject with two clocks: all it was told, and since when each present span has been known. */
export interface History {
  readonly learnt: readonly Learnt[];
  /** First day of a present span → the day from which it is known. */
  readonly knownFrom: Readonly<Record<string, string>>;
}

export type Evolve<C> = (content: C | undefined, learnt: Learnt) => C;

/**
 * What held when, after all of `learnt`: by effective day, of one day in the order of learning. What is dated before the first
 * event holds from that event's day on: nothing is said of a subject before it began. Equal neighbours are one span.
 *
 * @param begins Day on which it began; of subjects without a beginning the earliest there is.
 */
export const timeline = <C>(learnt: readonly Learnt[], evolve: Evolve<C>, begins?: string): Span<C>[] => {
  const [opening] = learnt;
  if (!opening) return [];
  const begin = begins ?? opening.effectiveDay;
  const dated = learnt.map((one) => (one.effectiveDay < begin ? { ...one, effectiveDay: begin } : one));
  dated.sort((one, other) =>
    one.effectiveDay < other.effectiveDay ? -1 : one.effectiveDay > other.effectiveDay ? 1 : 0,
  );
  const spans: { effectiveFrom: string; content: C }[] = [];
  let content: C | undefined;
  for (const one of dated) {
    const next = evolve(content, one);
    const last = spans.at(-1);
    if (last?.effectiveFrom === one.effectiveDay) last.content = next;
    else spans.push({ effectiveFrom: one.effectiveDay, content: next });
    content = next;
  }
  const changed = spans.filter(({ content: now }, at) => at === 0 || !isSame(now, spans[at - 1]?.content));
  return changed.map((span, at) => ({ ...span, effectiveTo: changed[at + 1]?.effectiveFrom ?? NO_END }));
};

/**
 * Rows that one more thing learnt on `knownDay` writes: spans that are believed no longer end on that day, the new ones begin. A span
 * that began and ended on one day of knowledge stays as an empty interval, which no question selects.
 */
export const learn = <C>(
  history: History | undefined,
  learnt: Learnt,
  knownDay: string,
  evolve: Evolve<C>,
  begins?: string,
): { readonly history: History; readonly rows: readonly KnownSpan<C>[] } => {
  const told = [...(history?.learnt ?? []), learnt];
  const before = timeline(history?.learnt ?? [], evolve, begins);
  const after = timeline(told, evolve, begins);
  const isKept = (span: Span<C>, others: readonly Span<C>[]) => others.some((other) => isSame(span, other));
  const since = (span: Span<C>) => history?.knownFrom[span.effectiveFrom] ?? knownDay;
  const ended = before
    .filter((span) => !isKept(span, after))
    .map((span) => ({ ...span, knownFrom: since(span), knownTo: knownDay }));
  const begun = after
    .filter((span) => !isKept(span, before))
    .map((span) => ({ ...span, knownFrom: knownDay, knownTo: NO_END }));
  const knownFrom = after.map((span) => [span.effectiveFrom, isKept(span, before) ? since(span) : knownDay]);
  return { history: { learnt: told, knownFrom: Object.fromEntries(knownFrom) }, rows: [...ended, ...begun] };
};

/** SQL: the span of alias `of` that holds on `:effectiveAt` as known on `:knownAt`. */
export const holdsSql = (of: string): string =>
  `${of}.effective_from <= :effectiveAt and ${of}.effective_to > :effectiveAt and ${of}.known_from <= :knownAt and ${of}.known_to > :knownAt`;

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
