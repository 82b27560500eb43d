import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, eventTypeFilter, NO_STREAM, START } from '@eventstore/db-client';
import type { NewEvent } from '#event-store';

/** Any time: the adapter takes the events for its own. */
const RECORDED = '2026-01-01T00:00:00.000000Z';

/** Somebody who appends one event to a new stream, and reads everything from the first event on. */
export interface Side {
  readonly name: 'client' | 'adapter';
  readonly append: (stream: string, event: NewEvent) => Promise<unknown>;
  /** Resolves when `events` have come. @returns how many came in order. */
  readonly catchUp: (events: number) => Promise<number>;
  close(): Promise<void>;
}

/** The client as anybody would use it who needs no ledger. */
export function openClient(url: string): Side {
  const client = EventStoreDBClient.connectionString(url);
  const append = async (stream: string, { type, data, salt, requestMac, ...rest }: NewEvent): Promise<void> => {
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    const metadata = { sijill: '1', recorded: RECORDED, ...rest, salt: base64(salt), request_mac: base64(requestMac) };
    const event = binaryEvent({ id: randomUUID(), type, data, metadata });
    await client.appendToStream(stream, event, { expectedRevision: NO_STREAM, requiresLeader: true });
  };
  const catchUp = (events: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const filter = eventTypeFilter({ regex: '^[^$].*', checkpointInterval: 64 });
      const subscription = client.subscribeToAll({ fromPosition: START, filter });
      let seen = 0;
      let inOrder = 0;
      let last = -1n;
      subscription.on('error', reject).on('data', ({ event }) => {
        const position = event?.position?.commit ?? -1n;
        if (position > last) inOrder++;
        last = position;
        if (++seen === events) subscription.unsubscribe().then(() => resolve(inOrder), reject);
      });
    });
  return { name: 'client', append, catchUp, close: () => client.dispose() };
}
