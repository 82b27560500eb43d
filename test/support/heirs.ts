/** A merger as it was told. */
export interface Merger {
  readonly entity: string;
  readonly into: string;
  readonly from: string;
}

/** Second opinion on who an entity is on a day: its mergers by then, followed one after another. */
export const heirOf = (entity: string, day: string, mergers: readonly Merger[]): string => {
  const merger = mergers.find((one) => one.entity === entity && one.from <= day);
  return merger === undefined ? entity : heirOf(merger.into, day, mergers);
};
