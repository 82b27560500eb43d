import { setTimeout as pause } from 'node:timers/promises';
import type { StoreMetric } from '../metrics.js';
import type { EventStore } from '../port.js';
import { consume, failing, fill, freshStream, placesOf, readAfter, samples } from './fixtures.contract.js';
import { deliversEverythingOnce } from './subscription.contract.js';

/** A store with its server, or with the wire between them. */
export interface Outage {
  readonly store: EventStore;
  /** What the store has told of itself. */
  readonly metrics: readonly StoreMetric[];
  /** The next append is written, and its answer is lost. */
  loseNextAnswer(): Promise<void>;
  /** Every connection breaks, and none is taken. */
  kill(): Promise<void>;
  restore(): Promise<void>;
  /** Nothing is answered; connections stay open. */
  freeze(): void;
  thaw(): void;
  /** Connections break; new ones are taken. */
  cut(): Promise<void>;
}

type OutageCheck = (outage: Outage) => Promise<void>;

/** An append ends within this, whatever happens to the store. */
const APPEND_MS_MAX = 15_000;

async function findsItsAppendByTheSalt({ store, metrics, loseNextAnswer }: Outage): Promise<void> {
  for (const count of [1, 3]) {
    const stream = freshStream();
    await loseNextAnswer();
    const first = await fill(store, stream, count);
    const stored = await store.readWhole(stream);
    expect(stored).toHaveLength(count);
    const { revision, position, recorded } = stored[count - 1];
    expect(first).toEqual({ revision, position, recorded });
  }
  expect(metrics).toContainEqual({ name: 'outcome_unknown', appends: 1 });
}

async function repeatsAnAppendWhoseAnswerWasLost({ store, loseNextAnswer }: Outage): Promise<void> {
  const stream = freshStream();
  const events = samples(2);
  await loseNextAnswer();
  const first = await store.append(stream, 'empty', events);
  expect(await store.append(stream, 'empty', events)).toEqual(first);
  expect(await store.readWhole(stream)).toHaveLength(2);
}

async function leavesAStreamToWhoTookIt({ store, loseNextAnswer }: Outage): Promise<void> {
  const stream = freshStream();
  await fill(store, stream, 1);
  await loseNextAnswer();
  await expect(fill(store, stream, 1)).rejects.toEqual(failing('stream.conflict', { actual: '0' }));
  expect(await store.readWhole(stream)).toHaveLength(1);
  await fill(store, freshStream(), 1); // whatever was still to be lost
}

async function worksAgainAfterAKill({ store, kill, restore }: Outage): Promise<void> {
  const stream = freshStream();
  await kill();
  await pause(50);
  await expect(fill(store, stream, 1)).rejects.toEqual(failing('store.unavailable'));
  await expect(store.head()).rejects.toEqual(failing('store.unavailable'));
  await restore();
  expect(await fill(store, stream, 1)).toMatchObject({ revision: 0n });
  expect(await store.readWhole(stream)).toHaveLength(1);
}

async function subscribesThroughAnOutage({ store, kill, restore }: Outage): Promise<void> {
  const after = await store.head();
  const seen = consume(store, { after }, (events) => events.length === 2);
  await fill(store, freshStream(), 1);
  await kill();
  await pause(300);
  await restore();
  await fill(store, freshStream(), 1);
  expect(placesOf(await seen)).toEqual(placesOf(await readAfter(store, after)));
}

async function keepsPositionsOverAKill({ store, kill, restore }: Outage): Promise<void> {
  const before = await store.head();
  await fill(store, freshStream(), 3);
  const places = async () => (await readAfter(store, before)).map(({ position, recorded }) => [position, recorded]);
  const held = await places();
  await kill();
  await restore();
  await fill(store, freshStream(), 1);
  expect((await places()).slice(0, 3)).toEqual(held);
}

async function saysUnknownWhileFrozen({ store, freeze, thaw }: Outage): Promise<void> {
  const stream = freshStream();
  const events = samples(2);
  await fill(store, freshStream(), 1);
  freeze();
  const started = performance.now();
  await expect(store.append(stream, 'empty', events)).rejects.toEqual(failing('store.outcomeUnknown'));
  expect(performance.now() - started).toBeLessThan(APPEND_MS_MAX);
  thaw();
  expect(await store.append(stream, 'empty', events)).toMatchObject({ revision: 1n });
  expect(await store.readWhole(stream)).toHaveLength(2);
}

async function tellsOfALostConnection({ store, kill, restore }: Outage): Promise<void> {
  await fill(store, freshStream(), 1);
  const before = store.interruptions;
  await kill();
  await restore();
  for (let waited = 0; store.interruptions === before && waited < 5_000; waited += 20) await pause(20);
  expect(store.interruptions).toBeGreaterThan(before);
}

async function deliversOnceThroughCuts({ store, metrics, cut }: Outage): Promise<void> {
  const reconnects = () => metrics.filter(({ name }) => name === 'reconnect').length;
  const before = reconnects();
  await deliversEverythingOnce(store, async () => {
    for (let nth = 0; nth < 5; nth++) {
      await pause(300);
      await cut();
    }
  });
  expect(reconnects()).toBeGreaterThan(before);
}

/** Rules of the port that only show when a store loses its server for a while. */
export const outageChecks = {
  'an append whose answer is lost is found by its salt and stored once': findsItsAppendByTheSalt,
  'an append whose answer was lost is the same append when it is sent again': repeatsAnAppendWhoseAnswerWasLost,
  'an append whose stream was taken by another while its answer was lost is a conflict': leavesAStreamToWhoTookIt,
  'a killed store is unavailable, and works again after its restart without a new client': worksAgainAfterAKill,
  'a connection that was lost while nobody appended is told': tellsOfALostConnection,
  'a subscription outlives an outage': subscribesThroughAnOutage,
  'positions and recording times outlive an outage': keepsPositionsOverAKill,
  'a subscription loses and repeats nothing while its connections break every 300 ms': deliversOnceThroughCuts,
  'a frozen store ends an append within 15 s as unknown, and after the thaw stores it once': saysUnknownWhileFrozen,
} as const satisfies Record<string, OutageCheck>;
