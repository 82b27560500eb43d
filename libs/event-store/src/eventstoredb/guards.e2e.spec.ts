import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '#kernel';
import { connect as connectBare } from '../../../../test/eventstoredb/bare-client.js';
import { StandIn, type StandInOptions } from '../../../../test/support/eventstoredb/stand-in.js';
import { until } from '../../../../test/support/processes.js';
import {
  consume,
  failing,
  fill,
  freshStream,
  readAfter,
  sample,
  samples,
  write,
} from '../contract/fixtures.contract.js';
import type { StoreMetric } from '../metrics.js';
import type { ReadPage } from '../port.js';
import { proposed } from './event-mapping.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

// One guard a test. What the client does without it stands in test/eventstoredb/client-defects.e2e.spec.ts.

let server: StandIn;
let store: EventStoreDbEventStore;
let metrics: StoreMetric[];

const open = (connectionString: string) =>
  EventStoreDbEventStore.open({ connectionString, onMetric: (metric) => void metrics.push(metric) });
const start = async (options?: StandInOptions) => {
  metrics = [];
  server = await StandIn.start(options);
  return server;
};
/** Calls that the server has open beside the one of appends and the one subscription. */
const openCalls = async () => (await server.openCalls()).filter((call) => !/^batchAppend/.test(call));

describe('The adapter of EventStoreDB', () => {
  beforeEach(async () => {
    await start();
    store = await open(server.url);
  });

  afterEach(async () => {
    server.thaw();
    await store.close();
    await server.stop();
  });

  test('gives back the call of everybody who leaves: after 1,000 aborted reads and subscriptions none is open', async () => {
    await write(store, 4, 40);
    const waiting = new AbortController();
    const batches = store.subscribe({ after: await store.head(), signal: waiting.signal })[Symbol.asyncIterator]();
    await batches.next();
    const listening = batches.next(); // from here on the tail is open
    for (let nth = 0; nth < 50; nth++) {
      const leaving = Array.from({ length: 10 }, async () => {
        const abort = new AbortController();
        const first = store.subscribe({ signal: abort.signal, batch: 1 })[Symbol.asyncIterator]().next();
        abort.abort();
        await first;
      });
      await Promise.all([...leaving, ...Array.from({ length: 10 }, () => store.readAll({ max: 1 }))]);
    }
    await until('the tail alone is open', async () => (await openCalls()).length === 1);
    waiting.abort();
    await listening;
    await store.close();
    await until('nothing is open', async () => (await server.openCalls()).length === 0);
  });

  test('ends what is read when it is closed: told whole or refused, and no connection is left', async () => {
    for (let nth = 0; nth < 20; nth++) await store.append(freshStream(), 'empty', samples(100));
    for (let round = 0; round < 5; round++) {
      const closing = await open(server.url);
      const reads = Array.from({ length: 60 }, () => closing.readAll({ max: 5_000 }).catch((error: unknown) => error));
      await pause(40 * round);
      await closing.close();
      for (const told of await Promise.all(reads)) {
        if (told instanceof Failure) expect(told).toEqual(failing('store.unavailable'));
        else expect((told as ReadPage).events).toHaveLength(2_000);
      }
    }
    await store.close();
    await until('no connection', async () => (await server.connections()) === 0);
  });

  test('reads 40 at once at most, and answers 400', async () => {
    const { position } = await fill(store, freshStream(), 3);
    let most = 0;
    let isDone = false;
    const watching = (async () => {
      while (!isDone) most = Math.max(most, (await openCalls()).length);
    })();
    const found = await Promise.all(Array.from({ length: 400 }, () => store.readAt(position)));
    isDone = true;
    await watching;
    expect(found.every((event) => event?.position === position)).toBe(true);
    expect(most).toBeLessThanOrEqual(40);
  });

  test('has a connection each for appends, reads and the tail', async () => {
    const abort = new AbortController();
    const batches = store.subscribe({ signal: abort.signal })[Symbol.asyncIterator]();
    await batches.next();
    const next = batches.next();
    await fill(store, freshStream(), 1);
    await next;
    await until('three connections', async () => (await server.connections()) === 3);
    abort.abort();
    await batches.next();
  });

  test('of two in one process, one may be closed while the other appends', async () => {
    for (let nth = 0; nth < 5; nth++) {
      const other = await open(server.url);
      await fill(other, freshStream(), 1);
      const appends = Array.from({ length: 200 }, () => fill(store, freshStream(), 1));
      await Promise.all([other.close(), ...appends]);
    }
    expect(metrics.filter(({ name }) => name === 'outcome_unknown')).toEqual([]);
  });

  test('ends a read of a frozen server, and reads again after the thaw', async () => {
    const { position } = await fill(store, freshStream(), 1);
    server.freeze();
    await expect(store.readAt(position)).rejects.toEqual(failing('store.unavailable'));
    server.thaw();
    expect(await store.readAt(position)).toMatchObject({ position });
  });

  test('refuses when 64 appends are under way and 4,096 events wait, and stores exactly what it accepted', async () => {
    server.freeze();
    const appends = Array.from({ length: 150 }, () => fill(store, freshStream(), 100));
    await pause(100);
    server.thaw();
    const results = await Promise.allSettled(appends);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(150 - 64 - 40); // 40 of 100 events wait; one more would pass 4,096
    for (const reason of refused) expect(reason).toEqual(failing('store.overloaded'));
    expect(await readAfter(store, undefined)).toHaveLength((64 + 40) * 100);
  });

  test('goes on through kills while it appends: what was acknowledged is there once, and nothing twice', async () => {
    let isDone = false;
    const killing = (async () => {
      while (!isDone) {
        await pause(700);
        await server.kill();
        await server.restart();
      }
    })();
    const outcomes: { stream: string; isAcknowledged: boolean }[] = [];
    const writer = async () => {
      for (let nth = 0; nth < 15; nth++) {
        const stream = freshStream();
        const [outcome] = await Promise.allSettled([fill(store, stream, 1)]);
        const isAcknowledged = outcome.status === 'fulfilled';
        outcomes.push({ stream, isAcknowledged });
        if (isAcknowledged) continue;
        expect(['store.unavailable', 'store.outcomeUnknown']).toContain(outcome.reason.code);
        await pause(50);
      }
    };
    await Promise.all(Array.from({ length: 30 }, writer)).finally(() => {
      isDone = true;
      return killing;
    });
    const stored = (await readAfter(store, undefined)).map(({ stream }) => stream);
    expect(new Set(stored).size).toBe(stored.length);
    const lost = outcomes.filter(({ stream, isAcknowledged }) => isAcknowledged && !stored.includes(stream));
    expect(lost).toEqual([]);
    expect(outcomes.filter(({ isAcknowledged }) => isAcknowledged).length).toBeGreaterThan(0);
  });

  test('never delivers what somebody else wrote, counts it once, and says so', async () => {
    await fill(store, freshStream(), 1);
    const foreign = [{ type: 'Order', data: '{}', contentType: 'application/json' }];
    await server.inject('order-1', foreign);
    await server.inject('order-2', [{ type: 'Order', metadata: '{"by":' }]);
    await server.inject('$stats-0', [{ type: '$statsCollected' }]);
    const { position } = await fill(store, freshStream(), 1);
    expect(await readAfter(store, undefined)).toHaveLength(2);
    expect(await readAfter(store, undefined)).toHaveLength(2);
    expect(await store.head()).toBe(position);
    expect(metrics.filter(({ name }) => name === 'foreign_events')).toHaveLength(2);
    await expect(store.readWhole('order-1')).rejects.toEqual(failing('store.corrupt'));
  });

  test('finds the head behind whatever the server writes for itself', async () => {
    const { position } = await fill(store, freshStream(), 1);
    for (let nth = 0; nth < 5; nth++) {
      await server.inject(
        '$stats-0',
        Array.from({ length: 30 }, () => ({ type: '$statsCollected' })),
      );
    }
    expect(await store.head()).toBe(position);
    expect(await store.readAll({ after: position, max: 2 })).toEqual({ events: [], next: position, atHead: true });
    const seen = consume(store, { after: position }, (events) => events.length === 1);
    const next = await fill(store, freshStream(), 1);
    expect((await seen)[0].position).toBe(next.position);
  });

  test('stops its readers at an event of ours that was not committed where it was prepared', async () => {
    const { type, metadata } = proposed(sample(), '2026-02-03T04:05:06.000000Z');
    await server.inject('sample-prepared', [{ type, metadata, contentType: 'application/octet-stream', prepare: 1 }]);
    await expect(store.readAll({ max: 10 })).rejects.toEqual(failing('store.corrupt'));
    await expect(consume(store, {}, () => true)).rejects.toEqual(failing('store.corrupt'));
  });

  test('stops the readers of a stream of which something was cut out', async () => {
    const stream = freshStream();
    await fill(store, stream, 3);
    const [, second] = await store.readWhole(stream);
    await server.remove(second.position);
    await expect(store.readWhole(stream)).rejects.toEqual(failing('store.corrupt'));
    await expect(store.readStream(stream, { max: 1, from: 1n })).rejects.toEqual(failing('store.corrupt'));
    expect(await store.readAt(second.position)).toBeUndefined();
  });

  test('says that a stream was deleted by somebody else', async () => {
    const bare = connectBare(server.url);
    const stream = freshStream();
    await fill(store, stream, 1);
    await bare.tombstoneStream(stream);
    await expect(fill(store, stream, 1, 0n)).rejects.toEqual(failing('stream.deleted'));
    await expect(store.readWhole(stream)).rejects.toEqual(failing('stream.deleted'));
    await bare.dispose();
  });

  test('appends on when the server has lost what it acknowledged', async () => {
    await fill(store, freshStream(), 5);
    for (let nth = 0; nth < 3; nth++) await fill(store, freshStream(), 4);
    await server.loseTail(2);
    const stream = freshStream();
    const { position } = await fill(store, stream, 1);
    expect(await store.readWhole(stream)).toMatchObject([{ position }]);
  });
});
