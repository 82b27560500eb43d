import { hash } from 'node:crypto';
import { dayNumber } from '#kernel';
import type { Amount } from './amounts.js';
import type { Row, When } from './read-model.js';
import { Sums } from './sums.js';
import type { TableShape } from './tables.js';

/** 128 bits as words of 32, the highest first: a UUID. The same on every store. */
export type CellName = readonly [number, number, number, number];

/** What figures are about, and how they are dated: the dimensions of a cell but for its days. */
export interface Heading {
  /** Values as text, in the order of the table's columns. */
  readonly dimensions: readonly (string | null)[];
  /** SHA-256 over table and dimensions, cut to the length of a name. */
  readonly digest: CellName;
}

/** What figures are about: the dimensions of a cell but for {@link When}. */
export class Subject {
  private readonly headings = new Map<string | undefined, Heading>();

  constructor(
    private readonly table: string,
    /** Values as text, in the order of the table's columns. */
    private readonly dimensions: readonly (string | null)[],
  ) {}

  under(basis: string | undefined): Heading {
    let heading = this.headings.get(basis);
    if (!heading) {
      const dimensions = basis === undefined ? this.dimensions : [basis, ...this.dimensions];
      heading = { dimensions, digest: digestOf(this.table + keyText(dimensions)) };
      this.headings.set(basis, heading);
    }
    return heading;
  }
}

const SUBJECTS_MAX = 10_000;
/** Of the pages before: their digests are known. */
const subjects = new Map<string, Subject>();

/** @param text Another one for each table and its dimensions. */
const subjectOf = (text: string, table: string, columns: readonly string[], row: Row): Subject => {
  let subject = subjects.get(text);
  if (!subject) {
    if (subjects.size >= SUBJECTS_MAX) subjects.clear();
    const dimensions = columns.map((property) => valueText(table, property, row[property]));
    subject = new Subject(table, dimensions);
    subjects.set(text, subject);
  }
  return subject;
};

const digestOf = (text: string): CellName => {
  const bytes = hash('sha256', text, 'buffer');
  return [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12)];
};

/** One cell of a cube as the page has changed it. */
export class Cell {
  /** False: all that was added was taken back by the same event, so that there is nothing to write. */
  isChanged = false;
  /** Another one of the same subject and effective day. */
  next: Cell | undefined;
  /** Words of the name in which it differs from others of its heading, signed: V8 keeps such a number in its place. */
  readonly first: number;
  readonly second: number;
  private readonly row: number;

  constructor(
    private readonly all: Sums,
    readonly effectiveDay: string,
    readonly knownDay: string,
    readonly heading: Heading,
  ) {
    this.row = all.addRow();
    const known = dayNumber(knownDay) - FIRST_DAY;
    this.first = ((dayNumber(effectiveDay) - FIRST_DAY) << 15) | (known >>> 2);
    this.second = (known << 30) | (heading.digest[0] >>> 2);
  }

  get shape(): TableShape {
    return this.all.shape;
  }

  /**
   * Both days in 17 bits each, then 94 bits of the digest. So what a page adds is near together in the index, and a page needs as many
   * digests as it has subjects.
   */
  get name(): CellName {
    const { digest } = this.heading;
    return [this.first >>> 0, this.second >>> 0, digest[1], digest[2]];
  }

  /** Values as text, in the order of the table's key columns. */
  get dimensions(): readonly (string | null)[] {
    return [this.effectiveDay, this.knownDay, ...this.heading.dimensions];
  }

  /** What the page adds to each measure, in the order of the table's other columns. */
  get sums(): readonly Amount[] {
    return this.shape.values.map((_, nth) => this.sum(nth));
  }

  /** @param nth Measure, in the order of `sums`. */
  sum(nth: number): Amount {
    return this.all.get(this.row, nth);
  }

  add(nth: number, delta: Amount): void {
    this.all.add(this.row, nth, delta);
    this.isChanged = true;
  }
}

/** Order of names as UUIDs. */
export const byName = (one: Cell, other: Cell): number =>
  (one.first >>> 0) - (other.first >>> 0) ||
  (one.second >>> 0) - (other.second >>> 0) ||
  one.heading.digest[1] - other.heading.digest[1] ||
  one.heading.digest[2] - other.heading.digest[2];

/** The cells of one subject. */
export class SubjectCells {
  /** By effective day the first of a chain: there are many days and few ways to date them. */
  private readonly chains = new Map<string, Cell>();

  constructor(
    private readonly sums: Sums,
    readonly subject: Subject,
  ) {}

  /** Made where it is not there yet. */
  at(effectiveDay: string, knownDay: string, heading: Heading): Cell {
    const first = this.chains.get(effectiveDay);
    for (let cell = first; cell; cell = cell.next)
      if (cell.heading === heading && cell.knownDay === knownDay) return cell;
    const made = new Cell(this.sums, effectiveDay, knownDay, heading);
    if (first) {
      made.next = first.next;
      first.next = made;
    } else this.chains.set(effectiveDay, made);
    return made;
  }

  /** Adds those that the page changes to a list. */
  listChanged(list: Cell[]): void {
    for (const first of this.chains.values())
      for (let cell: Cell | undefined = first; cell; cell = cell.next) if (cell.isChanged) list.push(cell);
  }
}

/**
 * The cells of one cube in one page. Many figures are about few subjects, mostly the same object again: it is read once, and from
 * then on only the days are.
 */
export class Cells {
  private readonly known = new Map<Row, SubjectCells>();
  private readonly subjects = new Map<string, SubjectCells>();
  private readonly columns: readonly string[];
  private readonly sums: Sums;

  /** @throws TypeError when the key of the cube does not begin with its days and basis. */
  constructor(readonly shape: TableShape) {
    const columns = shape.keys.map(({ property }) => property);
    const whens = ['effectiveDay', 'knownDay', ...(columns.includes('basis') ? ['basis'] : [])];
    if (whens.some((property, nth) => property !== columns[nth]))
      throw new TypeError(`the key of ${shape.name} has to begin with ${whens.join(', ')}`);
    this.columns = columns.slice(whens.length);
    this.sums = new Sums(shape);
  }

  /** The cell of a subject, made where it is not there yet. @throws TypeError when a dimension is missing. */
  at(when: When, row: Row): Cell {
    let cells = this.known.get(row);
    if (!cells) {
      cells = this.ofSubject(row);
      this.known.set(row, cells);
    }
    return cells.at(when.effectiveDay, when.knownDay, cells.subject.under(when.basis));
  }

  bySubject(): Iterable<SubjectCells> {
    return this.subjects.values();
  }

  /** Those that the page changes. */
  changed(): Cell[] {
    const list: Cell[] = [];
    for (const cells of this.subjects.values()) cells.listChanged(list);
    return list;
  }

  private ofSubject(row: Row): SubjectCells {
    const { name } = this.shape;
    let text = name;
    for (const property of this.columns) text += keyPart(valueText(name, property, row[property]));
    let cells = this.subjects.get(text);
    if (!cells) {
      cells = new SubjectCells(this.sums, subjectOf(text, name, this.columns, row));
      this.subjects.set(text, cells);
    }
    return cells;
  }
}

/** Different for different values: a text column holds no zero byte, so nothing but its end can look like one. */
export const keyText = (values: readonly (string | null)[]): string => {
  let text = '';
  for (const value of values) text += keyPart(value);
  return text;
};

const keyPart = (value: string | null): string => (value === null ? '\0-' : `\0=${value}`);

/** Value of a key column as text. @throws TypeError when it is missing. */
export const valueText = (table: string, property: string, value: unknown): string | null => {
  if (value === undefined) throw new TypeError(`${table} needs ${property}`);
  return value === null ? null : String(value);
};

/** Days count from here in names: there are fewer than 2^17 of them. */
const FIRST_DAY = dayNumber('1900-01-01');
