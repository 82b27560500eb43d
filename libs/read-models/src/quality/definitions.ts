import { add, compare, divide, multiply, type Ratio, ratio, ratioOfDecimal, subtract } from '#kernel';
import { defaultFacts, type KpiDefined, type MeasureTerm } from '#ledger';
import type { Page, ReadEvent } from '../read-model.js';

/** A way in which a series may have been computed from its raw parts, as a version of an indicator says it. */
export interface Candidate {
  /** `<indicator>@<version>` */
  readonly kpi: string;
  /** Published in per cent, or as a fraction where its unit says so. Others are compared as they are. */
  readonly isShare: boolean;
  /** Weight of each part. */
  readonly numerator: Weights;
  /** Empty: it is an amount. */
  readonly denominator: Weights;
}
type Weights = Readonly<Record<string, number>>;

/** Procedures that divide sums of parts which publishers give. */
const OF_PARTS: Readonly<Record<string, Pick<Candidate, 'numerator' | 'denominator'>>> = {
  'aggregates.take_up': { numerator: { volume_digital: 1 }, denominator: { volume: 1 } },
  'aggregates.cost_per_transaction': { numerator: { total_cost: 1 }, denominator: { volume: 1 } },
};

/** Formulas of a definition over parts as publishers name them: those that choose among cells are none. */
const candidatesOf = ({ kpiId, version, unit, numerator, denominator = [] }: KpiDefined): readonly Candidate[] => {
  const named = { kpi: `${kpiId}@${version}`, isShare: unit === 'share' };
  return numerator.flatMap(({ dataset, terms, procedure }): Candidate[] => {
    const parts = procedure === undefined ? undefined : OF_PARTS[procedure];
    if (parts) return [{ ...named, ...parts }];
    const below = denominator.find((one) => one.dataset === dataset)?.terms ?? [];
    if (!terms || [...terms, ...below].some(({ whenAny }) => whenAny !== undefined)) return [];
    return [{ ...named, numerator: weightsOf(terms), denominator: weightsOf(below) }];
  });
};

const weightsOf = (terms: readonly MeasureTerm[]): Weights =>
  Object.fromEntries(terms.map(({ measure, sign, times = 1 }) => [measure, sign === 'minus' ? -times : times]));

const KPI_DEFINED = 'gov.sijill.kpi.defined.v1';

/** Those that a fresh ledger adopts. */
export const BUILT_IN: readonly Candidate[] = defaultFacts()
  .filter(({ type }) => type === KPI_DEFINED)
  .flatMap(({ data }) => candidatesOf(data as KpiDefined));

/** State key of the formulas that are registered. */
export const FORMULAS_KEY = 'formulas';
interface Formulas {
  readonly candidates: readonly Candidate[];
}

/** In the order of registration, so that a number of them says which were there before. */
export const formulasIn = (page: Page): readonly Candidate[] =>
  page.get<Formulas>(FORMULAS_KEY)?.candidates ?? BUILT_IN;

/** A definition that was recorded: series are tried by it from their next value on. A version is never told otherwise. */
export const registerFormula = ({ type, data }: ReadEvent, page: Page): void => {
  if (type !== KPI_DEFINED) return;
  const { kpiId, version } = data as unknown as KpiDefined;
  const known = formulasIn(page);
  const isHeld = known.some(({ kpi }) => kpi === `${kpiId}@${version}`);
  const added = isHeld ? [] : candidatesOf(data as unknown as KpiDefined);
  page.set<Formulas>(FORMULAS_KEY, { candidates: [...known, ...added] });
};

/** Parts that publishers leave to be added up. */
const ADDED_UP: Readonly<Record<string, readonly string[]>> = {
  answers: ['rating_1', 'rating_2', 'rating_3', 'rating_4', 'rating_5'],
};

/** Formulas of a series: of the indicator that has its name, or whose name goes on from it (`satisfaction`, `satisfaction_scaled`). */
const formulasOf = (series: string, formulas: readonly Candidate[]): readonly Candidate[] =>
  formulas.filter(({ kpi }) => kpi.startsWith(`${series}@`) || kpi.startsWith(`${series}_`));

/** Those of the measures that are series, all of them or those of which one measure is the published figure or a part. */
export const seriesWith = (
  measure: string | undefined,
  measures: readonly string[],
  formulas: readonly Candidate[],
): readonly string[] => {
  const isPart = (name: string) => name === measure || ADDED_UP[name]?.some((part) => part === measure);
  const isIn = (weights: Weights) => Object.keys(weights).some(isPart);
  return measures.filter((series) => {
    const candidates = formulasOf(series, formulas);
    if (measure === undefined || series === measure) return candidates.length > 0;
    return candidates.some(({ numerator, denominator }) => isIn(numerator) || isIn(denominator));
  });
};

/** What a publisher says of one period: the figure of the series, and its parts. */
export type Told = (measure: string) => string | undefined;

/**
 * Versions of indicators whose formula gives the published figure; undefined: the figure is missing, or parts of every formula.
 *
 * @param isFraction The figure of a share is one of 1 and not of 100.
 */
export const fitting = (
  series: string,
  told: Told,
  formulas: readonly Candidate[],
  isFraction = false,
): readonly string[] | undefined => {
  const published = told(series);
  if (published === undefined) return undefined;
  const computed = formulasOf(series, formulas).flatMap((candidate) => {
    const value = ratioOf(candidate, told);
    return value === undefined ? [] : [{ ...candidate, value }];
  });
  if (computed.length === 0) return undefined;
  const isNear = ({ isShare, value }: (typeof computed)[number]) => {
    const figure = ratioOfDecimal(published);
    const asPublished = isShare && isFraction ? multiply(figure, HUNDRED) : figure;
    const difference = subtract(asPublished, isShare ? multiply(value, HUNDRED) : value);
    return compare(size(difference), toleranceOf(published, isShare && isFraction)) <= 0;
  };
  // Versions with one formula between them (a corrected title) are one way of computing it.
  const ways = new Map(
    computed.filter(isNear).map(({ kpi, numerator, denominator }) => [JSON.stringify([numerator, denominator]), kpi]),
  );
  return [...ways.values()];
};

const HUNDRED = ratio(100n);

const ratioOf = ({ numerator, denominator }: Candidate, told: Told): Ratio | undefined => {
  const partOf = (measure: string): Ratio | undefined => {
    const text = told(measure);
    if (text !== undefined) return ratioOfDecimal(text);
    const parts = ADDED_UP[measure]?.map(partOf);
    return parts?.reduce((sum, part) => sum && part && add(sum, part), ratio(0n));
  };
  const weighted = (weights: Weights): Ratio | undefined =>
    Object.entries(weights).reduce<Ratio | undefined>((sum, [measure, weight]) => {
      const part = sum && partOf(measure);
      return part && add(sum, multiply(part, ratio(weight)));
    }, ratio(0n));
  const above = weighted(numerator);
  const below = Object.keys(denominator).length === 0 ? ratio(1n) : weighted(denominator);
  return above && below && below.num !== 0n ? divide(above, below) : undefined;
};

/** Half a unit of the last decimal that was published, and a hundredth for those who round on the way; of a fraction in per cent. */
const toleranceOf = (published: string, isFraction: boolean): Ratio => {
  const decimals = published.split('.')[1]?.length ?? 0;
  const half = ratio(1n, 2n * 10n ** BigInt(decimals));
  return add(isFraction ? multiply(half, HUNDRED) : half, ratio(1n, 100n));
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
