import { addDays } from '#kernel';
import type { Parameters } from '../aggregate/known.js';
import { classOnSql } from '../transaction/class-rules.js';
import { entitySql, literal } from '../transaction/merged.js';
import {
  attributeDay,
  type DisruptionQuestion,
  groupColumns,
  holdsOn,
  isNamed,
  keysOf,
  TREND_DAYS,
  YEAR_BACK_DAYS,
} from './question.js';

/** Least common multiple of 1 to 8: a mean over up to eight days is a whole number of such parts. */
export const MEAN_PARTS = 840;

/**
 * `span`: every day looked at, with whether it and the day a year before are holidays, and the label of its periods. `volume`: what
 * was received on each day by group and service.
 */
export const volumeSql = (question: DisruptionQuestion, periods: string, parameters: Parameters): string => {
  const { query, begun, observedTo, jurisdiction, holidays } = question;
  const on = attributeDay(question, 'c.effective_day');
  const entity = entitySql('c.entity', 'c.effective_day', query);
  const columns: Readonly<Record<string, string>> = {
    disruption: parameters.add(question.disruption),
    jurisdiction: 'e.jurisdiction',
    entity: 'e.entity',
    service: 'c.service',
    critical: `coalesce(s.critical::text, 'unknown')`,
    channel_class: classOnSql('c.channel', 'c.effective_day', question.classes),
  };
  const service = isNamed(question, 'critical')
    ? ` left join service_span s on s.service = c.service and ${holdsOn(question, 's', on)}`
    : '';
  const filters = ['entity', 'service', 'critical', 'channel_class']
    .filter((name) => query.filters[name] !== undefined)
    .map((name) => ` and (${columns[name]})::text = any(${parameters.add(query.filters[name])})`)
    .join('');
  const known = [query.knownAt, query.recordedAt]
    .flatMap((day) => (day === undefined ? [] : [` and c.known_day <= ${literal(day)}`]))
    .join('');
  const first = addDays(begun, -TREND_DAYS - YEAR_BACK_DAYS);
  return `holiday as (select unnest(${parameters.add(holidays)}::date[]) as day),
    span as materialized (
      select d::date as day, extract(isodow from d)::int as weekday, ${periods}
        d::date between ${literal(question.from)} and ${literal(question.to)} as is_asked,
        d::date in (select day from holiday) as is_holiday,
        (d::date - ${YEAR_BACK_DAYS}) in (select day from holiday) as was_holiday
      from generate_series(${literal(begun)}, ${literal(observedTo)}, interval '1 day') as d
    ), before as materialized (
      select d::date as day, extract(isodow from d)::int as weekday, d::date in (select day from holiday) as is_holiday,
        (d::date - ${YEAR_BACK_DAYS}) in (select day from holiday) as was_holiday
      from generate_series(${literal(begun)} - ${TREND_DAYS}, ${literal(begun)} - 1, interval '1 day') as d
    ), weekday as (
      select weekday, count(*)::int as days from before where not is_holiday group by weekday
    ), volume as materialized (
      select ${groupColumns(question, columns)}c.service as of_service, c.effective_day as day, sum(c.received) as n
      from channel_volume_day c
        join entity_span e on e.entity = ${entity} and ${holdsOn(question, 'e', on)} and e.jurisdiction = ${parameters.add(jurisdiction)}${service}
      where c.basis = 'event' and c.effective_day between ${literal(first)} and ${literal(observedTo)}${known}${filters}
      group by ${keysOf(question)}, c.service, c.effective_day
    )`;
};

/**
 * `<name>_day`: a series of each value of `keys` over `days` (those of `span` where nothing is said), with what was received (`n`)
 * and what was expected on it:
 *
 * - method `yearBackTrend`: `back` × `trend_num` / `trend_den`, the day a year before times the 56 days before the disruption over
 *   the same days a year earlier. Days of which either is a holiday are left out; without volume on either side there is no trend.
 * - method `eightWeek`: `mean` / 840, the mean of the same weekday over those 56 days, holidays left out.
 * - No method on a holiday: nothing is expected of it.
 */
export const seriesSql = (question: DisruptionQuestion, name: string, keys: string, days = 'span'): string => {
  const { expected, fallback } = question.policy;
  const when = {
    yearBackTrend: `when not p.is_holiday and not p.was_holiday and k.trend_num > 0 and k.trend_den > 0 then 'yearBackTrend'`,
    eightWeek: `when not p.is_holiday and w.days > 0 then 'eightWeek'`,
  };
  const methods = [...new Set([expected, fallback])].map((method) => when[method]).join(' ');
  return `${name}_sum as materialized (
      select ${keys}, day, sum(n) as n from volume group by ${keys}, day
    ), ${name}_key as (
      select ${keys},
        coalesce(sum(n) filter (where day in (select day from before where not is_holiday and not was_holiday)), 0) as trend_num,
        coalesce(sum(n) filter (where day + ${YEAR_BACK_DAYS} in (select day from before where not is_holiday and not was_holiday)), 0) as trend_den
      from ${name}_sum group by ${keys}
    ), ${name}_week as (
      select ${keys}, weekday, sum(n) as n from ${name}_sum join before b using (day) where not b.is_holiday group by ${keys}, weekday
    ), ${name}_day as materialized (
      select k.*, p.*, coalesce(d.n, 0) as n, case ${methods} end as method, coalesce(y.n, 0) as back,
        coalesce(v.n, 0) * (${MEAN_PARTS} / w.days) as mean
      from ${name}_key k cross join ${days} p
        left join ${name}_sum d using (${keys}, day)
        left join (select ${keys}, day + ${YEAR_BACK_DAYS} as day, n from ${name}_sum) y using (${keys}, day)
        left join ${name}_week v using (${keys}, weekday)
        left join weekday w using (weekday)
    )`;
};

/** Sums of what was expected over rows of a series, in parts: `back` × trend, and `mean` in parts of 840. */
export const EXPECTED_SUMS = `coalesce(sum(back) filter (where method = 'yearBackTrend'), 0) as back,
  coalesce(sum(mean) filter (where method = 'eightWeek'), 0) as mean,
  count(*) filter (where method = 'yearBackTrend') as back_days, count(*) filter (where method = 'eightWeek') as mean_days,
  coalesce(sum(n) filter (where method is not null), 0) as compared`;

/** A service of which at least one transaction was expected on a day and none came. */
export const IS_ZERO = `n = 0 and case method when 'yearBackTrend' then back * trend_num >= trend_den
  when 'eightWeek' then mean >= ${MEAN_PARTS} else false end`;

/**
 * `restored`: the first day from which the volume of so many days is at least the share of the policy of what was expected over
 * them. All of these days are over and known, and something was expected.
 */
export const restoredSql = ({ policy }: DisruptionQuestion, keys: string): string => {
  const { restoredShare, restoredDays } = policy;
  const expected = `(back * trend_num * ${MEAN_PARTS} + mean * greatest(trend_den, 1))`;
  return `restored as (
      select ${keys}, min(day) as restored_on from (
        select ${keys}, day, trend_num, trend_den, count(*) over following as days,
          coalesce(sum(n) filter (where method is not null) over following, 0) as n,
          coalesce(sum(back) filter (where method = 'yearBackTrend') over following, 0) as back,
          coalesce(sum(mean) filter (where method = 'eightWeek') over following, 0) as mean
        from row_day window following as (partition by ${keys} order by day rows between current row and ${restoredDays - 1} following)
      ) as week
      where days = ${restoredDays} and ${expected} > 0
        and n * greatest(trend_den, 1) * ${MEAN_PARTS} * ${BigInt(restoredShare.den)} >= ${expected} * ${BigInt(restoredShare.num)}
      group by ${keys}
    )`;
};
