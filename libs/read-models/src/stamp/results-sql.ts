import type { EntityManager } from 'typeorm';
import type { Look } from './looks.js';
import { JUDGED } from './units-sql.js';

const flowSql = (flow: string, outcomes: string): string =>
  `coalesce(count(*) filter (where j.flow = '${flow}' and j.outcome in (${outcomes})), 0) * a.weight`;
const PASSED = `'passed'`;
const DECIDED = `'passed', 'failed'`;

/** What was said last of one half, as known at `$2`. */
const lastSql = (whats: string): string =>
  `select distinct on (entity, half) entity, half, what, data from assessment_event
    where what in (${whats}) and moment <= $2 order by entity, half, revision desc`;

/**
 * WITH list after {@link JUDGED}: one row of `result` an entity, half and view. `$2` is the moment up to which marks and
 * announcements are known: they are of the entity that they name, whatever it became part of. Ratios are kept as `_num` and `_den`.
 * The baseline of an entity is the sum of those of its parts, by months where each has months. A half counts for the time to the whole from the year after the
 * entity's first baseline on, for before it the entity has no class.
 */
const RESULTS = `${JUDGED},
total as (
  select a.view, a.half, a.entity, ${flowSql('customer', PASSED)} as services_num, ${flowSql('customer', DECIDED)} as services_den,
         ${flowSql('internal', PASSED)} as internal_num, ${flowSql('internal', DECIDED)} as internal_den,
         coalesce(sum(j.process_sheets + j.habit_sheets), 0) as sheets
    from assessed a left join judged j using (view, half, entity)
   group by a.view, a.half, a.entity, a.weight
  having bool_or(j.reason is distinct from 'idle' and j.entity is not null)
      or exists (select from assessment_event o where o.entity = a.entity and o.half = a.half and o.what = 'opened' and o.moment <= $2)),
baseline as (
  select distinct on (p.view, p.half, p.entity, p.told_as) p.view, p.half, p.entity, p.told_as, s.year, s.sheets,
         case when s.monthly is not null then (select sum(of.sheets) from unnest(s.monthly[m.first : m.first + 5]) of (sheets)) end as season
    from part p cross join lateral (select case when p.half like '%H1' then 1 else 7 end as first) m
    join stamp_baseline s on s.entity = p.told_as and s.moment <= p.moment and s.year < left(p.half, 4)::int
   order by p.view, p.half, p.entity, p.told_as, s.year desc, s.revision desc),
based as (
  select view, half, entity, max(year) as year, sum(sheets) as sheets, case when count(season) = count(*) then sum(season) end as season
    from baseline group by view, half, entity),
began as (
  select p.view, p.half, p.entity, coalesce(min(s.year) filter (where p.told_as = p.entity), min(s.year)) as year
    from part p join stamp_baseline s on s.entity = p.told_as and s.moment <= p.moment group by p.view, p.half, p.entity),
classed as (
  select a.*, t.services_num, t.services_den, t.internal_num, t.internal_den, t.sheets,
         case when b.sheets > a.large then 'large' when b.sheets > a.medium then 'medium' when a.large is not null and b.sheets > 0 then 'small' end as size_class,
         make_date(f.year + 1, 1, 1) as begins,
         t.services_num = t.services_den and t.services_den > 0 and t.internal_num = t.internal_den and t.internal_den > 0 as is_whole,
         coalesce(b.season, b.sheets * (a.last_day - a.first_day + 1)) as expected_num,
         case when b.season is not null then 1 else make_date(b.year + 1, 1, 1) - make_date(b.year, 1, 1) end as expected_den
    from total t join assessed a using (view, half, entity)
    left join based b using (view, half, entity) left join began f using (view, half, entity)),
timed as (
  select *, min(last_day + 1) filter (where is_whole and size_class is not null and first_day >= begins)
       over (partition by view, entity order by half) - begins as time_to_whole
    from classed),
ranked as materialized (
  select *, case when size_class is not null and time_to_whole is not null
       then rank() over (partition by view, half, size_class order by time_to_whole nulls last) end as rank
    from timed),
mark as (${lastSql(`'conferred', 'suspended', 'reinstated', 'withdrawn'`)}),
announcement as (${lastSql(`'resultAnnounced', 'reopened'`)}),
result as materialized (
  select r.*, case when m.what = 'withdrawn' then 'withdrawn' when m.what = 'suspended' then 'suspended'
              when m.what is not null and n.suspends and not n.is_whole then 'suspended' when m.what is not null then 'held'
              when said.data is not null then 'announced' when r.is_whole then 'whole' else 'none' end as status,
         said.data as announced,
         case when said.data is not null then not coalesce(d.size_class = said.data ->> 'sizeClass'
           and ${sameSql('services')} and ${sameSql('internal')}, false) end as differs
    from ranked r
    left join mark m on m.entity = r.entity and m.half = r.half
    left join announcement said on said.entity = r.entity and said.half = r.half and said.what = 'resultAnnounced'
    left join ranked n on n.entity = r.entity and n.half = r.half and n.view = 'current'
    left join lateral (select * from ranked f where f.entity = r.entity and f.half = r.half order by f.view = 'frozen' desc limit 1) d on true)`;

// What is judged stands in lists of which the planner knows no size, and to loop over one for each row of another is quadratic.
// Of a few entities the indexes are the better way.
const LOOPS = `set local enable_nestloop = `;

/**
 * Runs `select` behind the WITH list {@link RESULTS}, in the transaction of the snapshot.
 *
 * @param values `$1` and `$2` of the list, then those of `select`.
 */
export const askResults = async <T>(
  manager: EntityManager,
  select: string,
  values: readonly [looks: readonly Look[], moment: string, ...rest: unknown[]],
): Promise<T[]> => {
  const [looks, ...rest] = values;
  await manager.query(LOOPS + (looks.some(({ entities }) => entities === null) ? 'off' : 'on'));
  return manager.query<T[]>(`with ${RESULTS}${select}`, [JSON.stringify(looks), ...rest]);
};

/** Whether an announced ratio is the derived one, by value. */
function sameSql(member: 'services' | 'internal'): string {
  const part = (name: string) => `(said.data -> '${member}' ->> '${name}')::numeric`;
  return `d.${member}_den > 0 and d.${member}_num * ${part('den')} = ${part('num')} * d.${member}_den`;
}
