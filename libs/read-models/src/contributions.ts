import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type CubeSpec, measureSql, selection } from './cube-query.js';
import type { Contribution, DataSetQuery } from './read-model.js';
import { quoted, shapeOf } from './tables.js';
import { INNER_MEASURES } from './transaction/tables.js';

/** A page of events, and the place of the last one when more follow. */
export interface Contributions {
  readonly events: readonly Contribution[];
  readonly next?: readonly (string | null)[];
}

interface ContributionRow {
  stream: string;
  revision: string;
  effective_day: string;
  known_day: string;
  deltas: Record<string, string>[];
}

/** Above it one pass over all events is cheaper than the index, which compares every event that it finds with every cell. */
const CELLS_BY_INDEX_MAX = 1_000;

/**
 * SQL: `cell` is among the `cells` of the WITH list. Hashed, whatever the planner expects: a join would walk a long list that it takes
 * for a short one, once for every cell.
 */
export const isAmong = (list: string): string => `(cell in (select unnest(cells) from ${list})) is true`;

/**
 * SQL: `stream`, `revision` and `place` of the events that added to a cell of `list`, a WITH list of one row with the array `cells`.
 *
 * @param after condition on streams and revisions with ` and ` before it, or nothing
 */
export const eventsTouching = (list: string, after: string): string => `
  select stream, revision, ctid as place from contribution
   where (select cardinality(cells) <= ${CELLS_BY_INDEX_MAX} from ${list}) and cells && (select cells from ${list})${after}
  union all
  select stream, revision, ctid from contribution
   where (select cardinality(cells) > ${CELLS_BY_INDEX_MAX} from ${list})
     and exists (select from unnest(cells) as part (cell) where ${isAmong(list)})${after}`;

// Only the events of the page are taken apart into their cells.
const EVENTS = `with chosen as materialized (select array({selection}) as cells),
 page as materialized ({events} order by stream, revision limit {limit})
select e.stream, e.revision::text as revision, e.effective_day::text as effective_day, e.known_day::text as known_day,
       json_agg({delta} order by part.at) as deltas
  from page join contribution e on e.ctid = page.place cross join unnest(e.cells) with ordinality as part (cell, at)
 where ${isAmong('chosen')}
 group by e.stream, e.revision, e.effective_day, e.known_day order by e.stream, e.revision`;

const ADDED = 'e.deltas -> (part.at::int - 1)';

/** SQL of what an event added to a cell, with measures that are made of several columns: by what it added to each of them. */
const toldSql = (spec: CubeSpec, measures: readonly string[]): string => {
  const { name, values } = shapeOf(spec.table);
  const table = quoted(name);
  const zeros = values.map((column) => `'${column.name}', 0`).join(', ');
  const told = measures.map((measure) => `'${measure}', nullif(${measureSql(spec, measure)}, 0)::text`).join(', ');
  return `(select jsonb_strip_nulls((${ADDED})::jsonb || jsonb_build_object(${told})) from ${table} t
    cross join lateral jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object(${zeros}) || (${ADDED})::jsonb) as c
    where t.cell = part.cell)`;
};

/**
 * Events behind the figure that the same question gives: those that added to one of its cells, in (stream, revision) order.
 * The sum of their deltas is the figure. Groups of the question do not matter; put the cell's group values into its filters.
 */
export const cubeContributions = async (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<Contributions> => {
  const [chosen, parameters] = selection(spec, query, manager).select('c.cell', 'cell').getQueryAndParameters();
  const values: unknown[] = [...parameters];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const [stream, revision] = query.after ?? [];
  const isLater = stream && revision ? ` and (stream, revision) > (${place(stream)}, ${place(revision)}::bigint)` : '';
  const sql = EVENTS.replace('{selection}', chosen)
    .replace('{events}', eventsTouching('chosen', isLater))
    .replace('{limit}', place(query.limit + 1))
    .replace('{delta}', spec.told ? toldSql(spec, spec.told) : ADDED);
  const rows = await manager.query<ContributionRow[]>(sql, values);
  const events = rows.slice(0, query.limit).map((row) => contributionOf(spec, row));
  const last = events.at(-1);
  return rows.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

/** Lists of events paged as one. The streams of each come before those of the next in their order, so that one cursor is enough. */
export const contributionsInTurn = async (
  lists: readonly ((query: DataSetQuery) => Promise<Contributions>)[],
  query: DataSetQuery,
): Promise<Contributions> => {
  const events: Contribution[] = [];
  for (const [at, list] of lists.entries()) {
    const { events: found, next } = await list({ ...query, limit: query.limit - events.length });
    events.push(...found);
    if (next) return { events, next };
    const last = events.at(-1);
    if (last && events.length === query.limit && at < lists.length - 1)
      return { events, next: [last.stream, last.revision] };
  }
  return { events };
};

const contributionOf = (spec: CubeSpec, row: ContributionRow): Contribution => {
  const sums = new Map<string, bigint>();
  for (const deltas of row.deltas)
    for (const [measure, delta] of Object.entries(deltas)) sums.set(measure, (sums.get(measure) ?? 0n) + BigInt(delta));
  const order = shapeOf(spec.table)
    .values.map(({ name }) => name)
    .filter((name) => !INNER_MEASURES.has(name));
  const deltas = order.filter((name) => sums.has(name)).map((name) => [name, String(sums.get(name))]);
  return {
    stream: row.stream,
    revision: row.revision,
    effectiveDay: row.effective_day,
    knownDay: row.known_day,
    deltas: Object.fromEntries(deltas),
  };
};

interface ListedRow {
  readonly stream: string;
  readonly revision: string;
  readonly effective_day: string;
  readonly known_day: string;
}

/** A page of events that are listed rather than added up: `select` yields them under alias `v`, perhaps more than once. */
export const listedEvents = async (
  select: SelectQueryBuilder<ObjectLiteral>,
  { after, limit }: DataSetQuery,
): Promise<Contributions> => {
  const [stream, revision] = after ?? [];
  if (stream && revision)
    select.andWhere('(v.stream, v.revision) > (:stream, :revision::bigint)', { stream, revision });
  const rows = await select
    .select('distinct v.stream, v.revision, v.effective_day::text as effective_day, v.known_day::text as known_day')
    .orderBy('v.stream')
    .addOrderBy('v.revision')
    .limit(limit + 1)
    .getRawMany<ListedRow>();
  const events = rows.slice(0, limit).map((row) => ({
    stream: row.stream,
    revision: row.revision,
    effectiveDay: row.effective_day,
    knownDay: row.known_day,
    deltas: {},
  }));
  const last = events.at(-1);
  return rows.length > limit && last ? { events, next: [last.stream, last.revision] } : { events };
};
