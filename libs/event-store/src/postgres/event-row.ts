import type { Position, Revision, StoredEvent } from '../port.js';
import { recordedText } from '../recorded.js';

/** Where the lengths of the columns stand in a row, from the event's first column on; in the order of sql.ts. */
const POSITION_AT = 0;
const REVISION_AT = 12;
const RECORDED_AT = 24;
const MAC_AT = 36;
const SALT_AT = 72;
/** Also of an event whose salt is there; of a withheld one salt and data are but two lengths. */
const DATA_AT = 108;
const WITHHELD_TEXTS_AT = 80;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
const DIGEST_BYTES = 32;
const HALF = 2 ** 32;

/** The number of a bigint column: exact up to 2^53, which no counter of the journal and no time before 2255 reaches. */
export const wholeNumberAt = (row: Buffer, at: number): number =>
  row.readInt32BE(at + LENGTH_BYTES) * HALF + row.readUInt32BE(at + LENGTH_BYTES + 4);

export const INT8_COLUMN_BYTES = LENGTH_BYTES + 8;

export const isNullAt = (row: Buffer, at: number): boolean => row.readInt32BE(at) === NULL_LENGTH;

/**
 * An event as the server sent it. Members are read off the bytes when somebody asks: most readers want a few of them. A
 * member of the prototype is no member of a spread; see {@link StoredEvent}.
 */
export class EventRow implements StoredEvent {
  private read: Texts | undefined;

  constructor(
    private readonly row: Buffer,
    /** Where the event's first column begins. */
    private readonly at: number,
  ) {}

  get position(): Position {
    return BigInt(this.positionNumber);
  }

  get positionNumber(): number {
    return wholeNumberAt(this.row, this.at + POSITION_AT);
  }

  get revision(): Revision {
    return BigInt(this.revisionNumber);
  }

  get revisionNumber(): number {
    return wholeNumberAt(this.row, this.at + REVISION_AT);
  }

  get recorded(): string {
    return recordedText(wholeNumberAt(this.row, this.at + RECORDED_AT));
  }

  get requestMac(): Uint8Array {
    return this.bytes(this.at + MAC_AT + LENGTH_BYTES, DIGEST_BYTES);
  }

  get salt(): Uint8Array {
    return this.bytes(this.at + SALT_AT + LENGTH_BYTES, this.isWithheld ? 0 : DIGEST_BYTES);
  }

  get data(): Uint8Array {
    return this.bytes(this.at + DATA_AT + LENGTH_BYTES, this.dataBytes);
  }

  get dataBytes(): number {
    return this.isWithheld ? 0 : this.row.readInt32BE(this.at + DATA_AT);
  }

  get isWithheld(): boolean {
    return isNullAt(this.row, this.at + SALT_AT);
  }

  get stream(): string {
    return this.texts.stream;
  }

  get type(): string {
    return this.texts.type;
  }

  get source(): string {
    return this.texts.source;
  }

  get id(): string {
    return this.texts.id;
  }

  get time(): string {
    return this.texts.time;
  }

  get actor(): string {
    return this.told(0) as string;
  }

  get correlation(): string | undefined {
    return this.told(1);
  }

  get causation(): string | undefined {
    return this.told(2);
  }

  private get texts(): Texts {
    this.read ??= textsAt(
      this.row,
      this.at + (this.isWithheld ? WITHHELD_TEXTS_AT : DATA_AT + LENGTH_BYTES + this.dataBytes),
    );
    return this.read;
  }

  /** One of the columns behind {@link Texts}: few readers ask for them. */
  private told(nth: number): string | undefined {
    let at = this.texts.end;
    for (let skipped = 0; skipped < nth; skipped++) at += LENGTH_BYTES + Math.max(this.row.readInt32BE(at), 0);
    const length = this.row.readInt32BE(at);
    at += LENGTH_BYTES;
    return length === NULL_LENGTH ? undefined : this.row.toString('latin1', at, at + length);
  }

  /** A view, no copy. */
  private bytes(start: number, length: number): Uint8Array {
    return new Uint8Array(this.row.buffer, this.row.byteOffset + start, length);
  }
}

interface Texts {
  readonly stream: string;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly time: string;
  /** Where the columns behind them begin. */
  readonly end: number;
}

const TEXTS = 5;

/** Texts at the end of a row, all of them there, and ASCII: decoded together, with the lengths between, then cut. */
function textsAt(row: Buffer, start: number): Texts {
  let end = start;
  for (let nth = 0; nth < TEXTS; nth++) end += LENGTH_BYTES + row.readInt32BE(end);
  const all = row.toString('latin1', start, end);
  let at = 0;
  const next = (): string => {
    const from = at + LENGTH_BYTES;
    at = from + row.readInt32BE(start + at);
    return all.slice(from, at);
  };
  return { stream: next(), type: once(next()), source: once(next()), id: next(), time: next(), end };
}

const ONCE_MAX = 10_000;
const texts = new Map<string, string>();

/** The same text as the same string: of types and sources there are few, and readers look them up in tables. */
function once(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= ONCE_MAX) texts.clear();
  texts.set(text, text);
  return text;
}
