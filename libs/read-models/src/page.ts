import { hash } from 'node:crypto';
import { dayNumber } from '#kernel';
import type { Page, ReadEvent, Row, Table, WideRow } from './read-model.js';
import { shapeOf, type TableShape } from './tables.js';

/** A whole number, exact: a bigint only where a number would round. */
export type Amount = number | bigint;

/** One cell of a cube as the page has changed it. */
export interface Cell {
  /** UUID without hyphens, 32 hexadecimal digits. The same on every store. */
  readonly name: string;
  /** Dimension values as text, in the order of the table's primary columns. */
  readonly dimensions: readonly (string | null)[];
  /** What the page adds to each measure, in the order of the table's other columns. */
  readonly sums: Amount[];
}

/** What one event added: to each of `cells`, under the same index of `deltas`, measure column → sum. */
export interface EventContribution {
  readonly event: ReadEvent;
  readonly cells: Cell[];
  readonly deltas: Record<string, Amount>[];
}

interface Cube {
  readonly shape: TableShape;
  /** Measure property → its index and its column. */
  readonly measures: ReadonlyMap<string, { readonly at: number; readonly column: string }>;
  readonly cells: Map<string, Cell>;
}

/**
 * The fold in memory. The projector fills it with the state rows of a page and writes its changes; a test fills it with
 * nothing, folds a whole history and reads the tables from it.
 */
export class MemoryPage implements Page {
  private readonly states = new Map<string, object>();
  private readonly changed = new Set<string>();
  private readonly cubes = new Map<Table, Cube>();
  private readonly puts = new Map<Table, Map<string, WideRow>>();
  private readonly noted: EventContribution[] = [];
  private event: ReadEvent | undefined;
  private noting: EventContribution | undefined;

  constructor(states: Iterable<readonly [key: string, state: object | null | undefined]> = []) {
    for (const [key, state] of states) if (state) this.states.set(key, state);
  }

  /** Says which event the following changes belong to. */
  begin(event: ReadEvent): void {
    this.event = event;
    this.noting = undefined;
  }

  get<S>(key: string): S | undefined {
    return this.states.get(key) as S | undefined;
  }

  set<S extends object>(key: string, state: S): void {
    this.states.set(key, state);
    this.changed.add(key);
  }

  add(table: Table, dimensions: Row, measures: Readonly<Record<string, Amount>>): void {
    const cube = this.cubeOf(table);
    let cell: Cell | undefined;
    for (const property in measures) {
      const measure = cube.measures.get(property);
      if (!measure) throw new TypeError(`${table.name} has no measure ${property}`);
      const delta = exactly(measures[property] ?? 0);
      if (delta === 0) continue;
      cell ??= cellOf(cube, table, dimensions);
      cell.sums[measure.at] = sumOf(cell.sums[measure.at] ?? 0, delta);
      this.note(cell, measure.column, delta);
    }
  }

  put(rows: Table, row: WideRow): void {
    const { keys, keyNames, valueNames } = shapeOf(rows);
    const unknown = Object.keys(row).find((property) => !keyNames.has(property) && !valueNames.has(property));
    if (unknown !== undefined) throw new TypeError(`${rows.name} has no column ${unknown}`);
    const key = JSON.stringify(keys.map(({ property }) => textOf(rows, property, row as Row)));
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

  /** In the order of the events, one for each that added anything. */
  contributions(): readonly EventContribution[] {
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
      const shape = shapeOf(table);
      const measures = new Map(shape.values.map(({ property, name }, at) => [property, { at, column: name }]));
      cube = { shape, measures, cells: new Map() };
      this.cubes.set(table, cube);
    }
    return cube;
  }

  private note(cell: Cell, column: string, delta: Amount): void {
    if (!this.noting) {
      if (!this.event) throw new Error('a page adds for an event: begin() names it');
      this.noting = { event: this.event, cells: [], deltas: [] };
      this.noted.push(this.noting);
    }
    const { cells, deltas } = this.noting;
    let at = cells.lastIndexOf(cell);
    if (at < 0) {
      at = cells.push(cell) - 1;
      deltas.push({});
    }
    const sums = deltas[at] as Record<string, Amount>;
    sums[column] = sumOf(sums[column] ?? 0, delta);
  }
}

const cellOf = ({ shape, cells }: Cube, table: Table, row: Row): Cell => {
  const { keys, keyNames } = shape;
  const dimensions = keys.map(({ property }) => textOf(table, property, row));
  for (const property in row)
    if (!keyNames.has(property)) throw new TypeError(`${table.name} has no dimension ${property}`);
  return cellAt(cells, shape, dimensions);
};

/** The cell with these dimensions, made where it is not there yet. */
export const cellAt = (cells: Map<string, Cell>, shape: TableShape, dimensions: readonly (string | null)[]): Cell => {
  let key = shape.name; // a text column holds no zero byte, so nothing but its end can look like one
  for (const dimension of dimensions) key += dimension === null ? '\0-' : `\0=${dimension}`;
  let cell = cells.get(key);
  if (!cell) {
    cell = { name: cellName(shape, key, dimensions), dimensions, sums: new Array(shape.values.length).fill(0) };
    cells.set(key, cell);
  }
  return cell;
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
const cellName = ({ keys }: TableShape, key: string, dimensions: readonly (string | null)[]): string => {
  const digest = hash('sha256', key, 'hex');
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
