import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  EventStoreDBClient,
  NO_STREAM,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeToAllOptions,
} from '@eventstore/db-client';

/** What the client and a reader of it do without our adapter: the stand-in is held against this. */
export const connect = (url: string): EventStoreDBClient => EventStoreDBClient.connectionString(url);

export const event = (type = 'Order', id: string = randomUUID()) =>
  binaryEvent({ id, type, data: Buffer.from('{"sheets":1}'), metadata: Buffer.from('{"by":"test"}') });

export const events = (count: number, type = 'Order') => Array.from({ length: count }, () => event(type));

/** Type of the error of a call, as the client names it, or "none". */
export const errorOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'none';
  } catch (error) {
    return (error as { type?: string }).type ?? String(error);
  }
};

export const readStream = async (client: EventStoreDBClient, stream: string, options: ReadStreamOptions = {}) => {
  const read: { revision: bigint; id: string }[] = [];
  for await (const { event: found } of client.readStream(stream, options)) {
    read.push({ revision: found!.revision, id: found!.id });
  }
  return read;
};

/** Journal in order, without what the server wrote of itself. */
export const readAll = async (client: EventStoreDBClient) => {
  const read: { stream: string; revision: bigint; position: bigint }[] = [];
  for await (const { event: found } of client.readAll()) {
    if (!found || found.streamId.startsWith('$')) continue;
    read.push({ stream: found.streamId, revision: found.revision, position: found.position!.commit });
  }
  return read;
};

/** Positions that a read of all gives. It is always read to its end: a reader that breaks off leaves the call open. */
export const positions = async (client: EventStoreDBClient, options: ReadAllOptions): Promise<bigint[]> => {
  const found: bigint[] = [];
  for await (const { event: one } of client.readAll(options)) found.push(one!.position!.commit);
  return found;
};

export const append = (
  client: EventStoreDBClient,
  stream: string,
  count = 1,
  expected: bigint | undefined = undefined,
) => client.appendToStream(stream, events(count), { expectedRevision: expected ?? NO_STREAM });

/** What a subscription says, in the order in which it says it: events as `stream@revision`, and its signals. */
export class Listener {
  readonly said: string[] = [];
  error: Error | undefined;
  private readonly subscription: ReturnType<EventStoreDBClient['subscribeToAll']>;

  constructor(client: EventStoreDBClient, { filter, ...options }: SubscribeToAllOptions = {}) {
    const checkpointReached = async (_: unknown, { commit }: { commit: bigint }) => {
      this.said.push(`checkpoint ${commit}`);
    };
    this.subscription = client.subscribeToAll({
      ...options,
      ...(filter ? { filter: { ...filter, checkpointReached } } : {}),
    });
    this.subscription
      .on('confirmation', () => this.said.push('confirmation'))
      .on('caughtUp', () => this.said.push('caughtUp'))
      .on('error', (error) => {
        this.error = error;
      })
      .on('data', ({ event: found }) => {
        if (found && !found.streamId.startsWith('$')) this.said.push(`${found.streamId}@${found.revision}`);
      });
  }

  async end(): Promise<void> {
    await this.subscription.unsubscribe();
  }
}
