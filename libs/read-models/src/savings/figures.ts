import { add, divide, multiply, type Ratio, ratio, reduce, subtract } from '#kernel';
import { figureOf, NO_FIGURE, type RatioFigure } from '../kpi/figure.js';
import type { MeasuredRow, RowEngine } from '../kpi/row-kpis.js';
import type { AnswerValue, DataSetDescription } from '../read-model.js';
import type { FactorId, Factors } from './factors.js';
import { netOf, type Saved } from './sums.js';

/** Ways to turn what was saved into money. One at a time: they are two views of the same saving. */
export const MONEY_METHODS = ['perSheet', 'hours'] as const;
export type MoneyMethod = (typeof MONEY_METHODS)[number];

const MINUTES_PER_HOUR = ratio(60);

/** Exact figures of one saving; undefined where a baseline, a factor or a population is missing. */
export interface SavingFigures extends Converted {
  readonly expected: Maybe;
  readonly grossAvoided: Maybe;
  readonly rebound: Maybe;
  readonly net: Maybe;
  readonly trips: Maybe;
  readonly hoursPerPerson: Maybe;
}

/** What sheets and visits saved come to. */
export interface Converted {
  readonly trees: Maybe;
  readonly co2eGrams: Maybe;
  readonly tripCo2eGrams: Maybe;
  readonly staffMinutes: Maybe;
  readonly customerMinutes: Maybe;
  readonly fils: Maybe;
  readonly customerFils: Maybe;
}

export type Maybe = Ratio | undefined;
/** An operation on figures of which one may be missing: then so is the result. */
const both = (of: (one: Ratio, other: Ratio) => Ratio) => (one: Maybe, other: Maybe) => one && other && of(one, other);
const times = both(multiply);
const plus = both(add);
const minus = both(subtract);
const over = both(divide);

/**
 * Conversions of kpis.md, section 3.2. Sheets saved are the entity's, so money per sheet and the hours of staff are the
 * government's; visits replaced are the customers', and so are their hours, valued by the same tariff, and the carbon of their ways.
 * The two are never added up.
 */
export const converted = (net: Maybe, trips: Maybe, factors: Factors, method: MoneyMethod): Converted => {
  const factor = (id: FactorId): Maybe => factors[id]?.value;
  const visitMinutes = minus(plus(factor('counter-minutes'), factor('trip-minutes')), factor('digital-minutes'));
  const [staffMinutes, customerMinutes] = [times(net, factor('minutes-per-sheet')), times(trips, visitMinutes)];
  const valued = (minutes: Maybe) => times(over(minutes, MINUTES_PER_HOUR), factor('tariff-hour'));
  return {
    ...{ staffMinutes, customerMinutes },
    trees: over(net, factor('sheets-per-tree')),
    co2eGrams: times(times(net, factor('grams-per-sheet')), factor('co2e-per-kg')),
    tripCo2eGrams: times(trips, factor('trip-co2e')),
    fils: method === 'perSheet' ? times(net, factor('fils-per-sheet')) : valued(staffMinutes),
    customerFils: valued(customerMinutes),
  };
};

/** @param persons Undefined: no population is known. */
export const figuresOf = (saved: Saved, factors: Factors, method: MoneyMethod, persons: Maybe): SavingFigures => {
  const isKnown = saved.measured > 0n;
  const net = isKnown ? netOf(saved) : undefined;
  const trips = isKnown ? saved.replaced : undefined;
  const of = converted(net, trips, factors, method);
  const minutes = plus(of.staffMinutes, of.customerMinutes);
  return {
    ...{ ...of, net, trips },
    expected: isKnown ? saved.expected : undefined,
    grossAvoided: isKnown ? saved.gross : undefined,
    rebound: isKnown ? saved.rebound : undefined,
    hoursPerPerson: over(over(minutes, MINUTES_PER_HOUR), persons),
  };
};

/** Measures by the dimension of saving to which they belong. */
export const KINDS = {
  paper: [
    'baseline',
    'expected',
    'actual',
    'process',
    'habit',
    'gross_avoided',
    'rebound',
    'net',
    'reduction',
    'trees',
  ],
  time: ['staff_minutes', 'customer_minutes', 'hours_per_person'],
  trips: ['trips'],
  carbon: ['co2e_g', 'trip_co2e_g'],
  money: ['fils', 'customer_fils'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type SavingKind = keyof typeof KINDS;

/** In lowest terms; num and den are left out where they would be too long. */
export const shown = (value: Maybe): RatioFigure => {
  if (!value) return NO_FIGURE;
  const { num, den } = reduce(value);
  return figureOf(num, den);
};

/** The measures of a row as they are served. Those of other kinds than asked for are null. */
export const measuresOf = (
  saved: Saved,
  figures: SavingFigures,
  kinds: readonly SavingKind[],
): Record<string, AnswerValue> => {
  const isKnown = saved.measured > 0n;
  const sheets = (count: bigint): AnswerValue => (isKnown ? Number(count) : null);
  const { net, expected } = figures;
  const all: Readonly<Record<string, AnswerValue>> = {
    baseline: sheets(saved.baseline),
    expected: shown(expected),
    actual: sheets(saved.process + saved.habit),
    ...{ process: sheets(saved.process), habit: sheets(saved.habit) },
    ...{ gross_avoided: shown(figures.grossAvoided), rebound: shown(figures.rebound), net: shown(net) },
    reduction: expected && expected.num !== 0n ? shown(over(net, expected)) : NO_FIGURE,
    ...{ trees: shown(figures.trees), co2e_g: shown(figures.co2eGrams) },
    trip_co2e_g: shown(figures.tripCo2eGrams),
    ...{ staff_minutes: shown(figures.staffMinutes), customer_minutes: shown(figures.customerMinutes) },
    ...{ trips: shown(figures.trips), fils: shown(figures.fils), customer_fils: shown(figures.customerFils) },
    hours_per_person: shown(figures.hoursPerPerson),
  };
  const wanted = new Set<string>(kinds.flatMap((kind) => KINDS[kind]));
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, wanted.has(name) ? value : null]));
};

/** A row with its exact figures, as KPIs divide them. */
export interface SavingRow extends MeasuredRow {
  readonly figures: SavingFigures;
}

/** The measures of a row before they are shown: null where nothing is known. */
export const exactOf = (saved: Saved, figures: SavingFigures): MeasuredRow['measures'] => {
  const sheets = (count: bigint): bigint | null => (saved.measured > 0n ? count : null);
  return {
    ...{ baseline: sheets(saved.baseline), actual: sheets(saved.process + saved.habit) },
    ...{ process: sheets(saved.process), habit: sheets(saved.habit), expected: figures.expected },
    ...{ gross_avoided: figures.grossAvoided, rebound: figures.rebound, net: figures.net, trees: figures.trees },
    ...{ staff_minutes: figures.staffMinutes, customer_minutes: figures.customerMinutes, trips: figures.trips },
    ...{ co2e_g: figures.co2eGrams, fils: figures.fils, customer_fils: figures.customerFils },
    ...{ trip_co2e_g: figures.tripCo2eGrams, hours_per_person: figures.hoursPerPerson },
  };
};

/** Name of a procedure in a definition → the figure that it is (kpis.md, section 2). */
const PROCEDURES: Readonly<Record<string, (figures: SavingFigures) => Maybe>> = {
  'savings.trees': ({ trees }) => trees,
  'savings.co2e': ({ co2eGrams }) => co2eGrams,
  'savings.staff_hours': ({ staffMinutes }) => over(staffMinutes, MINUTES_PER_HOUR),
  'savings.customer_hours': ({ customerMinutes }) => over(customerMinutes, MINUTES_PER_HOUR),
  'savings.money': ({ fils }) => fils,
  'savings.hours_per_person': ({ hoursPerPerson }) => hoursPerPerson,
};

/** What KPIs of savings may sum and call. */
export const savingEngine = (description: DataSetDescription): RowEngine<SavingRow> => ({
  description,
  measures: Object.values(KINDS)
    .flat()
    .filter((name) => name !== 'reduction'),
  isReduced: true,
  procedures: Object.fromEntries(
    Object.entries(PROCEDURES).map(([name, of]) => [name, ({ figures }: SavingRow) => shown(of(figures))]),
  ),
});
