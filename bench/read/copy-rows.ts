/** Rows of `copy … to stdout` with their data parsed: the least that whoever reads the journal as objects must do. */
export interface CopiedRow {
  readonly position: number;
  /** The other columns as they came; they are decoded and thrown away. */
  readonly columns: readonly (string | null)[];
  readonly data: { readonly number: string };
}

const TEXTS = 'stream, revision, recorded, source, id, type, time, actor, correlation, causation';
/** Rows as lines of text, salt and MAC in hexadecimal, the data as they are. */
export const COPY_TEXT = `copy (select position, ${TEXTS}, encode(salt, 'hex'), encode(request_mac, 'hex'),
  convert_from(data, 'UTF8') from journal.event order by position) to stdout`;
export const COPY_BINARY = `copy (select position, ${TEXTS}, salt, request_mac, data from journal.event order by position)
  to stdout (format binary)`;

const NEWLINE = 10;
const DATA_AT = 13;

/** Calls `take` with each row. The text format doubles backslashes; other escapes cannot stand in canonical JSON. */
export async function readTextRows(pieces: AsyncIterable<Buffer>, take: (row: CopiedRow) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(NEWLINE);
    rest = bytes.subarray(end + 1);
    if (end < 0) continue;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      const columns = line.split('\t');
      const data = columns[DATA_AT] as string;
      take({
        position: Number(columns[0]),
        columns,
        data: JSON.parse(data.includes('\\') ? data.replaceAll('\\\\', '\\') : data),
      });
    }
  }
}

/** Signature, flags and length of the extension. */
const HEADER_BYTES = 19;
const COLUMNS = 14;
const POSITION_BYTES = 8;
/** stream, source … causation; revision and recorded are numbers, salt and MAC bytes. */
const isText = (column: number): boolean => column === 1 || (column >= 4 && column <= 10);

/** The same of the binary format, decoded by hand. */
export async function readBinaryRows(pieces: AsyncIterable<Buffer>, take: (row: CopiedRow) => void): Promise<void> {
  let bytes: Buffer = Buffer.alloc(0);
  let isBegun = false;
  for await (const piece of pieces) {
    bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
    let at = 0;
    if (!isBegun) {
      if (bytes.length < HEADER_BYTES) continue;
      at = HEADER_BYTES;
      isBegun = true;
    }
    for (;;) {
      const end = endOfRow(bytes, at);
      if (end < 0) break;
      take(rowAt(bytes, at + 2));
      at = end;
    }
    bytes = bytes.subarray(at);
  }
}

/** -1: the row is not there as a whole, or it is the trailer. */
const endOfRow = (bytes: Buffer, start: number): number => {
  if (start + 2 > bytes.length || bytes.readInt16BE(start) !== COLUMNS) return -1;
  let at = start + 2;
  for (let column = 0; column < COLUMNS; column++) {
    if (at + 4 > bytes.length) return -1;
    at += 4 + Math.max(0, bytes.readInt32BE(at));
  }
  return at <= bytes.length ? at : -1;
};

const rowAt = (bytes: Buffer, start: number): CopiedRow => {
  const position = Number(bytes.readBigInt64BE(start + 4));
  const columns: (string | null)[] = [];
  let at = start + 4 + POSITION_BYTES;
  for (let column = 1; column < DATA_AT; column++) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (isText(column)) columns.push(length < 0 ? null : bytes.toString('latin1', at, at + length));
    at += Math.max(0, length);
  }
  const data = bytes.toString('utf8', at + 4, at + 4 + bytes.readInt32BE(at));
  return { position, columns, data: JSON.parse(data) };
};
