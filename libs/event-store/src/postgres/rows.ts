import type { StoredEvent } from '../port.js';
import { recordedText } from '../recorded.js';

/** A row as the driver gives it in array mode: bigint as text, bytea as Buffer. */
export type Row = readonly unknown[];

const SALT_BYTES = 32;
const HEAD_BYTES = 64;

/** The columns of sql.ts, starting at `offset`. */
export function eventOf(row: Row, offset = 0): StoredEvent {
  const [position, stream, revision, recorded, source, id, type, time, actor, correlation, causation] = row.slice(
    offset,
    offset + 11,
  ) as string[];
  const bytes = row[offset + 11] as Buffer;
  const isWithheld = bytes.length < HEAD_BYTES; // salt and data are gone, the MAC is left
  return {
    type,
    source,
    id,
    time,
    actor,
    ...(correlation === null ? undefined : { correlation }),
    ...(causation === null ? undefined : { causation }),
    data: isWithheld ? new Uint8Array() : bytes.subarray(HEAD_BYTES),
    salt: isWithheld ? new Uint8Array() : bytes.subarray(0, SALT_BYTES),
    requestMac: isWithheld ? bytes : bytes.subarray(SALT_BYTES, HEAD_BYTES),
    stream,
    revision: BigInt(revision),
    position: BigInt(position),
    recorded: recordedText(BigInt(recorded)),
    isWithheld,
  };
}
