import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { dayNumber, decimalText } from '#kernel';
import { entityOfSource } from '#ledger';
import { asOfDays } from './catalogue/as-of.js';
import { cubeContributions } from './contributions.js';
import { answerRow, type CubeSpec, type CubeSums, cubeSums, type ExtraSum } from './cube-query.js';
import { GRAINS } from './periods.js';
import { type Compared, cellsKey, compareCells } from './quality/cell-rules.js';
import { formulasIn, registerFormula } from './quality/definitions.js';
import { type Bucket, brokenRules, latenessBucket, type Rule, SEVERITIES } from './quality/event-rules.js';
import { startFinding } from './quality/start-rule.js';
import { stateKeys } from './quality/state-keys.js';
import type {
  DataSet,
  DataSetAnswer,
  DataSetDescription,
  DataSetQuery,
  Page,
  ReadEvent,
  ReadModel,
} from './read-model.js';

/** What is doubtful in what was recorded, by who posted it, and how much was recorded at all. */
@Entity({ name: 'data_quality_day', synchronize: false })
export class DataQualityDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') source!: string;
  /** In whose name the source posts. */
  @PrimaryColumn('text') entity!: string;
  /** Stream category. */
  @PrimaryColumn('text') category!: string;
  /** Null: the events themselves, whatever they break. */
  @Column('text', { primary: true, nullable: true }) rule!: string | null;
  @Column('text', { primary: true, nullable: true }) severity!: string | null;
  @Column('bigint') findings!: string;
  /** Cells that a comparing rule could compare. */
  @Column('bigint') checked!: string;
  @Column('bigint') events!: string;
  @Column('bigint', { name: 'late_0' }) late0!: string;
  @Column('bigint', { name: 'late_1' }) late1!: string;
  @Column('bigint', { name: 'late_2_to_7' }) late2To7!: string;
  @Column('bigint', { name: 'late_8_to_30' }) late8To30!: string;
  @Column('bigint', { name: 'late_over_30' }) lateOver30!: string;
}

export const dataQuality: ReadModel = {
  name: 'data_quality',
  version: 8,
  cubes: [DataQualityDay],
  rows: [],
  types: 'every',
  keys: stateKeys,
  apply(event, page) {
    const bucket = latenessBucket(event);
    note(event, page, { measures: bucket === undefined ? EVENT : EVENT_OF_BUCKET[bucket] });
    for (const rule of brokenRules(event, page)) note(event, page, { rule, measures: FINDING });
    for (const { start, ...finding } of startFinding(event, page)) {
      const { source, day } = start;
      const { knownDay, findings } = finding;
      note({ ...event, source, knownDay }, page, { rule: 'started_never_received', day, measures: { findings } });
    }
    if (event.category === 'kpi') registerFormula(event, page);
    if (event.category !== 'aggregate') return;
    const formulas = formulasIn(page);
    const held = page.get<Compared>(cellsKey(event)) ?? { cells: {}, formulas: formulas.length };
    const { compared, found } = compareCells(held, event, formulas);
    page.set(cellsKey(event), compared);
    for (const { rule, day, checked, findings } of found)
      note(event, page, { rule, day, measures: { checked, findings } });
  },
};

const EVENT = { events: 1 };
const EVENT_OF_BUCKET = {
  late0: { ...EVENT, late0: 1 },
  late1: { ...EVENT, late1: 1 },
  late2To7: { ...EVENT, late2To7: 1 },
  late8To30: { ...EVENT, late8To30: 1 },
  lateOver30: { ...EVENT, lateOver30: 1 },
} satisfies Readonly<Record<Bucket, object>>;
const FINDING = { findings: 1 };

interface Note {
  readonly rule?: Rule;
  /** Day that the finding is about; default the event's own. */
  readonly day?: string;
  readonly measures: Readonly<Record<string, number>>;
}

const note = (
  { source, category, effectiveDay, knownDay }: ReadEvent,
  page: Page,
  { rule, day = effectiveDay, measures }: Note,
): void => page.add(DataQualityDay, { effectiveDay: day, knownDay }, subjectOf(source, category, rule), measures);

type Subject = {
  readonly source: string;
  readonly entity: string;
  readonly category: string;
  readonly rule: Rule | null;
  readonly severity: string | null;
};

const SOURCES_MAX = 10_000;
/** One object a subject, by source, category and rule: there are few of them, and a page knows an object again. */
const subjects = new Map<string, Map<string, Map<Rule | null, Subject>>>();

const subjectOf = (source: string, category: string, rule: Rule | null = null): Subject => {
  if (subjects.size >= SOURCES_MAX) subjects.clear();
  const ofCategory = within(within(subjects, source), category);
  let subject = ofCategory.get(rule);
  if (!subject) {
    subject = { source, entity: entityOfSource(source), category, rule, severity: rule && SEVERITIES[rule] };
    ofCategory.set(rule, subject);
  }
  return subject;
};

const within = <K, V>(maps: Map<string, Map<K, V>>, key: string): Map<K, V> => {
  let map = maps.get(key);
  if (!map) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
};

const count = (ar: string, en: string, unit = 'event') => ({ title: { ar, en }, unit });

const description: DataSetDescription = {
  name: 'data_quality',
  title: { ar: 'جودة البيانات', en: 'Data quality' },
  grain: { ar: 'المصدر والقاعدة واليوم', en: 'source, rule and day' },
  dimensions: {
    source: { title: { ar: 'المصدر', en: 'Source' } },
    entity: { title: { ar: 'الجهة', en: 'Entity' } },
    category: { title: { ar: 'نوع السجل', en: 'Stream category' } },
    rule: { title: { ar: 'القاعدة', en: 'Rule' }, values: Object.keys(SEVERITIES) },
    severity: { title: { ar: 'الخطورة', en: 'Severity' }, values: ['info', 'warning', 'error'] },
  },
  measures: {
    findings: count('الملاحظات', 'Findings', 'finding'),
    checked: count('الخانات التي قورنت', 'Cells compared', 'cell'),
    events: count('الأحداث', 'Events'),
    share: count('نسبة الملاحظات', 'Share of findings', 'ratio'),
    late_0: count('سُجلت في يومها', 'Recorded the same day'),
    late_1: count('تأخرت يوماً', 'One day late'),
    late_2_to_7: count('تأخرت من يومين إلى 7 أيام', '2 to 7 days late'),
    late_8_to_30: count('تأخرت من 8 أيام إلى 30 يوماً', '8 to 30 days late'),
    late_over_30: count('تأخرت أكثر من 30 يوماً', 'More than 30 days late'),
    stale_days: count('أيام منذ آخر حدث', 'Days since the newest event', 'day'),
  },
  grains: GRAINS,
  publicBy: ['entity', 'rule'],
  kpis: [],
  knownAtBasis: 'published',
};
const spec: CubeSpec = { description, table: DataQualityDay };

const OF_THE_RULE: readonly string[] = ['rule', 'severity'];

/**
 * Findings by the groups asked. A rule's share is over the cells it compared, else over the events of the same source, category and
 * period: those are counted without regard to rules, so they are asked for apart.
 */
const rows = async (asked: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const query = await atPresent(asked, manager);
  const stale = staleDays(query);
  const isByRule = [...query.group, ...Object.keys(query.filters)].some((name) => OF_THE_RULE.includes(name));
  if (!isByRule) {
    const { rows: sums, next } = await cubeSums(spec, query, manager, [NEWEST]);
    const answered = sums.map((row) => withShare(row, row.measures.events ?? null, stale(row)));
    return { rows: answered, coverage: null, kpiVersions: {}, ...(next && { next }) };
  }
  const rules = query.filters.rule ?? Object.keys(SEVERITIES);
  const found = await cubeSums(spec, { ...query, filters: { ...query.filters, rule: rules } }, manager);
  const group = query.group.filter((name) => !OF_THE_RULE.includes(name));
  const { rule: _, severity: __, ...filters } = query.filters;
  const { after: ___, ...whole } = query;
  const counted = await cubeSums(spec, { ...whole, group, filters, limit: GROUPS_MAX }, manager, [NEWEST]);
  const keyOf = (values: Readonly<Record<string, string | null>>) =>
    JSON.stringify(group.map((name) => values[name] ?? null));
  const events = new Map(counted.rows.map((row) => [keyOf(row.group), row]));
  const answered = found.rows.map((row) => {
    const all = events.get(keyOf(row.group));
    return withShare(row, all?.measures.events ?? null, stale(all));
  });
  return { rows: answered, coverage: null, kpiVersions: {}, ...(found.next && { next: found.next }) };
};

const GROUPS_MAX = 1_000_000;

/** A question without a knowledge day means the ledger's present: some findings are noted with a day that has not come. */
const atPresent = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetQuery> =>
  query.knownAt !== undefined || query.recordedAt !== undefined
    ? query
    : { ...query, knownAt: (await asOfDays(manager, dataQuality.name, {})).knownAt };

/** Day on which the newest event of a group became known, counted from the epoch. */
const NEWEST: ExtraSum = {
  name: 'newest',
  sql: `max("c"."known_day" - date '1970-01-01') filter (where "c"."events" > 0)`,
  parameters: {},
};

/** Days from the newest event of a group to the day of the question; null where there is none. */
const staleDays = ({ knownAt, recordedAt }: DataSetQuery) => {
  const today = dayNumber((knownAt ?? recordedAt) as string);
  return (row: CubeSums | undefined): number | null => {
    const newest = row?.extras.newest;
    return newest === undefined || newest === null ? null : today - Number(newest);
  };
};

const withShare = (row: CubeSums, events: bigint | null, stale: number | null) => {
  const { findings, checked } = row.measures;
  const den = checked ? checked : events;
  const share =
    findings === null || findings === undefined || !den
      ? null
      : { num: `${findings}`, den: `${den}`, value: decimalText({ num: findings, den }) };
  return { ...answerRow(spec, { ...row, measures: { ...row.measures, events } }), share, stale_days: stale };
};

export const dataQualityDataSet: DataSet = {
  description,
  projection: dataQuality.name,
  rows,
  contributions: async (query, manager) => cubeContributions(spec, await atPresent(query, manager), manager),
};
