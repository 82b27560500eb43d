import { createHash } from 'node:crypto';
import { refuse } from '../failures.js';
import type { NewEvent, Position, StoredEvent } from '../port.js';
import { STREAM_EVENTS_MAX } from '../port.js';
import type { ProposedEvent, RecordedEvent } from './driver.js';

/** Shape of the metadata. A reader meets others only where somebody else writes to the same cluster. */
const SHAPE = '1';
const ID_DOMAIN = 'sijill/v1/esdb-id\u0000';
const STREAM = /^[a-z][A-Za-z0-9]*-[\x21\x23-\x5b\x5d-\x7e]+$/;
const RECORDED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const BYTES_32 = /^[A-Za-z0-9+/]{43}=$/;
const NOTHING = new Uint8Array();

/**
 * UUID (version 8) of the attempt: the server recognises a repeat of ours by it, and never takes another attempt for the
 * same, however alike the events are.
 */
export function idOf(salt: Uint8Array): string {
  const bytes = createHash('sha256').update(ID_DOMAIN).update(salt).digest();
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Data as they are; everything else as metadata, whose members are all strings: they come back as they went in. */
export function proposed(event: NewEvent, recorded: string): ProposedEvent {
  const { source, id, time, actor, correlation, causation } = event;
  return {
    id: idOf(event.salt),
    type: event.type,
    data: event.data,
    metadata: {
      sijill: SHAPE,
      source,
      id,
      time,
      recorded,
      actor,
      salt: base64(event.salt),
      request_mac: base64(event.requestMac),
      ...(correlation !== undefined && { correlation }),
      ...(causation !== undefined && { causation }),
    },
  };
}

/** True for what the server keeps for itself, in `$all` beside the journal. */
export const isOfTheServer = ({ stream, type }: RecordedEvent): boolean =>
  stream.startsWith('$') || type.startsWith('$');

/**
 * @returns undefined for an event that somebody else wrote: it is no event of the journal.
 * @throws Failure `store.corrupt` when it is ours and stands where none can stand.
 */
export function stored(given: RecordedEvent): StoredEvent | undefined {
  const { stream, revision, type } = given;
  const metadata = ownMetadata(given);
  if (metadata === undefined) return undefined;
  const { source, id, time, recorded, actor, correlation, causation } = metadata;
  const isWithheld = metadata.withheld === SHAPE;
  const event = {
    type,
    source,
    id,
    time,
    actor,
    data: isWithheld ? NOTHING : given.data,
    salt: isWithheld ? NOTHING : Buffer.from(metadata.salt, 'base64'),
    requestMac: Buffer.from(metadata.request_mac, 'base64'),
    stream,
    revision,
    position: positionOf(given),
    recorded,
    isWithheld,
  };
  const links = { ...(correlation !== undefined && { correlation }), ...(causation !== undefined && { causation }) };
  return correlation === undefined && causation === undefined ? event : { ...event, ...links };
}

/** Commit position. What a client of today appends commits where it was prepared; else positions would not be unique. */
export function positionOf({ stream, revision, commit, prepare }: RecordedEvent): Position {
  if (commit === undefined || commit !== prepare) {
    throw corrupt(`${stream}@${revision} was prepared at ${prepare} and committed at ${commit}`);
  }
  return commit;
}

export const corrupt = (reason: string) => refuse('store.corrupt', { params: { reason } });

type Metadata = Record<'source' | 'id' | 'time' | 'recorded' | 'actor' | 'salt' | 'request_mac', string> &
  Partial<Record<'correlation' | 'causation' | 'withheld', string>>;

/** The metadata of an event that we wrote: of our shape, every member of it. */
function ownMetadata({ stream, revision, isJson, metadata }: RecordedEvent): Metadata | undefined {
  if (isJson || typeof metadata !== 'object' || metadata === null || !STREAM.test(stream)) return undefined;
  const members = metadata as Readonly<Record<string, unknown>>;
  if (members.sijill !== SHAPE || revision >= STREAM_EVENTS_MAX) return undefined;
  if (!Object.values(members).every((member) => typeof member === 'string')) return undefined;
  const { source, id, time, recorded, actor, salt, request_mac: mac, withheld } = members as Record<string, string>;
  if (!source || !id || !time || !actor || !RECORDED.test(recorded ?? '') || !BYTES_32.test(mac ?? ''))
    return undefined;
  return withheld === SHAPE || BYTES_32.test(salt ?? '') ? (members as Metadata) : undefined;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
