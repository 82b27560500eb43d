import { createHash, createHmac } from 'node:crypto';
import type { StoredEvent } from '#event-store';
import { canonicalBytes, type Json, parseJson } from '#kernel';

const VERSION = '1';
const DATA_DOMAIN = Buffer.from('sijill/v1/data\0');

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/**
 * The entry of an event: what a log says of it, as the UTF-8 of RFC 8785 JSON. A pure function of the event and of how many
 * precede it, so that every store gives the same bytes; where the store keeps it, its position, is not in it.
 *
 * All values are strings of printable ASCII without `"` and `\`, so that members in the order of their names, written by
 * `JSON.stringify`, are the canonical form. Below 2,500 bytes.
 *
 * @param seq number of events of the journal before this one
 * @throws RangeError for an event whose payload was destroyed: salt and data went with it, and its entry stands in the log alone
 */
export function entryOf(event: StoredEvent, seq: bigint): Uint8Array {
  const { actor, causation, correlation, data, id, recorded, requestMac, revision, salt, source } = event;
  const { stream, time, type, isWithheld } = event;
  if (isWithheld) throw new RangeError(`the payload of ${stream}@${revision} was destroyed`);
  const members = {
    actor,
    ...(causation !== undefined && { causation }),
    ...(correlation !== undefined && { correlation }),
    data_len: String(data.length),
    data_mac: createHmac('sha256', salt).update(DATA_DOMAIN).update(data).digest('base64url'),
    id,
    recorded,
    request_mac: Buffer.from(requestMac).toString('base64url'),
    seq: String(seq),
    source,
    stream,
    stream_seq: String(revision),
    time,
    type,
    v: VERSION,
  };
  return Buffer.from(JSON.stringify(members));
}

/** Member that stands in the place of a personal value and holds it sealed under a key and a nonce of its own. */
const SEALED = '$personal';

/**
 * What was told, without what the ledger's clock, its chance and the order among streams added: the same facts recorded twice
 * have the same contents. Of a personal value, sealed by chance, only that there is one. SHA-256.
 */
export function contentsOf(event: StoredEvent): Buffer {
  const { actor, causation, correlation, data, id, revision, source, stream, time, type } = event;
  const data_hash = sha256(
    Buffer.from(data).includes(SEALED) ? canonicalBytes(unsealed(parseJson(data))) : data,
  ).toString('base64url');
  return sha256(
    Buffer.from(
      JSON.stringify({
        actor,
        ...(causation !== undefined && { causation }),
        ...(correlation !== undefined && { correlation }),
        data_hash,
        id,
        source,
        stream,
        stream_seq: String(revision),
        time,
        type,
      }),
    ),
  );
}

const unsealed = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(unsealed);
  const members = Object.entries(value).map(([name, member]) => [name, name === SEALED ? true : unsealed(member)]);
  return Object.fromEntries(members) as Json;
};
