import type { Parameters } from '../aggregate/known.js';
import { isRemoteSql } from '../transaction/class-rules.js';
import { entitySql, literal } from '../transaction/merged.js';
import { attributeDay, type DisruptionQuestion, groupColumns, holdsOn, isNamed, keysOf } from './question.js';

/** SQL: the measure `m` is in force on `day`, as known. */
const inForce = ({ knownAt }: DisruptionQuestion, day: string): string => {
  const known = literal(knownAt);
  return `m.known_day <= ${known} and m.from_day <= ${day} and coalesce(m.until_day, 'infinity') >= ${day}
    and (m.lifted_known is null or m.lifted_known > ${known} or m.lifted_on >= ${day})`;
};

/**
 * `touched`: service and channel that a measure restricts or an outage breaks, from one day to another, both inside: part of a day
 * is enough. `scoped`: each service in scope on each day asked and on the day before the disruption, and whether it was remote.
 */
export const scopeSql = (question: DisruptionQuestion, periods: string, parameters: Parameters): string => {
  const { query, begun, from, to, jurisdiction, knownAt, zone } = question;
  const known = literal(knownAt);
  const on = attributeDay(question, 'p.day');
  const entity = entitySql('s.entity', 'p.day', query);
  const columns: Readonly<Record<string, string>> = {
    disruption: parameters.add(question.disruption),
    jurisdiction: 'e.jurisdiction',
    entity: 'e.entity',
    service: 's.service',
    critical: 's.critical',
  };
  const instant = (column: string) => `(${column}::timestamptz at time zone ${parameters.add(zone)})::date`;
  return `touched as materialized (
      select unnest(m.services) as service, c.channel, m.from_day,
        least(m.until_day, case when m.lifted_known <= ${known} then m.lifted_on end) as until_day
      from measure m cross join lateral unnest(m.channels) as c (channel) where m.known_day <= ${known}
      union all select o.service, o.channel, ${instant('o.started_at')},
        case when o.ended_known <= ${known} then ${instant('o.ended_at')} end
      from outage o where o.known_day <= ${known}
    ), scoped as materialized (
      select ${groupColumns(question, columns)}p.*, s.service as of_service, exists (
          select from unnest(s.channels) as offered (channel) where ${isRemoteSql('channel', 'p.day', question.classes)}
            and not (s.service in (select service from touched) and exists (
              select from touched t where t.service = s.service and (t.channel is null or t.channel = offered.channel)
                and t.from_day <= p.day and coalesce(t.until_day, 'infinity') >= p.day))) as is_remote
      from (
          select d::date as day, ${periods} d::date >= ${literal(from)} as is_asked
          from generate_series(${literal(from)}, ${literal(to)}, interval '1 day') as d
          union all select d::date, ${periods} false from (values (${literal(begun)} - 1)) as eve (d)
        ) p
        join service_span s on ${holdsOn(question, 's', 'p.day')} and s.kind = 'transactional' and s.status = 'active'
        join entity_span e on e.entity = ${entity} and ${holdsOn(question, 'e', on)} and e.jurisdiction = ${parameters.add(jurisdiction)}
      where true${filtersOf(question, columns, parameters)}
    ), readiness as (
      select ${keysOf(question)}, count(*) as ready_scope, count(*) filter (where is_remote) as ready
      from scoped where day = ${literal(begun)} - 1 and not is_asked group by ${keysOf(question)}
    )`;
};

/**
 * `uncoordinated`: measures in force on a day of the period that nobody coordinated by then, or whose last decision was an
 * objection. Of the disruption, or of none and of an entity of its jurisdiction. Asked by service or vitality: by the services named.
 */
export const uncoordinatedSql = (question: DisruptionQuestion, keys: string, parameters: Parameters): string => {
  const { query, jurisdiction, knownAt } = question;
  const known = literal(knownAt);
  const on = attributeDay(question, 'p.day');
  const entity = entitySql('m.entity', 'p.day', query);
  const [ofDisruption, ofJurisdiction] = [parameters.add(question.disruption), parameters.add(jurisdiction)];
  const columns: Readonly<Record<string, string>> = {
    disruption: ofDisruption,
    jurisdiction: ofJurisdiction,
    entity: 'h.entity',
    service: 'u.service',
    critical: 's.critical',
  };
  const bySpan = isNamed(question, 'critical');
  const byService = bySpan || isNamed(question, 'service');
  return `uncoordinated as (
      select ${groupColumns(question, columns)}${periodNames(question)}m.entity || ':' || m.measure as measure
      from span p join measure m on (m.disruption = ${ofDisruption} or m.disruption is null) and ${inForce(question, 'p.day')}
        cross join lateral (select ${entity} as entity offset 0) h
        left join entity_span e on e.entity = h.entity and ${holdsOn(question, 'e', on)}
        ${byService ? 'cross join lateral unnest(m.services) as u (service)' : ''}
        ${bySpan ? `join service_span s on s.service = u.service and ${holdsOn(question, 's', on)}` : ''}
      where p.is_asked
        and (m.disruption is not null or e.jurisdiction = ${ofJurisdiction})
        and coalesce((select d.decision from measure_coordination d where d.entity = m.entity and d.measure = m.measure
          and d.known_day <= ${known} and d.from_day <= p.day order by d.revision desc limit 1), 'objected') = 'objected'
        ${filtersOf(question, columns, parameters)}
    ), uncoordinated_row as (
      select ${keys}, count(distinct measure) as uncoordinated, (array_agg(distinct measure order by measure))[1:${LISTED_MAX}] as measures
      from uncoordinated group by ${keys}
    )`;
};

/** Measures that a row names; all of them are counted. */
const LISTED_MAX = 100;

const periodNames = ({ grains }: DisruptionQuestion): string => grains.map((_, at) => `p.p${at}, `).join('');

const filtersOf = (
  { query }: DisruptionQuestion,
  columns: Readonly<Record<string, string>>,
  parameters: Parameters,
): string =>
  ['entity', 'service', 'critical']
    .filter((name) => query.filters[name] !== undefined)
    .map((name) => ` and (${columns[name]})::text = any(${parameters.add(query.filters[name])})`)
    .join('');
