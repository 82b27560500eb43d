import { Fields, MessageWriter } from '../protobuf.js';
import { DriverFault, type Place, type ProposedEvent } from './driver.js';
import { faultOf } from './driver-faults.js';

/** Numbers of the fields in streams.proto of the protocol: of BatchAppendReq, of its Options and of its ProposedMessage. */
const REQUEST = { correlation: 1, options: 2, events: 3, isFinal: 4 } as const;
const OPTIONS = { stream: 1, revision: 2, noStream: 3, deadline: 6 } as const;
const EVENT = { id: 1, properties: 2, metadata: 3, data: 4 } as const;
/** Of BatchAppendResp and its Success. */
const ANSWER = { correlation: 1, refusal: 2, success: 3 } as const;
const SUCCESS = { revision: 1, position: 3 } as const;
/** In shared.proto, status.proto and those of protobuf itself. */
const POSITION = { commit: 1, prepare: 2 } as const;
const STREAM_IDENTIFIER = { name: 3 } as const;
const IDENTITY = { structured: 1, text: 2 } as const;
const STRUCTURED = { high: 1, low: 2 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const TIMESTAMP = { seconds: 1, nanos: 2 } as const;
const STATUS = { message: 2, details: 3 } as const;
const ANY = { type: 1, value: 2 } as const;
const WRONG_VERSION = { current: 1 } as const;
const NOTHING = new Uint8Array();

/** What a server says of an append that it refuses, under the names that the client has for it. */
const WRONG_VERSION_TYPE = 'wrong-expected-version';
const REFUSALS: Readonly<Record<string, string>> = {
  'event_store.client.WrongExpectedVersion': WRONG_VERSION_TYPE,
  'event_store.client.StreamDeleted': 'stream-deleted',
  'event_store.client.AccessDenied': 'access-denied',
  'event_store.client.Timeout': 'deadline-exceeded',
  'event_store.client.MaximumAppendSizeExceeded': 'maximum-append-size-exceeded',
};

/** Room for numbers, lengths and identities of an append, and of each of its events. */
const FRAME_BYTES = 128;

export interface AppendRequest {
  /** UUID that the answer carries. */
  readonly correlation: string;
  readonly stream: string;
  readonly expected: 'empty' | bigint;
  /** All or none of them, in one message: our limit of an append is below that of a message. */
  readonly events: readonly ProposedEvent[];
}

/**
 * An append as a message of the call that carries them all.
 *
 * @param deadlineMs when the server must have begun it, by our clock, whole milliseconds since 1970 UTC.
 */
export function appendRequest({ correlation, stream, expected, events }: AppendRequest, deadlineMs: number): Buffer {
  const request = new MessageWriter(bytesOf(events) + stream.length + FRAME_BYTES);
  request.whole(REQUEST.isFinal, 1);
  for (let nth = events.length - 1; nth >= 0; nth--) writeEvent(request, events[nth]);
  const options = request.length;
  request.whole(TIMESTAMP.nanos, (deadlineMs % 1_000) * 1_000_000);
  request.whole(TIMESTAMP.seconds, Math.floor(deadlineMs / 1_000));
  request.wrap(OPTIONS.deadline, options);
  if (expected === 'empty') request.data(OPTIONS.noStream, NOTHING);
  else request.whole(OPTIONS.revision, Number(expected));
  const identifier = request.length;
  request.text(STREAM_IDENTIFIER.name, stream);
  request.wrap(OPTIONS.stream, identifier);
  request.wrap(REQUEST.options, options);
  writeIdentity(request, REQUEST.correlation, correlation);
  return request.finished();
}

function writeEvent(request: MessageWriter, { id, type, data, metadata }: ProposedEvent): void {
  const event = request.length;
  request.data(EVENT.data, data);
  request.text(EVENT.metadata, metadata);
  writeProperty(request, 'content-type', 'application/octet-stream');
  writeProperty(request, 'type', type);
  writeIdentity(request, EVENT.id, id);
  request.wrap(REQUEST.events, event);
}

function writeProperty(request: MessageWriter, key: string, value: string): void {
  const entry = request.length;
  request.text(ENTRY.value, value);
  request.text(ENTRY.key, key);
  request.wrap(EVENT.properties, entry);
}

function writeIdentity(request: MessageWriter, number: number, id: string): void {
  const identity = request.length;
  request.text(IDENTITY.text, id);
  request.wrap(number, identity);
}

const bytesOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, { type, data, metadata }) => sum + data.length + metadata.length + type.length + FRAME_BYTES, 0);

interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export interface AppendAnswer {
  readonly correlation: string;
  /** Where its last event is, or why there is none. */
  readonly outcome: Place | DriverFault;
}

/** @throws DriverFault `strange` for bytes that are no such message: it is not known of which append they speak. */
export function appendAnswerIn(message: Buffer): AppendAnswer {
  const answer = new Fields(message, 0, message.length);
  let correlation = '';
  let outcome: Place | DriverFault | undefined;
  while (answer.next()) {
    if (answer.number === ANSWER.correlation) correlation = identityIn(answer.inside());
    else if (answer.number === ANSWER.success) outcome = placeIn(answer.inside());
    else if (answer.number === ANSWER.refusal) outcome = refusalIn(answer.inside());
  }
  return { correlation, outcome: outcome ?? nowhere() };
}

/** A server may write an identity in either way, whichever it was sent. */
function identityIn(fields: Fields): string {
  let id = '';
  while (fields.next()) {
    if (fields.number === IDENTITY.text) id = fields.text();
    else if (fields.number === IDENTITY.structured) id = structuredIn(fields.inside());
  }
  return id;
}

function structuredIn(fields: Fields): string {
  let high = 0n;
  let low = 0n;
  while (fields.next()) {
    if (fields.number === STRUCTURED.high) high = fields.whole();
    else if (fields.number === STRUCTURED.low) low = fields.whole();
  }
  const hex = ((high << 64n) | low).toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function placeIn(success: Fields): Place | DriverFault {
  let revision: bigint | undefined;
  let position: LogPosition | undefined;
  while (success.next()) {
    if (success.number === SUCCESS.revision) revision = success.whole();
    else if (success.number === SUCCESS.position) position = positionIn(success.inside());
  }
  return placeAt(revision, position);
}

function positionIn(fields: Fields): LogPosition {
  let commit = 0n;
  let prepare = 0n;
  while (fields.next()) {
    if (fields.number === POSITION.commit) commit = fields.whole();
    else if (fields.number === POSITION.prepare) prepare = fields.whole();
  }
  return { commit, prepare };
}

/** What a client appends commits where it was prepared: else a position would not be that of one event. */
export function placeAt(revision: bigint | undefined, position: LogPosition | undefined): Place | DriverFault {
  if (revision === undefined || position === undefined || position.commit !== position.prepare) return nowhere();
  return { revision, position: position.commit };
}

function refusalIn(status: Fields): DriverFault {
  let message = '';
  let refusal = { type: '', actualVersion: undefined as bigint | undefined };
  while (status.next()) {
    if (status.number === STATUS.message) message = status.text();
    else if (status.number === STATUS.details) refusal = detailIn(status.inside());
  }
  return faultOf({ ...refusal, message });
}

function detailIn(any: Fields): { type: string; actualVersion: bigint | undefined } {
  let name = '';
  let detail: Fields | undefined;
  while (any.next()) {
    if (any.number === ANY.type) name = any.text();
    else if (any.number === ANY.value) detail = any.inside();
  }
  const type = REFUSALS[name.slice(name.lastIndexOf('/') + 1)] ?? name;
  return { type, actualVersion: type === WRONG_VERSION_TYPE && detail ? currentIn(detail) : undefined };
}

/** Where the stream is; undefined: it does not exist. */
function currentIn(wrongVersion: Fields): bigint | undefined {
  let current: bigint | undefined;
  while (wrongVersion.next()) if (wrongVersion.number === WRONG_VERSION.current) current = wrongVersion.whole();
  return current;
}

const nowhere = () => new DriverFault('strange', 'the answer to an append does not say where it is');
