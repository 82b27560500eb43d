import type pg from 'pg';
import type { Position, StoredEvent } from '../port.js';
import { recordedText } from '../recorded.js';

/** What precedes the first row: the signature, flags and the length of an extension that nobody uses. */
const HEADER_BYTES = 19;
const NULL_LENGTH = -1;
const END_OF_ROWS = -1;
const BLOCK_BYTES_MIN = 4 * 1024;
const BLOCK_BYTES_MAX = 256 * 1024;

/** The fields of one row of `COPY … (format binary)`, in their order: a length each, then the bytes. */
class Fields {
  constructor(
    private readonly row: Buffer,
    private at: number,
  ) {}

  isNull(): boolean {
    return this.row.readInt32BE(this.at) === NULL_LENGTH;
  }

  skip(): void {
    this.at += 4 + Math.max(this.row.readInt32BE(this.at), 0);
  }

  int8(): bigint {
    this.at += 12;
    return this.row.readBigInt64BE(this.at - 8);
  }

  /** Text of the journal is ASCII. */
  text(): string {
    const start = this.at + 4;
    this.at = start + this.row.readInt32BE(this.at);
    return this.row.toString('latin1', start, this.at);
  }

  textOrNull(): string | null {
    if (!this.isNull()) return this.text();
    this.at += 4;
    return null;
  }

  /** A view, no copy. Null: empty. */
  bytes(): Uint8Array {
    const start = this.at + 4;
    this.at = start + Math.max(this.row.readInt32BE(this.at), 0);
    return this.row.subarray(start, this.at);
  }
}

/** Gathers a page of the journal from the messages of a copy: one row each, the header before the first one. */
export class CopiedPage {
  readonly events: StoredEvent[] = [];
  /** Last position of the journal as the page saw it; -1: empty. */
  head: Position = -1n;
  dataBytes = 0;
  private isBegun = false;
  /** Rows are copied into blocks: a buffer of its own for each costs more than the copying. */
  private block = Buffer.alloc(0);
  private used = 0;

  /** @param message is the driver's, which writes the next answer over it: the row is copied. */
  take(message: Buffer): void {
    const at = this.isBegun ? 0 : HEADER_BYTES;
    this.isBegun = true;
    if (at === message.length || message.readInt16BE(at) === END_OF_ROWS) return;
    const start = this.keep(message);
    const fields = new Fields(this.block, start + at + 2);
    if (this.events.length === 0) this.head = fields.int8();
    else fields.skip();
    if (fields.isNull()) return; // nothing but the head
    const event = eventOf(fields);
    this.dataBytes += event.data.length;
    this.events.push(event);
  }

  /** @returns Where in the block the copy begins. */
  private keep(message: Buffer): number {
    if (this.block.length - this.used < message.length) {
      const bytes = Math.min(Math.max(2 * this.block.length, BLOCK_BYTES_MIN), BLOCK_BYTES_MAX);
      this.block = Buffer.allocUnsafeSlow(Math.max(bytes, message.length));
      this.used = 0;
    }
    const start = this.used;
    this.used += message.copy(this.block, start);
    return start;
  }
}

/** Columns as sql.ts names them for a copy. */
function eventOf(fields: Fields): StoredEvent {
  const position = fields.int8();
  const stream = fields.text();
  const revision = fields.int8();
  const recorded = recordedText(fields.int8());
  const [source, id, type, time, actor] = [fields.text(), fields.text(), fields.text(), fields.text(), fields.text()];
  const correlation = fields.textOrNull();
  const causation = fields.textOrNull();
  const isWithheld = fields.isNull(); // salt and data are gone, the MAC is left
  const salt = fields.bytes();
  const requestMac = fields.bytes();
  const event = {
    type,
    source,
    id,
    time,
    actor,
    data: fields.bytes(),
    salt,
    requestMac,
    stream,
    revision,
    position,
    recorded,
    isWithheld,
  };
  if (correlation === null && causation === null) return event;
  return { ...event, ...(correlation !== null && { correlation }), ...(causation !== null && { causation }) };
}

type Answered = (error: Error | undefined, page?: CopiedPage) => void;

/** A copy to us, in the shape in which the driver takes queries of others: it calls these members, in this order. */
class CopyOut {
  /** Set by the driver: ends our turn on the connection, and its time limit. */
  callback: Answered | undefined;
  private readonly page = new CopiedPage();
  private failure: Error | undefined;

  constructor(private readonly text: string) {}

  submit(connection: pg.Connection): void {
    connection.query(this.text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    try {
      this.page.take(chunk);
    } catch (error) {
      this.failure ??= error as Error; // the rest of the answer still has to be read off the connection
    }
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    this.callback?.(this.failure, this.failure ? undefined : this.page);
  }

  handleCommandComplete(): void {}
}

/** Runs one `copy … to stdout (format binary)` on a free connection. */
export const copyOut = (pool: pg.Pool, text: string): Promise<CopiedPage> =>
  // The driver's types know queries that stream; this one is answered at its end, like any other.
  pool.query(new CopyOut(text)) as unknown as Promise<CopiedPage>;
