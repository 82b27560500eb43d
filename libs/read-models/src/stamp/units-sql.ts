import { mergedSql } from '../transaction/merged.js';

/** Label of the half of a day, as the kernel spells it. */
const halfSql = (day: string): string =>
  `to_char(${day}, 'YYYY') || case when extract(month from ${day}) <= 6 then '-H1' else '-H2' end`;

/**
 * Cells of a cube that count in each case: whole months of knowledge, the days of the last one, less what became known after the
 * freeze. `sums` names the columns and says how each is signed.
 */
const cellsSql = (
  cube: string,
  late: string,
  columns: string,
  sums: (sign: '' | '-') => string,
  where = 'true',
): string => {
  const of = `c.entity = a.told_as and ${halfSql('c.effective_day')} = a.half and ${where}`;
  const month = `date_trunc('month', a.known_day)::date`;
  return `select a.view, a.half, a.entity, a.kinds, ${columns}, ${sums('')} from part a join ${cube}_month c on ${of} and c.known_day < ${month}
    union all select a.view, a.half, a.entity, a.kinds, ${columns}, ${sums('')} from part a join ${cube} c
      on ${of} and c.known_day between ${month} and a.known_day
    union all select a.view, a.half, a.entity, a.kinds, ${columns}, ${sums('-')} from part a join ${late} c
      on ${of} and c.known_day = a.known_day and c.nth >= a.nth`;
};

const transactions = (sign: '' | '-'): string =>
  `${sign}(c.received + c.completed + c.rejected + c.withdrawn + c.duplicate + c.transferred) as n`;

const UNIT = 'view, half, entity, service';

/**
 * WITH list that judges every unit of every entity of the government by the looks in `$1` (a JSON list of `Look`), step by step as
 * domain.md, section 6.4, has it. Whoever went up in another entity within a half belongs to it for the whole of that half (`part`):
 * services, paper, attestations, waivers and baselines of theirs are those of the successor, and no paper hides behind a merger.
 * It ends in `judged`: one row a unit, and one for sheets that belong to no unit of their flow.
 *
 * `standing` are the counted sheets of a unit that no waiver covers. A waiver covers sheets up to its last day, so that those
 * after any day can only be covered by waivers that end after it: what stands is the largest rest over all such days.
 */
export const JUDGED = `look as materialized (
  select * from jsonb_to_recordset($1::jsonb) as l (view text, jurisdiction text, entities text[], half text, first_day date, last_day date,
    merged_by date, known_day date, nth int, moment text, kinds text[], channels text[], idle text, weight int, suspends boolean, large bigint,
    medium bigint, policies text)),
assessed as materialized (
  select b.entity, l.* from look l
    join (select distinct entity, jurisdiction from entity_span where kind = 'government') b
      on (l.jurisdiction is null or l.jurisdiction = b.jurisdiction) and (l.entities is null or b.entity = any(l.entities))),
moved as materialized (
  select l.view, l.half, l.jurisdiction, m.entity as told_as, m.into_entity as entity
    from look l cross join lateral ${mergedSql('l.merged_by', 'l.moment')} m),
part as materialized (
  select a.*, a.entity as told_as from assessed a where not exists (select from moved m
     where m.view = a.view and m.half = a.half and m.told_as = a.entity and m.jurisdiction is not distinct from a.jurisdiction)
  union all
  select a.*, m.told_as from moved m join assessed a on a.view = m.view and a.half = m.half and a.entity = m.entity
     and a.jurisdiction is not distinct from m.jurisdiction),
scope as materialized (
  select distinct a.view, a.half, a.entity, u.service, u.flow from part a
    join unit_span u on u.entity = a.told_as and u.known_from <= a.moment and u.known_to > a.moment
     and u.effective_from <= a.last_day and u.effective_to > a.first_day
   where u.kind = 'transactional' and u.status = 'active'),
sheet as materialized (
  select ${UNIT}, flow, coalesce(sum(sheets) filter (where kind = 'process'), 0) as process_sheets,
         coalesce(sum(sheets) filter (where kind = 'habit'), 0) as habit_sheets,
         coalesce(sum(sheets) filter (where kind = any(kinds)), 0) as counted
    from (${cellsSql('sheets_day', 'sheets_late', 'c.service, c.flow, c.kind', (sign) => `${sign}c.sheets as sheets`)}) cells
   group by ${UNIT}, flow
  having coalesce(sum(sheets) filter (where kind = 'process'), 0) <> 0 or coalesce(sum(sheets) filter (where kind = 'habit'), 0) <> 0),
sheet_of_unit as (
  select ${UNIT}, sum(process_sheets) as process_sheets, sum(habit_sheets) as habit_sheets, sum(counted) as counted
    from sheet where service is not null group by ${UNIT}),
active as materialized (
  select ${UNIT} from (${cellsSql('channel_volume_day', 'volume_late', 'c.service', transactions, `c.basis = 'event'`)}) cells
   group by ${UNIT} having sum(n) > 0),
waiver as materialized (
  select a.view, a.half, a.entity, w.service, (w.data ->> 'maxSheets')::bigint as sheets, (w.data ->> 'until')::date as until
    from part a join assessment_event w on w.entity = a.told_as and w.half = a.half and w.what = 'waiverGranted' and w.moment <= a.moment
   where not exists (select from assessment_event r where r.stream = w.stream and r.what = 'waiverRevoked'
     and r.waiver = w.waiver and r.moment <= a.moment)),
waived_day as materialized (
  select w.view, w.half, w.entity, w.service, d.effective_day, sum(d.sheets) as sheets
    from (select distinct ${UNIT} from waiver) w join part a using (view, half, entity)
    cross join lateral (
      select c.effective_day, c.kind, c.sheets from sheets_day c where c.entity = a.told_as and c.service = w.service
         and c.effective_day between a.first_day and a.last_day and c.known_day <= a.known_day
      union all select c.effective_day, c.kind, -c.sheets from sheets_late c where c.entity = a.told_as and c.service = w.service
         and c.effective_day between a.first_day and a.last_day and c.known_day = a.known_day and c.nth >= a.nth) d
   where d.kind = any(a.kinds) group by w.view, w.half, w.entity, w.service, d.effective_day),
uncovered as (
  select ${UNIT}, greatest(0, max(
      coalesce((select sum(d.sheets) from waived_day d where (d.view, d.half, d.entity, d.service) = (t.view, t.half, t.entity, t.service)
         and d.effective_day > t.day), 0)
    - coalesce((select sum(w.sheets) from waiver w where (w.view, w.half, w.entity, w.service) = (t.view, t.half, t.entity, t.service)
         and w.until > t.day), 0))) as sheets
    from (select ${UNIT}, until as day from waiver union select ${UNIT}, date '-infinity' from waiver) t group by ${UNIT}),
unit as (
  select s.view, s.half, s.entity, s.service, s.flow, true as is_unit, coalesce(p.process_sheets, 0) as process_sheets,
         coalesce(p.habit_sheets, 0) as habit_sheets, coalesce(p.counted, 0) as counted,
         coalesce(w.sheets, p.counted, 0) as standing,
         s.flow = 'customer' and not coalesce(e.channels, '{}') <@ a.channels as is_reopened,
         x.service is null and p.service is null and not exists (select from part o join assessment_event t on t.entity = o.told_as
           where o.view = s.view and o.half = s.half and o.entity = s.entity
           and t.half = s.half and t.service = s.service and t.what = 'attested' and t.moment <= a.moment) as is_idle,
         a.idle as idle_rule
    from scope s join assessed a using (view, half, entity)
    left join sheet_of_unit p using (${UNIT}) left join active x using (${UNIT}) left join uncovered w using (${UNIT})
    left join unit_span e on e.service = s.service and e.known_from <= a.moment and e.known_to > a.moment
     and e.effective_from <= a.last_day and e.effective_to > a.last_day
  union all
  select view, half, entity, null, flow, false, sum(process_sheets), sum(habit_sheets), sum(counted), sum(counted), false, false, ''
    from sheet p where not exists (select from scope s where (s.view, s.half, s.entity, s.service) = (p.view, p.half, p.entity, p.service))
   group by view, half, entity, flow),
judged as materialized (
  select *, case when is_idle and idle_rule = 'leaveOut' then 'idle' when is_idle and idle_rule = 'fail' then 'failed'
              when is_reopened and not is_idle or standing > 0 then 'failed' when is_unit then 'passed' end as outcome,
         case when is_idle then 'idle' when not is_unit and standing > 0 then 'unattributed'
              when is_reopened and standing > 0 then 'channels_and_sheets' when is_reopened then 'channels'
              when standing > 0 then 'sheets' when is_unit and counted > 0 then 'waived' when is_unit then 'clear' end as reason
    from unit)`;
