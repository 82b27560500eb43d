import { isDec } from '#kernel';
import type { AnswerRow, AnswerValue, DataSetDescription } from '#read-models';

/** Units of measures that count something. Whatever else a measure is (money, time, a share, a rank) could be turned back into a count. */
const COUNT_UNITS: ReadonlySet<string> = new Set([
  ...[
    'transaction',
    'step',
    'enquiry',
    'answer',
    'customer',
    'person',
    'view',
    'sheet',
    'event',
    'finding',
    'cell',
    'row',
  ],
  ...[
    'service',
    'service-day',
    'entity',
    'centre',
    'kiosk',
    'place',
    'unit',
    'claim',
    'document',
    'requirement',
    'channel',
  ],
  ...[
    'dependency',
    'relation',
    'delivery',
    'agreement',
    'obstacle',
    'item',
    'act',
    'measure',
    'waiver',
    'check',
    'flag',
  ],
]);

/** Below it there is one band a count, and nothing to protect. */
const THRESHOLD_MIN = 2;
export const isBanded = (threshold: number): boolean => threshold >= THRESHOLD_MIN;

/** A count rounded down to a multiple of the threshold, towards zero; null below the first. */
export const bandOf = (count: bigint, threshold: number): bigint | null => {
  const band = count - (count % BigInt(threshold));
  return band === 0n ? null : band;
};

/** What of a data set the public reads: its counts, and nothing else. */
export const countsOf = (description: DataSetDescription): DataSetDescription => ({
  ...description,
  measures: Object.fromEntries(Object.entries(description.measures).filter(([, { unit }]) => COUNT_UNITS.has(unit))),
  kpis: [],
});

/**
 * Rows as the public reads them (ADR 0023): every count rounded down to a multiple of `threshold`. One below the first is null and
 * named in `suppressed`, 0 with it: "none" and "few" are not told apart. A row without any other count is not there.
 *
 * So each value depends on one count alone, and every count that has the same band gives the same value. Whatever is added up or
 * taken from one another afterwards tells no more than the bands do.
 */
export const inBands = (
  rows: readonly AnswerRow[],
  description: DataSetDescription,
  threshold: number,
): AnswerRow[] => {
  const { measures } = countsOf(description);
  return rows.flatMap((row) => {
    const groups = Object.entries(row).filter(
      ([name]) => name in description.dimensions || isGrainOf(description, name),
    );
    const counts = Object.keys(measures).map((name) => [name, bandedValue(row[name], threshold)] as const);
    const suppressed = counts.filter(([, band]) => band === null).map(([name]) => name);
    if (suppressed.length === counts.length) return [];
    return [{ ...Object.fromEntries([...groups, ...counts]), ...(suppressed.length > 0 && { suppressed }) }];
  });
};

const isGrainOf = ({ grains }: DataSetDescription, name: string): boolean =>
  (grains as readonly string[]).includes(name);

const bandedValue = (value: AnswerValue | undefined, threshold: number): number | string | null => {
  const count =
    Number.isSafeInteger(value) || isWhole(value) ? bandOf(BigInt(value as string | number), threshold) : null;
  if (count === null) return null;
  return typeof value === 'number' ? Number(count) : String(count);
};

const isWhole = (value: AnswerValue | undefined): value is string => isDec(value) && !value.includes('.');
