import { dayNumber } from '#kernel';

/**
 * One-dimensional arrays in the binary form of PostgreSQL: the driver sends a Buffer as it is, and the server has nothing to
 * parse. It takes them in for a tenth of what a document of JSON costs.
 */
const HEAD_BYTES = 20;
const OID = { bigint: 20, text: 25, json: 114, date: 1082, uuid: 2950, 'uuid[]': 2951 } as const;
const DAYS_FROM_1970_TO_2000 = 10_957;

const begin = (bytes: number, oid: number, length: number, at = 0, out = Buffer.allocUnsafe(bytes)): Buffer => {
  out.writeInt32BE(1, at); // dimensions
  out.writeInt32BE(1, at + 4); // may hold nulls
  out.writeInt32BE(oid, at + 8);
  out.writeInt32BE(length, at + 12);
  out.writeInt32BE(1, at + 16); // lower bound
  return out;
};

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

/** UTF-8; also JSON and whatever else PostgreSQL reads from text. `textOf` is asked twice an item. */
export const textArray = <T>(
  items: readonly T[],
  textOf: (item: T) => string | null,
  type: 'text' | 'json' = 'text',
): Buffer => {
  let most = HEAD_BYTES;
  for (const item of items) most += 4 + (textOf(item)?.length ?? 0) * 3;
  const out = begin(most, OID[type], items.length);
  let at = HEAD_BYTES;
  for (const item of items) {
    const text = textOf(item);
    const length = text === null ? -1 : writeUtf8(out, text, at + 4);
    out.writeInt32BE(length, at);
    at += 4 + Math.max(length, 0);
  }
  return out.subarray(0, at);
};

/** A row of texts as elements of arrays, each with its length in 4 bytes before it. */
interface EncodedRow {
  readonly bytes: Buffer;
  /** Where each element ends. */
  readonly ends: readonly number[];
}

const encodeRow = (texts: readonly (string | null)[]): EncodedRow => {
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + 4 + (text?.length ?? 0) * 3, 0));
  let at = 0;
  const ends = texts.map((text) => {
    const length = text === null ? -1 : writeUtf8(bytes, text, at + 4);
    bytes.writeInt32BE(length, at);
    at += 4 + Math.max(length, 0);
    return at;
  });
  return { bytes, ends };
};

/** One array for each column of rows of texts. A row that comes again, as the same object, is encoded once. */
export const textArrays = (rows: readonly (readonly (string | null)[])[], columns: number): readonly Buffer[] => {
  const known = new Map<readonly (string | null)[], EncodedRow>();
  const sizes = new Array<number>(columns).fill(HEAD_BYTES);
  const encoded = rows.map((row) => {
    let one = known.get(row);
    if (!one) {
      one = encodeRow(row);
      known.set(row, one);
    }
    for (let nth = 0; nth < columns; nth++)
      sizes[nth] = (sizes[nth] as number) + (one.ends[nth] as number) - (nth === 0 ? 0 : (one.ends[nth - 1] as number));
    return one;
  });
  const outs = sizes.map((bytes) => begin(bytes, OID.text, rows.length));
  const places = sizes.map(() => HEAD_BYTES);
  for (const { bytes, ends } of encoded) {
    let from = 0;
    for (let nth = 0; nth < columns; nth++) {
      const out = outs[nth] as Buffer;
      let at = places[nth] as number;
      for (const end = ends[nth] as number; from < end; ) out[at++] = bytes[from++] as number;
      places[nth] = at;
    }
  }
  return outs;
};

const BIGINT_BYTES = 12;

/** @throws RangeError beyond 64 bits. */
const writeBigint = (out: Buffer, value: number | bigint, at: number): void => {
  const number = Number(value);
  if (typeof value === 'bigint' && !Number.isSafeInteger(number)) out.writeBigInt64BE(value, at);
  else {
    out.writeInt32BE(Math.floor(number / 0x1_0000_0000), at);
    out.writeUInt32BE(number >>> 0, at + 4);
  }
};

/**
 * One array for each of some columns of rows. Most numbers of a cube are zero, and rows are read one after the other, as they lie in
 * memory. @throws RangeError beyond 64 bits.
 */
export const bigintArrays = (
  rows: readonly (readonly (number | bigint)[])[],
  columns: readonly number[],
): readonly Buffer[] => {
  const bytes = HEAD_BYTES + rows.length * BIGINT_BYTES;
  const outs = columns.map(() => begin(bytes, OID.bigint, rows.length, 0, Buffer.alloc(bytes)));
  let at = HEAD_BYTES;
  for (const row of rows) {
    for (let nth = 0; nth < outs.length; nth++) {
      const out = outs[nth] as Buffer;
      const value = row[columns[nth] as number] as number | bigint;
      out[at + 3] = 8; // the rest of the length is zeros, and so is zero
      if (value !== 0) writeBigint(out, value, at + 4);
    }
    at += BIGINT_BYTES;
  }
  return outs;
};

/** A day that repeats is read once. */
export const dateArray = <T>(items: readonly T[], dayOf: (item: T) => string): Buffer => {
  const out = begin(HEAD_BYTES + items.length * 8, OID.date, items.length);
  let at = HEAD_BYTES;
  let last = '';
  let number = 0;
  for (const item of items) {
    const day = dayOf(item);
    if (day !== last) {
      number = dayNumber(day) - DAYS_FROM_1970_TO_2000;
      last = day;
    }
    out.writeInt32BE(4, at);
    out.writeInt32BE(number, at + 4);
    at += 8;
  }
  return out;
};

/** From four words of 32 bits each, the highest first. */
export const uuidArray = <T>(items: readonly T[], nameOf: (item: T) => readonly number[]): Buffer => {
  const out = begin(HEAD_BYTES + items.length * 20, OID.uuid, items.length);
  let at = HEAD_BYTES;
  for (const item of items) {
    const name = nameOf(item);
    out.writeInt32BE(16, at);
    for (let nth = 0; nth < 4; nth++) out.writeUInt32BE(name[nth] as number, at + 4 + nth * 4);
    at += 20;
  }
  return out;
};

/** Most pages at the head are of a few events. */
const FIRST_BYTES = 1_024;

/** An array to which items are appended one after the other: nothing of an item waits until all are there. */
export class GrowingArray {
  private out = Buffer.allocUnsafe(FIRST_BYTES);
  private at = HEAD_BYTES;
  private length = 0;
  private day = '';
  private dayNumber = 0;

  constructor(private readonly type: keyof typeof OID) {}

  /** UTF-8; also JSON. */
  addText(text: string): void {
    this.reserve(text.length * 3);
    const length = writeUtf8(this.out, text, this.at + 4);
    this.end(length);
  }

  /** @throws RangeError beyond 64 bits. */
  addBigint(value: number | bigint): void {
    this.reserve(8);
    writeBigint(this.out, value, this.at + 4);
    this.end(8);
  }

  /** `YYYY-MM-DD`. One that repeats is read once. */
  addDay(day: string): void {
    if (day !== this.day) {
      this.dayNumber = dayNumber(day) - DAYS_FROM_1970_TO_2000;
      this.day = day;
    }
    this.reserve(4);
    this.out.writeInt32BE(this.dayNumber, this.at + 4);
    this.end(4);
  }

  /** Four words of 32 bits each, the highest first. */
  addUuid(name: readonly number[]): void {
    this.reserve(16);
    for (let nth = 0; nth < 4; nth++) this.out.writeUInt32BE(name[nth] as number, this.at + 4 + nth * 4);
    this.end(16);
  }

  /** What is there so far. */
  toBuffer(): Buffer {
    begin(this.at, OID[this.type], this.length, 0, this.out);
    return this.out.subarray(0, this.at);
  }

  /** Before an item of at most so many bytes. */
  private reserve(bytesMax: number): void {
    if (this.at + 4 + bytesMax <= this.out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.at + 4 + bytesMax));
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
  }

  private end(bytes: number): void {
    this.out.writeInt32BE(bytes, this.at);
    this.at += 4 + bytes;
    this.length++;
  }
}
