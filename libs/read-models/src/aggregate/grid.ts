import type { DataSetQuery } from '../read-model.js';
import { ownerSql, type Parameters } from './known.js';

/**
 * Parts `asked`, `given`, `spared` and `grid` of a statement, after `known`. `grid`, here `k`: one row a cell that was asked
 * for, multiplied out here and nowhere else, with `status` provided, suppressed, not_provided, not_applicable or
 * not_requested. A fact outranks an exemption. Channels and categories are no part of a grid: a service has provided a
 * cell when it has provided any part of it.
 *
 * `is_gridded` tells these rows from cells of publishers without a grid, which only know what is there.
 */
export const gridSql = (query: DataSetQuery, parameters: Parameters): string => {
  const { from, to, knownAt, recordedAt, filters } = query;
  const known = (alias: string) =>
    `${parameters.and(`${alias}.known_day`, '<=', knownAt)}${parameters.and(`${alias}.recorded_day`, '<=', recordedAt)}`;
  const named = ['publisher', 'dataset']
    .filter((name) => filters[name] !== undefined)
    .map((name) => ` and p.${name} = any(${parameters.add(filters[name])})`)
    .join('');
  // Sorted together and grouped, never joined: the planner knows nothing of the size of a grid, and a wrong join takes minutes.
  return `asked as (
    select distinct p.publisher, p.dataset, s.service, s.entity, c.measure, c.freq,
      c."periodStart" as period_start, c."periodEnd" as period_end
    from collection_part p
    cross join lateral (select unnest(p.services) as service, null::text as entity
      union all select null, unnest(p.entities)) s
    cross join lateral jsonb_to_recordset(p.cells) as c(measure text, freq text, "periodStart" date, "periodEnd" date)
    where true${known('p')}${named}${parameters.and('c."periodStart"', '>=', from)}${parameters.and('c."periodEnd"', '<=', to)}
  ), spared as (
    select distinct on (x.publisher, x.dataset, x.subject, x.measure, x.freq, x.period_start) x.*
    from collection_exemption x where true${known('x')}
    order by x.publisher, x.dataset, x.subject, x.measure, x.freq, x.period_start, x.revision desc
  ), told as (
    select publisher, dataset, coalesce(service, entity) as subject, measure, freq, period_start, service, entity as owner,
      period_end, true as is_asked, null::text as mark, null::text as exemption from asked
    union all
    select publisher, dataset, coalesce(service, entity), measure, freq, period_start, service, owner, period_end, false,
      case when value is not null then '1 value' when missing = 'suppressed' then '2 suppressed'
        when missing = 'notApplicable' then '3 not_applicable' when missing = 'notRequested' then '4 not_requested'
        else '5 not_provided' end, null
    from known where scope is null and not is_withdrawn
    union all
    select publisher, dataset, subject, measure, freq, period_start, null, null, null, false, null, status from spared
  ), cells as (
    select publisher, dataset, subject, measure, freq, period_start, max(service) as service, max(owner) as owner,
      max(period_end) as period_end, bool_or(is_asked) as is_asked, min(mark) as mark, max(exemption) as exemption
    from told group by publisher, dataset, subject, measure, freq, period_start
  ), grid as (
    select k.publisher, k.dataset, k.service, k.subject, k.measure, k.freq, k.period_start, k.period_end,
      ${ownerSql('k', query, parameters)} as owner, k.is_asked as is_gridded,
      case when k.mark = '1 value' then 'provided' when k.mark <> '5 not_provided' then substr(k.mark, 3)
        when k.mark is null and k.exemption = 'notApplicable' then 'not_applicable'
        when k.mark is null and k.exemption = 'notRequested' then 'not_requested' else 'not_provided' end as status
    from (select c.*, bool_or(c.is_asked) over (partition by c.publisher, c.dataset) as has_grid from cells c) k
    where k.is_asked or (not k.has_grid and k.mark is not null)
  )`;
};

/** Dimensions that a grid knows. Over the others coverage is not known. */
export const GRID_DIMENSIONS: ReadonlySet<string> = new Set([
  'publisher',
  'dataset',
  'service',
  'entity',
  'measure',
  'freq',
  'period',
]);

/** Sums of a group of grid cells `k`. Suppressed counts as provided; not applicable and not requested in neither part. */
export const COVERAGE_SUMS = `
  count(*) filter (where k.is_gridded and k.status in ('provided', 'suppressed', 'not_provided'))::int as requested,
  count(*) filter (where k.status in ('provided', 'suppressed'))::int as provided,
  count(*) filter (where k.status = 'not_provided')::int as not_provided,
  count(*) filter (where k.status = 'not_applicable')::int as not_applicable,
  count(*) filter (where k.status = 'not_requested')::int as not_requested,
  count(*) filter (where k.status = 'suppressed')::int as suppressed,
  bool_or(k.is_gridded) as is_gridded`;

export interface CoverageSums {
  readonly requested: number;
  readonly provided: number;
  readonly not_provided: number;
  readonly not_applicable: number;
  readonly not_requested: number;
  readonly suppressed: number;
  readonly is_gridded: boolean | null;
}
