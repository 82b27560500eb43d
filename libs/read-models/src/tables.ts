import { type ColumnOptions, getMetadataArgsStorage } from 'typeorm';
import type { ReadModel, Table } from './read-model.js';

export interface ColumnShape {
  readonly property: string;
  readonly name: string;
  /** PostgreSQL type as in DDL: `text`, `date`, `bigint`, `text[]`, `jsonb` … */
  readonly type: string;
  /** A dimension of a cube may be null: `@Column(type, { primary: true, nullable: true })`. */
  readonly isNullable: boolean;
}

/** What the decorators of a table class say; the only source of its DDL and of the statements that write it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  /** Primary columns: dimensions of a cube, key of a row table. */
  readonly keys: readonly ColumnShape[];
  /** The others: measures of a cube. */
  readonly values: readonly ColumnShape[];
  /** Properties, for checks in the fold. */
  readonly columnNames: ReadonlySet<string>;
  /** Property → its index in `values`. */
  readonly valueAt: ReadonlyMap<string, number>;
  /** For each of `values` the JSON member that says that one was added: most of what events add. */
  readonly ones: readonly string[];
  readonly indexes: readonly (readonly string[])[];
}

const shapes = new WeakMap<Table, TableShape>();

/** @throws TypeError when the class is no TypeORM entity with a name and a primary column. */
export const shapeOf = (table: Table): TableShape => {
  const known = shapes.get(table);
  if (known) return known;
  const shape = readShape(table);
  shapes.set(table, shape);
  return shape;
};

/** The same cube by whole months of both clocks: in it, days are the first ones of their months. */
export const monthShapeOf = (table: Table): TableShape => {
  const shape = shapeOf(table);
  return { ...shape, name: `${shape.name}_month`, indexes: [] };
};

/** Shapes of all additive tables of a model. */
export const cubeShapesOf = ({ cubes, months = [] }: ReadModel): TableShape[] => [
  ...cubes.map(shapeOf),
  ...months.map(monthShapeOf),
];

const readShape = (table: Table): TableShape => {
  const storage = getMetadataArgsStorage();
  const name = storage.tables.find(({ target }) => target === table)?.name;
  const args = storage.columns.filter(({ target }) => target === table);
  const all = args.map(({ propertyName, options }) => ({
    ...columnOf(propertyName, options),
    isKey: !!options.primary,
  }));
  const columns = all.map(({ isKey, ...column }) => column);
  const keys = columns.filter((_, at) => all[at]?.isKey);
  if (!name || keys.length === 0)
    throw new TypeError(`${table.name} is no entity with a table name and a primary column`);
  const nameOf = (property: string) => columns.find((column) => column.property === property)?.name ?? property;
  const indexes = storage.indices
    .filter(({ target, columns: named }) => target === table && Array.isArray(named))
    .map(({ columns: named }) => (named as string[]).map(nameOf));
  const values = columns.filter((column) => !keys.includes(column));
  const columnNames = new Set(columns.map(({ property }) => property));
  const valueAt = new Map(values.map(({ property }, at) => [property, at]));
  const ones = values.map((column) => deltaMember(column, 1));
  return { name, columns, keys, values, columnNames, valueAt, ones, indexes };
};

/** JSON member that says by how much a measure changed. */
export const deltaMember = ({ name }: ColumnShape, delta: number | bigint): string => `"${name}":"${delta}"`;

const columnOf = (property: string, { name, type, array, nullable }: ColumnOptions): ColumnShape => {
  if (typeof type !== 'string') throw new TypeError(`column ${property} needs its PostgreSQL type by name`);
  return { property, name: name ?? property, type: array ? `${type}[]` : type, isNullable: !!nullable };
};

/** `on_time` → `onTime`: data sets and columns have snake case, properties of entities camel case. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** Schema of the live tables of a projection. */
export const schemaOf = (projection: string): string => `p_${projection}`;

const COLLATED = new Set(['text', 'text[]']);

/** Byte order for every text: a linguistic order changes with the operating system. */
const columnDdl = ({ name, type, isNullable }: ColumnShape): string =>
  `${quoted(name)} ${type}${COLLATED.has(type) ? ' collate "C"' : ''}${isNullable ? '' : ' not null'}`;

/**
 * DDL of all tables of a read model in `schema`: its own, `state` (what the fold remembers) and, beside cubes,
 * `contribution` (one row an event). A cube is keyed by `cell`, a name made of its dimensions: one narrow key whatever the
 * number of dimensions, and the same one in `contribution`.
 */
export const tablesDdl = (model: ReadModel, schema: string): string[] => {
  const at = quoted(schema);
  const statements = [
    `create schema ${at}`,
    `create table ${at}.state (key text collate "C" primary key, value json not null) with (fillfactor = 70)`,
  ];
  for (const shape of cubeShapesOf(model)) statements.push(...cubeDdl(at, shape));
  if (model.cubes.length > 0)
    statements.push(...[CONTRIBUTION, CONTRIBUTION_CELLS].map((sql) => sql.replace('{schema}', at)));
  for (const table of model.rows) {
    const { name, columns, keys } = shapeOf(table);
    const key = keys.map((column) => quoted(column.name)).join(', ');
    statements.push(`create table ${at}.${quoted(name)} (${columns.map(columnDdl).join(', ')}, primary key (${key}))`);
  }
  for (const table of model.rows) statements.push(...indexesDdl(at, shapeOf(table)));
  return statements;
};

// A cube grows in the order of knowledge, so that a summary of its blocks finds a day of knowledge at no cost to whoever writes.
const cubeDdl = (at: string, shape: TableShape): string[] => {
  const { name, keys, values, indexes } = shape;
  const measures = values.map((column) => `${quoted(column.name)} ${column.type} not null default 0`);
  const columns = ['cell uuid primary key', ...keys.map(columnDdl), ...measures].join(', ');
  const table = `${at}.${quoted(name)}`;
  const has = (day: string) => keys.some((column) => column.name === day);
  const isFound = indexes.some((index) => index.includes('effective_day'));
  return [
    `create table ${table} (${columns}) with (fillfactor = 80)`,
    ...(has('effective_day') && !isFound ? [`create index on ${table} (effective_day)`] : []),
    ...(has('known_day') ? [`create index on ${table} using brin (known_day) with (autosummarize)`] : []),
    ...indexesDdl(at, shape),
  ];
};

const indexesDdl = (at: string, { name, indexes }: TableShape): string[] =>
  indexes.map((columns) => `create index on ${at}.${quoted(name)} (${columns.map(quoted).join(', ')})`);

// Days are the event's own; the cells it added to carry theirs. Deltas: for each cell, measure column → signed decimal text.
// New entries of the index wait in a list of at most 1 MiB, which every search reads: a millisecond for half of the work.
const CONTRIBUTION = `create table {schema}.contribution (stream text collate "C" not null, revision bigint not null,
  effective_day date not null, known_day date not null, cells uuid[] not null, deltas json not null)`;
const CONTRIBUTION_CELLS =
  'create index contribution_cells on {schema}.contribution using gin (cells) with (gin_pending_list_limit = 1024)';
