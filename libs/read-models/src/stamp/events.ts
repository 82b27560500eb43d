import type { EntityManager } from 'typeorm';
import { endOf } from '../freezes/late.js';
import type { Contribution, DataSetQuery } from '../read-model.js';
import { knownOn, looksOf } from './looks.js';
import { conditionsOf, type Place } from './question.js';
import { askResults } from './results-sql.js';

interface EventRow {
  readonly stream: string;
  readonly revision: string;
  readonly effective_day: string;
  readonly known_day: string;
  readonly deltas: readonly Readonly<Record<string, string>>[];
}

/** A cell belongs to a unit: by its service, or to the sheets of its flow that belong to no unit. */
const OF_UNIT = `c.entity = u.told_as and c.effective_day between u.first_day and u.last_day
  and (c.service = u.service or u.service is null and c.flow = u.flow
    and not exists (select from scope s where (s.view, s.half, s.entity, s.service) = (u.view, u.half, u.entity, c.service)))`;

// What a cell is called in `deltas` beside the names of its own measures: sheets are told apart by their kind.
const EVENTS = `chosen as materialized (
  select r.view, r.half, r.entity, r.first_day, r.last_day, r.known_day, r.nth, r.moment, j.service, j.flow
    from result r left join judged j using (view, half, entity) where {where}),
own as materialized (select u.*, p.told_as from chosen u join part p using (view, half, entity)),
cell as materialized (
  select c.cell, c.kind || '_sheets' as named from own u join sheets_day c on ${OF_UNIT} and c.known_day <= u.known_day where c.kind is not null
  union select c.cell, null from own u join channel_volume_day c on c.entity = u.told_as and c.service = u.service
     and c.effective_day between u.first_day and u.last_day and c.known_day <= u.known_day and c.basis = 'event'),
late as materialized (
  select c.cell from own u join sheets_late c on ${OF_UNIT} and c.known_day = u.known_day and c.nth >= u.nth
  union select c.cell from own u join volume_late c on c.entity = u.told_as and c.service = u.service
     and c.effective_day between u.first_day and u.last_day and c.known_day = u.known_day and c.nth >= u.nth and c.basis = 'event'),
counted as (
  select stream, revision, effective_day, known_day,
         (select json_agg(case when cell.named is null then e.deltas -> (part.at::int - 1)
                   else json_build_object(cell.named, e.deltas -> (part.at::int - 1) ->> 'sheets') end order by part.at)
            from unnest(e.cells) with ordinality as part (cell, at) join cell using (cell)) as deltas
    from contribution e where cells && array(select cell from cell) and not cells && array(select cell from late) {after}
   order by stream, revision limit {limit}),
said as (
  select stream, revision, effective_day, known_day, json_build_array(json_build_object(what, '1')) as deltas
    from assessment_event e
   where (exists (select from chosen u where e.service = u.service and e.what = 'unit' and e.moment <= u.moment and e.effective_day <= u.last_day)
      or exists (select from chosen u where e.entity = u.entity and e.half = u.half and e.moment <= $2 and e.service is null
         and e.what <> 'waiverRevoked')
      or exists (select from own u where e.entity = u.told_as and e.half = u.half and e.moment <= $2
         and (e.service = u.service or e.what = 'waiverRevoked'))
      or exists (select from own u where e.entity = u.told_as and e.what = 'merged' and e.moment <= u.moment and u.told_as <> u.entity)) {after}
   order by stream, revision limit {limit})
select stream, revision::text as revision, effective_day::text as effective_day, known_day::text as known_day, deltas
  from (select * from counted union all select * from said) events order by stream, revision limit {limit}`;

/** Of the measures of transactions those that show that a unit is not idle. */
const MEASURES: ReadonlySet<string> = new Set([
  ...['process_sheets', 'habit_sheets', 'received', 'completed', 'rejected', 'withdrawn', 'duplicate', 'transferred'],
]);

/**
 * Events that decide the pass or fail of the units chosen (STP-11): what made the service what it is, its transactions and sheets
 * in the half, attestations and waivers, and what was said of the mark. Of the frozen view where nothing else is asked, otherwise
 * of the current one, for what is behind the frozen figure is behind the current one too.
 */
export const stampEvents = async (
  query: DataSetQuery,
  manager: EntityManager,
): Promise<{ readonly events: readonly Contribution[]; readonly next?: readonly (string | null)[] }> => {
  const isFrozen = query.filters.view?.every((view) => view === 'frozen') ?? false;
  const asked = { ...query, filters: { ...query.filters, view: [isFrozen ? 'frozen' : 'current'] } };
  const looks = await looksOf(query, manager, query.filters.entity ?? null);
  const values: [typeof looks, string, ...unknown[]] = [looks, endOf(knownOn(query))];
  const place: Place = (value) => `$${values.push(value)}`;
  const [stream, revision] = query.after ?? [];
  const after = stream && revision ? `and (stream, revision) > (${place(stream)}, ${place(revision)}::bigint)` : '';
  const sql = EVENTS.replace('{where}', conditionsOf(asked, place).join(' and '))
    .replaceAll('{after}', after)
    .replaceAll('{limit}', place(query.limit + 1));
  const rows = await askResults<EventRow>(manager, `, ${sql}`, values);
  const events = rows.slice(0, query.limit).map(contributionOf);
  const last = events.at(-1);
  return rows.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

const contributionOf = ({ stream, revision, effective_day, known_day, deltas }: EventRow): Contribution => {
  const sums = new Map<string, bigint>();
  for (const [name, delta] of deltas.flatMap((one) => Object.entries(one)))
    sums.set(name, (sums.get(name) ?? 0n) + BigInt(delta ?? 0));
  const isCounted = deltas.length > 1 || [...sums.keys()].some((name) => MEASURES.has(name));
  const named = [...sums]
    .filter(([name]) => !isCounted || MEASURES.has(name))
    .map(([name, sum]) => [name, String(sum)]);
  return { stream, revision, effectiveDay: effective_day, knownDay: known_day, deltas: Object.fromEntries(named) };
};
