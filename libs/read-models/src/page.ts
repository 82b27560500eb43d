import { type Amount, type Amounts, exactly, sumOf } from './amounts.js';
import { type Cell, Cells, keyText, type SubjectCells, valueText } from './cells.js';
import type { Page, ReadEvent, ReadModel, Row, Table, When, WideRow } from './read-model.js';
import { type ColumnShape, deltaMember, shapeOf } from './tables.js';

/** Takes down what events add, one after the other. Whoever kept what it is given would keep alive all that was made of an event. */
export interface Contributions {
  /** One of the cells to which the next event adds, in their order. */
  addCell(cell: Cell): void;
  /** @param deltas JSON: for each of its cells an object of measure column → signed decimal text. */
  addEvent(event: ReadEvent, deltas: string): void;
}

const UNTOLD: Contributions = { addCell: () => undefined, addEvent: () => undefined };

/** States by key as the fold sees them. Null or undefined: there is none. */
export interface States {
  get(key: string): object | null | undefined;
  set(key: string, state: object): unknown;
}

/**
 * The fold in memory. The projector gives it the states that it remembers and writes its changes; a test gives it nothing, folds
 * a whole history and reads the tables from it.
 */
export class MemoryPage implements Page {
  private readonly changed = new Map<string, object>();
  private readonly cubes = new Map<Table, Cells>();
  private readonly puts = new Map<Table, Map<string, WideRow>>();
  /** What the event being folded adds: to `touched[i]` `added[i]`, for `i` below `touches`. Emptied lists would be made anew. */
  private readonly touched: Cell[] = [];
  private readonly added: Amounts[] = [];
  private touches = 0;

  /**
   * @param states The page goes on in them.
   * @param contributions Told of each event that adds anything.
   */
  constructor(
    private readonly states: States = new Map<string, object>(),
    private readonly contributions = UNTOLD,
  ) {}

  /** Folds one event. @throws what the model throws: the page is worth nothing then. */
  take(event: ReadEvent, model: Pick<ReadModel, 'apply'>): void {
    model.apply(event, this);
    if (this.touches > 0) this.note(event);
  }

  get<S>(key: string): S | undefined {
    return (this.states.get(key) ?? undefined) as S | undefined;
  }

  set<S extends object>(key: string, state: S): void {
    this.states.set(key, state);
    this.changed.set(key, state);
  }

  add(table: Table, when: When, subject: Row, measures: Amounts, sign: 1 | -1 = 1): void {
    let cells = this.cubes.get(table);
    if (!cells) {
      cells = new Cells(shapeOf(table));
      this.cubes.set(table, cells);
    }
    const cell = cells.at(when, subject);
    let at = 0;
    while (at < this.touches && this.touched[at] !== cell) at++;
    if (at < this.touches) this.added[at] = added(this.added[at] as Amounts, measures, sign);
    else {
      this.touched[at] = cell;
      this.added[at] = sign === 1 ? measures : added({}, measures, sign);
      this.touches++;
    }
  }

  put(rows: Table, row: WideRow): void {
    const { keys, columnNames } = shapeOf(rows);
    for (const property in row)
      if (!columnNames.has(property)) throw new TypeError(`${rows.name} has no column ${property}`);
    const key = keyText(keys.map(({ property }) => valueText(rows.name, property, row[property])));
    const held = this.puts.get(rows) ?? new Map<string, WideRow>();
    this.puts.set(rows, held.set(key, row));
  }

  /** States set since the page began. */
  changedStates(): Iterable<readonly [key: string, state: object]> {
    return this.changed;
  }

  /** Those that the page changes, as a list of the caller's own. */
  cells(cube: Table): Cell[] {
    return this.cubes.get(cube)?.changed() ?? [];
  }

  cellsBySubject(cube: Table): Iterable<SubjectCells> {
    return this.cubes.get(cube)?.bySubject() ?? [];
  }

  rows(table: Table): Iterable<WideRow> {
    return this.puts.get(table)?.values() ?? [];
  }

  /** Cells of a cube as plain rows, dimensions and non-zero measures by property name: what a fold test compares. */
  cubeRows(cube: Table): Record<string, string | bigint | null>[] {
    const { keys, values } = shapeOf(cube);
    return Array.from(this.cells(cube), ({ dimensions, sums }) => ({
      ...Object.fromEntries(keys.map(({ property }, at) => [property, dimensions[at] ?? null])),
      ...Object.fromEntries(
        values.flatMap(({ property }, at) => (sums[at] ? [[property, BigInt(sums[at])] as const] : [])),
      ),
    }));
  }

  /** Adds what the event has come to. What it added to a cell and took back again leaves no trace. */
  private note(event: ReadEvent): void {
    let texts = '';
    for (let at = 0; at < this.touches; at++) {
      const cell = this.touched[at] as Cell;
      const text = addTo(cell, this.added[at] as Amounts);
      if (text === '') continue;
      texts += texts === '' ? `[{${text}}` : `,{${text}}`;
      this.contributions.addCell(cell);
    }
    this.touches = 0;
    if (texts !== '') this.contributions.addEvent(event, `${texts}]`);
  }
}

/** @returns The members of the JSON that tells it; empty when there is nothing to add. */
const addTo = (cell: Cell, measures: Amounts): string => {
  const { values, valueAt, ones, name } = cell.shape;
  let text = '';
  for (const property in measures) {
    const nth = valueAt.get(property);
    if (nth === undefined) throw new TypeError(`${name} has no measure ${property}`);
    const delta = exactly(measures[property] as Amount);
    if (delta === 0) continue;
    cell.add(nth, delta);
    const member = delta === 1 ? (ones[nth] as string) : deltaMember(values[nth] as ColumnShape, delta);
    text = text === '' ? member : `${text},${member}`;
  }
  return text;
};

const added = (one: Amounts, other: Amounts, sign: 1 | -1): Amounts => {
  const sums: Record<string, Amount> = { ...one };
  for (const property in other) sums[property] = sumOf(sums[property] ?? 0, other[property] as Amount, sign);
  return sums;
};
