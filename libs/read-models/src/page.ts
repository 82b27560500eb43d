import { hash } from 'node:crypto';
import type { CellValue, Page, ReadEvent, Row, Table, WideRow } from './read-model.js';
import { shapeOf } from './tables.js';

/** One cell of a cube as the page has changed it. */
export interface Cell {
  readonly table: Table;
  /** Dimension values as text, in the order of the table's primary columns. */
  readonly dimensions: readonly (string | null)[];
  /** Name of the cell: UUID-shaped first half of the SHA-256 over table name and dimensions. The same on every store. */
  readonly cell: string;
  /** Measure property → sum of the deltas of the page. */
  readonly measures: Map<string, bigint>;
}

/** What one event added to one cell. */
export interface CellContribution {
  readonly cell: Cell;
  readonly event: ReadEvent;
  readonly deltas: Map<string, bigint>;
}

/**
 * The fold in memory. The projector fills it with the state rows of a page and writes its changes; a test fills it with
 * nothing, folds a whole history and reads the tables from it.
 */
export class MemoryPage implements Page {
  private readonly states = new Map<string, object>();
  private readonly changed = new Set<string>();
  private readonly cubes = new Map<Table, Map<string, Cell>>();
  private readonly puts = new Map<Table, Map<string, WideRow>>();
  private readonly noted: CellContribution[] = [];
  private event: ReadEvent | undefined;
  private added = new Map<Cell, Map<string, bigint>>();

  constructor(states: Iterable<readonly [key: string, state: object]> = []) {
    for (const [key, state] of states) this.states.set(key, state);
  }

  /** Says which event the following changes belong to. */
  begin(event: ReadEvent): void {
    this.event = event;
    this.added = new Map();
  }

  get<S>(key: string): S | undefined {
    return this.states.get(key) as S | undefined;
  }

  set<S extends object>(key: string, state: S): void {
    this.states.set(key, state);
    this.changed.add(key);
  }

  add(cube: Table, dimensions: Row, measures: Readonly<Record<string, bigint | number>>): void {
    const { event } = this;
    if (!event) throw new Error('a page adds for an event: begin() names it');
    const { valueNames } = shapeOf(cube);
    let cell: Cell | undefined;
    for (const property of Object.keys(measures)) {
      if (!valueNames.has(property)) throw new TypeError(`${cube.name} has no measure ${property}`);
      const delta = BigInt(measures[property] ?? 0);
      if (delta === 0n) continue;
      cell ??= this.cellOf(cube, dimensions);
      cell.measures.set(property, (cell.measures.get(property) ?? 0n) + delta);
      this.note(event, cell, property, delta);
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
    return this.cubes.get(cube)?.values() ?? [];
  }

  rows(table: Table): Iterable<WideRow> {
    return this.puts.get(table)?.values() ?? [];
  }

  contributions(): readonly CellContribution[] {
    return this.noted;
  }

  /** Cells of a cube as plain rows, dimensions and non-zero measures by property name: what a fold test compares. */
  cubeRows(cube: Table): Record<string, string | bigint | null>[] {
    const { keys } = shapeOf(cube);
    return [...this.cells(cube)].map(({ dimensions, measures }) => ({
      ...Object.fromEntries(keys.map(({ property }, at) => [property, dimensions[at] ?? null])),
      ...Object.fromEntries([...measures].filter(([, value]) => value !== 0n)),
    }));
  }

  private cellOf(table: Table, row: Row): Cell {
    const { name, keys, keyNames } = shapeOf(table);
    const dimensions = keys.map(({ property }) => textOf(table, property, row));
    for (const property of Object.keys(row))
      if (!keyNames.has(property)) throw new TypeError(`${table.name} has no dimension ${property}`);
    const key = JSON.stringify([name, ...dimensions]);
    const cells = this.cubes.get(table) ?? new Map<string, Cell>();
    this.cubes.set(table, cells);
    let cell = cells.get(key);
    if (!cell) {
      cell = { table, dimensions, cell: cellName(key), measures: new Map() };
      cells.set(key, cell);
    }
    return cell;
  }

  /** One row an event and cell, however often the event adds to it. */
  private note(event: ReadEvent, cell: Cell, property: string, delta: bigint): void {
    let deltas = this.added.get(cell);
    if (!deltas) {
      deltas = new Map();
      this.added.set(cell, deltas);
      this.noted.push({ cell, event, deltas });
    }
    deltas.set(property, (deltas.get(property) ?? 0n) + delta);
  }
}

const textOf = (table: Table, property: string, row: Row): string | null => {
  const value: CellValue | undefined = row[property];
  if (value === undefined) throw new TypeError(`${table.name} needs ${property}`);
  return value === null ? null : String(value);
};

const cellName = (key: string): string => {
  const digest = hash('sha256', key, 'hex');
  return [0, 8, 12, 16, 20].map((from, at) => digest.slice(from, [8, 12, 16, 20, 32][at])).join('-');
};
