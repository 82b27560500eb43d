import type { EntityManager } from 'typeorm';
import { addDays } from '#kernel';
import { Parameters } from '../aggregate/known.js';
import { laterSql } from '../keyset.js';
import { monthsSql } from '../month-query.js';
import { knownOn, sizeClassesSql } from '../paper/size-class.js';
import { SheetsDay } from '../paper/tables.js';
import type { DataSetQuery, Table } from '../read-model.js';
import { unlooped } from '../snapshot.js';
import { quoted, shapeOf } from '../tables.js';
import { classOnSql, classRules, classTurns } from '../transaction/class-rules.js';
import { entitySql, literal } from '../transaction/merged.js';
import { ChannelVolumeDay } from '../transaction/tables.js';
import type { SavingPeriod } from './periods.js';
import type { PartSums } from './sums.js';
import { attributesSql, UNIT_SUMS, unitsSql } from './units-sql.js';

/** Groups and filters that units have; the others are ways to convert what was saved. */
export const UNIT_DIMENSIONS = ['entity', 'size_class', 'service', 'flow', 'baseline_year'] as const;

/** One group of units in one period. */
export interface UnitGroup {
  /** In the order of the groups asked. */
  readonly values: readonly (string | null)[];
  readonly period: SavingPeriod;
  readonly parts: readonly PartSums[];
}

export interface UnitQuestion {
  readonly query: DataSetQuery;
  readonly periods: readonly SavingPeriod[];
  /** Grains and dimensions of units, in the order asked. */
  readonly groups: readonly string[];
  /** Groups to answer, at most. */
  readonly most: number;
  /** Values of the first group to answer: it is answered again. */
  readonly from?: readonly (string | null)[] | undefined;
}

type PartRow = PartSums & { readonly nth: number; readonly rank: string } & Readonly<
    Record<`g${number}`, string | null>
  >;

/**
 * Baselines, sheets and transactions of units, summed up by the groups asked; the server does the sums and keeps apart what has
 * different denominators. Groups come in byte order, null first.
 */
export const unitGroups = async (question: UnitQuestion, manager: EntityManager): Promise<readonly UnitGroup[]> => {
  const { query, periods, groups, most, from } = question;
  const [begin, end] = [periods[0]?.first, periods.at(-1)?.last];
  if (begin === undefined || end === undefined) return [];
  const parameters = new Parameters();
  const rules = await classRules(query, manager);
  const sheets = await cellsSql(SheetsDay, [], { ...query, from: begin, to: end }, manager);
  // Of the days before, because baselines are of years before.
  const earlier = begin > EARLIEST_DAY ? [{ ...query, from: undefined, to: addDays(begin, -1) }] : [];
  const volumes: Cells[] = [];
  for (const days of [{ ...query, from: begin, to: end }, ...earlier])
    volumes.push(await cellsSql(ChannelVolumeDay, classTurns(rules), days, manager));
  const known = knownOn(query);
  const ctes = unitsSql({
    ...{ sheets: sheets.sql, volume: unionOf(volumes), known },
    bucket: volumes.some(({ isByMonth }) => isByMonth) ? "date_trunc('month', day)::date" : 'day',
    channelClass: classOnSql('channel', 'effective_day', rules),
    periods: periodsSql(periods, parameters),
    entityOf: (entity) => entitySql(entity, 'p.last', query),
    sizeClasses: sizeClassesSql(query),
    attributesOn: query.effectiveAt === undefined ? 'p.last' : literal(query.effectiveAt),
    filters: filtersSql(query, parameters),
  });
  const selected = groups.map((name, at) => `${groupSql(name)} as g${at}`);
  const aliases = groups.map((_, at) => `g${at}`);
  const sums = UNIT_SUMS([...selected, 'nth'].join(', '), [...aliases, 'nth'].join(', '));
  const order = [...aliases.map((alias) => `${alias} nulls first`), 'nth'].join(', ');
  const place = (value: string | null) => (value === null ? 'null' : `${parameters.add(value)}::text collate "C"`);
  const isFirst = aliases
    .map((alias, at) => `${alias} is not distinct from ${place(from?.[at] ?? null)}`)
    .join(' and ');
  const later = () => laterSql(aliases, from ?? [], place);
  const where = from !== undefined && groups.length > 0 ? `(${later()} or (${isFirst}))` : 'true';
  const sql = `with ${ctes}, parts as (${sums})
     select * from (select parts.*, dense_rank() over (order by ${order}) as rank from parts where ${where}) ranked
      where rank <= ${parameters.add(most)} order by rank, what, den`;
  const rows = await unlooped(manager, () => manager.query<PartRow[]>(sql, parameters.values));
  return groupsOf(rows, aliases, periods);
};

const groupsOf = (
  rows: readonly PartRow[],
  aliases: readonly string[],
  periods: readonly SavingPeriod[],
): UnitGroup[] => {
  const found: { rank: string; values: (string | null)[]; period: SavingPeriod; parts: PartSums[] }[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (last?.rank === row.rank) last.parts.push(row);
    else {
      const values = aliases.map((alias) => row[alias as `g${number}`] ?? null);
      found.push({ rank: row.rank, values, period: periods[row.nth] as SavingPeriod, parts: [row] });
    }
  }
  return found;
};

const EARLIEST_DAY = '1900-01-01';

interface Cells {
  readonly sql: string;
  /** Some of them are whole months on their first day. */
  readonly isByMonth: boolean;
}

const unionOf = (cells: readonly Cells[]): string =>
  `(${cells.map(({ sql }, at) => `select * from ${sql} c${at}`).join(' union all ')})`;

/** Cells of a cube within the days and knowledge of a question, months for days where that is the same: not where one of `turns` lies. */
const cellsSql = async (
  table: Table,
  turns: readonly string[],
  query: DataSetQuery,
  manager: EntityManager,
): Promise<Cells> => {
  const months = await monthsSql({ table, months: { turns } }, query, manager);
  if (months) return { sql: months, isByMonth: true };
  const from = query.from === undefined ? '' : ` and effective_day >= ${literal(query.from)}`;
  const to = query.to === undefined ? '' : ` and effective_day <= ${literal(query.to)}`;
  const { name, columns } = shapeOf(table);
  const listed = columns.map((column) => quoted(column.name)).join(', ');
  const sql = `(select ${listed} from ${quoted(name)} where known_day <= ${knownOn(query)}${from}${to})`;
  return { sql, isByMonth: false };
};

const periodsSql = (periods: readonly SavingPeriod[], parameters: Parameters): string => {
  const grains = Object.keys(periods[0]?.labels ?? {});
  const lists = [
    `${parameters.add(periods.map((_, at) => at))}::int[]`,
    `${parameters.add(periods.map(({ first }) => first))}::date[]`,
    `${parameters.add(periods.map(({ last }) => last))}::date[]`,
    ...grains.map((grain) => `${parameters.add(periods.map(({ labels }) => labels[grain]))}::text[]`),
  ];
  return `select * from unnest(${lists.join(', ')}) as p (${['nth', 'first', 'last', ...grains.map(labelOf)].join(', ')})`;
};

/** Column of the labels of a grain. */
const labelOf = (grain: string): string => `label_${grain}`;

const groupSql = (name: string): string => {
  const sql = attributesSql(name) ?? labelOf(name);
  return `(${sql})::text collate "C"`;
};

const filtersSql = ({ filters }: DataSetQuery, parameters: Parameters): string =>
  UNIT_DIMENSIONS.flatMap((name) => {
    const values = filters[name];
    return values === undefined ? [] : [` and ${groupSql(name)} = any(${parameters.add(values)})`];
  }).join('');
