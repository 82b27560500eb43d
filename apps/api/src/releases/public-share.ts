import { addDays, decimalText } from '#kernel';
import type { AnswerRow, DataSet } from '#read-models';
import { bandOf, isBanded } from './bands.js';
import { lastMonthEnd } from './public-table.js';

/** Whole days of a year, as known on a day, of which everybody may read what the steps of transactions were. */
export interface ShareWindow {
  readonly from: string;
  readonly to: string;
  readonly knownAt: string;
}

/**
 * The last calendar year that is over on the day asked and within what was known: years do not overlap, so that of two answers none
 * can be taken from the other (ADR 0023).
 */
export const shareWindow = (
  asked: { readonly effectiveAt: string; readonly knownAt: string },
  today: string,
): ShareWindow => {
  const [knownAt = ''] = [asked.knownAt, addDays(today, -1)].sort();
  const [day = ''] = [asked.effectiveAt, lastMonthEnd(addDays(knownAt, 1))].sort();
  const year = Number(addDays(day, 1).slice(0, 4)) - 1;
  return { from: `${year}-01-01`, to: `${year}-12-31`, knownAt };
};

/** The question that gives them for some services. */
export const sharesAsked = (
  { from, to, knownAt }: ShareWindow,
  services: readonly string[],
): Parameters<DataSet['rows']>[0] => ({
  ...{ from, to, knownAt, recordedAt: knownAt, effectiveAt: to, group: ['service'], kpis: [] },
  ...{ limit: services.length, filters: { service: services } },
});

/** Electronic steps and all of them. */
export interface ShareCounts {
  readonly electronic: bigint;
  readonly steps: bigint;
}

/** Both counts rounded down to a multiple of the threshold; undefined where one of them is below it, or there was none. */
export const sharePublished = (row: AnswerRow | undefined, threshold: number): ShareCounts | undefined => {
  const [electronic, manual] = [countOf(row, 'steps_electronic'), countOf(row, 'steps_manual')];
  const steps = electronic + manual;
  if (!isBanded(threshold)) return steps > 0n ? { electronic, steps } : undefined;
  const told = { electronic: bandOf(electronic, threshold), steps: bandOf(steps, threshold) };
  return told.electronic === null || told.steps === null
    ? undefined
    : { electronic: told.electronic, steps: told.steps };
};

const countOf = (row: AnswerRow | undefined, name: string): bigint => BigInt(String(row?.[name] ?? 0));

const BP = 10_000n;
const figure = (num: bigint, den: bigint) => ({ num: String(num), den: String(den), value: decimalText({ num, den }) });

/** The share, and how far it is below the one that the owner declares (negative: above it); null where it is not told. */
export const shareFigures = (counts: ShareCounts | undefined, declaredBp: number | undefined) => ({
  share: counts ? figure(counts.electronic, counts.steps) : null,
  gap:
    counts && declaredBp !== undefined
      ? figure(BigInt(declaredBp) * counts.steps - BP * counts.electronic, BP * counts.steps)
      : null,
});
