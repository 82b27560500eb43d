import { byName, type Cell } from '../cells.js';
import { monthCells } from '../months.js';
import type { Contributions, MemoryPage } from '../page.js';
import type { ReadEvent, ReadModel, Table } from '../read-model.js';
import { type ColumnShape, monthShapeOf, quoted, shapeOf, type TableShape } from '../tables.js';
import { bigintArrays, dateArray, GrowingArray, textArray, textArrays, uuidArray } from './binary-arrays.js';

/** How the changes of a page get into one table: an `insert` that joins `moved`, and its parameters. */
export interface PageWrite {
  /** @param first number of its first parameter. */
  readonly sql: (first: number) => string;
  readonly values: (page: MemoryPage, contributions: ContributionRows) => readonly unknown[];
  readonly parameters: number;
}

/** Rows of `contribution` as parameters. The cells of all events are one array, of which each event takes its part. */
export class ContributionRows implements Contributions {
  private readonly streams = new GrowingArray('text');
  private readonly revisions = new GrowingArray('bigint');
  private readonly effectiveDays = new GrowingArray('date');
  private readonly knownDays = new GrowingArray('date');
  private readonly deltas = new GrowingArray('json');
  private readonly firsts = new GrowingArray('bigint');
  private readonly lasts = new GrowingArray('bigint');
  private readonly cells = new GrowingArray('uuid');
  private first = 1;
  private last = 0;

  addCell({ name }: Cell): void {
    this.cells.addUuid(name);
    this.last++;
  }

  addEvent({ stream, revision, effectiveDay, knownDay }: ReadEvent, deltas: string): void {
    this.streams.addText(stream);
    this.revisions.addBigint(revision);
    this.effectiveDays.addDay(effectiveDay);
    this.knownDays.addDay(knownDay);
    this.deltas.addText(deltas);
    this.firsts.addBigint(this.first);
    this.lasts.addBigint(this.last);
    this.first = this.last + 1;
  }

  /** In the order of {@link contributionWrite}. */
  values(): readonly Buffer[] {
    const { streams, revisions, effectiveDays, knownDays, deltas, firsts, lasts, cells } = this;
    return [streams, revisions, effectiveDays, knownDays, deltas, firsts, lasts, cells].map((column) =>
      column.toBuffer(),
    );
  }
}

/** One a table of the model, in `schema`. */
export const pageWritesOf = ({ cubes, months = [], rows }: ReadModel, schema: string): readonly PageWrite[] => {
  const at = quoted(schema);
  return [
    stateWrite(at),
    ...cubes.map((table) => cubeWrite(at, shapeOf(table), (page) => page.cells(table))),
    ...months.map((table) => {
      const shape = monthShapeOf(table);
      return cubeWrite(at, shape, (page) => monthCells(shape, page.cellsBySubject(table)));
    }),
    ...(cubes.length > 0 ? [contributionWrite(at)] : []),
    ...rows.map((table) => rowWrite(at, table)),
  ];
};

/**
 * Parallel arrays as rows. In the list of columns the server takes them apart side by side; as functions in `from` it would keep a
 * table of each first.
 */
const rowsSql = (types: readonly string[], first: number, columnTypes = types): string => {
  const columns = types.map((type, nth) => {
    const value = `unnest($${first + nth}::${type}[])`;
    return columnTypes[nth] === type ? value : `${value}::${columnTypes[nth]}`;
  });
  return `select ${columns.join(', ')} from moved`;
};

const stateWrite = (at: string): PageWrite => ({
  parameters: 2,
  sql: (first) => `insert into ${at}.state (key, value) ${rowsSql(['text', 'json'], first)}
    on conflict (key) do update set value = excluded.value`,
  values: (page) => {
    const states = Array.from(page.changedStates(), ([key, state]) => ({ key, text: JSON.stringify(state) }));
    return [textArray(states, ({ key }) => key), textArray(states, ({ text }) => text, 'json')];
  },
});

/** Counts go as they are; whatever else PostgreSQL makes of its text. */
const arrayTypeOf = ({ type }: ColumnShape): 'bigint' | 'text' => (type === 'bigint' ? type : 'text');

/** Types of the columns with which the key of a cube begins. */
const DAYS = ['date', 'date'];

/** Cells go in the order of their names: neighbours in the index, and the same order of locks whoever writes. */
const cubeWrite = (
  at: string,
  { name, keys, values }: TableShape,
  cellsOf: (page: MemoryPage) => Cell[],
): PageWrite => {
  const columns = [...keys, ...values];
  const types = [...DAYS, ...keys.slice(DAYS.length).map(() => 'text'), ...values.map(arrayTypeOf)];
  const columnTypes = columns.map(({ type }) => type);
  const sums = values.map(({ name: n }) => `${quoted(n)} = t.${quoted(n)} + excluded.${quoted(n)}`).join(', ');
  return {
    parameters: 1 + columns.length,
    sql: (first) => `insert into ${at}.${quoted(name)} as t (cell, ${namesOf(columns)})
      ${rowsSql(['uuid', ...types], first, ['uuid', ...columnTypes])}
      on conflict (cell) do update set ${sums}`,
    values: (page) => {
      const cells = cellsOf(page).sort(byName);
      return [
        uuidArray(cells, (cell) => cell.name),
        dateArray(cells, ({ effectiveDay }) => effectiveDay),
        dateArray(cells, ({ knownDay }) => knownDay),
        ...textArrays(
          cells.map(({ heading }) => heading.dimensions),
          keys.length - DAYS.length,
        ),
        ...sumArrays(
          cells.map((cell) => cell.sums),
          types.slice(keys.length),
        ),
      ];
    },
  };
};

const sumArrays = (rows: readonly Cell['sums'][], types: readonly string[]): readonly Buffer[] => {
  const counts = types.flatMap((type, nth) => (type === 'bigint' ? [nth] : []));
  const arrays = bigintArrays(rows, counts);
  return types.map((_, nth) => arrays[counts.indexOf(nth)] ?? textArray(rows, (sums) => String(sums[nth])));
};

const contributionWrite = (at: string): PageWrite => {
  const types = ['text', 'bigint', 'date', 'date', 'json', 'bigint', 'bigint'];
  return {
    parameters: types.length + 1,
    sql: (first) => `insert into ${at}.contribution (stream, revision, effective_day, known_day, deltas, cells)
      select c0, c1, c2, c3, c4, ($${first + types.length}::uuid[])[c5 : c6]
        from (${rowsSql(types, first)}) as r (${types.map((_, nth) => `c${nth}`).join(', ')})`,
    values: (_, contributions) => contributions.values(),
  };
};

/** Lists and documents among the columns: one document of JSON. Such tables are written rarely. */
const rowWrite = (at: string, table: Table): PageWrite => {
  const { name, columns, keys, values } = shapeOf(table);
  const typed = columns.map((column) => `${quoted(column.name)} ${column.type}`).join(', ');
  const sets = values.map(({ name: n }) => `${quoted(n)} = excluded.${quoted(n)}`).join(', ');
  return {
    parameters: 1,
    sql: (first) => `insert into ${at}.${quoted(name)} (${namesOf(columns)})
      select r.* from moved, json_to_recordset($${first}::json) as r(${typed})
      on conflict (${namesOf(keys)}) do ${sets ? `update set ${sets}` : 'nothing'}`,
    values: (page) => {
      const rows = Array.from(page.rows(table), (row) =>
        Object.fromEntries(columns.map(({ name: n, property }) => [n, jsonable(row[property])])),
      );
      return [JSON.stringify(rows)];
    },
  };
};

const namesOf = (columns: readonly ColumnShape[]): string => columns.map(({ name }) => quoted(name)).join(', ');

const jsonable = (value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : (value ?? null));
