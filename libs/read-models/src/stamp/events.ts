import type { EntityManager } from 'typeorm';
import { eventsTouching, isAmong } from '../contributions.js';
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

/** Sheets belong to a unit by their service, or to those of their flow that belong to no unit. Two joins, each by equality. */
const OF_UNIT = [
  'c.service = u.service',
  `u.service is null and c.flow = u.flow
     and not exists (select from scope s where (s.view, s.half, s.entity, s.service) = (u.view, u.half, u.entity, c.service))`,
];
const sheetsSql = (cube: string, known: string): string =>
  OF_UNIT.map(
    (ofUnit) => `select c.cell from own u join ${cube} c on c.entity = u.told_as and ${ofUnit}
     and c.effective_day between u.first_day and u.last_day and ${known}`,
  ).join('\n  union ');
const volumesSql = (cube: string, known: string): string =>
  `select c.cell from own u join ${cube} c on c.entity = u.told_as and c.service = u.service
     and c.effective_day between u.first_day and u.last_day and ${known} and c.basis = 'event'`;

const IN_TIME = 'c.known_day <= u.known_day';
const TOO_LATE = 'c.known_day = u.known_day and c.nth >= u.nth';

// What a cell is called in `deltas` beside the names of its own measures: sheets are told apart by their kind.
const EVENTS = `chosen as materialized (
  select r.view, r.half, r.entity, r.first_day, r.last_day, r.known_day, r.nth, r.moment, j.service, j.flow
    from result r left join judged j using (view, half, entity) where {where}),
own as materialized (select u.*, p.told_as from chosen u join part p using (view, half, entity)),
behind as materialized (select array(
  ${sheetsSql('sheets_day', `${IN_TIME} and c.kind is not null`)}
  union ${volumesSql('channel_volume_day', IN_TIME)}) as cells),
beyond as materialized (select array(
  ${sheetsSql('sheets_late', TOO_LATE)}
  union ${volumesSql('volume_late', TOO_LATE)}) as cells),
page as materialized (
  select stream, revision, place from (${eventsTouching('behind', '{after}')}) events
  except select stream, revision, place from (${eventsTouching('beyond', '{after}')}) late
   order by stream, revision limit {limit}),
counted as (
  select e.stream, e.revision, e.effective_day, e.known_day,
         json_agg(case when s.cell is null then e.deltas -> (part.at::int - 1)
           else json_build_object(s.kind || '_sheets', e.deltas -> (part.at::int - 1) ->> 'sheets') end order by part.at) as deltas
    from page join contribution e on e.ctid = page.place
    cross join unnest(e.cells) with ordinality as part (cell, at) left join sheets_day s using (cell)
   where ${isAmong('behind')}
   group by e.stream, e.revision, e.effective_day, e.known_day),
told as (
  select e.stream, e.revision, e.effective_day, e.known_day, e.what from chosen u join assessment_event e
      on e.service = u.service and e.what = 'unit' and e.moment <= u.moment and e.effective_day <= u.last_day
  union select e.stream, e.revision, e.effective_day, e.known_day, e.what from chosen u join assessment_event e
      on e.entity = u.entity and e.half = u.half and e.moment <= $2 and e.service is null and e.what <> 'waiverRevoked'
  union select e.stream, e.revision, e.effective_day, e.known_day, e.what from own u join assessment_event e
      on e.entity = u.told_as and e.half = u.half and e.moment <= $2 and (e.service = u.service or e.what = 'waiverRevoked')
  union select e.stream, e.revision, e.effective_day, e.known_day, e.what from own u join assessment_event e
      on e.entity = u.told_as and e.what = 'merged' and e.moment <= u.moment and u.told_as <> u.entity),
said as (
  select stream, revision, effective_day, known_day, json_build_array(json_build_object(what, '1')) as deltas
    from told where true{after} order by stream, revision limit {limit})
select stream, revision::text as revision, effective_day::text as effective_day, known_day::text as known_day, deltas
  from (select * from counted union all select * from said) events order by stream, events.revision limit {limit}`;

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
  // A frozen result has the status of the current one; nothing else of another view or half is asked for.
  const looks = (await looksOf(query, manager, query.filters.entity ?? null)).filter(
    ({ view, half }) => (isFrozen || view === 'current') && (query.filters.half?.includes(half) ?? true),
  );
  const values: [typeof looks, string, ...unknown[]] = [looks, endOf(knownOn(query))];
  const place: Place = (value) => `$${values.push(value)}`;
  const [stream, revision] = query.after ?? [];
  const after = stream && revision ? ` and (stream, revision) > (${place(stream)}, ${place(revision)}::bigint)` : '';
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
