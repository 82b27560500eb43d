import type { EntityManager } from 'typeorm';
import { knownOn } from '../paper/size-class.js';
import type { DataSetQuery } from '../read-model.js';
import { classRules } from '../transaction/class-rules.js';
import { COVERAGE_SUMS, type CoverageSums, GRID_DIMENSIONS, gridSql } from './grid.js';
import { filtersSql, groupOf, knownSql, Parameters } from './known.js';

/** Group values of a KPI row, in the order of the keys. */
export type Key = readonly (string | null)[];

/** Null first, then byte order, as in every answer. */
export const compareKeys = (a: Key, b: Key): number => {
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? null;
    if (left === right) continue;
    if (left === null || right === null) return left === null ? -1 : 1;
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return 0;
};

export const isAfter = (key: Key, after: Key | undefined): boolean =>
  after === undefined || compareKeys(key, after) > 0;

/** Sums of one service (or entity) within one key. Numbers are exact decimal text; null = nothing provided. */
export interface SubjectSums {
  readonly key: Key;
  readonly kind: 'service' | 'entity';
  readonly subject: string;
  readonly volume: string | null;
  readonly digital: string | null;
  /** Over the cells (periods) that have both. */
  readonly paired_volume: string | null;
  readonly paired_digital: string | null;
  /** Σ unit cost × volume and Σ volume over the cells that have both. */
  readonly cost: string | null;
  readonly cost_volume: string | null;
  readonly cost_unit: string | null;
  readonly cost_units: number;
  /** Σ over channel cells: all, digital or assisted, digital without assistance. */
  readonly channels: string | null;
  readonly channels_digital: string | null;
  readonly channels_unassisted: string | null;
  readonly is_suppressed: boolean;
  /** Periods of the jurisdiction's yearly threshold: with a volume, at or above it, and the volumes of both. */
  readonly years: number;
  readonly high_years: number;
  readonly years_volume: string | null;
  readonly high_volume: string | null;
  readonly periods: number;
}

/** Dimensions that a KPI over several measures cannot group or filter by. */
const NOT_OF_KPIS = ['measure', 'unit', 'breakdown'];

/** Groups of a KPI row. A comparison of two periods is not grouped by them. */
export const kpiKeys = ({ group }: DataSetQuery, isComparison: boolean): readonly string[] => {
  const keys = [...new Set([...group, 'publisher', 'dataset', 'freq', 'period'])];
  return keys.filter((name) => !NOT_OF_KPIS.includes(name) && !(isComparison && name === 'period'));
};

/** Adopted thresholds of policy `high-volume` in force on the last day, as known, else those of its first version (kpis.md, section 2). */
const thresholdSql = (query: DataSetQuery): string => `(select max((t.value ->> 'volume')::bigint)
    from jsonb_array_elements(coalesce((select v.content -> 'parameters' -> 'thresholds' from register_version v
      where v.kind = 'policy' and v.id = 'high-volume' and v.from_day <= c.period_end and v.known_day <= ${knownOn(query)}
      order by v.version desc limit 1), '${FIRST_THRESHOLDS}')) t where t.value ->> 'jurisdiction' = c.jurisdiction)`;
const FIRST_THRESHOLDS = '[{"jurisdiction":"CA","volume":45000},{"jurisdiction":"GB","volume":750000}]';

const PLAIN = 'k.channel is null and k.assisted is null';
const DIGITAL = `k.channel_class = 'digital'`;

/** One row a subject and key, of the cells that the question selects. A total and its split by customer are not mixed. */
export const subjectSums = async (
  query: DataSetQuery,
  keys: readonly string[],
  manager: EntityManager,
): Promise<SubjectSums[]> => {
  const parameters = new Parameters();
  const known = knownSql(query, parameters, await classRules(query, manager));
  const aliases = keys.map((_, at) => `g${at}`);
  const select = keys.map((name, at) => `${groupOf(name, query.group)} as g${at}`).join(', ');
  const bySplit = query.group.includes('category') || query.filters.category !== undefined;
  const sql = `with ${known}, cell as (
      select ${select}, case when k.service is null then 'entity' else 'service' end as kind,
        coalesce(k.service, k.entity) as subject, k.period_start, k.period_end, k.freq,
        max(k.value) filter (where k.measure = 'volume' and ${PLAIN}) as v,
        max(k.value) filter (where k.measure = 'volume_digital' and ${PLAIN}) as d,
        max(k.value) filter (where k.measure = 'cost_per_transaction' and ${PLAIN}) as c,
        max(k.unit) filter (where k.measure = 'cost_per_transaction' and k.value is not null) as cost_unit,
        sum(k.value) filter (where k.measure = 'volume' and k.channel is not null) as ch,
        sum(k.value) filter (where k.measure = 'volume' and (${DIGITAL} or k.assisted and k.channel is not null)) as chd,
        sum(k.value) filter (where k.measure = 'volume' and ${DIGITAL} and k.assisted is not true) as chu,
        bool_or(k.missing = 'suppressed' and k.measure in ('volume', 'volume_digital')) as is_suppressed,
        (select o.jurisdiction from service_owner o where o.service = k.service
          order by o.from_day desc, o.revision desc limit 1) as jurisdiction
      from known k where k.scope is null and k.measure in ('volume', 'volume_digital', 'cost_per_transaction')
        and k.category is ${bySplit ? 'not null' : 'null'}${filtersSql(query, parameters, NOT_OF_KPIS)}
      group by ${[...aliases, 'kind', 'subject', 'k.service', 'k.period_start', 'k.period_end', 'k.freq'].join(', ')}
    ), yearly as (
      select c.*, case when c.freq in ('A', 'F', 'R') then coalesce(c.v, c.ch) end as year_volume, ${thresholdSql(query)} as threshold
      from cell c
    )
    select ${aliases.join(', ')}, kind, subject, sum(v)::text as volume, sum(d)::text as digital,
      sum(v) filter (where d is not null)::text as paired_volume, sum(d) filter (where v is not null)::text as paired_digital,
      sum(v * c)::text as cost, sum(v) filter (where c is not null)::text as cost_volume,
      max(cost_unit) as cost_unit, count(distinct cost_unit)::int as cost_units, sum(ch)::text as channels,
      sum(coalesce(chd, 0)) filter (where ch is not null)::text as channels_digital,
      sum(coalesce(chu, 0)) filter (where ch is not null)::text as channels_unassisted,
      coalesce(bool_or(is_suppressed), false) as is_suppressed,
      count(year_volume) filter (where threshold is not null)::int as years,
      count(*) filter (where year_volume >= threshold)::int as high_years,
      sum(year_volume) filter (where threshold is not null)::text as years_volume,
      sum(year_volume) filter (where year_volume >= threshold)::text as high_volume,
      count(distinct (period_start, period_end))::int as periods
    from yearly group by ${[...aliases, 'kind', 'subject'].join(', ')}`;
  const raw = (await manager.query(sql, parameters.values)) as Record<string, unknown>[];
  return raw.map((row) => ({ ...(row as unknown as SubjectSums), key: keyOf(row, keys) }));
};

const keyOf = (row: Record<string, unknown>, keys: readonly string[]): Key =>
  keys.map((_, at) => (row[`g${at}`] ?? null) as string | null);

export interface MeasureCoverage {
  readonly key: Key;
  readonly measure: string;
  readonly requested: number;
  readonly provided: number;
}

/** Cells provided and requested by key and measure; empty where no grid is known or the question goes beyond one. */
export const measureCoverage = async (
  query: DataSetQuery,
  keys: readonly string[],
  manager: EntityManager,
): Promise<MeasureCoverage[]> => {
  const named = [...keys, ...Object.keys(query.filters).filter((name) => !NOT_OF_KPIS.includes(name))];
  if (named.some((name) => !GRID_DIMENSIONS.has(name))) return [];
  const parameters = new Parameters();
  const known = knownSql(query, parameters);
  const aliases = keys.map((_, at) => `g${at}`);
  const select = keys.map((name, at) => `${groupOf(name, query.group)} as g${at}`).join(', ');
  const sql = `with ${known}, ${gridSql(query, parameters)}
    select ${select}, k.measure, ${COVERAGE_SUMS} from grid k
    where k.is_gridded${filtersSql(query, parameters, NOT_OF_KPIS)} group by ${[...aliases, 'k.measure'].join(', ')}`;
  const raw = (await manager.query(sql, parameters.values)) as (Record<string, unknown> & CoverageSums)[];
  return raw.map((row) => ({
    key: keyOf(row, keys),
    measure: String(row.measure),
    requested: row.requested,
    provided: row.provided,
  }));
};
