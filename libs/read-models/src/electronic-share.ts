import { ratio } from '#kernel';
import { cubeContributions } from './contributions.js';
import { answerRow, type CubeJoin, type CubeSpec, type CubeSums, cubeSums, type ExtraSum } from './cube-query.js';
import { figureOf, NO_FIGURE } from './kpi/figure.js';
import { type MeasuredRow, type RowKpis, rowKpis } from './kpi/row-kpis.js';
import type { AnswerRow, AnswerValue, DataSet, DataSetDescription, DataSetQuery } from './read-model.js';
import { entitySql, literal, mergerTurns } from './transaction/merged.js';
import { ElectronicShareDay } from './transaction/tables.js';
import { CHANNEL, ENTITY, FLOW, SERVICE } from './transaction/titles.js';
import { transactionsModel } from './transactions.js';

const description: DataSetDescription = {
  name: 'electronic_share',
  title: { ar: 'النسبة الإلكترونية المعلنة والمرصودة', en: 'Electronic share, declared and observed' },
  grain: { ar: 'الخدمة واليوم', en: 'service and day' },
  dimensions: { entity: ENTITY, service: SERVICE, flow: FLOW, channel: CHANNEL },
  measures: {
    steps_electronic: { title: { ar: 'خطوات إلكترونية', en: 'Electronic steps' }, unit: 'step' },
    steps_manual: { title: { ar: 'خطوات يدوية', en: 'Manual steps' }, unit: 'step' },
    steps_from_others: {
      title: { ar: 'خطوات جاءت بياناتها من جهة أخرى', en: 'Steps whose data came from another entity' },
      unit: 'step',
    },
    transactions_with_steps: {
      title: { ar: 'معاملات منجزة ذُكرت خطواتها', en: 'Completed transactions with steps' },
      unit: 'transaction',
    },
    completed: { title: { ar: 'معاملات منجزة', en: 'Completed transactions' }, unit: 'transaction' },
    declared_bp: {
      title: { ar: 'النسبة المعلنة (جزء من عشرة آلاف)', en: 'Declared share, hundredths of a per cent' },
      unit: 'bp',
    },
    gap: { title: { ar: 'المعلن ناقصاً المرصود', en: 'Declared minus observed' }, unit: 'ratio' },
  },
  grains: ['day', 'week', 'month', 'quarter', 'half', 'year', 'fiscal_year'],
  publicBy: ['entity'],
  kpis: ['declared_gap'],
  knownAtBasis: 'recorded',
};

const specOf = (query: DataSetQuery): CubeSpec => ({
  description,
  table: ElectronicShareDay,
  dimensions: { entity: entitySql('c.entity', 'c.effectiveDay', query) },
  months: { turns: [...mergerTurns(query), ...declarationTurns(query)] },
});

/** Days on which another declaration comes into force. */
const declarationTurns = ({ effectiveAt }: DataSetQuery): string[] =>
  effectiveAt === undefined ? ['select from_day from declared_share'] : [];

const STEPS = '("c"."steps_electronic" + "c"."steps_manual")';

/** Declaration in force on the cell's day, as known: the latest first day, and of equal ones the latest said. */
const declaration = ({ knownAt, recordedAt, effectiveAt }: DataSetQuery): CubeJoin => {
  const on = effectiveAt === undefined ? '"c"."effective_day"' : literal(effectiveAt);
  const known = [knownAt, recordedAt].flatMap((at) => (at === undefined ? [] : [`known_day <= ${literal(at)}`]));
  const said = `select distinct on (service, from_day) service, from_day, electronic_bp from declared_share
    ${known.length > 0 ? `where ${known.join(' and ')}` : ''} order by service, from_day, revision desc`;
  const next = `lead(from_day, 1, 'infinity') over (partition by service order by from_day)`;
  return {
    sql: `(select service, from_day, electronic_bp, ${next} as next_day from (${said}) as said)`,
    alias: 'd',
    on: `d.service = "c"."service" and d.from_day <= ${on} and d.next_day > ${on}`,
  };
};

const over = (name: string, sql: string): ExtraSum => ({ name, sql, parameters: {} });
const DECLARED = 'd.electronic_bp';

/**
 * Sums over the cells with a declaration in force. A group of several days or services compares their declarations, each
 * weighted by its steps, with what was observed in the same steps: at service and day this is the definition itself.
 */
const DECLARED_SUMS: readonly ExtraSum[] = [
  over('promised', `sum(${DECLARED} * ${STEPS})`),
  over('steps', `sum(${STEPS}) filter (where ${DECLARED} is not null)`),
  over('electronic', `sum("c"."steps_electronic") filter (where ${DECLARED} is not null)`),
  { ...over('lowest', `min(${DECLARED})`), together: 'min' },
  { ...over('highest', `max(${DECLARED})`), together: 'max' },
];

/** Basis points in a whole. */
const WHOLE = 10_000n;

/** Gap = declared - observed over one denominator; null without a step that has a declaration. */
const gapOf = ({ extras, measures }: CubeSums): AnswerValue => {
  const steps = extras.steps ?? 0n;
  const all = (measures.steps_electronic ?? 0n) + (measures.steps_manual ?? 0n);
  const coverage = figureOf(steps, all);
  if (steps === 0n) return { ...NO_FIGURE, coverage };
  return { ...figureOf((extras.promised ?? 0n) - WHOLE * (extras.electronic ?? 0n), WHOLE * steps), coverage };
};

interface GapRow extends MeasuredRow {
  readonly gap: AnswerValue;
}
const ENGINE = {
  description,
  measures: ['steps_electronic', 'steps_manual', 'steps_from_others', 'transactions_with_steps', 'completed'],
  procedures: { 'electronic_share.declared_gap': ({ gap }: GapRow) => gap },
};

const rowOf = (spec: CubeSpec, row: CubeSums, kpis: RowKpis<GapRow>): AnswerRow => {
  const { lowest, highest } = row.extras;
  const gap = gapOf(row);
  return {
    ...answerRow(spec, row),
    declared_bp: lowest !== null && lowest === highest ? Number(lowest) : null,
    gap,
    ...kpis.of({ ...row, gap }),
  };
};

/**
 * Declared against observed. `gap` and the KPI `declared_gap` are `{ num, den, value, coverage }`, coverage being the steps
 * with a declaration in force among all steps; `declared_bp` stands where the whole group has one declaration.
 */
export const electronicShare: DataSet = {
  description,
  projection: transactionsModel.name,
  rows: async (query, manager) => {
    const spec = specOf(query);
    const kpis = await rowKpis(ENGINE, query, manager);
    const { of: _, ...cited } = kpis;
    const { rows, next } = await cubeSums({ ...spec, join: declaration(query) }, query, manager, DECLARED_SUMS);
    const whole = await cubeSums(spec, { ...query, group: [], limit: 1, after: undefined }, manager);
    const { completed = null, transactions_with_steps: withSteps = null } = whole.rows[0]?.measures ?? {};
    return {
      rows: rows.map((row) => rowOf(spec, row, kpis)),
      coverage: completed ? ratio(withSteps ?? 0n, completed) : null,
      ...cited,
      ...(next && { next }),
    };
  },
  contributions: async (query, manager) => cubeContributions(specOf(query), query, manager),
};
