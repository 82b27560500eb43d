import type { EntityManager } from 'typeorm';
import { afterSql, Parameters } from '../aggregate/known.js';
import { cubeContributions } from '../contributions.js';
import type { CubeSpec } from '../cube-query.js';
import { figureOf } from '../kpi/figure.js';
import { type MeasuredRow, type RowKpis, rowKpis } from '../kpi/row-kpis.js';
import { knownOn } from '../paper/size-class.js';
import { isGrain } from '../periods.js';
import type { AnswerRow, DataSet, DataSetDescription, DataSetQuery } from '../read-model.js';
import { type ContributionPage, completedOnly, merged } from '../savings/merged.js';
import { unlooped } from '../snapshot.js';
import { entitySql } from '../transaction/merged.js';
import { ChannelVolumeDay } from '../transaction/tables.js';
import { CHANNEL, ENTITY, SERVICE } from '../transaction/titles.js';
import { transactionsModel } from '../transactions.js';
import { isByChannel, keptSql, partsSql } from './sql.js';

const description: DataSetDescription = {
  name: 'cost',
  title: { ar: 'تكلفة الخدمات', en: 'Cost of services' },
  grain: { ar: 'الخدمة والفترة والقناة', en: 'service, period and channel' },
  dimensions: {
    entity: ENTITY,
    service: SERVICE,
    channel: CHANNEL,
    cost_kind: {
      title: { ar: 'نوع التكلفة', en: 'Kind of cost' },
      values: ['staff', 'it', 'premises', 'supplier', 'other'],
    },
  },
  measures: {
    amount: { title: { ar: 'المبلغ', en: 'Amount' }, unit: 'fils' },
    completed: {
      title: { ar: 'معاملات أُنجزت للخدمات نفسها في الفترات نفسها', en: 'Completed, of the same services and periods' },
      unit: 'transaction',
    },
    cost_per_transaction: { title: { ar: 'تكلفة المعاملة', en: 'Cost of a transaction' }, unit: 'ratio' },
  },
  grains: ['day', 'week', 'month', 'quarter', 'half', 'year', 'fiscal_year'],
  kpis: ['total_cost', 'cost_per_transaction'],
  knownAtBasis: 'recorded',
};

interface CostRow {
  readonly amount: string | null;
  readonly completed: string | null;
  readonly [group: `g${number}`]: string | null;
}

/** Sums by group: every component once, and every transaction once however many components its service has. */
const sums = async (query: DataSetQuery, manager: EntityManager): Promise<CostRow[]> => {
  const parameters = new Parameters();
  const aliases = query.group.map((_, at) => `g${at}`);
  const listed = aliases.map((alias) => `${alias}, `).join('');
  const by = aliases.length > 0 ? `group by ${aliases.join(', ')}` : '';
  const ofChannel = isByChannel(query) ? ' and (p.channel is null or t.channel = p.channel)' : '';
  const channel = isByChannel(query) ? ', channel' : '';
  const order = aliases.map((alias) => `${alias} nulls first`).join(', ');
  const sql = `with ${partsSql(query, parameters)}, told as (
      select ${listed}amount, null::numeric as completed from part
      union all
      select ${listed}null, t.completed
        from (select distinct ${listed}entity, service, period_start, period_end${channel} from part) p
        join traded t on t.entity = p.entity and t.service = p.service and t.period_start = p.period_start
         and t.period_end = p.period_end${ofChannel})
    select * from (select ${listed}sum(amount)::text as amount, sum(completed)::text as completed from told ${by}) groups
     where ${afterSql(aliases, query.after, parameters)}
     ${order === '' ? '' : `order by ${order}`} limit ${parameters.add(query.limit + 1)}`;
  return unlooped(manager, () => manager.query<CostRow[]>(sql, parameters.values));
};

const rowOf = (row: CostRow, { group: names }: DataSetQuery, kpis: RowKpis<MeasuredRow>): AnswerRow => {
  const isKnown = row.amount !== null;
  const [amount, completed] = [BigInt(row.amount ?? 0), BigInt(row.completed ?? 0)];
  const each = isKnown ? figureOf(amount, completed) : { num: null, den: null, value: null };
  const group = Object.fromEntries(names.map((name, at) => [name, row[`g${at}`] ?? null]));
  return {
    ...group,
    amount: row.amount,
    completed: isKnown ? Number(completed) : null,
    cost_per_transaction: each,
    ...kpis.of({ group, measures: isKnown ? { amount, completed } : {} }),
  };
};

/** Completed transactions of services and periods with a cost / all that the question selects. */
const coverageOf = async (query: DataSetQuery, manager: EntityManager) => {
  const parameters = new Parameters();
  const whole = { ...query, group: query.group.filter(isGrain) };
  const { from, to } = query;
  const days = `${parameters.and('c.effective_day', '>=', from)}${parameters.and('c.effective_day', '<=', to)}`;
  const filters = ['entity', 'service'].flatMap((name) => {
    const values = query.filters[name];
    const sql = name === 'entity' ? entitySql('c.entity', 'c.effective_day', query) : 'c.service';
    return values === undefined ? [] : [` and ${sql} = any(${parameters.add(values)})`];
  });
  const sql = `with ${keptSql(whole)}
     select sum(c.completed) filter (where k.entity is not null)::text as num, sum(c.completed)::text as den
       from channel_volume_day c left join kept k on k.entity = c.entity and k.service = c.service
        and c.effective_day between k.period_start and k.period_end
      where c.basis = 'event' and c.known_day <= ${knownOn(query)}${days}${filters.join('')}`;
  const [row] = await unlooped(manager, () =>
    manager.query<{ num: string | null; den: string | null }[]>(sql, parameters.values),
  );
  const [num, den] = [BigInt(row?.num ?? 0), BigInt(row?.den ?? 0)];
  return den > 0n ? { num, den } : null;
};

const reports = async (query: DataSetQuery, manager: EntityManager): Promise<ContributionPage> => {
  const parameters = new Parameters();
  const ctes = partsSql({ ...query, group: [] }, parameters);
  const [stream, revision] = query.after ?? [];
  const found = await manager.query<{ stream: string; revision: string; day: string; known: string; amount: string }[]>(
    `with ${ctes}, told as (
       select ('cost-' || entity || ':' || service || ':' || period_start || '..' || period_end) collate "C" as stream, revision,
              period_end::text as day, known_from::text as known, sum(amount)::text as amount
         from part group by 1, 2, 3, 4)
     select stream, revision::text as revision, day, known, amount from told
      where (stream, told.revision) > (${parameters.add(stream ?? '')}, ${parameters.add(revision ?? '-1')}::bigint)
      order by stream, told.revision limit ${parameters.add(query.limit + 1)}`,
    parameters.values,
  );
  const events = found.slice(0, query.limit).map((row) => ({
    ...{ stream: row.stream, revision: row.revision, effectiveDay: row.day, knownDay: row.known },
    deltas: { amount: row.amount },
  }));
  const last = events.at(-1);
  return found.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

/** Completed transactions of the services and periods with a cost. */
const completedSpec = (query: DataSetQuery): CubeSpec => ({
  description: {
    ...description,
    dimensions: { ...description.dimensions, is_costed: { title: { ar: 'معلومة التكلفة', en: 'Costed' } } },
  },
  table: ChannelVolumeDay,
  dimensions: { entity: entitySql('c.entity', 'c.effectiveDay', query), is_costed: 'k.entity is not null' },
  basis: 'basis',
  join: {
    sql: `(with ${keptSql({ ...query, group: [] })} select * from kept)`,
    alias: 'k',
    on: 'k.entity = c.entity and k.service = c.service and c.effective_day between k.period_start and k.period_end',
  },
});

/** What services cost, and what one of their transactions cost: never without the number of them. */
export const cost: DataSet = {
  description,
  projection: transactionsModel.name,
  rows: async (query, manager) => {
    const kpis = await rowKpis({ description, measures: ['amount', 'completed'] }, query, manager);
    const { of: _, ...cited } = kpis;
    const raw = await sums(query, manager);
    const rows = raw.slice(0, query.limit).map((row) => rowOf(row, query, kpis));
    const last = raw.length > query.limit ? rows.at(-1) : undefined;
    const next = last && query.group.map((name) => (last[name] ?? null) as string | null);
    return { rows, coverage: await coverageOf(query, manager), ...cited, ...(next && { next }) };
  },
  contributions: async (query, manager) => {
    const { cost_kind: _kind, ...filters } = query.filters;
    const served: DataSetQuery = { ...query, filters: { ...filters, is_costed: ['true'] } };
    return merged(query.limit, [
      await reports(query, manager),
      completedOnly(await cubeContributions(completedSpec(query), served, manager)),
    ]);
  },
};
