/** Exact: numbers are safe integers, bigint holds what is beyond. */
export type Measures = Readonly<Record<string, number | bigint>>;

/** What something adds to one cell. The members of all cells of one list stand in the same order. */
export interface Figure<C extends object> {
  readonly cell: C;
  readonly measures: Measures;
}

/** What must be added to the cells of `before` to get those of `after`. Cells and measures that stay are left out. */
export const differences = <C extends object>(
  before: readonly Figure<C>[],
  after: readonly Figure<C>[],
): Figure<C>[] => {
  const cells = new Map<string, { readonly cell: C; readonly measures: Record<string, number | bigint> }>();
  const take = (figures: readonly Figure<C>[], sign: 1 | -1) => {
    for (const { cell, measures } of figures) {
      const name = Object.values(cell).join(' '); // names no other cell: ids, codes and days have no space and are not empty
      const taken = cells.get(name) ?? { cell, measures: {} };
      cells.set(name, taken);
      for (const measure in measures)
        taken.measures[measure] = plus(taken.measures[measure] ?? 0, sign, measures[measure] ?? 0);
    }
  };
  take(before, -1);
  take(after, 1);
  const changed: Figure<C>[] = [];
  for (const { cell, measures } of cells.values()) {
    for (const measure in measures) if (!measures[measure]) delete measures[measure];
    if (Object.keys(measures).length > 0) changed.push({ cell, measures });
  }
  return changed;
};

/** Whole number of a decimal text. */
export const exact = (text: string): number | bigint => safe(Number(text)) ?? BigInt(text);

/** `sum + sign * value`, without loss. */
const plus = (sum: number | bigint, sign: 1 | -1, value: number | bigint): number | bigint =>
  (typeof sum === 'number' && typeof value === 'number' ? safe(sum + sign * value) : undefined) ??
  BigInt(sum) + BigInt(sign) * BigInt(value);

const safe = (number: number): number | undefined => (Number.isSafeInteger(number) ? number : undefined);
