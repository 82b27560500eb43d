import { hash } from 'node:crypto';
import { dayNumber } from '#kernel';
import { type Amount, sumOf } from './amounts.js';
import type { Row, When } from './read-model.js';
import type { TableShape } from './tables.js';

/** What figures are about: the dimensions of a cell but for {@link When}. */
export interface Subject {
  /** Values as text, in the order of the table's columns. */
  readonly dimensions: readonly (string | null)[];
  /** Different for different dimensions. */
  readonly text: string;
}

/** One cell of a cube as the page has changed it. */
export class Cell {
  /** What the page adds to each measure, in the order of the table's other columns. */
  readonly sums: Amount[];
  /** False: all that was added was taken back by the same event, so that there is nothing to write. */
  isChanged = false;
  private uuid: string | undefined;

  constructor(
    readonly shape: TableShape,
    readonly when: When,
    readonly subject: Subject,
  ) {
    this.sums = new Array(shape.values.length).fill(0);
  }

  /** UUID without hyphens, 32 hexadecimal digits. The same on every store. */
  get name(): string {
    this.uuid ??= cellName(this);
    return this.uuid;
  }

  /** Values as text, in the order of the table's key columns. */
  get dimensions(): readonly (string | null)[] {
    const { effectiveDay, knownDay, basis } = this.when;
    const days = basis === undefined ? [effectiveDay, knownDay] : [effectiveDay, knownDay, basis];
    return [...days, ...this.subject.dimensions];
  }

  /** @param nth Measure, in the order of `sums`. */
  add(nth: number, delta: Amount): void {
    this.sums[nth] = sumOf(this.sums[nth] as Amount, delta);
    this.isChanged = true;
  }
}

interface OfSubject {
  /** By days and basis. */
  readonly cells: Map<string, Cell>;
  /** Asked for last, and often next: many events of one day follow each other. */
  last?: Cell;
}

/**
 * The cells of one cube in one page. Many figures are about few subjects, mostly the same object again: it is read once, and from
 * then on only the days are.
 */
export class Cells {
  private readonly known = new Map<Row, Subject>();
  private readonly subjects = new Map<string, Subject>();
  private readonly cells = new Map<Subject, OfSubject>();
  private readonly columns: readonly string[];

  /** @throws TypeError when the key of the cube does not begin with its days and basis. */
  constructor(readonly shape: TableShape) {
    const columns = shape.keys.map(({ property }) => property);
    const whens = ['effectiveDay', 'knownDay', ...(columns.includes('basis') ? ['basis'] : [])];
    if (whens.some((property, nth) => property !== columns[nth]))
      throw new TypeError(`the key of ${shape.name} has to begin with ${whens.join(', ')}`);
    this.columns = columns.slice(whens.length);
  }

  /** The cell of a subject, made where it is not there yet. @throws TypeError when a dimension is missing. */
  at(when: When, row: Row): Cell {
    let subject = this.known.get(row);
    if (!subject) {
      subject = this.subjectOf(row);
      this.known.set(row, subject);
    }
    return this.of(when, subject);
  }

  /** The same for a subject of a cube with the same dimensions. */
  of(when: When, subject: Subject): Cell {
    let own = this.cells.get(subject);
    if (!own) {
      own = { cells: new Map() };
      this.cells.set(subject, own);
    }
    const { last } = own;
    if (last && isSame(last.when, when)) return last;
    const key = keyOf(when);
    let cell = own.cells.get(key);
    if (!cell) {
      cell = new Cell(this.shape, when, subject);
      own.cells.set(key, cell);
    }
    own.last = cell;
    return cell;
  }

  /** Those that the page changes. */
  *changed(): Iterable<Cell> {
    for (const { cells } of this.cells.values()) for (const cell of cells.values()) if (cell.isChanged) yield cell;
  }

  private subjectOf(row: Row): Subject {
    const dimensions = this.columns.map((property) => valueText(this.shape.name, property, row[property]));
    const text = keyText(dimensions);
    const subject = this.subjects.get(text) ?? { dimensions, text };
    this.subjects.set(text, subject);
    return subject;
  }
}

const isSame = (one: When, other: When): boolean =>
  one.effectiveDay === other.effectiveDay && one.knownDay === other.knownDay && one.basis === other.basis;

/** Days are of one length, so that none runs into the next. */
const keyOf = ({ effectiveDay, knownDay, basis }: When): string =>
  basis === undefined ? effectiveDay + knownDay : effectiveDay + knownDay + basis;

/** Different for different values: a text column holds no zero byte, so nothing but its end can look like one. */
export const keyText = (values: readonly (string | null)[]): string => {
  let text = '';
  for (const value of values) text += value === null ? '\0-' : `\0=${value}`;
  return text;
};

/** Value of a key column as text. @throws TypeError when it is missing. */
export const valueText = (table: string, property: string, value: unknown): string | null => {
  if (value === undefined) throw new TypeError(`${table} needs ${property}`);
  return value === null ? null : String(value);
};

/**
 * Begins with the day, so that what a page adds is near together in the index; the rest is SHA-256 over table and dimensions,
 * the day among them. Days repeat after 179 years, which matters to nearness alone.
 */
const cellName = ({ shape, when, subject }: Cell): string => {
  const { effectiveDay, knownDay, basis } = when;
  const dated = `${shape.name}\0=${effectiveDay}\0=${knownDay}`;
  const text = basis === undefined ? dated + subject.text : `${dated}\0=${basis}${subject.text}`;
  const digest = hash('sha256', text, 'hex');
  return (dayNumber(effectiveDay) & 0xffff).toString(16).padStart(4, '0') + digest.slice(0, 28);
};
