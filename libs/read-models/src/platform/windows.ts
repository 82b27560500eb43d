import { addDays } from '#kernel';
import { Parameters } from '../aggregate/known.js';
import { laterSql } from '../keyset.js';
import { entitySql, literal } from '../transaction/merged.js';
import {
  activityColumns,
  audienceJoin,
  type Columns,
  canAnswer,
  filterSql,
  groupColumns,
  holdsOn,
  isNamed,
  knownSql,
  type WindowQuestion,
} from './question.js';

/** Figures of windows as the statement gives them, in the order of its parts. */
const COUNTED = ['transactions', 'value', 'identified', 'customers', 'services', 'entities', 'views'] as const;

/**
 * Figures of sliding windows in one statement. A sum over a window is the running sum of what came in on each day and went out
 * `window_days` later. Things are counted once a window in the same way: a day on which a thing was used counts it in, and counts it
 * out after `window_days` or on the next such day, whichever is first. So a window of 366 days costs what one of a day does, whatever
 * the number of days asked for, and distinct counts are never added. The cells are read once for all lengths.
 */
export const windowsSql = (question: WindowQuestion): { readonly sql: string; readonly values: readonly unknown[] } => {
  const parameters = new Parameters();
  const { query, dimensions } = question;
  const keys = dimensions.map((_, at) => `g${at}, `).join('');
  const groups = ['w', ...dimensions.map((_, at) => `g${at}`)].join(', ');
  const lengths = `unnest(${parameters.add(question.lengths)}::int[]) as w (w)`;
  const order = orderOf(question);
  const after = query.after ? laterSql(order, query.after, (value) => `${parameters.add(value)} collate "C"`) : 'true';
  const sql = `with ${cellsSql(question, keys, parameters)},
    ${stepsSql(question, keys, lengths)},
    ${runningSql(question, groups)},
    ${offeredSql(question, lengths, parameters)},
    answer as (
      select ${groups}, day, ${COUNTED.map((name) => `sum(${name}) as ${name}`).join(', ')},
        sum(services_offered) as services_offered, sum(entities_offered) as entities_offered
      from (select * from running_day union all select * from offered_day) as both_of_them group by ${groups}, day
    ), labelled as (
      select *, to_char(day, 'YYYY-MM-DD') collate "C" as day_label, w::text collate "C" as w_label from answer
    )
    select ${order.map((sql, at) => `${sql} as k${at}`).join(', ')}, w, day_label as day, ${SHOWN} from labelled
    where ${after} order by ${order.map((sql) => `${sql} nulls first`).join(', ')} limit ${parameters.add(query.limit + 1)}`;
  return { sql, values: parameters.values };
};

const SHOWN = [...COUNTED, 'services_offered', 'entities_offered'].map((name) => `${name}::text`).join(', ');

/** Group values of a row in the order asked; the length of the window always is one. */
export const orderOf = ({ query, dimensions }: WindowQuestion): readonly string[] => {
  const columns: Readonly<Record<string, string>> = {
    day: 'day_label',
    window_days: 'w_label',
    ...Object.fromEntries(dimensions.map((name, at) => [name, `g${at}`])),
  };
  return groupNames(query.group).map((name) => columns[name] as string);
};

export const groupNames = (group: readonly string[]): readonly string[] => [...new Set([...group, 'window_days'])];

/** `cell`: what was transacted on each day of the windows. `view`: what was viewed; no view has an entity or a service. */
const cellsSql = (question: WindowQuestion, keys: string, parameters: Parameters): string => {
  const { from, to, lengths } = question;
  const first = literal(addDays(from, 1 - Math.max(...lengths)));
  const columns = activityColumns(question);
  const within = (alias: string) =>
    `${alias}.effective_day between ${first} and ${literal(to)}${knownSql(question, alias)}`;
  const cells = `cell as materialized (
      select ${groupColumns(question, columns)}c.effective_day as day, ${columns.entity} as owner, c.service, c.subject,
        sum(c.transactions) as transactions, sum(c.settled - c.refunded) as value
      from platform_day c${audienceJoin(question, 'c')}
      where ${within('c')}${filterSql(question, columns, parameters)}
      group by ${keys}day, owner, c.service, c.subject
    )`;
  const viewed: Columns = { platform: 'v.platform', audience: 'a.audience' };
  if (!canAnswer(question, viewed)) return cells;
  return `${cells}, view as (
      select ${groupColumns(question, viewed)}v.effective_day as day, sum(v.views) as views
      from platform_views_day v${audienceJoin(question, 'v')}
      where ${within('v')}${filterSql(question, viewed, parameters)} group by ${keys}day
    )`;
};

/** `step`: by how much the figures of a group change on a day. */
const stepsSql = (question: WindowQuestion, keys: string, lengths: string): string => {
  const hasViews = canAnswer(question, { platform: '', audience: '' });
  const things = ['customer', 'service', 'entity'];
  const times = (sign: 1 | -1) => things.map((thing) => `${sign} * n * (thing = '${thing}')::int`).join(', ');
  const views = `union all select w, ${keys}day, 0, 0, 0, 0, 0, 0, views from view cross join ${lengths}
      union all select w, ${keys}day + w, 0, 0, 0, 0, 0, 0, -views from view cross join ${lengths}`;
  return `summed as (
      select ${keys}day, sum(transactions) as transactions, sum(value) as value,
        coalesce(sum(transactions) filter (where subject is not null), 0) as identified from cell group by ${keys}day
    ), used as (
      select distinct ${keys}day, 'customer' as thing, subject as name from cell where transactions > 0 and subject is not null
      union all select distinct ${keys}day, 'service', service from cell where transactions > 0
      union all select distinct ${keys}day, 'entity', owner from cell where transactions > 0
    ), span as (
      select ${keys}thing, day, lead(day) over (partition by ${keys}thing, name order by day) as next_day from used
    ), alike as (
      select ${keys}thing, day, next_day, count(*) as n from span group by ${keys}thing, day, next_day
    ), step as (
      select w, ${keys}day, transactions, value, identified, 0 as customers, 0 as services, 0 as entities, 0 as views
      from summed cross join ${lengths}
      union all select w, ${keys}day + w, -transactions, -value, -identified, 0, 0, 0, 0 from summed cross join ${lengths}
      union all select w, ${keys}day, 0, 0, 0, ${times(1)}, 0 from alike cross join ${lengths}
      union all select w, ${keys}least(day + w, next_day), 0, 0, 0, ${times(-1)}, 0 from alike cross join ${lengths}
      ${hasViews ? views : ''}
    )`;
};

/** `running_day`: figures of each window that ends on a day of the question and has any. */
const runningSql = ({ from, to }: WindowQuestion, groups: string): string => {
  const [first, last] = [literal(from), literal(to)];
  const sums = COUNTED.map((name) => `sum(${name}) as ${name}`).join(', ');
  const running = COUNTED.map((name) => `sum(${name}) over so_far as ${name}`).join(', ');
  return `change as (
      select ${groups}, greatest(day, ${first}) as day, ${sums} from step where day <= ${last} group by ${groups}, greatest(day, ${first})
    ), running as (
      select ${groups}, day, lead(day, 1, ${last} + 1) over so_far as next_day, ${running} from change
      window so_far as (partition by ${groups} order by day)
    ), running_day as (
      select ${groups}, d::date as day, ${COUNTED.join(', ')}, 0 as services_offered, 0 as entities_offered
      from running cross join lateral generate_series(day, next_day - 1, interval '1 day') as d
      where ${COUNTED.map((name) => `${name} <> 0`).join(' or ')}
    )`;
};

/** `offered_day`: what the platforms list on each day. Lists change on few days, so they are read on those alone. */
const offeredSql = (question: WindowQuestion, lengths: string, parameters: Parameters): string => {
  const { from, to, query, dimensions } = question;
  const [first, last] = [literal(from), literal(to)];
  const at = query.effectiveAt === undefined ? 't.day' : literal(query.effectiveAt);
  const entity = entitySql('s.entity', at, query);
  const columns: Columns = {
    platform: 'p.platform',
    audience: 'a.audience',
    entity,
    entity_kind: `(select k.kind from entity_span k where k.entity = ${entity} and ${holdsOn(question, 'k', at)})`,
    service: 'u.service',
    flow: 's.flow',
  };
  const groups = ['day', 'next_day', ...dimensions.map((_, nth) => `g${nth}`)].join(', ');
  const named = dimensions.map((_, nth) => `g${nth}, `).join('');
  const zeros = COUNTED.map(() => '0').join(', ');
  if (!canAnswer(question, columns)) return `offered_day as (select * from running_day where false)`;
  const audience = isNamed(question, 'audience') ? ' cross join lateral unnest(p.audience) as a (audience)' : '';
  return `turn as (
      select day, lead(day, 1, ${last} + 1) over (order by day) as next_day from (
        select ${first} as day union select effective_from from platform_span union select effective_to from platform_span
        union select effective_from from entity_span
        union select effective_from from service_span where service in (select unnest(services) from platform_span)
      ) as days where day between ${first} and ${last}
    ), offered as (
      select t.day, t.next_day, ${groupColumns(question, columns)}count(distinct u.service) as services_offered,
        count(distinct ${entity}) as entities_offered
      from turn t join platform_span p on ${holdsOn(question, 'p', 't.day')} cross join lateral unnest(p.services) as u (service)
        left join service_span s on s.service = u.service and ${holdsOn(question, 's', at)}${audience}
      where true${filterSql(question, columns, parameters)} group by ${groups}
    ), offered_day as (
      select w, ${named}d::date as day, ${zeros}, services_offered, entities_offered from offered cross join ${lengths}
      cross join lateral generate_series(day, next_day - 1, interval '1 day') as d
    )`;
};
