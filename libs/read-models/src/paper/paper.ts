import type { EntityManager } from 'typeorm';
import { cubeContributions } from '../contributions.js';
import { answerRow, type CubeSpec, cubeSums, groupSql, groupsOf, selection } from '../cube-query.js';
import { startAfter } from '../keyset.js';
import type { AnswerRow, DataSet, DataSetDescription, DataSetQuery, Measure } from '../read-model.js';
import { entitySql, mergerTurns } from '../transaction/merged.js';
import { ENTITY, SERVICE } from '../transaction/titles.js';
import { transactionsModel } from '../transactions.js';
import { classTurns, SIZE_CLASS, sizeClassJoin } from './size-class.js';
import { SheetsDay } from './tables.js';

const sheets = (ar: string, en: string): Measure => ({ title: { ar, en }, unit: 'sheet' });

const description: DataSetDescription = {
  name: 'paper',
  title: { ar: 'استهلاك الورق', en: 'Paper consumption' },
  grain: { ar: 'الجهة والخدمة والنوع والمسار واليوم', en: 'entity, service, kind, flow and day' },
  dimensions: {
    entity: ENTITY,
    size_class: SIZE_CLASS,
    service: SERVICE,
    flow: { title: { ar: 'المسار: مع المتعاملين أو داخلي', en: 'Flow' }, values: ['customer', 'internal'] },
    kind: {
      title: { ar: 'النوع: يتطلبه الإجراء أو طباعة معتادة', en: 'Kind: needed by a procedure, or habit' },
      values: ['process', 'habit'],
    },
    source: {
      title: { ar: 'المصدر: معاملة أو سجل فترة أو مخزون', en: 'Source: transaction, record of a period, or stock' },
      values: ['transaction', 'record', 'stock'],
    },
    method: {
      title: { ar: 'طريقة قياس السجل', en: 'How the record was made' },
      values: ['metered', 'counted', 'estimated'],
    },
  },
  measures: {
    sheets: sheets('أوراق استهلكتها الجهة', 'Sheets used by the entity'),
    customer_sheets: sheets('أوراق قدمها المتعاملون', 'Sheets handed in by customers'),
    issued: sheets('أوراق صُرفت من المخزون', 'Sheets issued from stock'),
    unexplained: sheets('أوراق مصروفة لم يُعرف استهلاكها', 'Sheets issued and not accounted for'),
    last_paper_day: {
      title: { ar: 'آخر يوم استهلك فيه إجراء ورقاً', en: 'Last day with a sheet that a procedure needed' },
      unit: 'day',
    },
  },
  grains: ['day', 'week', 'month', 'quarter', 'half', 'year', 'fiscal_year'],
  publicBy: ['entity', 'kind'],
  kpis: [],
  knownAtBasis: 'recorded',
};

/** Dimensions by which sheets out of stock are not told apart: what they explain cannot be told apart either. */
const UNCONTROLLED = ['flow', 'kind', 'source', 'method'] as const;

const specOf = (query: DataSetQuery): CubeSpec => {
  const isByClass = query.group.includes('size_class') || 'size_class' in query.filters;
  return {
    description,
    table: SheetsDay,
    dimensions: { entity: entitySql('c.entity', 'c.effectiveDay', query), size_class: 'sc.size_class' },
    measures: { unexplained: 'c.issued - c.sheets' },
    months: { turns: [...mergerTurns(query), ...(isByClass ? [classTurns()] : [])] },
    ...(isByClass && { join: sizeClassJoin('c.entity', 'c.effective_day', query) }),
  };
};

/** Groups of a row → its last day with a sheet of kind `process`: found, never declared (SAV-9). */
const lastPaperDays = async (spec: CubeSpec, query: DataSetQuery, manager: EntityManager) => {
  const groups = groupsOf(spec, query);
  const expressions = groups.map((name) => groupSql(spec, name));
  const days = selection(spec, query, manager)
    .select('c.effective_day', 'day')
    .andWhere("c.kind = 'process'")
    .groupBy('c.effective_day')
    .having('sum(c.sheets) > 0');
  for (const [at, sql] of expressions.entries()) days.addSelect(sql, `g${at}`).addGroupBy(`g${at}`);
  if (query.after && groups.length > 0) startAfter(days, expressions, query.after);
  const names = groups.map((_, at) => `d.g${at}`);
  const select = manager
    .createQueryBuilder()
    .select('max(d.day)::text', 'day')
    .from(`(${days.getQuery()})`, 'd')
    .setParameters(days.getParameters())
    .limit(query.limit);
  for (const name of names)
    select.addSelect(name, name.slice(2)).addGroupBy(name).addOrderBy(name, 'ASC', 'NULLS FIRST');
  const found = await select.getRawMany<Record<string, string | null>>();
  const keyOf = (row: AnswerRow | Record<string, string | null>, members: readonly string[]) =>
    JSON.stringify(members.map((member) => row[member] ?? null));
  const aliases = groups.map((_, at) => `g${at}`);
  const lastDays = new Map(found.map((row) => [keyOf(row, aliases), row.day ?? null]));
  return (row: AnswerRow): string | null => lastDays.get(keyOf(row, groups)) ?? null;
};

/** Sheets by whom, for what and why, with the control total out of stock and the last paper day. */
export const paper: DataSet = {
  description,
  projection: transactionsModel.name,
  rows: async (query, manager) => {
    const spec = specOf(query);
    const { rows, next } = await cubeSums(spec, query, manager);
    const lastDayOf = await lastPaperDays(spec, query, manager);
    const isControlled = UNCONTROLLED.every((name) => !query.group.includes(name) && !(name in query.filters));
    const answered = rows.map((row): AnswerRow => {
      const answer = answerRow(spec, row);
      // Nobody records an issue of nothing: no sheets out of stock are no knowledge of the stock.
      const isIssued = (row.measures.issued ?? 0n) !== 0n;
      return {
        ...answer,
        issued: isIssued ? (answer.issued ?? null) : null,
        unexplained: isIssued && isControlled ? (answer.unexplained ?? null) : null,
        last_paper_day: lastDayOf(answer),
      };
    });
    return { rows: answered, coverage: null, kpiVersions: {}, ...(next && { next }) };
  },
  contributions: async (query, manager) => cubeContributions(specOf(query), query, manager),
};
