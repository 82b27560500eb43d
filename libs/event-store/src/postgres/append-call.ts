import type pg from 'pg';
import type { NewEvent } from '../port.js';
import { recordedText } from '../recorded.js';
import type { BindMessage } from './binary-values.js';

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

/**
 * Sends a group over a connection that is prepared ({@link PREPARE_APPENDS}) and free. One statement, one transaction, one
 * commit: durable when it answers (server-checks.ts sees to that). A lone event goes the short way: same guarantee, less
 * of the server's work.
 *
 * @param message built here; free again when the promise settles.
 * @throws whatever the driver was told: {@link faultOf} reads it.
 */
export async function callAppend(
  client: pg.Client,
  message: BindMessage,
  group: readonly PendingAppend[],
): Promise<GroupAnswer> {
  const isOfOne = group.length === 1 && group[0].events.length === 1;
  if (isOfOne) writeOne(message, group[0]);
  else writeMany(message, group);
  const row = await rowOf(client, message.end());
  return isOfOne ? answerOfOne(row) : answerOfMany(row, group);
}

function writeOne(message: BindMessage, { stream, expected, events: [event] }: PendingAppend): void {
  message.begin('append_one', 12);
  message.text(stream);
  message.bigint(expected);
  message.text(event.source);
  message.text(event.id);
  message.text(event.type);
  message.text(event.time);
  message.text(event.actor);
  message.text(event.correlation);
  message.text(event.causation);
  message.blob(event.salt);
  message.blob(event.requestMac);
  message.blob(event.data);
}

function writeMany(message: BindMessage, group: readonly PendingAppend[]): void {
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
  message.begin('append', 15);
  message.array('text', group, ({ stream }) => message.text(stream));
  message.array('bigint', group, ({ expected }) => message.bigint(expected));
  message.array('int', ofAppend, (place) => message.int(place));
  message.array('text', streams, (stream) => message.text(stream));
  message.array('bigint', revisions, (revision) => message.bigint(revision));
  message.array('text', events, (event) => message.text(event.source));
  message.array('text', events, (event) => message.text(event.id));
  message.array('text', events, (event) => message.text(event.type));
  message.array('text', events, (event) => message.text(event.time));
  message.array('text', events, (event) => message.text(event.actor));
  message.array('text', events, (event) => message.text(event.correlation));
  message.array('text', events, (event) => message.text(event.causation));
  message.array('blob', events, (event) => message.blob(event.salt));
  message.array('blob', events, (event) => message.blob(event.requestMac));
  message.array('blob', events, (event) => message.blob(event.data));
}

/** The only row of an answer; each column as text. */
type AnswerRow = readonly (string | null)[];

/** Asks with bytes that are ready: what the driver would add, it asks of the server too. */
const rowOf = (client: pg.Client, bytes: Buffer): Promise<AnswerRow> =>
  new Promise((resolve, reject) => {
    let row: AnswerRow | undefined;
    const call = {
      submit: (connection: pg.Connection) => void connection.stream.write(bytes),
      handleDataRow: ({ fields }: { readonly fields: AnswerRow }) => {
        row = fields;
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => (row === undefined ? reject(new Error('an append without an answer')) : resolve(row)),
      handleError: reject,
    };
    client.query(call);
  });

const answerOfOne = ([first, recorded, actual]: AnswerRow): GroupAnswer => ({
  outcomes: [first === null ? { actual: bigintOf(actual) } : { firstPosition: BigInt(first) }],
  recorded: recordedText(Number(recorded)),
});

const answerOfMany = (
  [first, recorded, refused, actuals]: AnswerRow,
  group: readonly PendingAppend[],
): GroupAnswer => ({
  outcomes: outcomesOf(group, bigintOf(first), conflictsOf(refused, actuals)),
  recorded: recordedText(Number(recorded)),
});

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
function conflictsOf(refused: string | null, actuals: string | null): ReadonlyMap<number, Conflict> {
  if (refused === null || actuals === null) return new Map();
  const at = itemsOf(actuals);
  return new Map(itemsOf(refused).map((place, index) => [Number(place), { actual: BigInt(at[index]) }]));
}

/** `{1,2}`: numbers are never quoted. */
const itemsOf = (array: string): readonly string[] => array.slice(1, -1).split(',');

const bigintOf = (value: string | null): bigint => BigInt(value as string);
