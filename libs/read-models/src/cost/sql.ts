import type { Parameters } from '../aggregate/known.js';
import { knownOn } from '../paper/size-class.js';
import { isGrain, periodSql } from '../periods.js';
import type { DataSetQuery } from '../read-model.js';
import { entitySql, literal } from '../transaction/merged.js';

/** Dimensions that are columns of a component. */
const COLUMNS: ReadonlySet<string> = new Set(['service', 'channel', 'cost_kind']);

/**
 * `cell`: services and periods with a cost that lie wholly inside the days asked for and inside one period of each grain. `kept`: those
 * of them that no longer one of the same service overlaps, so that nothing is added up twice: of a year and its months the year
 * counts, and the months where the question groups by month.
 */
export const keptSql = (query: DataSetQuery): string => {
  const known = knownOn(query);
  const inOne = query.group
    .filter(isGrain)
    .map((grain) => ` and ${periodSql(grain, 'period_start')} = ${periodSql(grain, 'period_end')}`);
  const { from, to } = query;
  const since = from === undefined ? '' : ` and period_start >= ${literal(from)}`;
  const until = to === undefined ? '' : ` and period_end <= ${literal(to)}`;
  const inside = `${since}${until}${inOne.join('')}`;
  return `believed as (select * from cost_span where known_from <= ${known} and known_to > ${known}${inside}),
    cell as (select distinct entity, service, period_start, period_end, period_end - period_start as days from believed),
    kept as (select * from cell c where not exists (select from cell o
       where o.entity = c.entity and o.service = c.service and o.period_start <= c.period_end and o.period_end >= c.period_start
         and (o.days > c.days or (o.days = c.days and o.period_start < c.period_start))))`;
};

export const isByChannel = ({ group, filters }: DataSetQuery): boolean =>
  group.includes('channel') || 'channel' in filters;

const groupSql = (name: string, query: DataSetQuery): string => {
  const sql = isGrain(name) ? periodSql(name, 'k.period_end') : dimensionSql(name, query);
  return `(${sql})::text collate "C"`;
};

const dimensionSql = (name: string, query: DataSetQuery): string => {
  if (name === 'entity') return entitySql('k.entity', 'k.period_end', query);
  if (!COLUMNS.has(name)) throw new TypeError(`cost has no dimension ${name}`);
  return `k.${name}`;
};

/** Parts `part` (components with the values of their groups) and `traded` (completed transactions of a cell by channel). */
export const partsSql = (query: DataSetQuery, parameters: Parameters): string => {
  const groups = query.group.map((name, at) => `${groupSql(name, query)} as g${at}, `);
  const filters = Object.entries(query.filters).map(
    ([name, values]) => ` and (${dimensionSql(name, query)})::text = any(${parameters.add(values)})`,
  );
  return `${keptSql(query)},
    part as (select ${groups.join('')}k.entity, k.service, k.period_start, k.period_end, k.channel, k.amount,
            k.revision, k.known_from
       from (select * from believed join kept using (entity, service, period_start, period_end)) k where true${filters.join('')}),
    traded as (select k.entity, k.service, k.period_start, k.period_end, v.channel, sum(v.completed) as completed
       from kept k join channel_volume_day v on v.basis = 'event' and v.entity = k.entity and v.service = k.service
        and v.effective_day between k.period_start and k.period_end and v.known_day <= ${knownOn(query)}
      group by 1, 2, 3, 4, 5)`;
};
