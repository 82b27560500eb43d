import { EVENT_COLUMNS, type EventRow, type Raw } from '../raw.js';

/** Rows into the raw table by one COPY in binary form: what the server takes in when it asks for nothing and answers nothing. */
export const copyMany = (raw: Raw, rows: readonly EventRow[]): Promise<void> =>
  raw.copyIn(`copy bench.event (${EVENT_COLUMNS}) from stdin (format binary)`, copyBytes(rows));

type Field = string | Uint8Array | undefined;

/** In the order of the columns. */
const fieldsOf = ({ stream, revision, event }: EventRow): readonly Field[] => {
  const { source, id, type, time, actor, correlation, causation, salt, requestMac, data } = event;
  const number = Buffer.allocUnsafe(8);
  number.writeBigInt64BE(BigInt(revision));
  return [stream, number, source, id, type, time, actor, correlation, causation, salt, requestMac, data];
};

/** Signature, no flags, no extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER_BYTES = 2;

/** The whole file, trailer and all; undefined is null. Texts are of one byte a character, as everything that is measured here. */
export const copyBytes = (rows: readonly EventRow[]): Buffer => {
  const all = rows.map(fieldsOf);
  const sizeOf = (fields: readonly Field[]) => fields.reduce((sum, field) => sum + 4 + (field?.length ?? 0), 2);
  const out = Buffer.allocUnsafe(all.reduce((sum, fields) => sum + sizeOf(fields), HEADER.length + TRAILER_BYTES));
  let at = HEADER.copy(out);
  for (const fields of all) {
    at = out.writeInt16BE(fields.length, at);
    for (const field of fields) {
      at = out.writeInt32BE(field?.length ?? -1, at);
      if (typeof field === 'string') out.write(field, at, 'latin1');
      else if (field) out.set(field, at);
      at += field?.length ?? 0;
    }
  }
  out.writeInt16BE(-1, at);
  return out;
};
