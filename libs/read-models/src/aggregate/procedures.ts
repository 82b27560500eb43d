import type { EntityManager } from 'typeorm';
import { failingWith } from '#kernel';
import { type KnownVersion, knownVersions } from '../kpi/definitions.js';
import { type Formula, isProcedure, type KpiEngine } from '../kpi/formula.js';
import { citedOf, seriesOf } from '../kpi/series.js';
import { kpiFailures } from '../kpi.js';
import type { DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';

/** What definitions over published totals may name (kpis.md, section 2). */
const PROCEDURES = [
  ...[
    'aggregates.take_up',
    'aggregates.take_up_unassisted',
    'aggregates.total_cost',
    'aggregates.cost_per_transaction',
  ],
  ...['aggregates.channel_share', 'aggregates.high_volume'],
] as const;
export type Procedure = (typeof PROCEDURES)[number];

/** A KPI over published totals: one of the procedures, or the coverage of some measures. */
export type AggregateKpi = { readonly kpi: string } & (
  | { readonly procedure: Procedure }
  | { readonly covered: readonly string[] }
);

export interface AggregateKpis extends Pick<DataSetAnswer, 'kpiVersions'> {
  readonly kpis: readonly AggregateKpi[];
}

/**
 * The KPIs asked over published totals as their versions define them. Coverage of data is defined over `coverage`.
 *
 * @throws Failure as `seriesOf`.
 */
export const aggregateProcedures = async (
  description: DataSetDescription,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<AggregateKpis> => {
  const engine = { description, procedures: PROCEDURES, ...OF_COVERAGE };
  const series = seriesOf(engine, { ...query, group: [] }, await knownVersions(query, manager));
  const kpis = series.map(({ kpi, version, formulas }): AggregateKpi => {
    const formula = formulas.get(version) as Formula;
    if (isProcedure(formula)) return { kpi, procedure: formula.procedure as Procedure };
    return { kpi, covered: coveredBy(formula, { kpi, version, dataset: description.name }) };
  });
  return { ...citedOf(series), kpis };
};

/** How coverage is defined: cells provided among those requested, of some measures. */
const OF_COVERAGE = { measures: ['provided', 'requested'], dimensions: ['measure'], standsFor: 'coverage' } as const;

/** Measures that a version of `data_coverage` looks at. */
export const coveredMeasures = async (description: DataSetDescription, query: DataSetQuery, manager: EntityManager) => {
  const engine: KpiEngine = { description, ...OF_COVERAGE };
  const series = seriesOf(engine, query, await knownVersions(query, manager));
  const measures = series.flatMap(({ kpi, version, formulas }) =>
    coveredBy(formulas.get(version) as Formula, { kpi, version, dataset: description.name }),
  );
  return { ...citedOf(series), measures };
};

const refuse = failingWith(kpiFailures);

/** Coverage is the part provided of what was requested, both of the same measures; no other sum of cells is one. */
const coveredBy = (
  formula: Formula,
  { kpi, version, dataset }: Pick<KnownVersion, 'kpi' | 'version'> & { readonly dataset: string },
): readonly string[] => {
  const [num, den] = isProcedure(formula) ? [] : [formula.numerator, formula.denominator];
  const measuresOf = ([term, ...more]: typeof num = [], measure: string) => {
    const [alternative, ...others] = term?.whenAny ?? [];
    const [condition, ...further] = alternative?.all ?? [];
    const isOne =
      more.length + others.length + further.length === 0 && term?.measure === measure && term.sign === 'plus';
    return isOne && (term.times ?? 1) === 1 ? condition?.isIn : undefined;
  };
  const [provided, requested] = [measuresOf(num, 'provided'), measuresOf(den, 'requested')];
  if (provided && requested && [...provided].sort().join(' ') === [...requested].sort().join(' ')) return provided;
  const params = { kpi, version: `${version}`, dataset, missing: 'provided / requested, when measure' };
  throw refuse('kpi.notComputable', { params });
};
