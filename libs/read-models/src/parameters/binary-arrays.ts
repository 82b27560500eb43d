import { dayNumber } from '#kernel';

/**
 * One-dimensional arrays in the binary form of PostgreSQL: the driver sends a Buffer as it is, and the server has nothing to
 * parse. It takes them in for a tenth of what a document of JSON costs.
 */
const HEAD_BYTES = 20;
const OID = { bigint: 20, text: 25, json: 114, date: 1082, uuid: 2950 } as const;
const DAYS_FROM_1970_TO_2000 = 10_957;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

export type ArrayType = keyof typeof OID;

/** Beyond this length a call to the runtime is cheaper than a loop. */
const LOOP_CHARACTERS_MAX = 24;

/** @returns The bytes written. */
const writeUtf8 = (out: Buffer, text: string, at: number): number => {
  const { length } = text;
  if (length > LOOP_CHARACTERS_MAX) return out.write(text, at, 'utf8');
  for (let nth = 0; nth < length; nth++) {
    const code = text.charCodeAt(nth);
    if (code > 0x7f) return out.write(text, at, 'utf8');
    out[at + nth] = code;
  }
  return length;
};

/** Most pages at the head are of a few events. */
const FIRST_BYTES = 1_024;

/**
 * An array to which items are appended one after the other: nothing of an item waits until all are there. Its memory is used again once it
 * is cleared, for what a page takes is as much as whoever clears memory away counts before he looks at everything.
 */
export class GrowingArray {
  private out = Buffer.allocUnsafe(FIRST_BYTES);
  /** Of the same memory: numbers go through it, which takes a tenth of the time that a Buffer takes. */
  private view = viewOf(this.out);
  private at = HEAD_BYTES;
  private length = 0;
  private day = '';
  private dayNumber = 0;

  constructor(private readonly type: ArrayType) {}

  /** Empty again; bytes handed out before are written over. A single large page does not keep its memory for good. */
  clear(): void {
    if (this.out.length > FIRST_BYTES && this.at < this.out.length / 8) this.resize(this.at * 2);
    this.at = HEAD_BYTES;
    this.length = 0;
  }

  /** UTF-8; also JSON and whatever else PostgreSQL reads from text. */
  addText(text: string): void {
    this.reserve(text.length * 3);
    this.end(writeUtf8(this.out, text, this.at + LENGTH_BYTES));
  }

  /** One that stands in `bytes` as in an array, behind its length. */
  addEncoded(bytes: Buffer, from: number, to: number): void {
    this.reserve(to - from);
    const { out } = this;
    let { at } = this;
    for (let nth = from; nth < to; nth++) out[at++] = bytes[nth] as number;
    this.at = at;
    this.length++;
  }

  /** @throws RangeError beyond 64 bits. */
  addBigint(value: number | bigint): void {
    this.reserve(8);
    this.writeBigint(value, this.at + LENGTH_BYTES);
    this.end(8);
  }

  /** Most numbers of a cube are zero: these are many at once. */
  addZeros(count: number): void {
    const bytes = count * ZERO.length;
    this.reserve(bytes);
    this.out.fill(ZERO, this.at, this.at + bytes);
    this.at += bytes;
    this.length += count;
  }

  /** In the place of the `nth` item, a bigint from the first on. @throws RangeError beyond 64 bits. */
  setBigint(nth: number, value: number | bigint): void {
    this.writeBigint(value, HEAD_BYTES + nth * ZERO.length + LENGTH_BYTES);
  }

  /** `YYYY-MM-DD`. One that repeats is read once. */
  addDay(day: string): void {
    if (day !== this.day) {
      this.dayNumber = dayNumber(day) - DAYS_FROM_1970_TO_2000;
      this.day = day;
    }
    this.reserve(4);
    this.view.setInt32(this.at + LENGTH_BYTES, this.dayNumber);
    this.end(4);
  }

  /** Four words of 32 bits each, the highest first. */
  addUuid(name: readonly number[]): void {
    this.reserve(16);
    for (let nth = 0; nth < 4; nth++) this.view.setUint32(this.at + LENGTH_BYTES + nth * 4, name[nth] as number);
    this.end(16);
  }

  /** What is there so far, until it is cleared. */
  toBuffer(): Buffer {
    const { view } = this;
    view.setInt32(0, 1); // dimensions
    view.setInt32(4, 1); // may hold nulls
    view.setInt32(8, OID[this.type]);
    view.setInt32(12, this.length);
    view.setInt32(16, 1); // lower bound
    return this.out.subarray(0, this.at);
  }

  private writeBigint(value: number | bigint, at: number): void {
    const number = Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(number)) this.out.writeBigInt64BE(value, at);
    else {
      this.view.setInt32(at, Math.floor(number / 0x1_0000_0000));
      this.view.setInt32(at + 4, number | 0);
    }
  }

  /** Before an item of at most so many bytes. */
  private reserve(bytesMax: number): void {
    const needed = this.at + LENGTH_BYTES + bytesMax;
    if (needed > this.out.length) this.resize(Math.max(this.out.length * 2, needed));
  }

  private resize(bytes: number): void {
    const out = Buffer.allocUnsafe(bytes);
    this.out.copy(out, 0, 0, this.at);
    this.out = out;
    this.view = viewOf(out);
  }

  private end(bytes: number): void {
    this.view.setInt32(this.at, bytes);
    this.at += LENGTH_BYTES + bytes;
    this.length++;
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);

/** Zero as a bigint, behind its length. */
const ZERO = Buffer.alloc(LENGTH_BYTES + 8);
ZERO.writeInt32BE(8);

export const textArray = (texts: Iterable<string>): Buffer => {
  const array = new GrowingArray('text');
  for (const text of texts) array.addText(text);
  return array.toBuffer();
};

/** Texts as elements of arrays, each behind its length. */
interface EncodedRow {
  readonly bytes: Buffer;
  /** Where each element ends. */
  readonly ends: readonly number[];
}

const encodeRow = (texts: readonly (string | null)[]): EncodedRow => {
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + LENGTH_BYTES + (text?.length ?? 0) * 3, 0));
  let at = 0;
  const ends = texts.map((text) => {
    const length = text === null ? NULL_LENGTH : writeUtf8(bytes, text, at + LENGTH_BYTES);
    bytes.writeInt32BE(length, at);
    at += LENGTH_BYTES + Math.max(length, 0);
    return at;
  });
  return { bytes, ends };
};

/** Adds rows of texts to an array for each of their columns. A row that comes again, as the same object, is encoded once. */
export const addRows = (columns: readonly GrowingArray[], rows: readonly (readonly (string | null)[])[]): void => {
  const known = new Map<readonly (string | null)[], EncodedRow>();
  for (const row of rows) {
    let encoded = known.get(row);
    if (!encoded) {
      encoded = encodeRow(row);
      known.set(row, encoded);
    }
    const { bytes, ends } = encoded;
    let from = 0;
    for (let nth = 0; nth < columns.length; nth++) {
      const end = ends[nth] as number;
      (columns[nth] as GrowingArray).addEncoded(bytes, from, end);
      from = end;
    }
  }
};
