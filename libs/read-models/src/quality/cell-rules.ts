import { add, compare, type Ratio, ratioOfDecimal } from '#kernel';
import type { ReadEvent } from '../read-model.js';
import { type Candidate, changesIn, fitting, seriesWith } from './definitions.js';

/** Newest value of a cell of published totals; null: withdrawn or not provided. */
interface CellValue {
  readonly value: string | null;
  readonly knownDay: string;
  /** In parts of 1. Left out: in another unit. */
  readonly isFraction?: true;
}

/** Cells of one place, and how many of the formulas its series were tried by. */
export interface Compared {
  readonly cells: Cells;
  readonly formulas: number;
}

/** `<measure>|<freq>|<first day>|<last day>` → value, of one publisher, data set and subject. */
export type Cells = Readonly<Record<string, CellValue>>;

/** What a rule that compares cells found, as a difference to before. */
export interface CellFinding {
  readonly rule: 'digital_exceeds_total' | 'roll_up_mismatch' | 'definition_changed' | 'definition_unclear';
  /** Last day of the period in question. */
  readonly day: string;
  readonly checked: number;
  readonly findings: number;
}

interface CellData {
  readonly measure: string;
  readonly freq: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly unit: string;
  readonly value?: string;
}

/** Units of a share that is no percentage. */
const FRACTIONS = new Set(['ratio', 'share']);
/** Measures that add up over time; unit costs do not. */
const ADDITIVE = new Set(['volume', 'volume_digital']);
const NUMBER = /^-?\d/;

/** State key of the cells that are compared with each other: the same subject and the same part of it. */
export const cellsKey = ({ data }: ReadEvent): string => {
  const { publisher, dataset, serviceId, entityId, scope, channel, assisted, category } = data;
  return `cells ${JSON.stringify([publisher, dataset, serviceId, entityId, scope, channel, assisted, category])}`;
};

/**
 * Takes one more published value in. A value that was made known before the one held changes nothing: the newest stands.
 * Findings are differences, so that a restatement that mends a cell takes its finding back.
 */
export const compareCells = (
  { cells, formulas: tried }: Compared,
  event: ReadEvent,
  formulas: readonly Candidate[],
): { readonly compared: Compared; readonly found: readonly CellFinding[] } => {
  const { measure, freq, periodStart, periodEnd, unit, value } = event.data as unknown as CellData;
  const key = keyOf(measure, freq, periodStart, periodEnd);
  const held = cells[key];
  if (held && held.knownDay > event.knownDay) return { compared: { cells, formulas: tried }, found: [] };
  const number = value !== undefined && NUMBER.test(value) ? value : null;
  const isFraction = FRACTIONS.has(unit) && { isFraction: true as const };
  const next: Cells = { ...cells, [key]: { value: number, knownDay: event.knownDay, ...isFraction } };
  const compared = { cells: next, formulas: formulas.length };
  const defined = definitionFindings([cells, next], { measure, freq }, [formulas.slice(0, tried), formulas]);
  if (!ADDITIVE.has(measure)) return { compared, found: defined };
  const changes = [
    difference(
      'digital_exceeds_total',
      periodEnd,
      exceeds(cells, freq, periodStart, periodEnd),
      exceeds(next, freq, periodStart, periodEnd),
    ),
    ...yearsOf(next, measure, freq, periodStart, periodEnd).map(([start, end]) =>
      difference('roll_up_mismatch', end, mismatch(cells, measure, start, end), mismatch(next, measure, start, end)),
    ),
  ];
  return { compared, found: [...changes, ...defined].filter(isFound) };
};

const keyOf = (measure: string, freq: string, start: string, end: string): string =>
  `${measure}|${freq}|${start}|${end}`;

const numberIn = (cells: Cells, measure: string, freq: string, start: string, end: string): Ratio | undefined => {
  const value = cells[keyOf(measure, freq, start, end)]?.value;
  return value === undefined || value === null ? undefined : ratioOfDecimal(value);
};

/** Undefined: a part is missing, so nothing can be compared. */
type Verdict = boolean | undefined;

const difference = (rule: CellFinding['rule'], day: string, before: Verdict, after: Verdict): CellFinding => ({
  ...{ rule, day },
  checked: Number(after !== undefined) - Number(before !== undefined),
  findings: Number(after === true) - Number(before === true),
});

const exceeds = (cells: Cells, freq: string, start: string, end: string): Verdict => {
  const digital = numberIn(cells, 'volume_digital', freq, start, end);
  const total = numberIn(cells, 'volume', freq, start, end);
  return digital && total && compare(digital, total) > 0;
};

/** Whether a rolling year differs from the sum of its four quarters, to the last digit. */
const mismatch = (cells: Cells, measure: string, start: string, end: string): Verdict => {
  const year = numberIn(cells, measure, 'R', start, end);
  const quarters = quarterStarts(start).map((first) => numberIn(cells, measure, 'Q', first, lastOfQuarter(first)));
  if (!year || quarters.some((quarter) => quarter === undefined)) return undefined;
  return (
    compare(
      quarters.reduce<Ratio>((sum, quarter) => add(sum, quarter as Ratio), { num: 0n, den: 1n }),
      year,
    ) !== 0
  );
};

/** Rolling years that a changed cell belongs to: itself, or those known that hold the quarter. */
const yearsOf = (
  cells: Cells,
  measure: string,
  freq: string,
  start: string,
  end: string,
): [start: string, end: string][] => {
  if (freq === 'R') return [[start, end]];
  if (freq !== 'Q') return [];
  return Object.keys(cells)
    .map((key) => key.split('|'))
    .filter(([of, at, first = '', last = '']) => of === measure && at === 'R' && first <= start && last >= end)
    .map(([, , first = '', last = '']) => [first, last]);
};

const quarterStarts = (start: string): string[] => [0, 3, 6, 9].map((months) => monthsLater(start, months));

const monthsLater = (day: string, months: number): string => {
  const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;
};

/** March and December have 31 days, June and September 30. */
const lastOfQuarter = (first: string): string => {
  const last = monthsLater(first, 2).slice(0, 7);
  return `${last}-${['03', '12'].includes(last.slice(5)) ? '31' : '30'}`;
};

const isFound = ({ checked, findings }: CellFinding): boolean => checked !== 0 || findings !== 0;

/** What is to be said of the definition of a series, by last day of the period. */
type OfDefinition = ReadonlyMap<string, { readonly isClear: boolean; readonly isChanged: boolean }>;

/** Compares every period of the series: one that comes late may move the change to an earlier one. */
const definitionFindings = (
  [before, after]: readonly [Cells, Cells],
  { measure, freq }: Pick<CellData, 'measure' | 'freq'>,
  [tried, formulas]: readonly [readonly Candidate[], readonly Candidate[]],
): readonly CellFinding[] => {
  const told = Object.keys(after).map((key) => key.split('|'));
  const isAnew = tried.length !== formulas.length;
  const freqs = isAnew ? [...new Set(told.map(([, of = '']) => of))] : [freq];
  const series = freqs.flatMap((of) => {
    const measures = [...new Set(told.flatMap(([name = '', at]) => (at === of ? [name] : [])))];
    return seriesWith(isAnew ? undefined : measure, measures, formulas).map((name) => [name, of] as const);
  });
  return series.flatMap(([name, of]) => {
    const [was, is] = [definitionsOf(before, name, of, tried), definitionsOf(after, name, of, formulas)];
    const days = [...new Set([...was.keys(), ...is.keys()])];
    return days
      .flatMap((day) => [
        difference('definition_changed', day, was.get(day)?.isChanged, is.get(day)?.isChanged),
        difference('definition_unclear', day, negated(was.get(day)?.isClear), negated(is.get(day)?.isClear)),
      ])
      .filter(isFound);
  });
};

const negated = (verdict: Verdict): Verdict => (verdict === undefined ? undefined : !verdict);

const definitionsOf = (cells: Cells, series: string, freq: string, formulas: readonly Candidate[]): OfDefinition => {
  const periods = Object.keys(cells)
    .map((key) => key.split('|'))
    .filter(([measure, at]) => measure === series && at === freq)
    .map(([, , start = '', end = '']) => ({ start, end }))
    .sort((one, other) => (one.end < other.end ? -1 : 1));
  const judged = periods.flatMap(({ start, end }) => {
    const at = (measure: string) => cells[keyOf(measure, freq, start, end)];
    const told = (measure: string) => at(measure)?.value ?? undefined;
    const fit = fitting(series, told, formulas, at(series)?.isFraction === true);
    return fit === undefined ? [] : [{ end, fit }];
  });
  const changed = new Set(changesIn(judged.map(({ fit }) => fit)));
  return new Map(judged.map(({ end, fit }, at) => [end, { isClear: fit.length === 1, isChanged: changed.has(at) }]));
};
