import { isDec } from '#kernel';
import type { AnswerRow, AnswerValue, DataSetDescription } from '#read-models';

/** Units of amounts: sums over what was counted, and no counts themselves. */
const AMOUNT_UNITS: ReadonlySet<string> = new Set(['fils', 'minute', 'g', 'day', 'ratio', 'as claimed']);

/**
 * Rows as the public sees them: no count from 1 below `threshold`, and nothing from which it follows at once.
 *
 * - A small count is null and named in `suppressed`, so that nobody takes it for zero or for missing. 0 stays: it tells of nobody.
 * - A ratio goes when one of its parts, or what is between them, is a small count.
 * - A row that rests on small counts alone shows no amounts either.
 * - A measure suppressed in one row only is suppressed in the row with the next smallest count as well: else the total gives it away.
 *
 * What follows from several questions taken together is not prevented: whoever releases a data set decides how finely it may be cut.
 */
export const suppress = (
  rows: readonly AnswerRow[],
  { measures }: DataSetDescription,
  threshold: number,
): readonly AnswerRow[] => {
  if (threshold <= 1) return rows;
  const isCount = (name: string) => name in measures && !AMOUNT_UNITS.has(measures[name]?.unit ?? '');
  const isSmall = (value: AnswerValue | undefined) => {
    const number = numberOf(value);
    return number !== undefined && number !== 0 && Math.abs(number) < threshold;
  };
  const hidden = rows.map((row) => {
    const counts = Object.keys(row).filter(isCount);
    const told = counts.filter((name) => numberOf(row[name]) !== 0);
    const restsOnFew = told.length > 0 && told.every((name) => isSmall(row[name]));
    const isHidden = (name: string) =>
      isCount(name)
        ? isSmall(row[name])
        : isFigure(row[name], name, measures) && (restsOnFew || isTelling(row[name], isSmall));
    return new Set(Object.keys(row).filter(isHidden));
  });
  for (const name of Object.keys(measures).filter(isCount)) hideBeside(rows, hidden, name);
  return rows.map((row, at) => without(row, hidden[at] as ReadonlySet<string>));
};

/** Amounts and ratios, not what a row is grouped by. */
const isFigure = (value: AnswerValue | undefined, name: string, measures: DataSetDescription['measures']): boolean =>
  name in measures || isRatio(value);

/** A ratio that gives a small count away. */
const isTelling = (value: AnswerValue | undefined, isSmall: (value: AnswerValue) => boolean): boolean => {
  if (!isRatio(value)) return false;
  const [num, den] = [numberOf(value.num), numberOf(value.den)];
  return num !== undefined && den !== undefined && [num, den, den - num].some(isSmall);
};

/** A single gap in a column is filled from its total: another one is needed. */
const hideBeside = (rows: readonly AnswerRow[], hidden: readonly Set<string>[], name: string): void => {
  if (hidden.filter((names) => names.has(name)).length !== 1) return;
  const next = rows
    .map((row, at) => ({ at, size: Math.abs(numberOf(row[name]) ?? 0) }))
    .filter(({ at, size }) => size > 0 && !hidden[at]?.has(name))
    .sort((one, other) => one.size - other.size)[0];
  if (next) hidden[next.at]?.add(name);
};

const without = (row: AnswerRow, hidden: ReadonlySet<string>): AnswerRow =>
  hidden.size === 0
    ? row
    : {
        ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, hidden.has(name) ? null : value])),
        suppressed: [...hidden].sort(),
      };

const isRatio = (value: AnswerValue | undefined): value is Readonly<Record<'num' | 'den', AnswerValue>> =>
  typeof value === 'object' && value !== null && 'num' in value && 'den' in value;

const numberOf = (value: AnswerValue | undefined): number | undefined =>
  typeof value === 'number' || isDec(value) ? Number(value) : undefined;
