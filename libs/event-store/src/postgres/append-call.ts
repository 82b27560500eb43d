import type pg from 'pg';
import type { NewEvent } from '../port.js';
import { recordedText } from '../recorded.js';
import { byteaArray, int4Array, int8Array, textArray } from './binary-arrays.js';

/** One append on its way. `expected` -1 = the stream is empty. */
export interface PendingAppend {
  readonly stream: string;
  readonly expected: bigint;
  readonly events: readonly NewEvent[];
}

/** What the server said to a group. */
export interface GroupAnswer {
  /** One entry an append, in the order asked: the position of its first event, or where its stream is instead. */
  readonly outcomes: readonly (Stored | Conflict)[];
  /** Recording time of whatever was stored. */
  readonly recorded: string;
}
export interface Stored {
  readonly firstPosition: bigint;
}
/** -1 = the stream is empty. */
export interface Conflict {
  readonly actual: bigint;
}

/** The prepared statement of a group, and how to read its only row. */
export interface AppendCall {
  readonly query: pg.QueryArrayConfig;
  readonly answer: (row: readonly unknown[]) => GroupAnswer;
}

// One statement, one transaction, one commit: durable when it answers (server-checks.ts sees to that).
const APPEND = `select first_position, recorded, refused, actuals
  from journal.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;
const APPEND_ONE =
  'select first_position, recorded, actual from journal.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)';

/** A lone event goes the short way: same guarantee, less of the server's work. */
export function appendCall(group: readonly PendingAppend[]): AppendCall {
  const only = group.length === 1 && group[0].events.length === 1 ? group[0] : undefined;
  return only ? callOfOne(only) : callOfMany(group);
}

function callOfOne({ stream, expected, events: [event] }: PendingAppend): AppendCall {
  const { source, id, type, time, actor, correlation = null, causation = null, salt, requestMac, data } = event;
  const texts = [stream, String(expected), source, id, type, time, actor, correlation, causation];
  const values = [...texts, asBuffer(salt), asBuffer(requestMac), asBuffer(data)];
  return {
    query: { name: 'append_one', text: APPEND_ONE, rowMode: 'array', values },
    answer: ([first, recorded, actual]) => ({
      outcomes: [first === null ? { actual: bigintOf(actual) } : { firstPosition: bigintOf(first) }],
      recorded: recordedText(bigintOf(recorded)),
    }),
  };
}

function callOfMany(group: readonly PendingAppend[]): AppendCall {
  const ofAppend: number[] = [];
  const streams: string[] = [];
  const revisions: bigint[] = [];
  const events: NewEvent[] = [];
  for (const [index, append] of group.entries()) {
    let revision = append.expected;
    for (const event of append.events) {
      ofAppend.push(index + 1);
      streams.push(append.stream);
      revisions.push(++revision);
      events.push(event);
    }
  }
  const values = [
    textArray(group.map((append) => append.stream)),
    int8Array(group.map((append) => append.expected)),
    int4Array(ofAppend),
    textArray(streams),
    int8Array(revisions),
    textArray(events.map((event) => event.source)),
    textArray(events.map((event) => event.id)),
    textArray(events.map((event) => event.type)),
    textArray(events.map((event) => event.time)),
    textArray(events.map((event) => event.actor)),
    textArray(events.map((event) => event.correlation)),
    textArray(events.map((event) => event.causation)),
    byteaArray(events.map((event) => event.salt)),
    byteaArray(events.map((event) => event.requestMac)),
    byteaArray(events.map((event) => event.data)),
  ];
  return {
    query: { name: 'append', text: APPEND, rowMode: 'array', values },
    answer: ([first, recorded, refused, actuals]) => ({
      outcomes: outcomesOf(group, bigintOf(first), conflictsOf(refused, actuals)),
      recorded: recordedText(bigintOf(recorded)),
    }),
  };
}

/** Accepted appends stand one behind the other, in the order asked. */
function outcomesOf(
  group: readonly PendingAppend[],
  first: bigint,
  conflicts: ReadonlyMap<number, Conflict>,
): readonly (Stored | Conflict)[] {
  let firstPosition = first;
  return group.map((append, index) => {
    const conflict = conflicts.get(index + 1);
    if (conflict !== undefined) return conflict;
    const stored = { firstPosition };
    firstPosition += BigInt(append.events.length);
    return stored;
  });
}

/** By place in the group, from 1. */
function conflictsOf(refused: unknown, actuals: unknown): ReadonlyMap<number, Conflict> {
  if (refused === null) return new Map();
  const at = actuals as readonly string[];
  return new Map((refused as readonly number[]).map((place, index) => [place, { actual: BigInt(at[index]) }]));
}

/** The driver gives a bigint as text. */
const bigintOf = (value: unknown): bigint => BigInt(value as string);

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
