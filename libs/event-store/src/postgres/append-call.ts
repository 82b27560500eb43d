import pg from 'pg';
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
 * Optimistic first: all or nothing. Somebody was refused: nothing is written, and the group goes once more, by the
 * statement that looks for each stream and answers each append.
 *
 * @param message built here; free again when the promise settles.
 * @throws whatever the driver was told: {@link faultOf} reads it.
 */
export async function callAppend(
  client: pg.Client,
  message: BindMessage,
  group: readonly PendingAppend[],
): Promise<GroupAnswer> {
  if (group.length === 1 && group[0].events.length === 1) writeOne(message, group[0]);
  else writeMany(message, 'append_all', group);
  try {
    return answerOf(await textOf(client, message.end()), group);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  writeMany(message, 'append', group);
  return answerOf(await textOf(client, message.end()), group);
}

const UNIQUE_VIOLATION = '23505';
const isRefusal = (error: unknown) => error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION;

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

function writeMany(message: BindMessage, statement: string, group: readonly PendingAppend[]): void {
  const streams: string[] = [];
  const expectations: (bigint | undefined)[] = [];
  const revisions: bigint[] = [];
  const events: NewEvent[] = [];
  for (const { stream, expected, events: own } of group) {
    let revision = expected;
    for (const event of own) {
      streams.push(stream);
      expectations.push(revision === expected ? expected : undefined);
      revisions.push(++revision);
      events.push(event);
    }
  }
  message.begin(statement, 13);
  message.array('text', streams, (stream) => message.text(stream));
  message.array('bigint', expectations, (expected) => message.bigint(expected));
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

/** Asks with bytes that are ready, and takes the only value of the answer, a text: nobody asks the server to describe it. */
const textOf = (client: pg.Client, bytes: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let value: string | undefined;
    const call = {
      submit: (connection: pg.Connection) => void connection.stream.write(bytes),
      handleDataRow: ({ fields }: { readonly fields: readonly string[] }) => {
        value = fields[0];
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => (value === undefined ? reject(new Error('no answer to an append')) : resolve(value)),
      handleError: reject,
    };
    client.query(call);
  });

/**
 * `{first position,recording time,…}`, then the places of refused appends' first events among the events, from 1, and as
 * many last revisions of their streams. Accepted appends stand one behind the other, in the order asked.
 */
function answerOf(value: string, group: readonly PendingAppend[]): GroupAnswer {
  const [first, recorded, ...refused] = value.slice(1, -1).split(',');
  const half = refused.length / 2;
  const actuals = new Map(refused.slice(0, half).map((place, index) => [Number(place), BigInt(refused[half + index])]));
  let firstPosition = BigInt(first);
  let place = 1;
  const outcomes = group.map(({ events }) => {
    const actual = actuals.get(place);
    place += events.length;
    if (actual !== undefined) return { actual };
    const stored = { firstPosition };
    firstPosition += BigInt(events.length);
    return stored;
  });
  return { outcomes, recorded: recordedText(Number(recorded)) };
}
