import type { IncomingHttpHeaders } from 'node:http';
import { Failure, type Json, jsonReader, parseJsonItems, splitLines } from '#kernel';
import {
  ACCEPTED_TYPES,
  BATCH_TYPE,
  BINARY_TYPE,
  EVENT_BYTES_MAX,
  EVENTS_PER_REQUEST_MAX,
  LINES_TYPE,
  STRUCTURED_TYPE,
} from '../limits.js';
import { refuse } from '../problems/failures.js';
import { binaryEvent, isBinaryMode } from './binary-mode.js';

/** One item of a request as read: JSON that kept the rules of the write routes, or the first rule it broke. */
export type Item = { readonly event: Json } | { readonly failure: Failure };

export interface Submission {
  /** A single event is answered by itself, several by a list of results. */
  readonly isSingle: boolean;
  readonly items: readonly Item[];
}

/**
 * Reads the body of `POST /v1/events` in the form that its content type names.
 *
 * @throws Failure when the request as a whole cannot be read: unknown type, broken frame, too many events; for a single event
 *   also when that event cannot be read.
 */
export function readSubmission(headers: IncomingHttpHeaders, body: Buffer): Submission {
  switch (mediaType(headers['content-type'])) {
    case STRUCTURED_TYPE:
      return { isSingle: true, items: [{ event: readWhole(body) }] };
    case BATCH_TYPE:
      return several(parseJsonItems(body).map((item) => ('failure' in item ? item : sized(item.bytes, item.value))));
    case LINES_TYPE:
      return several(readLines(body));
    case BINARY_TYPE:
      if (!isBinaryMode(headers)) throw unsupported();
      return { isSingle: true, items: [{ event: binaryEvent(headers, readWhole(body)) }] };
    default:
      throw unsupported();
  }
}

const unsupported = () => refuse('media.unsupported', { params: { accepted: ACCEPTED_TYPES.join(', ') } });

/** The type without its parameters. Another character set than UTF-8 is another type. */
function mediaType(header: string | undefined): string | undefined {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every(
    (parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter),
  );
  return isUtf8 ? type : undefined;
}

function several(items: readonly Item[]): Submission {
  checkCount(items.length);
  return { isSingle: false, items };
}

function readLines(body: Buffer): readonly Item[] {
  const lines = splitLines(body);
  checkCount(lines.length); // before any of them is read
  const read = jsonReader();
  return lines.map(({ bytes }) => {
    try {
      return { event: readWhole(bytes, read) };
    } catch (error) {
      if (error instanceof Failure) return { failure: error };
      throw error;
    }
  });
}

function checkCount(events: number): void {
  if (events <= EVENTS_PER_REQUEST_MAX) return;
  throw refuse('request.tooManyEvents', { params: { events: String(events), most: String(EVENTS_PER_REQUEST_MAX) } });
}

const tooLarge = (bytes: number) =>
  refuse('event.tooLarge', { params: { bytes: String(bytes), most: String(EVENT_BYTES_MAX) } });

const sized = (bytes: number, event: Json): Item =>
  bytes > EVENT_BYTES_MAX ? { failure: tooLarge(bytes) } : { event };

function readWhole(bytes: Uint8Array, read = jsonReader()): Json {
  if (bytes.length > EVENT_BYTES_MAX) throw tooLarge(bytes.length);
  return read(bytes);
}
