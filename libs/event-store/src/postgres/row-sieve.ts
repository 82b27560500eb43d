import type { Duplex } from 'node:stream';
import pg from 'pg';

/** A message of the server: a letter, the length of what follows the letter in 4 bytes, the rest. */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;
/** A row: how many columns in 2 bytes, then each with its length in 4 bytes before it. */
const DATA_ROW = 'D'.charCodeAt(0);
const COLUMN_COUNT_BYTES = 2;
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** Is given a row's first column: its length stands at `at`. The bytes are the reader's to keep; nobody writes to them. */
export type TakeRow = (row: Buffer, at: number) => void;

/**
 * Stands before the driver while one question is answered: takes the rows, as bytes in pieces as they came from the
 * socket, and hands on everything else. The driver would copy each row, and make a text of each binary column.
 */
export class RowSieve {
  private readonly driver: (piece: Buffer) => void;
  /** A message that began in one piece and ends in another: as long as known so far, the bytes that are held. */
  private cut = Buffer.alloc(0);
  private held = 0;
  private isAnswered = false;

  constructor(
    private readonly stream: Duplex,
    private readonly take: TakeRow,
  ) {
    [this.driver] = stream.listeners('data') as [(piece: Buffer) => void];
    stream.on('data', this.read);
    stream.removeListener('data', this.driver);
  }

  private readonly read = (piece: Buffer): void => {
    try {
      let at = this.held > 0 ? this.complete(piece, 0) : 0;
      while (!this.isAnswered && piece.length - at >= HEADER_BYTES) {
        const end = at + messageBytes(piece, at);
        if (end > piece.length) break;
        this.handOn(piece, at, end);
        at = end;
      }
      if (at === piece.length) return;
      if (this.isAnswered) {
        this.driver(piece.subarray(at)); // what the server says unasked
        return;
      }
      this.cut = Buffer.allocUnsafe(HEADER_BYTES);
      this.complete(piece, at);
    } catch (error) {
      this.stream.destroy(error as Error); // nothing that follows can be understood; the question is asked anew
    }
  };

  /** Adds what is missing to the message that was cut. @returns where the next one begins. */
  private complete(piece: Buffer, from: number): number {
    const added = piece.copy(this.cut, this.held, from);
    this.held += added;
    if (this.held < this.cut.length) return piece.length;
    const bytes = messageBytes(this.cut, 0);
    if (this.held < bytes) {
      const header = this.cut;
      this.cut = Buffer.allocUnsafe(bytes);
      header.copy(this.cut);
      return this.complete(piece, from + added);
    }
    this.held = 0;
    this.handOn(this.cut, 0, bytes);
    return from + added;
  }

  private handOn(bytes: Buffer, start: number, end: number): void {
    const letter = bytes[start];
    if (letter === DATA_ROW) {
      this.take(bytes, start + HEADER_BYTES + COLUMN_COUNT_BYTES);
      return;
    }
    if (letter === READY_FOR_QUERY) {
      this.isAnswered = true;
      this.stream.on('data', this.driver); // first: the driver may send its next question at once
      this.stream.removeListener('data', this.read);
    }
    this.driver(bytes.subarray(start, end));
  }
}

const messageBytes = (bytes: Buffer, at: number): number => {
  const length = bytes.readInt32BE(at + 1);
  if (length < LENGTH_BYTES) throw new RangeError(`a message of ${length} bytes`);
  return 1 + length;
};

export interface Question {
  /** Prepared once a connection under this name. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Asks on a free connection; every row of the answer, in binary form, goes to `take`. */
export async function askForRows(pool: pg.Pool, { name, text, values }: Question, take: TakeRow): Promise<void> {
  const query = new pg.Query({ name, text, values: [...values], binary: true } as pg.QueryConfig);
  const { submit } = query;
  query.submit = (connection) => {
    new RowSieve(connection.stream, take);
    return submit.call(query, connection);
  };
  // The driver's types know queries that stream; this one is answered at its end, like any other.
  await (pool.query(query) as unknown as Promise<unknown>);
}
