import type { EntityManager } from 'typeorm';
import { servedAs } from '../cube-query.js';
import { figureOf } from '../kpi/figure.js';
import { type MeasuredRow, rowKpis } from '../kpi/row-kpis.js';
import type { AnswerRow, DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';
import { canAnswer, questionOf, type WindowQuestion } from './question.js';
import { groupNames, windowsSql } from './windows.js';

/** The figures of windows by the groups asked, keyset-paged; with `compareTo` each beside those of the window that ends there. */
export const activityAnswer = async (
  description: DataSetDescription,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const question = await questionOf(query, manager, PROJECTION);
  const measures = Object.keys(description.measures).filter((name) => name !== 'mean_value');
  const kpis = await rowKpis({ description, measures }, query, manager);
  const found = await measured(question, query.limit, manager);
  const rows = found.slice(0, query.limit);
  const earlier = query.compareTo === undefined ? undefined : await comparedWindows(question, query.compareTo, manager);
  const answered = rows.map((row): AnswerRow => {
    const before = earlier?.get(keyOf(row, question));
    return {
      ...row.group,
      window_days: Number(row.group.window_days),
      ...figures(description, row),
      ...(earlier && { compared: before ? { day: query.compareTo as string, ...figures(description, before) } : null }),
      ...kpis.of(row),
    };
  });
  const last = found.length > query.limit ? rows.at(-1) : undefined;
  const { of: _, ...versions } = kpis;
  return { rows: answered, coverage: null, ...versions, ...(last && { next: Object.values(last.group) }) };
};

/** Name of the projection whose tables hold the cells, the platforms and the catalogue. */
export const PROJECTION = 'channel_volume';

interface WindowRow extends MeasuredRow {
  readonly measures: Readonly<Record<string, bigint | null>>;
}

const measured = async (question: WindowQuestion, limit: number, manager: EntityManager): Promise<WindowRow[]> => {
  const { sql, values } = windowsSql({ ...question, query: { ...question.query, limit } });
  const rows = await manager.query<Record<string, string | null>[]>(sql, [...values]);
  const names = groupNames(question.query.group);
  const hasViews = canAnswer(question, { platform: '', audience: '' });
  const isOffered = question.query.filters.payment_kind === undefined && !question.dimensions.includes('payment_kind');
  return rows.map((row) => {
    const figure = (name: string) => BigInt(row[name] ?? 0);
    const transactions = figure('transactions');
    const identified = figure('identified');
    return {
      group: Object.fromEntries(names.map((name, at) => [name, row[`k${at}`] ?? null])),
      measures: {
        transactions,
        value: figure('value'),
        identified,
        services_used: figure('services'),
        services_offered: isOffered ? figure('services_offered') : null,
        entities_used: figure('entities'),
        entities_offered: isOffered ? figure('entities_offered') : null,
        // Where no transaction names its customer, nobody knows how many there were.
        active_customers: transactions > 0n && identified === 0n ? null : figure('customers'),
        views: hasViews ? figure('views') : null,
      },
    };
  });
};

const figures = (description: DataSetDescription, { measures }: WindowRow): AnswerRow => ({
  ...Object.fromEntries(
    Object.entries(measures).map(([name, value]) => [name, servedAs(value, description.measures[name]?.unit)]),
  ),
  mean_value: figureOf(measures.value ?? 0n, measures.transactions ?? 0n),
});

const GROUPS_COMPARED_MAX = 10_000;

/** Windows of the same lengths and groups that end on another day, by group. */
const comparedWindows = async (question: WindowQuestion, to: string, manager: EntityManager) => {
  const { after: _, ...query } = question.query;
  const group = query.group.filter((name) => name !== 'day');
  const other: WindowQuestion = { ...question, query: { ...query, group }, from: to, to };
  const rows = await measured(other, GROUPS_COMPARED_MAX, manager);
  return new Map(rows.map((row) => [keyOf(row, question), row]));
};

const keyOf = ({ group }: MeasuredRow, { dimensions }: WindowQuestion): string =>
  JSON.stringify(['window_days', ...dimensions].map((name) => group[name] ?? null));
