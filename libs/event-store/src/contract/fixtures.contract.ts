import { createHash } from 'node:crypto';
import type { Appended, EventStore, Expected, NewEvent, Position, StoredEvent, SubscriptionBatch } from '../port.js';

/** One rule of the port. Rejects when `store` breaks it, so that a test can show that a broken store is found out. */
export type Check = (store: EventStore) => Promise<void>;

let made = 0;
/** A server that outlives the tests holds the streams of earlier runs. */
const RUN = process.env.TEST_ESDB_URL ? `${Date.now()}-` : '';

/** A stream nobody has used. */
export const freshStream = (category = 'sample'): string => `${category}-${RUN}${++made}`;

/** 32 bytes, different at each call and the same in each run. */
export const fresh32 = (): Uint8Array => new Uint8Array(createHash('sha256').update(`bytes ${++made}`).digest());

export function sample(members: Partial<NewEvent> = {}): NewEvent {
  return {
    type: 'gov.sijill.sample.made.v1',
    source: 'urn:sijill:dm:counter',
    id: `id-${++made}`,
    time: '2026-02-03T04:05:06.123456+04:00',
    actor: 'client-1',
    data: Buffer.from('{"sheets":1}'),
    salt: fresh32(),
    requestMac: fresh32(),
    ...members,
  };
}

export const samples = (count: number, members: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => sample(members));

/** Appends `count` events to a stream at `expected`, one append. */
export const fill = (
  store: EventStore,
  stream: string,
  count: number,
  expected: Expected = 'empty',
): Promise<Appended> => store.append(stream, expected, samples(count));

/** Everything after `after`, page by page. */
export async function readAfter(store: EventStore, after: Position | undefined, max = 1_000): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let cursor = after; ; ) {
    const { events, next, atHead } = await store.readAll({ after: cursor, max });
    found.push(...events);
    if (atHead) return found;
    cursor = next;
  }
}

/** Consumes until `isEnough` says so or `seconds` have passed, then aborts. */
export async function consume(
  store: EventStore,
  options: { after?: Position; batch?: number; seconds?: number },
  isEnough: (seen: readonly StoredEvent[], batch: SubscriptionBatch) => boolean,
): Promise<StoredEvent[]> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), (options.seconds ?? 20) * 1_000);
  const seen: StoredEvent[] = [];
  try {
    const { after, batch } = options;
    for await (const page of store.subscribe({ after, batch, signal: abort.signal })) {
      seen.push(...page.events);
      if (isEnough(seen, page)) abort.abort();
    }
  } finally {
    clearTimeout(timer);
  }
  return seen;
}

/**
 * `writers` at once, each `appends` appends of 1 to 4 events to streams of its own. Returns how many events that
 * makes.
 */
export async function write(store: EventStore, writers: number, appends: number): Promise<number> {
  const one = async () => {
    const stream = freshStream();
    let revision: Expected = 'empty';
    let events = 0;
    for (let nth = 0; nth < appends; nth++) {
      const count = 1 + (nth % 4);
      revision = (await store.append(stream, revision, samples(count))).revision;
      events += count;
    }
    return events;
  };
  const counts = await Promise.all(Array.from({ length: writers }, one));
  return counts.reduce((sum, count) => sum + count, 0);
}

export const failing = (code: string, params?: Record<string, string>) =>
  expect.objectContaining({ code, ...(params && { params: expect.objectContaining(params) }) });

export const placesOf = (events: readonly StoredEvent[]) =>
  events.map(({ stream, revision }) => `${stream}@${revision}`);

/** What was handed to the store, bytes as text. By name: members of a stored event need not be its own. */
export const plain = ({ type, source, id, time, actor, correlation, causation, data, salt, requestMac }: NewEvent) => ({
  ...{ type, source, id, time, actor, correlation, causation },
  data: Buffer.from(data).toString('hex'),
  salt: Buffer.from(salt).toString('hex'),
  requestMac: Buffer.from(requestMac).toString('hex'),
});
