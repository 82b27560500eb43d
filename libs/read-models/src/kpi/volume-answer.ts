import type { EntityManager } from 'typeorm';
import {
  answerRow,
  type CubeSpec,
  type CubeSums,
  cubeSums,
  dimensionSql,
  type ExtraSum,
  groupsOf,
  measureSql,
  sumSql,
} from '../cube-query.js';
import type { AnswerRow, AnswerValue, DataSetAnswer, DataSetQuery, Measure } from '../read-model.js';
import { coverageRuleOf } from './coverage-rules.js';
import { knownVersions, type Term } from './definitions.js';
import { figureOf } from './figure.js';
import { isProcedure, type KpiEngine, type Sums } from './formula.js';
import { citedOf, type Series, seriesOf } from './series.js';

/** Dimensions that a share of a channel is taken over: they leave the denominator's groups and filters. */
const CHANNEL_DIMENSIONS: ReadonlySet<string> = new Set(['channel', 'channel_class', 'assisted']);
const SHARE_OF_CHANNEL = 'channel_volume.channel_share';

/**
 * Rows of a cube with the KPIs asked, one member each: `{ num, den, value, coverage: { num, den, value } }`; coverage is null
 * where nobody knows how many cases there are. The share of a channel divides the completed ones of the row by those of all channels
 * of the same other groups.
 *
 * @param spec The cube, with its `basis` where it has two. Its projection holds the versions of its KPIs.
 */
export const volumeAnswer = async (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const series = seriesOf(engineOf(spec), query, await knownVersions(query, manager));
  const chosen = series.flatMap(chosenFormulas);
  const divided = chosen.flatMap(({ formula, ...of }) => (isProcedure(formula) ? [] : [{ ...of, formula }]));
  const shares = chosen.filter(({ formula }) => isProcedure(formula));
  // Both bases in one pass only where a KPI needs them: a question without KPIs reads half the cube.
  const both = divided.length > 0 && spec.basis ? datedBy(spec, query.basis ?? 'event') : spec;
  const kpis = divided.map((one) => partsOf(one, spec, both));
  const cohort = both === spec ? [] : cohortSums(spec, both);
  const extras = kpis.flatMap(({ numerator, denominator = [], known = [], all = [] }) =>
    [numerator, denominator, known, all].flat(),
  );
  const { rows, next } = await cubeSums(both, query, manager, [...extras, ...cohort]);
  const isWhole = next === undefined && query.after === undefined;
  const wholes = shares.length > 0 ? await allChannels(spec, query, manager) : undefined;
  const answered = rows.map((row): AnswerRow => {
    const figures = kpis
      .filter(({ isOf }) => isOf(row))
      .map(({ kpi, numerator, denominator, known, all }): [string, AnswerValue] => {
        const coverage = known && all ? figureOf(total(row, known), total(row, all)) : null;
        const den = denominator ? total(row, denominator) : 1n;
        return [kpi, { ...figureOf(total(row, numerator), den), coverage }];
      });
    if (wholes)
      for (const { kpi, isOf } of shares)
        if (isOf(row)) figures.push([kpi, figureOf(row.measures.completed ?? 0n, wholes(row))]);
    return { ...answerRow(spec, row), ...Object.fromEntries(figures) };
  });
  const coverage = isWhole && cohort.length > 0 ? coverageIn(rows, cohort) : await coverageOf(spec, query, manager);
  return { ...{ rows: answered, coverage, ...citedOf(series) }, ...(next && { next }) };
};

/** A cube sums its measures over cells chosen by any of its dimensions. */
const engineOf = (spec: CubeSpec): KpiEngine => {
  const { description, basis } = spec;
  return {
    description,
    measures: Object.keys(description.measures).filter((measure) => measureSql(spec, measure) !== undefined),
    dimensions: [...Object.keys(description.dimensions), ...(basis ? ['basis'] : [])],
    procedures: [SHARE_OF_CHANNEL],
  };
};

/** One version of a KPI, and the rows that it answers. */
const chosenFormulas = ({ kpi, formulas, versionOf }: Series) =>
  [...formulas].map(([version, formula]) => {
    return { kpi, version, formula, isOf: (row: CubeSums) => versionOf(row) === version };
  });
interface Divided extends Omit<ReturnType<typeof chosenFormulas>[number], 'formula'> {
  readonly formula: Sums;
}

/** The sums that a version divides, and those that its coverage does. */
const partsOf = (
  { kpi, version, isOf, formula: { numerator, denominator } }: Divided,
  spec: CubeSpec,
  both: CubeSpec,
) => {
  const sum = (part: string, terms: readonly Term[]) => termSums({ spec, both }, `${kpi}_${version}_${part}`, terms);
  const coverage = coverageRuleOf(spec.description.name, kpi);
  return {
    ...{ kpi, isOf },
    numerator: sum('num', numerator),
    denominator: denominator.length > 0 ? sum('den', denominator) : undefined,
    known: coverage && sum('known', coverage.numerator),
    all: coverage && sum('all', coverage.denominator),
  };
};

/** The cube without its filter on the basis: its measures count the cells of one, terms choose for themselves. */
const datedBy = ({ basis: _basis, ...spec }: CubeSpec, basis: 'event' | 'receipt'): CubeSpec => ({
  ...spec,
  counted: `c.basis = '${basis}'`,
});

interface TermSum extends ExtraSum {
  readonly weight: bigint;
}

/** A term dates as the question does, unless it names the basis itself. */
const termSums = (
  { spec, both }: { readonly spec: CubeSpec; readonly both: CubeSpec },
  part: string,
  terms: readonly Term[],
): TermSum[] =>
  terms.map(({ measure, sign, times = 1, whenAny = [] }, at) => {
    const name = `${part}${at}`;
    const parameters: Record<string, unknown> = {};
    const namesBasis = whenAny.some(({ all }) => all.some(({ dimension }) => dimension === 'basis'));
    const alternatives = whenAny.map(({ all }, alternative) =>
      all.map(({ dimension, isIn }, condition) => {
        const parameter = `${name}_${alternative}_${condition}`;
        parameters[parameter] = isIn;
        return `${dimension === 'basis' ? '"c"."basis"' : dimensionSql(spec, dimension)} = any(:${parameter})`;
      }),
    );
    const where = alternatives.map((conditions) => `(${conditions.join(' and ')})`).join(' or ');
    const weight = BigInt(times) * (sign === 'minus' ? -1n : 1n);
    const sql = sumSql(namesBasis ? spec : both, measure, where === '' ? [] : [`(${where})`]);
    return { name, weight, parameters, sql };
  });

/** No cell counts nothing: among single events an empty cell is a true 0. */
const total = ({ extras }: CubeSums, terms: readonly TermSum[]): bigint =>
  terms.reduce((sum, { name, weight }) => sum + weight * (extras[name] ?? 0n), 0n);

type Wholes = (row: CubeSums) => bigint;
const WHOLES_PER_PAGE = 5_000;

/** A measure over all channels, by the groups that are not about channels. */
export const allChannels = async (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
  measure = 'completed',
): Promise<Wholes> => {
  const group = groupsOf(spec, query).filter((name) => !CHANNEL_DIMENSIONS.has(name));
  const filters = Object.fromEntries(Object.entries(query.filters).filter(([name]) => !CHANNEL_DIMENSIONS.has(name)));
  const keyOf = (row: CubeSums) => JSON.stringify(group.map((name) => row.group[name]));
  const wholes = new Map<string, bigint>();
  let after: readonly (string | null)[] | undefined;
  do {
    const page = await cubeSums(spec, { ...query, group, filters, limit: WHOLES_PER_PAGE, after }, manager);
    for (const row of page.rows) wholes.set(keyOf(row), row.measures[measure] ?? 0n);
    after = page.next;
  } while (after);
  return (row) => wholes.get(keyOf(row)) ?? 0n;
};

const KNOWN_OUTCOMES = ['received', 'open'] as const;
type Cohort = Readonly<Partial<Record<(typeof KNOWN_OUTCOMES)[number], bigint | null>>>;

/** Known outcomes / received of a selection, by the day of receipt. Null for an empty one, and where nothing is received. */
const shareOfKnown = ({ received, open }: Cohort) =>
  received ? { num: received - (open ?? 0n), den: received } : null;

const hasOutcomes = ({ description }: CubeSpec) => KNOWN_OUTCOMES.every((name) => description.measures[name]);

/** The two sums of the coverage, where both bases are read anyway: a statement of their own costs a fifth of the answer. */
const cohortSums = (spec: CubeSpec, both: CubeSpec): readonly TermSum[] => {
  const whenAny = [{ all: [{ dimension: 'basis', isIn: ['receipt'] }] }];
  const terms = KNOWN_OUTCOMES.map((measure): Term => ({ measure, sign: 'plus', whenAny }));
  return hasOutcomes(spec) ? termSums({ spec, both }, 'cohort', terms) : [];
};

/** @param rows all of the answer */
const coverageIn = (rows: readonly CubeSums[], cohort: readonly TermSum[]) => {
  const [received, open] = cohort.map((one) => rows.reduce((sum, row) => sum + total(row, [one]), 0n));
  return shareOfKnown({ received, open });
};

const coverageOf = async (spec: CubeSpec, query: DataSetQuery, manager: EntityManager) => {
  if (!hasOutcomes(spec)) return null;
  const cohort: DataSetQuery = { ...query, group: [], basis: 'receipt', limit: 1, after: undefined };
  const measures = Object.fromEntries(KNOWN_OUTCOMES.map((name) => [name, spec.description.measures[name] as Measure]));
  const { rows } = await cubeSums({ ...spec, description: { ...spec.description, measures } }, cohort, manager);
  return shareOfKnown(rows[0]?.measures ?? {});
};
