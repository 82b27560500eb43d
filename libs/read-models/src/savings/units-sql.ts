import { WHOLE_ENTITY } from '../paper/tables.js';

/** SQL of ours that the statement is made of. */
export interface UnitParts {
  /** SELECT of periods: nth, first, last and labels. */
  readonly periods: string;
  /** Subselects of cells. */
  readonly sheets: string;
  readonly volume: string;
  /** A transaction and what took it back lie in the same one of these: days, or their months where cells are months. Over `day`. */
  readonly bucket: string;
  /** Class of `channel` on `effective_day`. */
  readonly channelClass: string;
  /** The knowledge day. */
  readonly known: string;
  /** Entity under which one appears at the end of a period, alias `p`. */
  entityOf(entity: string): string;
  readonly sizeClasses: string;
  /** Day on which attributes are those of a period, alias `p`. */
  readonly attributesOn: string;
  /** ` and …` over a unit. */
  readonly filters: string;
}

/** A unit is a service with a part of the baseline, or what the baseline leaves over: all other paper of the entity. */
const REST = `'${WHOLE_ENTITY}'`;

/**
 * Common table expressions up to `unit`, one row a unit and period, and `replaced`, one row a service and period (kpis.md, section
 * 3.2). Transactions are counted on the day of their outcome.
 *
 * - `chosen`: the baseline of the latest year that was over before the period began.
 * - Expected `enum / den`: by transactions where the baseline has their number and the ledger counts them; else by the same months
 *   where those are known and the period is whole months, a unit having its share of the year in each; else by days.
 * - An entity of which nothing is told in a period, neither a sheet nor a transaction, is not heard: it has saved nothing that
 *   anybody knows of.
 * - A visit is replaced by a transaction with a customer, completed digitally without staff, above the share that those had in the
 *   baseline's year.
 */
export const unitsSql = (parts: UnitParts): string =>
  [cellsSql(parts), baselinesSql(parts), weighedSql(parts), unitSql(parts), replacedSql()].join(',\n');

/** Sheets and transactions by period, and the entity under which each is shown. */
const cellsSql = ({ periods, sheets, volume, channelClass, entityOf }: UnitParts): string => `
period as materialized (${periods}),
volume as materialized (
  select entity, service, flow, effective_day as day, sum(received) as received, sum(completed) as completed,
         sum(completed) filter (where ${channelClass} = 'digital' and not assisted) as digital
    from ${volume} c where basis = 'event' group by 1, 2, 3, 4),
sheet as (
  select p.nth, c.entity, c.service, sum(c.customer_sheets) as customer,
         sum(c.sheets) filter (where c.kind = 'process') as process, sum(c.sheets) filter (where c.kind = 'habit') as habit
    from ${sheets} c join period p on c.effective_day between p.first and p.last group by 1, 2, 3),
traded as (
  select p.nth, v.entity, v.service, sum(v.received) as received, sum(v.completed) as completed,
         sum(v.completed) filter (where v.flow = 'customer') as customer_completed,
         sum(v.digital) filter (where v.flow = 'customer') as customer_digital
    from volume v join period p on v.day between p.first and p.last group by 1, 2, 3),
place as materialized (
  select p.nth, e.entity as told_as, ${entityOf('e.entity')} as entity
    from (select entity from paper_baseline union select entity from sheet union select entity from volume) e cross join period p)`;

/** Baselines by unit. */
const baselinesSql = ({ known }: UnitParts): string => `
baseline as (select * from paper_baseline where known_from <= ${known} and known_to > ${known}),
chosen as (
  select distinct on (p.nth, b.entity) p.nth, b.entity as told_as, b.year
    from period p join baseline b on b.service = ${REST} and b.year < extract(year from p.first)
   order by p.nth, b.entity, b.year desc),
told as (
  select c.nth, l.entity, b.service, max(b.year) as year, sum(b.sheets) as sheets,
         case when count(b.transactions) = count(*) then sum(b.transactions) end as transactions
    from chosen c join baseline b on b.entity = c.told_as and b.year = c.year
    join place l on l.nth = c.nth and l.told_as = c.told_as group by 1, 2, 3),
own as (select * from told where service <> ${REST}),
whole as (select * from told where service = ${REST}),
owned as (
  select nth, entity, sum(sheets) as sheets, case when count(transactions) = count(*) then sum(transactions) end as transactions
    from own group by 1, 2),
part as (
  select nth, entity, service, year, sheets, transactions from own
  union all
  select w.nth, w.entity, w.service, w.year, w.sheets - coalesce(o.sheets, 0),
         case when o.nth is null then w.transactions else w.transactions - o.transactions end
    from whole w left join owned o using (nth, entity)),
season as (
  select c.nth, l.entity, sum((select sum(w.monthly[extract(month from m)::int])
           from generate_series(p.first::timestamp, p.last::timestamp, interval '1 month') m)) as sheets
    from chosen c join period p using (nth) join place l on l.nth = c.nth and l.told_as = c.told_as
    join baseline w on w.entity = c.told_as and w.year = c.year and w.service = ${REST}
   where extract(day from p.first) = 1 and extract(day from p.last + 1) = 1
   group by 1, 2 having count(*) = 1 and bool_and(w.monthly is not null))`;

/** Units with what was used, served and expected. */
const weighedSql = ({ bucket }: UnitParts): string => `
used as (
  select s.nth, l.entity, coalesce(o.service, ${REST}) as service, coalesce(sum(s.process), 0) as process,
         coalesce(sum(s.habit), 0) as habit, coalesce(sum(s.customer), 0) as customer
    from sheet s join place l on l.nth = s.nth and l.told_as = s.entity
    left join own o on o.nth = s.nth and o.entity = l.entity and o.service = s.service group by 1, 2, 3),
served as (
  select t.nth, l.entity, coalesce(o.service, ${REST}) as service, sum(t.received) as received, sum(t.completed) as completed
    from traded t join place l on l.nth = t.nth and l.told_as = t.entity
    left join own o on o.nth = t.nth and o.entity = l.entity and o.service = t.service group by 1, 2, 3),
heard as (
  select nth, entity from used where process + habit + customer > 0
  union select nth, entity from served where received > 0 or completed > 0),
counted as (
  select distinct l.nth, l.entity, coalesce(o.service, ${REST}) as service
    from (select distinct entity, service, ${bucket} as day from volume group by 1, 2, 3 having sum(received) > 0) v
    join place l on l.told_as = v.entity join period p on p.nth = l.nth and v.day <= p.last
    left join own o on o.nth = l.nth and o.entity = l.entity and o.service = v.service),
weighed as (
  select nth, entity, service, b.year, b.sheets, coalesce(u.process, 0) as process, coalesce(u.habit, 0) as habit,
         h.nth is not null as is_heard,
         case when b.transactions > 0 and n.nth is not null then b.sheets * coalesce(v.completed, 0)
              when s.nth is not null then b.sheets * s.sheets
              else b.sheets * (p.last - p.first + 1) end as enum,
         case when b.transactions > 0 and n.nth is not null then b.transactions
              when s.nth is not null then w.all_sheets
              else make_date(b.year + 1, 1, 1) - make_date(b.year, 1, 1) end as den
    from part b full join used u using (nth, entity, service) join period p using (nth)
    left join served v using (nth, entity, service) left join counted n using (nth, entity, service)
    left join heard h using (nth, entity) left join season s using (nth, entity)
    left join (select nth, entity, sheets as all_sheets from whole) w using (nth, entity))`;

/** Units with their attributes; of them those that the question shows. */
const unitSql = ({ sizeClasses, attributesOn, known, filters }: UnitParts): string => `
unit as materialized (
  select u.*, p.*, u.process + u.habit as actual, u.sheets > 0 or u.process + u.habit > 0 as is_unit,
         u.sheets is not null and u.is_heard as is_measured, sc.size_class,
         (select s.flow from service_span s where s.service = u.service and s.known_from <= ${known} and s.known_to > ${known}
           order by s.effective_from desc limit 1) as flow
    from (select nth as of_period, entity, service as of_service, service, year, sheets, process, habit, is_heard, enum, den from weighed) u
    join period p on p.nth = u.of_period
    left join ${sizeClasses} sc on sc.entity = u.entity and sc.from_day <= ${attributesOn} and sc.to_day > ${attributesOn}),
shown as (select * from unit u where true${filters})`;

const replacedSql = (): string => `
replaced as (
  select y.nth, y.entity, coalesce(o.service, ${REST}) as service, y.completed as den,
         coalesce(t.digital, 0) * y.completed - y.digital * coalesce(t.completed, 0) as visits
    from (select w.nth, w.entity, v.service, sum(v.completed) as completed, coalesce(sum(v.digital), 0) as digital
            from whole w join place l on l.nth = w.nth and l.entity = w.entity join volume v on v.entity = l.told_as and v.flow = 'customer'
             and v.day between make_date(w.year, 1, 1) and make_date(w.year, 12, 31)
           group by 1, 2, 3 having sum(v.completed) > 0) y
    left join (select t.nth, l.entity, t.service, sum(t.customer_completed) as completed, sum(t.customer_digital) as digital
            from traded t join place l on l.nth = t.nth and l.told_as = t.entity group by 1, 2, 3) t using (nth, entity, service)
    left join own o using (nth, entity, service))`;

/** SQL of a dimension of a unit, alias `u`; undefined: it has none of that name. */
export const attributesSql = (name: string): string | undefined => ATTRIBUTES[name];
const ATTRIBUTES: Readonly<Record<string, string>> = {
  entity: 'u.entity',
  size_class: 'u.size_class',
  service: `nullif(u.service, ${REST})`,
  flow: 'u.flow',
  baseline_year: 'u.year',
};

/** SELECT of {@link PartSums} by `groups`; `named`: the same without their SQL. */
export const UNIT_SUMS = (groups: string, named: string): string => `
  select ${groups}, 'unit' as what, den::text as den, sum(enum)::text as expected,
         sum(greatest(enum - actual * den, 0))::text as gross, sum(greatest(actual * den - enum, 0))::text as rebound,
         null::text as replaced, sum(sheets)::text as baseline, sum(process)::text as process, sum(habit)::text as habit,
         count(*)::text as measured, count(*)::text as units
    from shown u where is_unit and is_measured group by ${named}, den
  union all
  select ${groups}, 'unit', '1', '0', '0', '0', null, '0', '0', '0', '0', count(*)::text
    from shown u where is_unit and not is_measured group by ${named}
  union all
  select ${groups}, 'replaced', r.den::text, null, null, null, sum(r.visits)::text, null, null, null, null, null
    from replaced r join shown u using (nth, entity, service) where u.is_heard group by ${named}, r.den`;
