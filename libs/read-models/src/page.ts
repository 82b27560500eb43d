import { hash } from 'node:crypto';
import { dayNumber } from '#kernel';
import type { Page, ReadEvent, Row, Table, WideRow } from './read-model.js';
import { shapeOf, type TableShape } from './tables.js';

/** A whole number, exact: a bigint only where a number would round. */
export type Amount = number | bigint;

/** Values as text, in the order of the key columns of their table. */
export type Dimensions = readonly (string | null)[];

/** One cell of a cube as the page has changed it. */
export interface Cell {
  /** UUID without hyphens, 32 hexadecimal digits. The same on every store. */
  readonly name: string;
  readonly shape: TableShape;
  readonly dimensions: Dimensions;
  /** What the page adds to each measure, in the order of the table's other columns. */
  readonly sums: Amount[];
}

/** Measure property → sum. */
export type Deltas = Readonly<Record<string, Amount>>;

/**
 * What the events of a page added, in lists as they are written: an object an event would be the largest part of a page.
 * Event `n` added `deltas[i]` to `cells[i]` for `i` from `ends[n - 1]` (0 for the first one) up to but without `ends[n]`.
 */
export interface Contributions {
  readonly events: ReadEvent[];
  readonly ends: number[];
  readonly cells: Cell[];
  readonly deltas: Deltas[];
}

interface Cube {
  readonly shape: TableShape;
  readonly cells: Map<string, Cell>;
}

/**
 * The fold in memory. The projector fills it with the state rows of a page and writes its changes; a test fills it with
 * nothing, folds a whole history and reads the tables from it.
 */
export class MemoryPage implements Page {
  private readonly changed = new Set<string>();
  private readonly cubes = new Map<Table, Cube>();
  private readonly puts = new Map<Table, Map<string, WideRow>>();
  private readonly noted: Contributions = { events: [], ends: [], cells: [], deltas: [] };
  private event: ReadEvent | undefined;

  /** @param states by key, null where there is none. The page goes on in this map. */
  constructor(private readonly states = new Map<string, object | null | undefined>()) {}

  /** Says which event the following changes belong to. */
  begin(event: ReadEvent): void {
    this.event = event;
  }

  get<S>(key: string): S | undefined {
    return (this.states.get(key) ?? undefined) as S | undefined;
  }

  set<S extends object>(key: string, state: S): void {
    this.states.set(key, state);
    this.changed.add(key);
  }

  add(table: Table, dimensions: Row, measures: Deltas): void {
    const { shape, cells } = this.cubeOf(table);
    let cell: Cell | undefined;
    for (const property in measures) {
      const at = shape.valueAt.get(property);
      if (at === undefined) throw new TypeError(`${table.name} has no measure ${property}`);
      const delta = exactly(measures[property] ?? 0);
      if (delta === 0) continue;
      cell ??= cellAt(cells, shape, dimensionsOf(table, shape, dimensions));
      cell.sums[at] = sumOf(cell.sums[at] ?? 0, delta);
    }
    if (cell) this.note(cell, measures);
  }

  put(rows: Table, row: WideRow): void {
    const { keys, columnNames } = shapeOf(rows);
    for (const property in row)
      if (!columnNames.has(property)) throw new TypeError(`${rows.name} has no column ${property}`);
    const key = keyOf(keys.map(({ property }) => textOf(rows, property, row as Row)));
    const held = this.puts.get(rows) ?? new Map<string, WideRow>();
    this.puts.set(rows, held.set(key, row));
  }

  /** States set since the page began. */
  *changedStates(): Iterable<{ readonly key: string; readonly value: object }> {
    for (const key of this.changed) yield { key, value: this.states.get(key) as object };
  }

  cells(cube: Table): Iterable<Cell> {
    return this.cubes.get(cube)?.cells.values() ?? [];
  }

  rows(table: Table): Iterable<WideRow> {
    return this.puts.get(table)?.values() ?? [];
  }

  /** In the order of the events, those that added anything. */
  contributions(): Contributions {
    return this.noted;
  }

  /** Cells of a cube as plain rows, dimensions and non-zero measures by property name: what a fold test compares. */
  cubeRows(cube: Table): Record<string, string | bigint | null>[] {
    const { keys, values } = shapeOf(cube);
    return [...this.cells(cube)].map(({ dimensions, sums }) => ({
      ...Object.fromEntries(keys.map(({ property }, at) => [property, dimensions[at] ?? null])),
      ...Object.fromEntries(
        values.flatMap(({ property }, at) => (sums[at] ? [[property, BigInt(sums[at])] as const] : [])),
      ),
    }));
  }

  private cubeOf(table: Table): Cube {
    let cube = this.cubes.get(table);
    if (!cube) {
      cube = { shape: shapeOf(table), cells: new Map() };
      this.cubes.set(table, cube);
    }
    return cube;
  }

  /** What an event adds to one cell in several turns is noted as one sum. */
  private note(cell: Cell, measures: Deltas): void {
    const { events, ends, cells, deltas } = this.noted;
    const last = events.length - 1;
    if (events[last] !== this.event) {
      if (!this.event) throw new Error('a page adds for an event: begin() names it');
      events.push(this.event);
      ends.push(cells.length);
    }
    const nth = events.length - 1;
    const first = ends[nth - 1] ?? 0;
    for (let at = cells.length - 1; at >= first; at--) {
      if (cells[at] !== cell) continue;
      deltas[at] = deltasOf(deltas[at] ?? {}, measures);
      return;
    }
    deltas.push(measures);
    ends[nth] = cells.push(cell);
  }
}

const deltasOf = (one: Deltas, other: Deltas): Deltas => {
  const sums: Record<string, Amount> = { ...one };
  for (const property in other) sums[property] = sumOf(sums[property] ?? 0, other[property] ?? 0);
  return sums;
};

const dimensionsOf = (table: Table, { keys, keyNames }: TableShape, row: Row): Dimensions => {
  const dimensions = keys.map(({ property }) => textOf(table, property, row));
  let given = 0;
  for (const _ in row) given++;
  if (given === keys.length) return dimensions;
  const unknown = Object.keys(row).find((property) => !keyNames.has(property));
  throw new TypeError(`${table.name} has no dimension ${unknown}`);
};

/** The cell with these dimensions, made where it is not there yet. */
export const cellAt = (cells: Map<string, Cell>, shape: TableShape, dimensions: Dimensions): Cell => {
  const key = keyOf(dimensions);
  let cell = cells.get(key);
  if (!cell) {
    cell = { name: cellName(shape, dimensions), shape, dimensions, sums: new Array(shape.values.length).fill(0) };
    cells.set(key, cell);
  }
  return cell;
};

/** Different for different values: which of them are null, and all of them, between zero bytes that no text of a column holds. */
const keyOf = (dimensions: Dimensions): string => {
  let nulls = 0;
  for (let at = 0; at < dimensions.length; at++) if (dimensions[at] === null) nulls += 2 ** at;
  return `${nulls}\0${dimensions.join('\0')}`;
};

const textOf = (table: Table, property: string, row: Row): string | null => {
  const value = row[property];
  if (typeof value === 'string') return value;
  if (value === undefined) throw new TypeError(`${table.name} needs ${property}`);
  return value === null ? null : String(value);
};

/**
 * Begins with the day, so that what a page adds is near together in the index; the rest is SHA-256 over table and dimensions,
 * the day among them. Days repeat after 179 years, which matters to nearness alone.
 */
const cellName = ({ name, keys }: TableShape, dimensions: Dimensions): string => {
  // A text column holds no zero byte, so nothing but its end can look like one.
  const values = dimensions.map((value) => (value === null ? '-' : `=${value}`));
  const digest = hash('sha256', `${name}\0${values.join('\0')}`, 'hex');
  const day = dimensions[keys.findIndex(({ type }) => type === 'date')];
  if (!day) return digest.slice(0, 32);
  return (dayNumber(day) & 0xffff).toString(16).padStart(4, '0') + digest.slice(0, 28);
};

const exactly = (amount: Amount): Amount => {
  if (typeof amount === 'bigint') return isSafe(amount) ? Number(amount) : amount;
  if (!Number.isSafeInteger(amount)) throw new TypeError(`${amount} is not exact`);
  return amount;
};

/** Exact. */
export const sumOf = (one: Amount, other: Amount): Amount => {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const sum = BigInt(one) + BigInt(other);
  return isSafe(sum) ? Number(sum) : sum;
};

const isSafe = (whole: bigint): boolean => whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER;
