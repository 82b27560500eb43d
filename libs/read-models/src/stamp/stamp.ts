import type { EntityManager } from 'typeorm';
import { endOf } from '../freezes/late.js';
import { laterSql } from '../keyset.js';
import { figureOf, NO_FIGURE } from '../kpi/figure.js';
import { type MeasuredRow, type RowKpis, rowKpis } from '../kpi/row-kpis.js';
import type { AnswerRow, AnswerValue, DataSet, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { stampDescription } from './description.js';
import { stampEvents } from './events.js';
import { knownOn, looksOf } from './looks.js';
import { conditionsOf, groupsOf, OF_RESULT, type Place, sqlOf } from './question.js';
import { askResults } from './results-sql.js';

const flowSums = (flow: string, outcomes: string): string =>
  `coalesce(sum(r.weight) filter (where j.flow = '${flow}' and j.outcome in (${outcomes})), 0)::text`;

const OF_UNITS = {
  services_num: flowSums('customer', `'passed'`),
  services_den: flowSums('customer', `'passed', 'failed'`),
  internal_num: flowSums('internal', `'passed'`),
  internal_den: flowSums('internal', `'passed', 'failed'`),
  units_passed: `count(*) filter (where j.outcome = 'passed')::int`,
  units_failed: `count(*) filter (where j.outcome = 'failed')::int`,
  units_idle: `count(*) filter (where j.is_idle)::int`,
  units_waived: `count(*) filter (where j.reason = 'waived')::int`,
  process_sheets: `coalesce(sum(j.process_sheets), 0)::text`,
  habit_sheets: `coalesce(sum(j.habit_sheets), 0)::text`,
  waived_sheets: `coalesce(sum(j.counted - j.standing), 0)::text`,
  policies: `string_agg(distinct r.policies, ', ')`,
} as const;

/** What is said of an entity as a whole: the same in all rows of a group that is one entity. */
const OF_ENTITY = {
  expected_num: 'max(r.expected_num)::text',
  expected_den: 'max(r.expected_den)::text',
  sheets: 'max(r.sheets)::text',
  time_to_whole: 'max(r.time_to_whole)',
  rank: 'max(r.rank)::int',
  announced: '(array_agg(r.announced))[1]',
  announced_differs: 'bool_or(r.differs)',
  waivers: `(select json_agg(json_build_object('waiver', w.waiver, 'service', w.service, 'maxSheets', w.data -> 'maxSheets', 'until', w.data -> 'until',
      'reason', w.data -> 'reason', 'approvedBy', w.data -> 'approvedBy') order by w.waiver)
    from assessment_event w where w.entity = max(r.entity) and w.half = max(r.half) and w.what = 'waiverGranted' and w.moment <= max(r.moment)
     and not exists (select from assessment_event x where x.stream = w.stream and x.what = 'waiverRevoked' and x.waiver = w.waiver and x.moment <= max(r.moment)))`,
} as const;

type Found = Readonly<Record<keyof typeof OF_UNITS, string | number | null>> & {
  readonly [column: string]: AnswerValue;
};

const rows = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const looks = await looksOf(query, manager);
  const kpis = await rowKpis(ENGINE, query, manager);
  const { of: _, ...cited } = kpis;
  const groups = groupsOf(query);
  const isOfEntity = groups.includes('entity') && groups.every((name) => OF_RESULT.includes(name));
  const values: [typeof looks, string, ...unknown[]] = [looks, endOf(knownOn(query))];
  const place: Place = (value) => `$${values.push(value)}`;
  const conditions = [...conditionsOf(query, place)];
  const expressions = groups.map(sqlOf);
  if (query.after) conditions.push(laterSql(expressions, query.after, place));
  const columns = Object.entries({ ...OF_UNITS, ...(isOfEntity && OF_ENTITY) }).map(([as, sql]) => `${sql} as ${as}`);
  const ordinals = groups.map((_, at) => at + 1);
  const found = await askResults<Found>(
    manager,
    ` select ${[...expressions.map((sql, at) => `${sql} as g${at}`), ...columns].join(', ')}
       from result r left join judged j using (view, half, entity)
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      group by ${ordinals.join(', ')} order by ${ordinals.map((at) => `${at} nulls first`).join(', ')} limit ${place(query.limit + 1)}`,
    values,
  );
  const answered = found.slice(0, query.limit);
  const last = answered.at(-1);
  const valuesOf = (row: Found) => groups.map((_, at) => (row[`g${at}`] ?? null) as string | null);
  return {
    rows: answered.map((row) => ({
      ...Object.fromEntries(groups.map((name, at) => [name, row[`g${at}`] ?? null])),
      ...measuresOf(row, isOfEntity, kpis),
    })),
    coverage: null,
    ...cited,
    ...(found.length > query.limit && last && { next: valuesOf(last) }),
  };
};

interface StampRow extends MeasuredRow {
  readonly shown: AnswerRow;
}

const PROCEDURES = {
  'stamp.services': 'services',
  'stamp.internal': 'internal',
  'stamp.time_to_whole': 'time_to_whole',
} as const;
const ENGINE = {
  description: stampDescription,
  measures: [
    'units_passed',
    'units_failed',
    'units_idle',
    'units_waived',
    'process_sheets',
    'habit_sheets',
    'waived_sheets',
  ],
  procedures: Object.fromEntries(
    Object.entries(PROCEDURES).map(([name, measure]) => [name, ({ shown }: StampRow) => shown[measure] ?? null]),
  ),
};

const measuresOf = (row: Found, isOfEntity: boolean, kpis: RowKpis<StampRow>): AnswerRow => {
  const services = figureOf(whole(row.services_num), whole(row.services_den));
  const internal = figureOf(whole(row.internal_num), whole(row.internal_den));
  const { units_passed, units_failed, units_idle, units_waived, policies } = row;
  const [time = null, rank = null] = [row.time_to_whole, row.rank];
  const counted = ENGINE.measures.map((name) => [name, whole(row[name])]);
  return {
    ...{ services, internal, units_passed, units_failed, units_idle, units_waived },
    ...{ process_sheets: count(row.process_sheets), habit_sheets: count(row.habit_sheets) },
    ...{ waived_sheets: count(row.waived_sheets), reduction: isOfEntity ? reductionOf(row) : NO_FIGURE },
    ...{
      time_to_whole: time,
      rank,
      announced: row.announced ?? null,
      announced_differs: row.announced_differs ?? null,
    },
    ...{ waivers: isOfEntity ? (row.waivers ?? []) : null, policies },
    ...kpis.of({
      group: {},
      shown: { services, internal, time_to_whole: time },
      measures: Object.fromEntries(counted),
    }),
  };
};

/** Expected sheets less those used, of those expected; null without a baseline of an earlier year (kpis.md, section 3.2). */
const reductionOf = ({ expected_num: num, expected_den: den, sheets }: Found): AnswerValue => {
  if (num === null || den === null) return NO_FIGURE;
  return figureOf(whole(num) - whole(sheets) * whole(den), whole(num));
};

const whole = (value: AnswerValue | undefined): bigint => BigInt(String(value));
const count = (value: string | number | null): AnswerValue => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

/** Who holds the mark, why, and what stands in the way; every figure as known on any day, and as it was frozen. */
export const stamp: DataSet = {
  description: stampDescription,
  projection: transactionsModel.name,
  rows,
  contributions: stampEvents,
};
