import type pg from 'pg';
import type { NewEvent } from '../port.js';
import { int4Array, int8Array, textArray } from './binary-arrays.js';

/** One append on its way. `expected` -1 = the stream is empty. */
export interface PendingAppend {
  readonly stream: string;
  readonly expected: bigint;
  readonly events: readonly NewEvent[];
}

/** What the server said to one append, in the order asked. `firstPosition` undefined = conflict. */
export interface AppendAnswer {
  readonly firstPosition: bigint | undefined;
  readonly actual: bigint;
  readonly recordedMicros: bigint;
}

// One statement, one transaction, one commit: durable when it answers (server-checks.ts sees to that).
const APPEND = `select first_position, actual, recorded
  from journal.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`;
const APPEND_ONE =
  'select first_position, actual, recorded from journal.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)';

/** A lone event goes the short way: same guarantee, less than half of the server's work. */
export function appendCall(group: readonly PendingAppend[]): pg.QueryArrayConfig {
  const only = group.length === 1 && group[0].events.length === 1 ? group[0] : undefined;
  return only ? callOfOne(only) : callOfMany(group);
}

export const appendAnswers = (rows: readonly (readonly (string | null)[])[]): readonly AppendAnswer[] =>
  rows.map(([first, actual, recorded]) => ({
    firstPosition: first === null ? undefined : BigInt(first),
    actual: BigInt(actual as string),
    recordedMicros: BigInt(recorded as string),
  }));

function callOfOne({ stream, expected, events: [event] }: PendingAppend): pg.QueryArrayConfig {
  return {
    name: 'append_one',
    text: APPEND_ONE,
    rowMode: 'array',
    values: [
      stream,
      String(expected),
      event.source,
      event.id,
      event.type,
      event.time,
      event.actor,
      event.correlation ?? null,
      event.causation ?? null,
      asBuffer(event.salt),
      asBuffer(event.requestMac),
      asBuffer(event.data),
    ],
  };
}

function callOfMany(group: readonly PendingAppend[]): pg.QueryArrayConfig {
  const events = group.flatMap((append) => append.events);
  const ofAppend: number[] = [];
  const nth: number[] = [];
  const offsets: number[] = [];
  let bytes = 0;
  for (const [index, append] of group.entries()) {
    for (const [place, event] of append.events.entries()) {
      ofAppend.push(index + 1);
      nth.push(place);
      offsets.push(bytes);
      bytes += event.data.length;
    }
  }
  return {
    name: 'append',
    text: APPEND,
    rowMode: 'array',
    values: [
      textArray(group.map((append) => append.stream)),
      int8Array(group.map((append) => append.expected)),
      int4Array(group.map((append) => append.events.length)),
      int4Array(ofAppend),
      int4Array(nth),
      textArray(events.map((event) => event.source)),
      textArray(events.map((event) => event.id)),
      textArray(events.map((event) => event.type)),
      textArray(events.map((event) => event.time)),
      textArray(events.map((event) => event.actor)),
      textArray(events.map((event) => event.correlation)),
      textArray(events.map((event) => event.causation)),
      int4Array(offsets),
      int4Array(events.map((event) => event.data.length)),
      Buffer.concat(events.map((event) => event.salt)),
      Buffer.concat(events.map((event) => event.requestMac)),
      Buffer.concat(
        events.map((event) => event.data),
        bytes,
      ),
    ],
  };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
