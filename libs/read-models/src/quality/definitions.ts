import { add, compare, divide, multiply, type Ratio, ratio, ratioOfDecimal, subtract } from '#kernel';

/** A way in which a series may have been computed from its raw parts; named after the indicator that says it. */
interface Candidate {
  readonly kpi: string;
  /** Weight of each part in the numerator and in the denominator. */
  readonly numerator: Readonly<Record<string, bigint>>;
  readonly denominator: Readonly<Record<string, bigint>>;
}

const RATINGS = ['rating_1', 'rating_2', 'rating_3', 'rating_4', 'rating_5'];
const all = (weight: bigint) => Object.fromEntries(RATINGS.map((name) => [name, weight]));

/** Series that is published in per cent → formulas in use for it (kpis.md, section 2). */
const SERIES: Readonly<Record<string, readonly Candidate[]>> = {
  satisfaction: [
    {
      kpi: 'satisfaction_scaled',
      numerator: { rating_2: 1n, rating_3: 2n, rating_4: 3n, rating_5: 4n },
      denominator: all(4n),
    },
    { kpi: 'satisfaction_top_two', numerator: { rating_4: 1n, rating_5: 1n }, denominator: all(1n) },
  ],
};

/** Series that a measure is the published figure or a part of. */
export const seriesWith = (measure: string): readonly string[] =>
  Object.entries(SERIES)
    .filter(([name, candidates]) => name === measure || candidates.some(({ denominator }) => measure in denominator))
    .map(([name]) => name);

/** What a publisher says of one period: the figure of the series, and its parts. */
export type Told = (measure: string) => string | undefined;

/** Indicators whose formula gives the published figure; undefined: the figure or a part of it is missing. */
export const fitting = (series: string, told: Told): readonly string[] | undefined => {
  const published = told(series);
  if (published === undefined) return undefined;
  const candidates = SERIES[series] ?? [];
  const computed = candidates.map((candidate) => percentOf(candidate, told));
  if (computed.some((value) => value === undefined)) return undefined;
  const tolerance = toleranceOf(published);
  const isNear = (value: Ratio | undefined) =>
    value !== undefined && compare(size(subtract(ratioOfDecimal(published), value)), tolerance) <= 0;
  return candidates.filter((_, at) => isNear(computed[at])).map(({ kpi }) => kpi);
};

const percentOf = ({ numerator, denominator }: Candidate, told: Told): Ratio | undefined => {
  const weighted = (weights: Readonly<Record<string, bigint>>): Ratio | undefined => {
    let sum: Ratio | undefined = ratio(0n);
    for (const [measure, weight] of Object.entries(weights)) {
      const part = told(measure);
      sum = sum && part !== undefined ? add(sum, multiply(ratioOfDecimal(part), ratio(weight))) : undefined;
    }
    return sum;
  };
  const [above, below] = [weighted(numerator), weighted(denominator)];
  return above && below && below.num !== 0n ? multiply(divide(above, below), ratio(100n)) : undefined;
};

/** Half a unit of the last decimal that was published, and a hundredth for those who round on the way. */
const toleranceOf = (published: string): Ratio => {
  const decimals = published.split('.')[1]?.length ?? 0;
  return add(ratio(1n, 2n * 10n ** BigInt(decimals)), ratio(1n, 100n));
};

const size = ({ num, den }: Ratio): Ratio => ({ num: num < 0n ? -num : num, den });

/** Periods for which a changed formula must hold before it counts: one may be a slip. */
const PERIODS_MIN = 2;

/**
 * Where a series silently changed its definition: first periods from which, among those that one formula alone fits, it is another
 * one for at least two of them in a row. `fits` in the order of time; the answer holds indexes into it.
 */
export const changesIn = (fits: readonly (readonly string[])[]): readonly number[] => {
  const clear = fits.flatMap((fit, at) => (fit.length === 1 ? [{ at, kpi: fit[0] as string }] : []));
  const changes: number[] = [];
  let held = clear[0]?.kpi;
  for (const [nth, { at, kpi }] of clear.entries()) {
    if (kpi === held) continue;
    const run = clear.slice(nth, nth + PERIODS_MIN);
    if (run.length < PERIODS_MIN || run.some((one) => one.kpi !== kpi)) continue;
    changes.push(at);
    held = kpi;
  }
  return changes;
};
