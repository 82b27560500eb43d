import { byName, type Cell } from '../cells.js';
import { monthCells } from '../months.js';
import type { Contributions, MemoryPage } from '../page.js';
import { type ArrayType, addRows, GrowingArray } from '../parameters/binary-arrays.js';
import type { Parameter } from '../parameters/statement.js';
import type { ReadEvent, ReadModel, Table } from '../read-model.js';
import { type ColumnShape, monthShapeOf, quoted, shapeOf, type TableShape } from '../tables.js';

/** How the changes of a page get into one table: an `insert` that joins `moved`, and its parameters. */
export interface PageWrite {
  /** @param first number of its first parameter. */
  readonly sql: (first: number) => string;
  readonly values: (page: MemoryPage, contributions: ContributionRows) => readonly Parameter[];
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

  /** In the order of {@link contributionWrite}, until they are cleared. */
  values(): readonly Buffer[] {
    return this.columns.map((column) => column.toBuffer());
  }

  clear(): void {
    for (const column of this.columns) column.clear();
    this.first = 1;
    this.last = 0;
  }

  private get columns(): readonly GrowingArray[] {
    const { streams, revisions, effectiveDays, knownDays, deltas, firsts, lasts, cells } = this;
    return [streams, revisions, effectiveDays, knownDays, deltas, firsts, lasts, cells];
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

/** Empty arrays that `fill` fills, and what they hold then. */
const filled = (arrays: readonly GrowingArray[], fill: () => void): readonly Buffer[] => {
  for (const array of arrays) array.clear();
  fill();
  return arrays.map((array) => array.toBuffer());
};

const arraysOf = (types: readonly ArrayType[]): readonly GrowingArray[] => types.map((type) => new GrowingArray(type));

const stateWrite = (at: string): PageWrite => {
  const [keys, values] = [new GrowingArray('text'), new GrowingArray('json')];
  return {
    parameters: 2,
    sql: (first) => `insert into ${at}.state (key, value) ${rowsSql(['text', 'json'], first)}
    on conflict (key) do update set value = excluded.value`,
    values: (page) =>
      filled([keys, values], () => {
        for (const [key, state] of page.changedStates()) {
          keys.addText(key);
          values.addText(JSON.stringify(state));
        }
      }),
  };
};

/** Counts go as they are; whatever else PostgreSQL makes of its text. */
const arrayTypeOf = ({ type }: ColumnShape): 'bigint' | 'text' => (type === 'bigint' ? type : 'text');

/** Types of the columns with which the key of a cube begins. */
const DAYS = ['date', 'date'] as const;

/** Cells go in the order of their names: neighbours in the index, and the same order of locks whoever writes. */
const cubeWrite = (
  at: string,
  { name, keys, values }: TableShape,
  cellsOf: (page: MemoryPage) => Cell[],
): PageWrite => {
  const columns = [...keys, ...values];
  const columnTypes = columns.map(({ type }) => type);
  const texts = keys.slice(DAYS.length).map(() => 'text' as const);
  const types = [...DAYS, ...texts, ...values.map(arrayTypeOf)];
  const update = values.map(({ name: n }) => `${quoted(n)} = t.${quoted(n)} + excluded.${quoted(n)}`).join(', ');
  const [names, effectiveDays, knownDays] = [
    new GrowingArray('uuid'),
    new GrowingArray('date'),
    new GrowingArray('date'),
  ];
  const [dimensions, sums] = [arraysOf(texts), arraysOf(values.map(arrayTypeOf))];
  return {
    parameters: 1 + columns.length,
    sql: (first) => `insert into ${at}.${quoted(name)} as t (cell, ${namesOf(columns)})
      ${rowsSql(['uuid', ...types], first, ['uuid', ...columnTypes])}
      on conflict (cell) do update set ${update}`,
    values: (page) =>
      filled([names, effectiveDays, knownDays, ...dimensions, ...sums], () => {
        const cells = cellsOf(page).sort(byName);
        for (const cell of cells) {
          names.addUuid(cell.name);
          effectiveDays.addDay(cell.effectiveDay);
          knownDays.addDay(cell.knownDay);
        }
        addRows(
          dimensions,
          cells.map(({ heading }) => heading.dimensions),
        );
        addSums(sums, values, cells);
      }),
  };
};

/** Cell by cell, as they lie in memory. */
const addSums = (arrays: readonly GrowingArray[], columns: readonly ColumnShape[], cells: readonly Cell[]): void => {
  const isCount = columns.map((column) => arrayTypeOf(column) === 'bigint');
  for (const [nth, array] of arrays.entries()) if (isCount[nth]) array.addZeros(cells.length);
  for (const [row, cell] of cells.entries())
    for (let nth = 0; nth < arrays.length; nth++) {
      const sum = cell.sum(nth);
      if (!isCount[nth]) (arrays[nth] as GrowingArray).addText(`${sum}`);
      else if (sum !== 0) (arrays[nth] as GrowingArray).setBigint(row, sum);
    }
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
