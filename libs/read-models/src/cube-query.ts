import type { EntityManager, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { startAfter } from './keyset.js';
import { monthsSql } from './month-query.js';
import { isGrain, periodSql } from './periods.js';
import type {
  AnswerRow,
  AnswerValue,
  DataSetAnswer,
  DataSetDescription,
  DataSetQuery,
  Grain,
  Table,
} from './read-model.js';
import { camelCase, shapeOf } from './tables.js';

/**
 * How a data set reads its cube. SQL names columns by property: `c.channel`, `c.effectiveDay`; it is ours, never a caller's.
 * A dimension or measure that is not named here is the property of the same name (`on_time` → `onTime`).
 */
export interface CubeSpec {
  readonly description: DataSetDescription;
  readonly table: Table;
  /** Derived dimensions: name → SQL, for example `channel_class: "case when c.channel in ('app', 'web') then 'digital' end"`. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Derived measures: name → SQL inside `sum(…)`, for example `open: 'c.received - c.completed'`. */
  readonly measures?: Readonly<Record<string, string>>;
  /** SQL of the cells that measures count, where others are read too. A filter: a `case` within each sum costs a third more. */
  readonly counted?: string;
  /** Those of `measures` that events are said to have added to, in the place of the columns they are made of. */
  readonly told?: readonly string[];
  /** Property of the day a cell belongs to. Default `effectiveDay`. */
  readonly effectiveDay?: string;
  /** First day of the period a cell stands for: it is then selected only if it lies wholly inside `from` to `to`. */
  readonly periodStart?: string;
  /** Default `knownDay`. */
  readonly knownDay?: string;
  /** Property of the ledger's own knowledge day. Default: the same as `knownDay`. */
  readonly recordedDay?: string;
  /** Property that tells `event` rows from `receipt` rows, where the cube holds both. */
  readonly basis?: string;
  /** Given where the cube is kept by months too. `turns`: SELECTs of the days on which derived dimensions or sums of a cell change. */
  readonly months?: { readonly turns: readonly string[] };
  /** What further sums read beside the cell. */
  readonly join?: CubeJoin;
  /** First month of the fiscal year. Default 1. */
  readonly fiscalYearStartMonth?: number;
}

/** At most one further row of each cell: a subselect in brackets, and SQL of the condition on `c` and its alias. */
export interface CubeJoin {
  readonly sql: string;
  readonly alias: string;
  readonly on: string;
}

/** A further sum of the same groups, for KPIs: an aggregate over `c` with parameters as `:name`. Make it with {@link sumSql}. */
export interface ExtraSum {
  readonly name: string;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** How parts of a group come together, where they are not summed. */
  readonly together?: 'min' | 'max';
}

export interface CubeSums {
  /** Group → value, in the order asked. */
  readonly group: Readonly<Record<string, string | null>>;
  /** Null where no cell was selected. */
  readonly measures: Readonly<Record<string, bigint | null>>;
  readonly extras: Readonly<Record<string, bigint | null>>;
}

/**
 * Sums of a cube by the groups asked, with any further sums (`extras`), keyset-paged by the group values. This is the hook
 * of the KPIs: ask for the sums of numerator and denominator as extras of the same statement, then divide a row at a time.
 */
export const cubeSums = async (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
  extras: readonly ExtraSum[] = [],
): Promise<{ readonly rows: readonly CubeSums[]; readonly next?: readonly (string | null)[] }> => {
  const groups = groupsOf(spec, query);
  const measures = Object.keys(spec.description.measures).filter((name) => measureSql(spec, name) !== undefined);
  const months = await monthsSql(spec, query, manager);
  const cells = months
    ? filtered(spec, query, manager.createQueryBuilder().from(months, 'c'))
    : selection(spec, query, manager);
  const sums = [
    ...measures.map((name, at) => ({ sql: sumSql(spec, name), as: `m${at}` })),
    ...extras.map(({ name: _, ...extra }, at) => ({ ...extra, as: `x${at}` })),
  ];
  const { select, expressions } =
    months && groups.some(isGrain)
      ? sumsOfPeriods(spec, groups, sums, cells, manager)
      : { select: summed(cells, sums), expressions: groups.map((name) => groupSql(spec, name)) };
  for (const [at, sql] of expressions.entries()) {
    select.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`, 'ASC', 'NULLS FIRST');
  }
  if (query.after && groups.length > 0) startAfter(select, expressions, query.after);
  const raw = await select.limit(query.limit + 1).getRawMany<Record<string, string | null>>();
  const rows = raw.slice(0, query.limit).map((row) => ({
    group: Object.fromEntries(groups.map((name, at) => [name, row[`g${at}`] ?? null])),
    measures: Object.fromEntries(measures.map((name, at) => [name, wholeOf(row[`m${at}`])])),
    extras: Object.fromEntries(extras.map(({ name }, at) => [name, wholeOf(row[`x${at}`])])),
  }));
  const last = rows.at(-1);
  return raw.length > query.limit && last ? { rows, next: Object.values(last.group) } : { rows };
};

type NamedSum = { readonly as: string } & Pick<ExtraSum, 'sql'> & Partial<ExtraSum>;

const summed = (select: SelectQueryBuilder<ObjectLiteral>, sums: readonly NamedSum[]) => {
  select.select([]);
  for (const { sql, as, parameters = {} } of sums) select.addSelect(sql, as).setParameters(parameters);
  return select;
};

/** Months are few, and to write the label of its period into each of their cells costs as much as to read it: days first. */
const sumsOfPeriods = (
  spec: CubeSpec,
  groups: readonly string[],
  sums: readonly NamedSum[],
  cells: SelectQueryBuilder<ObjectLiteral>,
  manager: EntityManager,
) => {
  const days = summed(cells, sums).addSelect(dayOf(spec), 'day').addGroupBy('day');
  for (const [at, name] of groups.entries())
    if (!isGrain(name)) days.addSelect(groupSql(spec, name), `g${at}`).addGroupBy(`g${at}`);
  const select = manager.createQueryBuilder().from(`(${days.getQuery()})`, 'd').setParameters(days.getParameters());
  const again = sums.map(({ as, together = 'sum' }) => ({ sql: `${together}("d"."${as}")`, as }));
  const expressions = groups.map((name, at) => (isGrain(name) ? periodOf(spec, name, '"d"."day"') : `"d"."g${at}"`));
  return { select: summed(select, again), expressions };
};

/**
 * Sum of a measure over the cells of a group for which every condition holds.
 *
 * @param conditions SQL over `"c"`
 * @throws TypeError for a measure that no column holds
 */
export const sumSql = (spec: CubeSpec, measure: string, conditions: readonly string[] = []): string => {
  const sql = measureSql(spec, measure);
  if (sql === undefined) throw new TypeError(`${spec.description.name} has no measure ${measure}`);
  const all = [...(spec.counted ? [sqlOf(spec, spec.counted)] : []), ...conditions];
  return all.length > 0 ? `sum(${sql}) filter (where ${all.join(' and ')})` : `sum(${sql})`;
};

/** Answer of a data set that is a cube, without KPIs and with coverage unknown: whoever knows more adds it. */
export const cubeAnswer = async (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<DataSetAnswer> => {
  const { rows, next } = await cubeSums(spec, query, manager);
  return { rows: rows.map((row) => answerRow(spec, row)), coverage: null, kpiVersions: {}, ...(next && { next }) };
};

/** Groups and measures of a row as they are served: fils as decimal text, counts as numbers while they are exact. */
export const answerRow = (spec: CubeSpec, { group, measures }: CubeSums): AnswerRow => ({
  ...group,
  ...Object.fromEntries(
    Object.entries(measures).map(([name, sum]) => [name, servedAs(sum, spec.description.measures[name]?.unit)]),
  ),
});

export const servedAs = (sum: bigint | null, unit: string | undefined): AnswerValue => {
  if (sum === null) return null;
  const number = Number(sum);
  return unit === 'fils' || !Number.isSafeInteger(number) ? sum.toString() : number;
};

/** Cells that the question selects: days, filters, both clocks. Alias `c`. */
export const selection = (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
): SelectQueryBuilder<ObjectLiteral> => {
  const { effectiveDay = 'effectiveDay', knownDay = 'knownDay', recordedDay = knownDay } = spec;
  const { from, to, knownAt, recordedAt } = query;
  const column = (property: string) => sqlOf(spec, `c.${property}`);
  const select = manager.createQueryBuilder(spec.table as EntityTarget<ObjectLiteral>, 'c');
  if (from !== undefined) select.andWhere(`${column(spec.periodStart ?? effectiveDay)} >= :from`, { from });
  if (to !== undefined) select.andWhere(`${column(effectiveDay)} <= :to`, { to });
  if (knownAt !== undefined) select.andWhere(`${column(knownDay)} <= :knownAt`, { knownAt });
  if (recordedAt !== undefined) select.andWhere(`${column(recordedDay)} <= :recordedAt`, { recordedAt });
  return filtered(spec, query, select);
};

const filtered = (
  spec: CubeSpec,
  query: DataSetQuery,
  select: SelectQueryBuilder<ObjectLiteral>,
): SelectQueryBuilder<ObjectLiteral> => {
  if (spec.join) select.leftJoin(spec.join.sql, spec.join.alias, spec.join.on);
  if (spec.basis) select.andWhere(`${sqlOf(spec, `c.${spec.basis}`)} = :basis`, { basis: query.basis ?? 'event' });
  for (const [at, [dimension, values]] of Object.entries(query.filters).entries()) {
    select.andWhere(`${groupSql(spec, dimension)} = any(:filter${at})`, { [`filter${at}`]: values });
  }
  return select;
};

/** Groups of the answer: those asked, and those by which the data set always groups. */
export const groupsOf = ({ description }: CubeSpec, { group }: DataSetQuery): readonly string[] => [
  ...new Set([...group, ...(description.alwaysBy ?? [])]),
];

/** Period label or dimension as text in byte order. */
export const groupSql = (spec: CubeSpec, name: string): string =>
  isGrain(name) ? periodOf(spec, name, dayOf(spec)) : dimensionSql(spec, name);

const dayOf = (spec: CubeSpec): string => sqlOf(spec, `c.${spec.effectiveDay ?? 'effectiveDay'}`);

const periodOf = ({ fiscalYearStartMonth: startMonth }: CubeSpec, name: Grain, day: string): string =>
  `(${periodSql(name, day, { startMonth })})::text collate "C"`;

export const dimensionSql = (spec: CubeSpec, name: string): string => {
  const property = propertyOf(spec, name);
  const sql = spec.dimensions?.[name] ?? (property && `c.${property}`);
  if (!sql || !spec.description.dimensions[name])
    throw new TypeError(`${spec.description.name} has no dimension ${name}`);
  return `(${sqlOf(spec, sql)})::text collate "C"`;
};

/** SQL inside the sum; undefined for a measure that no column holds (a ratio, a KPI). */
export const measureSql = (spec: CubeSpec, name: string): string | undefined => {
  const property = propertyOf(spec, name);
  const sql = spec.measures?.[name] ?? (property && `c.${property}`);
  return sql === undefined || !spec.description.measures[name] ? undefined : sqlOf(spec, sql);
};

const propertyOf = ({ table }: CubeSpec, name: string): string | undefined => {
  const property = camelCase(name);
  return shapeOf(table).columns.find((column) => column.property === property || column.name === name)?.property;
};

/** `c.onTime` → `"c"."on_time"`. */
const sqlOf = ({ table }: CubeSpec, sql: string): string =>
  sql.replace(/\bc\.(\w+)/g, (_, property: string) => {
    const column = shapeOf(table).columns.find((candidate) => candidate.property === property);
    if (!column) throw new TypeError(`${table.name} has no column ${property}`);
    return `"c"."${column.name}"`;
  });

const wholeOf = (text: string | null | undefined): bigint | null =>
  text === null || text === undefined ? null : BigInt(text);
