import { laterSql } from '../keyset.js';
import type { DataSetQuery } from '../read-model.js';
import { type ClassRules, classOnSql } from '../transaction/class-rules.js';

/** Values of a statement in the order of their `$n`. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The text that stands for the value. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** ` and <sql> <operator> <day>`, nothing for an open end. */
  and(sql: string, operator: '<=' | '>=', day: string | undefined): string {
    return day === undefined ? '' : ` and ${sql} ${operator} ${this.add(day)}::date`;
  }
}

const BREAKDOWN = `concat_ws('/', case when k.service is not null then 'service' when k.entity is not null then 'entity'
  else 'scope ' || k.scope end, case when k.channel is not null then 'channel' end,
  case when k.assisted is not null then 'assisted' end, case when k.category is not null then 'category' end)`;

/** Dimension → SQL over a known cell `k`. */
export const CELL_DIMENSIONS: Readonly<Record<string, string>> = {
  publisher: 'k.publisher',
  dataset: 'k.dataset',
  service: 'k.service',
  entity: 'k.owner',
  scope: 'k.scope',
  channel: 'k.channel',
  channel_class: 'k.channel_class',
  assisted: 'k.assisted::text',
  category: 'k.category',
  measure: 'k.measure',
  unit: 'k.unit',
  freq: 'k.freq',
  period: `k.period_start || '..' || k.period_end`,
  // What the total is about and which parts it splits into: a total and its own parts are never added up.
  breakdown: BREAKDOWN,
};

/**
 * Entity of a cell `alias`: the owner that its row has, else that of its service on the last day of the period, else the
 * first owner known. Looked up only for questions that name entities.
 */
export const ownerSql = (alias: string, query: DataSetQuery, parameters: Parameters): string => {
  const { effectiveAt, group, filters } = query;
  if (!group.includes('entity') && filters.entity === undefined) return `${alias}.owner`;
  const on = effectiveAt === undefined ? `${alias}.period_end` : `${parameters.add(effectiveAt)}::date`;
  return `coalesce(${alias}.owner, (select o.entity from service_owner o where o.service = ${alias}.service
    order by o.from_day <= ${on} desc, case when o.from_day <= ${on} then o.from_day end desc, o.from_day, o.revision desc
    limit 1))`;
};

const CELL_COLUMNS = `e.cell, e.publisher, e.dataset, e.service, e.entity, e.scope, e.channel, e.assisted, e.category,
  e.measure, e.unit, e.freq, e.period_start, e.period_end, e.entity as owner`;

/**
 * Parts `latest`, `undated` and `known` of a statement. `known`, here `k`: one row a cell of which something is known at the
 * knowledge day, with `value`, `missing`, `is_withdrawn`, `is_restated`, `is_undated` and `owner`; `channel_class` where rules are given.
 *
 * - The entry of the latest knowledge day counts, whatever the order of arrival; a withdrawn cell has no value.
 * - Before its first dated entry a cell has the value which that entry says it replaced, undated, and only where the
 *   period was over by the knowledge day.
 * - `recordedAt` leaves out what the ledger had not recorded by then. It never pretends to have known earlier.
 */
export const knownSql = (query: DataSetQuery, parameters: Parameters, rules?: ClassRules): string => {
  const { from, to, knownAt, recordedAt } = query;
  const inside = `true${parameters.and('e.period_start', '>=', from)}${parameters.and('e.period_end', '<=', to)}`;
  const chosen = `${inside}${parameters.and('e.recorded_day', '<=', recordedAt)}${namedCells(query, parameters)}`;
  const first = `select distinct on (e.cell) e.* from aggregate_entry e where ${chosen} order by e.cell, e.known_day, e.revision`;
  const day = knownAt === undefined ? 'null::date' : `${parameters.add(knownAt)}::date`;
  return `latest as (
    select distinct on (e.cell) ${CELL_COLUMNS}, e.value, e.missing, e.kind = 'withdrawn' as is_withdrawn,
      bool_or(e.kind = 'restated') over (partition by e.cell) as is_restated, false as is_undated
    from aggregate_entry e where ${chosen}${parameters.and('e.known_day', '<=', knownAt)}
    order by e.cell, e.known_day desc, e.revision desc
  ), undated as (
    select ${CELL_COLUMNS}, e.previous, e.previous_missing, false, false, true
    from (${first}) e where e.kind <> 'reported' and e.known_day > ${day} and e.period_end < ${day}
  ), known as materialized (
    select e.cell, e.publisher, e.dataset, e.service, e.entity, e.scope, e.channel, e.assisted, e.category, e.measure, e.unit,
      e.freq, e.period_start, e.period_end, e.value, e.missing, e.is_withdrawn, e.is_restated, e.is_undated,
      ${rules ? `${classOnSql('e.channel', 'e.period_end', rules)} as channel_class, ` : ''}${ownerSql('e', query, parameters)} as owner
    from (select * from latest union all select * from undated) e
  )`;
};

/** Filters that hold for all entries of a cell are met before anything is sorted. */
const namedCells = ({ filters }: DataSetQuery, parameters: Parameters): string =>
  ['publisher', 'dataset', 'service', 'freq']
    .filter((name) => filters[name] !== undefined)
    .map((name) => ` and e.${name} = any(${parameters.add(filters[name])})`)
    .join('');

/** ` and …` for the filters of a question, but for those named; over a known cell `k`. */
export const filtersSql = ({ filters }: DataSetQuery, parameters: Parameters, except: readonly string[] = []): string =>
  Object.entries(filters)
    .filter(([name]) => !except.includes(name))
    .map(([name, values]) => ` and (${dimensionOf(name)}) = any(${parameters.add(values)})`)
    .join('');

export const dimensionOf = (name: string): string => {
  const sql = CELL_DIMENSIONS[name];
  if (sql === undefined) throw new TypeError(`aggregates has no dimension ${name}`);
  return sql;
};

/** A cell of 12 months ending with any quarter overlaps its neighbours: it stands alone, whatever the groups. */
export const ROLLING_PERIOD = `case when k.freq = 'R' then ${CELL_DIMENSIONS.period} end`;

/** Group → SQL, as text in byte order. Without `period` among the groups, rolling cells are still kept apart by it. */
export const groupOf = (name: string, asked: readonly string[]): string => {
  const sql = name === 'period' && !asked.includes('period') ? ROLLING_PERIOD : dimensionOf(name);
  return `((${sql})::text collate "C")`;
};

/**
 * Condition that a row of `groups` (SQL aliases) comes after the last row of the page before; null comes first, as
 * everywhere.
 */
export const afterSql = (
  groups: readonly string[],
  after: readonly (string | null)[] | undefined,
  parameters: Parameters,
): string =>
  after && groups.length > 0 ? laterSql(groups, after, (value) => `${parameters.add(value)} collate "C"`) : 'true';
