import { refuse } from './failures.js';
import {
  APPEND_BYTES_MAX,
  EVENT_DATA_BYTES_MAX,
  EVENTS_PER_APPEND_MAX,
  type Expected,
  type Filter,
  type NewEvent,
  type Position,
  READ_EVENTS_MAX,
  type Revision,
  STREAM_EVENTS_MAX,
  STREAM_NAME_BYTES_MAX,
} from './port.js';

/** Allowance an event for everything but its data; also the limit of its text members together. */
export const EVENT_TEXT_BYTES_MAX = 2 * 1024;
/** Greatest value of a signed 64-bit integer: no store counts further. */
export const POSITION_MAX = 2n ** 63n - 1n;

// Printable ASCII without the quote and the backslash: the same bytes in every encoding and escaping on the way.
const TEXT = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const STREAM = /^[a-z][A-Za-z0-9]*-[\x21\x23-\x5b\x5d-\x7e]+$/;
const TEXT_MEMBERS = ['type', 'source', 'id', 'time', 'actor', 'correlation', 'causation'] as const;
const OPTIONAL_MEMBERS: ReadonlySet<string> = new Set(['correlation', 'causation']);

/** The part of a stream name before the first `-`. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/**
 * Refuses what no store may take. Runs before any I/O, so that every adapter refuses the same.
 *
 * @returns bytes of the append, as {@link APPEND_BYTES_MAX} counts them
 */
export function checkAppend(stream: string, expected: Expected, events: readonly NewEvent[]): number {
  checkStream(stream, 'append.invalid');
  if (events.length < 1 || events.length > EVENTS_PER_APPEND_MAX) {
    throw refuse('append.invalid', {
      params: { reason: `1 to ${EVENTS_PER_APPEND_MAX} events, not ${events.length}` },
    });
  }
  let bytes = 0;
  for (const event of events) {
    checkEvent(event);
    bytes += event.data.length + EVENT_TEXT_BYTES_MAX;
  }
  if (bytes > APPEND_BYTES_MAX) throw tooLarge(bytes, APPEND_BYTES_MAX);
  if (expected !== 'empty' && (typeof expected !== 'bigint' || expected < 0n)) {
    throw refuse('append.invalid', { params: { reason: `expected is 'empty' or a revision, not ${expected}` } });
  }
  if (expected !== 'empty' && expected >= STREAM_EVENTS_MAX - events.length) {
    throw refuse('stream.full', { params: { most: String(STREAM_EVENTS_MAX) } });
  }
  return bytes;
}

export function checkStream(stream: string, code: 'append.invalid' | 'read.invalid'): void {
  if (stream.length > STREAM_NAME_BYTES_MAX || !STREAM.test(stream)) {
    throw refuse(code, { params: { reason: `a stream is category-id in at most ${STREAM_NAME_BYTES_MAX} bytes` } });
  }
}

export function checkReadMax(max: number): void {
  if (!Number.isInteger(max) || max < 1 || max > READ_EVENTS_MAX) {
    throw refuse('read.invalid', { params: { reason: `1 to ${READ_EVENTS_MAX} events a read, not ${max}` } });
  }
}

/** `from` of a stream read and `after` of a journal read: undefined or 0 and up. */
export function checkCursor(cursor: Position | Revision | undefined): void {
  if (cursor !== undefined && (typeof cursor !== 'bigint' || cursor < 0n || cursor > POSITION_MAX)) {
    throw refuse('read.invalid', { params: { reason: `a cursor is 0 to ${POSITION_MAX}, not ${cursor}` } });
  }
}

/** Filtering as the port defines it; what an adapter pushes down must give the same. */
export function passes(filter: Filter | undefined, event: { readonly type: string; readonly stream: string }): boolean {
  if (filter === undefined) return true;
  return 'types' in filter ? filter.types.includes(event.type) : filter.categories.includes(categoryOf(event.stream));
}

function checkEvent(event: NewEvent): void {
  let textBytes = 0;
  for (const member of TEXT_MEMBERS) {
    const text = event[member];
    if (text === undefined && OPTIONAL_MEMBERS.has(member)) continue;
    if (typeof text !== 'string' || !TEXT.test(text)) {
      throw refuse('append.invalid', { params: { reason: `${member} is not printable ASCII text` } });
    }
    textBytes += text.length;
  }
  if (textBytes > EVENT_TEXT_BYTES_MAX) {
    throw refuse('append.invalid', { params: { reason: `text members above ${EVENT_TEXT_BYTES_MAX} bytes` } });
  }
  if (event.salt.length !== 32 || event.requestMac.length !== 32) {
    throw refuse('append.invalid', { params: { reason: 'salt and requestMac have 32 bytes each' } });
  }
  if (event.data.length > EVENT_DATA_BYTES_MAX) throw tooLarge(event.data.length, EVENT_DATA_BYTES_MAX);
}

const tooLarge = (bytes: number, most: number) =>
  refuse('append.tooLarge', { params: { bytes: String(bytes), most: String(most) } });
