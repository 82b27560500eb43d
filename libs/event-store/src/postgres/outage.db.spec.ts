import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { consume, fill, freshStream, placesOf, readAfter, samples } from '../contract/fixtures.contract.js';
import type { StoreMetric } from '../metrics.js';
import { PostgresEventStore } from './postgres-event-store.js';

describe('A PostgreSQL journal behind a bad wire', () => {
  const metrics: StoreMetric[] = [];
  let database: TestDatabase;
  let proxy: TcpProxy;
  let store: PostgresEventStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await TcpProxy.before(database.url('sijill_api'));
    store = await PostgresEventStore.open({
      connectionString: proxy.url,
      durability: 'none',
      onMetric: (metric) => metrics.push(metric),
    });
  });

  afterAll(async () => {
    proxy.thaw();
    await store.close();
    await proxy.close();
    await database.drop();
  });

  const unavailable = expect.objectContaining({ code: 'store.unavailable' });

  test('an append whose answer is lost after the commit is found by its salt and stored once', async () => {
    for (const count of [1, 3]) {
      const stream = freshStream();
      await fill(store, freshStream(), 1);
      await pause(20); // the hint behind it has its answer too
      proxy.loseNextAnswer();
      expect(await fill(store, stream, count)).toMatchObject({ revision: BigInt(count) - 1n });
      expect(await store.readWhole(stream)).toHaveLength(count);
    }
    expect(metrics).toContainEqual({ name: 'outcome_unknown', appends: 1 });
  });

  test('an append whose stream was taken by another while its answer was lost is a conflict', async () => {
    const stream = freshStream();
    await fill(store, stream, 1);
    await pause(20);
    proxy.loseNextAnswer();
    await expect(fill(store, stream, 1)).rejects.toMatchObject({ code: 'stream.conflict', params: { actual: '0' } });
    expect(await store.readWhole(stream)).toHaveLength(1);
  });

  test('a killed store is unavailable, and works again after its restart without a new client', async () => {
    const stream = freshStream();
    proxy.refuse();
    await pause(50);
    await expect(fill(store, stream, 1)).rejects.toEqual(unavailable);
    await expect(store.head()).rejects.toEqual(unavailable);
    proxy.restore();
    expect(await fill(store, stream, 1)).toMatchObject({ revision: 0n });
    expect(await store.readWhole(stream)).toHaveLength(1);
  });

  test('a subscription outlives an outage', async () => {
    const after = await store.head();
    const seen = consume(store, { after }, (events) => events.length === 2);
    await fill(store, freshStream(), 1);
    proxy.refuse();
    await pause(300);
    proxy.restore();
    await fill(store, freshStream(), 1);
    expect(placesOf(await seen)).toEqual(placesOf(await readAfter(store, after)));
  });

  test('a frozen store ends an append within 15 s as unknown, and after the thaw stores it once', async () => {
    const stream = freshStream();
    const events = samples(2);
    await fill(store, freshStream(), 1);
    proxy.freeze();
    const started = performance.now();
    await expect(store.append(stream, 'empty', events)).rejects.toMatchObject({ code: 'store.outcomeUnknown' });
    expect(performance.now() - started).toBeLessThan(15_000);
    proxy.thaw();
    const settled = await store.append(stream, 'empty', events);
    expect(settled).toMatchObject({ revision: 1n });
    expect(await store.readWhole(stream)).toHaveLength(2);
  });

  test('a head row that somebody holds makes appends unavailable, surely not written', async () => {
    const hold = new pg.Client({ connectionString: database.adminUrl });
    await hold.connect();
    await hold.query('begin');
    await hold.query('select from journal.head for update');
    const stream = freshStream();
    const appends = await Promise.allSettled([fill(store, stream, 1), fill(store, freshStream(), 2)]);
    for (const append of appends) expect(append).toMatchObject({ reason: { code: 'store.unavailable' } });
    await hold.query('rollback');
    await hold.end();
    expect(await store.readWhole(stream)).toEqual([]);
    expect(await fill(store, stream, 1)).toMatchObject({ revision: 0n });
  });
});
