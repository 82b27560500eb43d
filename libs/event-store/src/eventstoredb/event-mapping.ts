import { hash } from 'node:crypto';
import { refuse } from '../failures.js';
import { POSITION_MAX } from '../limits.js';
import type { NewEvent, Position, Revision, StoredEvent } from '../port.js';
import { STREAM_EVENTS_MAX } from '../port.js';
import type { ProposedEvent, RecordedEvent } from './driver.js';

/** Version of the shape. A reader meets others only where somebody else writes to the same cluster. */
const SHAPE = '1';
const TEXT = String.raw`[\x21\x23-\x5b\x5d-\x7e]+`;
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`;
const BYTES_32 = '[A-Za-z0-9+/]{43}=';
const recordingTime = new RegExp(`^${TIME}$`);
const bytes32 = new RegExp(`^${BYTES_32}$`);
const ID_DOMAIN = Buffer.from('sijill/v1/esdb-id\u0000');
const STREAM = /^[a-z][A-Za-z0-9]*-[\x21\x23-\x5b\x5d-\x7e]+$/;
const NOTHING = new Uint8Array();

/**
 * UUID (version 8) of the attempt: the server recognises a repeat of ours by it, and never takes another attempt for the
 * same, however alike the events are.
 */
export function idOf(salt: Uint8Array): string {
  const hex = hash('sha256', Buffer.concat([ID_DOMAIN, salt]), 'hex');
  const variant = (0x8 | (Number.parseInt(hex.charAt(16), 16) & 0x3)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Data as they are; everything else as metadata. */
export const proposed = (event: NewEvent, recorded: string): ProposedEvent => ({
  id: idOf(event.salt),
  type: event.type,
  data: event.data,
  metadata: metadataOf(event, recorded),
});

/**
 * True for what the server keeps for itself, in `$all` beside the journal. What it writes about a stream of ours was asked for by
 * somebody: its metadata, in `$$` and the name of the stream, hide events; a tombstone ends it.
 */
export const isOfTheServer = ({ stream, type }: RecordedEvent): boolean =>
  (stream.startsWith('$') || type.startsWith('$')) && !STREAM.test(stream.replace(/^\$\$/, ''));

/**
 * @returns undefined for an event that somebody else wrote: it is no event of the journal.
 * @throws Failure `store.corrupt` when it is ours and stands where none can stand.
 */
export function stored(given: RecordedEvent): StoredEvent | undefined {
  if (given.isJson || given.revision >= STREAM_EVENTS_MAX || !STREAM.test(given.stream)) return undefined;
  const metadata = ownMetadata(given.metadata);
  return metadata && new OwnEvent(given, positionOf(given), metadata);
}

/** Salt and MAC are decoded when somebody asks: few do, and a member of the prototype is no member of a spread. */
class OwnEvent implements StoredEvent {
  readonly stream: string;
  readonly revision: Revision;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly time: string;
  readonly recorded: string;
  readonly actor: string;
  readonly data: Uint8Array;
  readonly isWithheld: boolean;

  constructor(
    { stream, revision, type, data }: RecordedEvent,
    readonly position: Position,
    private readonly metadata: OwnMetadata,
  ) {
    this.stream = stream;
    this.revision = revision;
    this.type = type;
    this.source = metadata.source;
    this.id = metadata.id;
    this.time = metadata.time;
    this.recorded = metadata.recorded;
    this.actor = metadata.actor;
    this.data = metadata.isWithheld ? NOTHING : data;
    this.isWithheld = metadata.isWithheld;
  }

  get salt(): Uint8Array {
    return this.isWithheld ? NOTHING : Buffer.from(this.metadata.salt, 'base64');
  }

  get requestMac(): Uint8Array {
    return Buffer.from(this.metadata.request_mac, 'base64');
  }

  get correlation(): string | undefined {
    return this.metadata.correlation;
  }

  get causation(): string | undefined {
    return this.metadata.causation;
  }
}

/** Commit position. What a client of today appends commits where it was prepared; else positions would not be unique. */
function positionOf({ stream, revision, commit, prepare }: RecordedEvent): Position {
  if (commit !== prepare || commit > POSITION_MAX) {
    throw corrupt(`${stream}@${revision} was prepared at ${prepare} and committed at ${commit}`);
  }
  return commit;
}

export const corrupt = (reason: string) => refuse('store.corrupt', { params: { reason } });

/** What is kept of an event beside its data. Salt and MAC are 32 bytes in base64; the salt of a withheld event is anything. */
interface OwnMetadata {
  readonly source: string;
  readonly id: string;
  readonly time: string;
  readonly recorded: string;
  readonly actor: string;
  readonly salt: string;
  readonly request_mac: string;
  readonly correlation?: string | undefined;
  readonly causation?: string | undefined;
  readonly isWithheld: boolean;
}

/** JSON of strings only, so that they come back as they went in, and in the order of {@link AS_WE_SPELL}. */
export function metadataOf(event: NewEvent, recorded: string): string {
  const { source, id, time, actor, correlation, causation } = event;
  return JSON.stringify({
    sijill: SHAPE,
    source,
    id,
    time,
    recorded,
    actor,
    salt: base64(event.salt),
    request_mac: base64(event.requestMac),
    correlation, // left out where there is none
    causation,
  });
}

/**
 * What {@link metadataOf} gives: told from anything else and taken apart in one go, because parsing it
 * and looking at each member takes three times as long.
 */
export const AS_WE_SPELL = new RegExp(
  `^{"sijill":"${SHAPE}","source":"(${TEXT})","id":"(${TEXT})","time":"(${TEXT})","recorded":"(${TIME})","actor":"(${TEXT})",` +
    `"salt":"(${BYTES_32})","request_mac":"(${BYTES_32})"(?:,"correlation":"(${TEXT})")?(?:,"causation":"(${TEXT})")?}$`,
);

/** @returns undefined for metadata that are not of our shape, every member of them: somebody else wrote them. */
export function ownMetadata(text: string): OwnMetadata | undefined {
  const members = AS_WE_SPELL.exec(text);
  if (members === null) return otherwiseSpelled(text);
  const [, source, id, time, recorded, actor, salt, request_mac, correlation, causation] = members;
  return {
    source,
    id,
    time,
    recorded,
    actor,
    salt,
    request_mac,
    correlation,
    causation,
    isWithheld: false,
  } as OwnMetadata;
}

/** The same shape in another order, with spaces or escapes, or with members that we do not write with every event. */
function otherwiseSpelled(text: string): OwnMetadata | undefined {
  const members = membersIn(text);
  if (members.sijill !== SHAPE || !areTexts(members)) return undefined;
  const { source, id, time, recorded = '', actor, salt = '', request_mac = '', correlation, causation } = members;
  const isWithheld = members.withheld === SHAPE;
  if (!source || !id || !time || !actor || !recordingTime.test(recorded) || !bytes32.test(request_mac))
    return undefined;
  if (!isWithheld && !bytes32.test(salt)) return undefined;
  return { source, id, time, recorded, actor, salt, request_mac, correlation, causation, isWithheld };
}

/** Of what is no JSON, or no object, none. */
function membersIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const areTexts = (members: Readonly<Record<string, unknown>>): members is Readonly<Record<string, string>> =>
  Object.values(members).every((member) => typeof member === 'string');

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
