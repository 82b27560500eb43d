import type { EntityManager } from 'typeorm';
import { add, multiply, type Ratio, ratio, reduce } from '#kernel';
import { Parameters } from '../aggregate/known.js';
import { laterSql } from '../keyset.js';
import { figureOf, figureOfRatio, NO_FIGURE } from '../kpi/figure.js';
import { type MeasuredRow, type RowKpis, rowKpis } from '../kpi/row-kpis.js';
import { periodSql } from '../periods.js';
import type { AnswerRow, DataSetAnswer, DataSetDescription, DataSetQuery, Grain } from '../read-model.js';
import { scopeSql, uncoordinatedSql } from './availability.js';
import { type DisruptionQuestion, isNamed, keysOf, questionsOf } from './question.js';
import { EXPECTED_SUMS, IS_ZERO, MEAN_PARTS, restoredSql, seriesSql, volumeSql } from './volume.js';

/** Rows by disruption, then by the groups asked, keyset-paged. Disruptions overlap, so they are answered one by one and never added. */
export const continuityAnswer = async (
  description: DataSetDescription,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const measures = ['in_scope', 'remote', 'actual', 'expected'];
  const kpis = await rowKpis({ description, measures }, query, manager);
  const found: { readonly row: SqlRow; readonly question: DisruptionQuestion }[] = [];
  for (const question of await questionsOf(query, manager)) {
    const isFirst = query.after?.[0] === question.disruption;
    const { sql, values } = statementOf(question, query.limit + 1 - found.length, isFirst ? query.after : undefined);
    for (const row of await manager.query<SqlRow[]>(sql, [...values])) found.push({ row, question });
    if (found.length > query.limit) break;
  }
  const rows = found.slice(0, query.limit).map(({ row, question }) => answerOf(row, question, kpis));
  const last = found.length > query.limit ? found[query.limit - 1] : undefined;
  const { of: _, ...versions } = kpis;
  const next = last && orderOf(last.question).map((key) => last.row[key] as string | null);
  return { rows, coverage: null, ...versions, ...(next && { next }) };
};

type SqlRow = Readonly<Record<string, string | readonly string[] | null>>;

/** `g0, …, p0, …`: the groups of a row. */
const rowKeysOf = (question: DisruptionQuestion): string =>
  [keysOf(question), ...question.grains.map((_, at) => `p${at}`)].join(', ');

/** Columns of the order of rows: the disruption, then the groups in the order asked. */
const orderOf = ({ query, dimensions, grains }: DisruptionQuestion): readonly string[] => {
  const columnOf = (name: string) =>
    dimensions.includes(name) ? `g${dimensions.indexOf(name)}` : `p${grains.indexOf(name)}`;
  return ['g0', ...query.group.filter((name) => name !== 'disruption').map(columnOf)];
};

/** Availability is of services and not of channels: rows of a class of channels say nothing about it. */
const hasAvailability = (question: DisruptionQuestion): boolean => !isNamed(question, 'channel_class');

const statementOf = (question: DisruptionQuestion, limit: number, after: DataSetQuery['after']) => {
  const parameters = new Parameters();
  const [keys, rowKeys, order] = [keysOf(question), rowKeysOf(question), orderOf(question)];
  const periods = question.grains
    .map((grain, at) => `(${periodSql(grain as Grain, 'd::date')})::text collate "C" as p${at}, `)
    .join('');
  const isWhole = hasAvailability(question);
  const later = after ? laterSql(order, after, (value) => `${parameters.add(value)} collate "C"`) : 'true';
  const availability = isWhole
    ? `, ${scopeSql(question, periods, parameters)}, ${uncoordinatedSql(question, rowKeys, parameters)}, scope_row as (
        select ${rowKeys}, count(*) as in_scope, count(*) filter (where is_remote) as remote
        from scoped where is_asked group by ${rowKeys})`
    : '';
  const sql = `with ${volumeSql(question, periods, parameters)},
    ${seriesSql(question, 'row', keys)},
    ${seriesSql(question, 'service', `${keys}, of_service`, '(select * from span where is_asked)')},
    ${restoredSql(question, keys)},
    figures as (select ${rowKeys}, sum(n) as actual, ${EXPECTED_SUMS} from row_day where is_asked group by ${rowKeys}),
    zeros as (select ${rowKeys}, count(*) filter (where ${IS_ZERO}) as zero from service_day group by ${rowKeys})
    ${availability}
    select * from (
      select ${rowKeys} from figures ${isWhole ? `union select ${rowKeys} from scope_row union select ${rowKeys} from uncoordinated_row` : ''}
    ) as every left join figures using (${rowKeys}) left join zeros using (${rowKeys})
      left join (select ${keys}, trend_num, trend_den from row_key) as trend using (${keys})
      left join (select ${keys}, restored_on::text, restored_on - date '${question.begun}' as days_to_restore from restored) as r using (${keys})
      ${isWhole ? `left join scope_row using (${rowKeys}) left join uncoordinated_row using (${rowKeys}) left join readiness using (${keys})` : ''}
    where ${later} order by ${order.map((key) => `${key} nulls first`).join(', ')} limit ${parameters.add(limit)}`;
  return { sql, values: parameters.values };
};

const answerOf = (row: SqlRow, question: DisruptionQuestion, kpis: RowKpis<MeasuredRow>): AnswerRow => {
  const group = Object.fromEntries([
    ...question.dimensions.map((name, at) => [name, row[`g${at}`] ?? null]),
    ...question.grains.map((name, at) => [name, row[`p${at}`] ?? null]),
  ]) as Readonly<Record<string, string | null>>;
  const whole = (name: string) => BigInt((row[name] as string | null | undefined) ?? 0);
  const isWhole = hasAvailability(question);
  const counted = (name: string) => (isWhole ? Number(whole(name)) : null);
  const { expected, method } = expectedOf(row);
  const days = row.days_to_restore as string | null;
  const measures = { in_scope: isWhole ? whole('in_scope') : null, remote: isWhole ? whole('remote') : null };
  return {
    ...group,
    ...{ in_scope: counted('in_scope'), remote: counted('remote'), zero: Number(whole('zero')) },
    actual: Number(whole('actual')),
    expected: figureOfRatio(expected),
    method,
    restored_on: row.restored_on as string | null,
    days_to_restore: days === null ? null : Number(days),
    uncoordinated: counted('uncoordinated'),
    uncoordinated_measures: isWhole ? ((row.measures as readonly string[] | null) ?? []).join(' ') : null,
    readiness: isWhole ? figureOf(whole('ready'), whole('ready_scope')) : NO_FIGURE,
    ...kpis.of({ group, measures: { ...measures, actual: whole('compared'), expected: expected ?? null } }),
  };
};

/** Exact; undefined where nothing is expected of any day of the row. */
const expectedOf = (row: SqlRow): { readonly expected: Ratio | undefined; readonly method: string | null } => {
  const whole = (name: string) => BigInt((row[name] as string | null | undefined) ?? 0);
  const [back, mean] = [whole('back_days') > 0n, whole('mean_days') > 0n];
  if (!back && !mean) return { expected: undefined, method: null };
  const trend = back ? multiply(ratio(whole('back')), ratio(whole('trend_num'), whole('trend_den'))) : ratio(0n);
  const expected = reduce(add(trend, ratio(whole('mean'), BigInt(MEAN_PARTS))));
  return { expected, method: [...(back ? ['yearBackTrend'] : []), ...(mean ? ['eightWeek'] : [])].join(' ') };
};
