import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { fill, freshStream } from '../contract/fixtures.contract.js';
import { outageChecks } from '../contract/outage.contract.js';
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

  test.each(Object.entries(outageChecks))('%s', async (_rule, check) => {
    await check({
      store,
      metrics,
      async loseNextAnswer() {
        await fill(store, freshStream(), 1);
        await pause(20); // the hint behind it has its answer too
        proxy.loseNextAnswer();
      },
      async kill() {
        proxy.refuse();
      },
      async restore() {
        proxy.restore();
      },
      freeze: () => proxy.freeze(),
      thaw: () => proxy.thaw(),
      async cut() {
        proxy.cut();
      },
    });
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
