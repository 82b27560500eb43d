import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import {
  consume,
  fill,
  freshStream,
  placesOf,
  plain,
  readAfter,
  sample,
  samples,
  write,
} from '../contract/fixtures.contract.js';
import { deliversEverythingOnce } from '../contract/subscription.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { MemoryEventStore } from '../memory/memory-event-store.js';
import type { StoreMetric } from '../metrics.js';
import type { NewEvent, StoredEvent } from '../port.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { READ_TYPES } from './sql.js';

const databases: TestDatabase[] = [];
const open = async (onMetric?: (metric: StoreMetric) => void) => {
  const database = await createTestDatabase();
  databases.push(database);
  return PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none', onMetric });
};

afterAll(async () => {
  for (const database of databases) await database.drop();
});

eventStoreContract('PostgreSQL', () => open());

describe('The PostgreSQL journal', () => {
  const metrics: StoreMetric[] = [];
  let store: PostgresEventStore;
  let database: TestDatabase;
  let admin: pg.Client;

  beforeAll(async () => {
    store = await open((metric) => metrics.push(metric));
    database = databases[databases.length - 1];
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
  });

  afterAll(async () => {
    await admin.end();
    await store.close();
  });

  const another = () => PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none' });

  test('numbers positions without a gap, whatever is refused, and keeps them over a restart', async () => {
    const other = await another();
    const racing = freshStream();
    const racers = Array.from({ length: 40 }, (_, nth) => fill(nth % 2 ? store : other, racing, 2));
    await Promise.all([write(store, 8, 12), write(other, 8, 12), Promise.allSettled(racers)]);
    const before = await readAfter(store, undefined);
    expect(before.map(({ position }) => position)).toEqual(before.map((_, index) => BigInt(index)));
    await other.close();
    const restarted = await another();
    expect(placesOf(await readAfter(restarted, undefined))).toEqual(placesOf(before));
    const { position } = await fill(restarted, freshStream(), 1);
    expect(position).toBe(BigInt(before.length));
    await restarted.close();
  });

  test('stores appends that are made at once in groups, and refuses one without its neighbours', async () => {
    metrics.length = 0;
    const taken = freshStream();
    await fill(store, taken, 1);
    const appends = Array.from({ length: 300 }, (_, nth) => fill(store, nth === 150 ? taken : freshStream(), 1));
    const results = await Promise.allSettled(appends);
    expect(results.flatMap(({ status }, nth) => (status === 'rejected' ? [nth] : []))).toEqual([150]);
    const groups = metrics.filter((metric) => metric.name === 'append_group');
    expect(groups.length).toBeLessThan(10);
    expect(Math.max(...groups.map(({ appends: count }) => count))).toBe(150); // two connections, a half each
  });

  test('an append that the server cannot take does not sink its neighbours', async () => {
    await admin.query(`alter table journal.event add constraint event_no_poison check (id <> 'poison')`);
    const appends = ['a', 'poison', 'b'].map((id) => store.append(freshStream(), 'empty', [sample({ id }), sample()]));
    const results = await Promise.allSettled(appends);
    await admin.query('alter table journal.event drop constraint event_no_poison');
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'store.corrupt' } });
  });

  test('a type that is not there costs a look into the index, not a walk through the journal', async () => {
    await admin.query('analyze journal.event');
    await admin.query('set plan_cache_mode = force_generic_plan');
    await admin.query(`prepare page as ${READ_TYPES}`);
    const { rows } = await admin.query(`explain execute page (0, 100, '{none}')`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (Only )?Scan using event_from_0_type/);
    expect(plan).not.toMatch(/Seq Scan on event/);
  });

  test('keeps the order of appends to one stream that are made at once', async () => {
    const stream = freshStream();
    const appends = Array.from({ length: 20 }, (_, nth) =>
      fill(store, stream, 1, nth === 0 ? 'empty' : BigInt(nth - 1)),
    );
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(appends.map((_, nth) => BigInt(nth)));
  });

  test('refuses more than its queue holds, and stores exactly what it accepted', async () => {
    const before = await store.head();
    const appends = Array.from({ length: 60 }, () => store.append(freshStream(), 'empty', samples(100)));
    const results = await Promise.allSettled(appends);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(20); // 40 appends of 100 events are 4,000; one more would pass 4,096
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'store.overloaded' });
    expect(await readAfter(store, before)).toHaveLength(4_000);
    await fill(store, freshStream(), 1);
  });

  test('a page ends with the event that takes it to 4 MiB, and misses nothing', async () => {
    const before = await store.head();
    for (let nth = 0; nth < 20; nth++) {
      await store.append(freshStream('big'), 'empty', [sample({ type: 'big', data: new Uint8Array(500_000) })]);
    }
    for (const filter of [undefined, { types: ['big'] }, { categories: ['big'] }]) {
      const sizes: number[] = [];
      for (let cursor = before, isAtHead = false; !isAtHead; ) {
        const page = await store.readAll({ after: cursor, max: 1_000, filter });
        sizes.push(page.events.length);
        [cursor, isAtHead] = [page.next, page.atHead];
      }
      expect(sizes).toEqual([9, 9, 2]);
    }
  });

  test('a page ends there too where the pages before it were small', async () => {
    const before = await store.head();
    await store.append(freshStream(), 'empty', samples(10));
    for (let nth = 0; nth < 10; nth++) {
      await store.append(freshStream('big'), 'empty', [sample({ data: new Uint8Array(500_000) })]);
    }
    const small = await store.readAll({ after: before, max: 10 });
    const big = await store.readAll({ after: small.next, max: 100 });
    expect([small.events.length, big.events.length, big.atHead]).toEqual([10, 9, false]);
    expect((await store.readAll({ after: big.next, max: 100 })).events).toHaveLength(1);
  });

  test('a page that ends for its size leaves what follows to the next one, withheld or not', async () => {
    const before = await store.head();
    const streams = Array.from({ length: 12 }, () => freshStream('big'));
    for (const stream of streams) await store.append(stream, 'empty', [sample({ data: new Uint8Array(500_000) })]);
    await admin.query('update journal.event set data = null, salt = null where stream = any ($1)', [
      [streams[2], streams[11]],
    ]);
    const pages: number[] = [];
    for (let cursor = before, isAtHead = false; !isAtHead; ) {
      const page = await store.readAll({ after: cursor, max: 1_000 });
      pages.push(page.events.length);
      [cursor, isAtHead] = [page.next, page.atHead];
    }
    expect(pages).toEqual([10, 2]);
  });

  test('pages keep their bytes, however many are read after them', async () => {
    const before = await store.head();
    const sent: NewEvent[] = [];
    for (let nth = 0; nth < 30; nth++) {
      const events = samples(100).map((event) => ({ ...event, data: randomBytes(1_000) }));
      sent.push(...events);
      await store.append(freshStream(), 'empty', events);
    }
    const pages: StoredEvent[][] = [];
    for (let cursor = before, isAtHead = false; !isAtHead; ) {
      const page = await store.readAll({ after: cursor, max: 700 });
      pages.push([...page.events]);
      [cursor, isAtHead] = [page.next, page.atHead];
    }
    const hex = ({ data, salt, requestMac }: NewEvent) =>
      [data, salt, requestMac].map((bytes) => Buffer.from(bytes).toString('hex'));
    expect(pages.flat().map(hex)).toEqual(sent.map(hex));
  });

  test('a subscription loses and repeats nothing while its connections are killed every 300 ms', async () => {
    metrics.length = 0;
    await deliversEverythingOnce(store, async () => {
      for (let nth = 0; nth < 5; nth++) {
        await pause(300);
        await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name in ('sijill listen', 'sijill read')`,
        );
        await fill(store, freshStream(), 3);
      }
    });
    expect(metrics.filter((metric) => metric.name === 'reconnect').length).toBeGreaterThan(0);
  });

  test('appends go on, once each, while their connections are killed', async () => {
    const before = await store.head();
    let isDone = false;
    const groups = () => metrics.filter(({ name }) => name === 'append_group').length;
    const killing = (async () => {
      for (let stored = groups(); !isDone; ) {
        await pause(50);
        if (groups() === stored) continue; // something gets through between two kills, however slow the machine
        stored = groups();
        await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'sijill append'`,
        );
      }
    })();
    const written = await write(store, 8, 40).finally(() => {
      isDone = true;
      return killing;
    });
    expect(await readAfter(store, before)).toHaveLength(written);
  });

  test('a thousand aborted reads and subscriptions leave no connection behind', async () => {
    for (let nth = 0; nth < 500; nth++) {
      const abort = new AbortController();
      const batches = store.subscribe({ signal: abort.signal, batch: 1 })[Symbol.asyncIterator]();
      const first = batches.next();
      abort.abort();
      await first;
    }
    await Promise.all(Array.from({ length: 500 }, () => store.readAll({ max: 1 })));
    const { rows } = await admin.query(
      `select count(*)::int as open from pg_stat_activity
        where datname = current_database() and application_name like 'sijill%'`,
    );
    expect(rows[0].open).toBeLessThanOrEqual(2 + 4 + 1); // append, read, listen
  });

  test('an event whose notification is lost arrives all the same', async () => {
    const seen = consume(store, { after: await store.head() }, (events) => events.length === 1);
    await pause(50);
    // Appended by somebody whose transaction does not notify: the function's twin by hand.
    await admin.query(`with head as (
        update journal.head set next_position = next_position + 1 returning next_position - 1 as p)
      insert into journal.event (position, stream, revision, recorded, source, id, type, time, actor,
                                 salt, request_mac, data)
      select p, 'silent-1', 0, 0, 's', 'i', 't', 'x', 'a', sha256('1'), sha256('2'), '' from head`);
    expect(placesOf(await seen)).toEqual(['silent-1@0']);
  });

  test('withheld events keep their place and say that they are withheld', async () => {
    const stream = freshStream();
    await fill(store, stream, 1);
    await admin.query('update journal.event set data = null, salt = null where stream = $1', [stream]);
    const [event] = await store.readWhole(stream);
    expect(event).toMatchObject({ isWithheld: true, revision: 0n });
    expect([event.data.length, event.salt.length, event.requestMac.length]).toEqual([0, 0, 32]);
  });

  test('gives what the memory store gives for the same history', async () => {
    const twins = [await open(), new MemoryEventStore()];
    const stream = freshStream();
    const history = samples(5);
    const told: unknown[] = [];
    for (const twin of twins) {
      await twin.append(stream, 'empty', history.slice(0, 2));
      await twin.append(stream, 1n, history.slice(2));
      told.push((await readAfter(twin, undefined)).map(withoutClock));
      await twin.close();
    }
    expect(told[0]).toEqual(told[1]);
  });

  // Last of all: the journal is broken afterwards.
  test('a hole in the journal stops its readers', async () => {
    await fill(store, freshStream(), 6);
    const head = (await store.head()) as bigint;
    await admin.query('alter table journal.event disable trigger event_is_never_deleted');
    await admin.query('delete from journal.event where position = $1', [String(head - 2n)]);
    const corrupt = expect.objectContaining({ code: 'store.corrupt', kind: 'corrupt' });
    await expect(store.readAll({ after: head - 5n, max: 100 })).rejects.toEqual(corrupt);
    await expect(store.readAll({ after: head - 5n, max: 3 })).rejects.toEqual(corrupt);
    await expect(consume(store, { after: head - 3n }, () => true)).rejects.toEqual(corrupt);
    await admin.query('alter table journal.event disable trigger all');
    await admin.query('delete from journal.event where position = $1', [String(head)]);
    await expect(store.readAll({ after: head - 1n, max: 100 })).rejects.toEqual(corrupt);
  });
});

const withoutClock = (event: StoredEvent) => {
  const { stream, revision, position, isWithheld } = event;
  return { ...plain(event), stream, revision, position, isWithheld };
};
