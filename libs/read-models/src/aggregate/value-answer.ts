import type { EntityManager } from 'typeorm';
import type { AnswerRow, DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';
import { classRules } from '../transaction/class-rules.js';
import { COVERAGE_SUMS, type CoverageSums, GRID_DIMENSIONS, gridSql } from './grid.js';
import { afterSql, filtersSql, groupOf, knownSql, Parameters } from './known.js';

/**
 * Measures of which a sum says nothing: unit costs, rates, marks. A row has their value only where it is one cell; the
 * KPIs weigh them.
 */
const UNSUMMABLE = '^cost_per_|_(rate|share|ratio|mean|average|satisfaction)$|^(completion_rate|user_satisfaction)$';

/** Volume of the same place and period, beside each cell. */
const PLACE = `k.publisher, k.dataset, k.service, k.entity, k.scope, k.channel, k.assisted, k.category, k.unit, k.freq,
  k.period_start, k.period_end`;

/** Numbers come as text, so that no digit is lost; sums of decimals lose their trailing zeros. */
const SUMS = `
  case when bool_or(k.missing = 'suppressed') or (max(k.measure) ~ '${UNSUMMABLE}' and count(k.value) > 1) then null
    else trim_scale(sum(k.value))::text end as value,
  count(k.value)::int as cells,
  count(*) filter (where k.is_restated)::int as restated,
  count(*) filter (where k.is_withdrawn)::int as withdrawn,
  count(*) filter (where k.is_undated)::int as undated,
  count(*) filter (where k.measure = 'volume_digital' and k.value > k.total)::int as digital_exceeds_total`;

export const groupsOf = ({ alwaysBy = [] }: DataSetDescription, { group }: DataSetQuery): readonly string[] => [
  ...new Set([...group, ...alwaysBy, 'period']),
];

/**
 * Rows of aggregates: sums of what is known, never across publishers, data sets, measures, units, frequencies or breakdowns,
 * and of rolling years never across periods.
 */
export const valueAnswer = async (
  description: DataSetDescription,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const parameters = new Parameters();
  const groups = groupsOf(description, query);
  const known = knownSql(query, parameters, await classRules(query, manager));
  const select = groups.map((name, at) => `${groupOf(name, query.group)} as g${at}`).join(', ');
  const aliases = groups.map((_, at) => `g${at}`);
  const sql = `with ${known}, placed as (
      select k.*, max(k.value) filter (where k.measure = 'volume') over (partition by ${PLACE}) as total from known k
    ), summed as (
      select ${select}, ${SUMS} from placed k where true${filtersSql(query, parameters)} group by ${aliases.join(', ')}
    ) select * from summed where ${afterSql(aliases, query.after, parameters)}
    order by ${aliases.map((alias) => `${alias} nulls first`).join(', ')} limit ${parameters.add(query.limit + 1)}`;
  const raw = (await manager.query(sql, parameters.values)) as Record<string, string | number | null>[];
  const rows = raw.slice(0, query.limit).map((row): AnswerRow => {
    const named = groups.map((name, at) => [name, row[`g${at}`] ?? null]);
    const measures = Object.keys(description.measures).map((name) => [name, row[name] ?? null]);
    return Object.fromEntries([...named, ...measures]);
  });
  const last = raw.length > query.limit ? rows.at(-1) : undefined;
  const next = last && groups.map((name) => (last[name] ?? null) as string | null);
  return { rows, coverage: await coverageOf(query, manager), kpiVersions: {}, ...(next && { next }) };
};

/** Provided / requested of the whole selection; null where no grid is known or the question goes beyond one. */
export const coverageOf = async (query: DataSetQuery, manager: EntityManager) => {
  const isBeyond = Object.keys(query.filters).some((name) => !GRID_DIMENSIONS.has(name) && !COVERED_WHOLE.has(name));
  if (isBeyond) return null;
  const parameters = new Parameters();
  const filters = filtersSql(query, parameters, [...COVERED_WHOLE]);
  const sql = `with ${knownSql(query, parameters)}, ${gridSql(query, parameters)}
    select ${COVERAGE_SUMS} from grid k where true${filters}`;
  const [sums] = (await manager.query(sql, parameters.values)) as CoverageSums[];
  return sums?.is_gridded && sums.requested > 0 ? { num: BigInt(sums.provided), den: BigInt(sums.requested) } : null;
};

/** Filters that choose no part of a grid: a unit and a breakdown belong to what was provided. */
const COVERED_WHOLE: ReadonlySet<string> = new Set(['unit', 'breakdown']);

/** Entries behind a row, in order: every entry of the cells that the question selects, until its knowledge day. */
export const entriesBehind = async (query: DataSetQuery, manager: EntityManager) => {
  const parameters = new Parameters();
  const { knownAt, recordedAt, after: [cell, revision] = [] } = query;
  const sql = `with ${knownSql(query, parameters, await classRules(query, manager))}
    select e.cell, e.publisher, e.revision::text, e.period_end::text, e.known_day::text, e.kind, e.value::text, e.previous::text
    from known k join aggregate_entry e on e.cell = k.cell
    where true${filtersSql(query, parameters)}${parameters.and('e.recorded_day', '<=', recordedAt)}
      and (k.is_undated or true${parameters.and('e.known_day', '<=', knownAt)})
      and ${cell && revision ? `(e.cell, e.revision) > (${parameters.add(cell)}, ${parameters.add(revision)}::bigint)` : 'true'}
    order by e.cell, e.revision limit ${parameters.add(query.limit + 1)}`;
  const raw = (await manager.query(sql, parameters.values)) as Record<string, string | null>[];
  const events = raw.slice(0, query.limit).map((row) => ({
    stream: `aggregate-${row.cell}`,
    revision: row.revision as string,
    effectiveDay: row.period_end as string,
    knownDay: row.known_day as string,
    deltas: deltasOf(row),
  }));
  const last = raw.length > query.limit ? events.at(-1) : undefined;
  return { events, ...(last && { next: [last.stream.slice('aggregate-'.length), last.revision] }) };
};

/** What the entry made of the cell: the value it set, and the value it replaced. */
const deltasOf = ({ value, previous }: Record<string, string | null>): Record<string, string> => ({
  ...(value !== null && value !== undefined && { value }),
  ...(previous !== null && previous !== undefined && { previous }),
});
