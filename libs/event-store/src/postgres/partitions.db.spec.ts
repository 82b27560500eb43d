import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { fill, freshStream, placesOf, readAfter, write } from '../contract/fixtures.contract.js';
import { journalState } from './journal-state.js';
import { PostgresEventStore } from './postgres-event-store.js';

const SIZE = 1_000;
// An empty journal as if it had been made with small partitions.
const MAKE_SMALL = `
  alter table journal.event detach partition journal.event_from_0;
  alter table journal.event attach partition journal.event_from_0 for values from (0) to (${SIZE});
  update journal.head set partition_events = ${SIZE}, partitioned_to = ${SIZE}`;

describe('A journal in partitions of 1,000 events', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  let store: PostgresEventStore;
  let other: PostgresEventStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(MAKE_SMALL);
    const open = () => PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none' });
    [store, other] = await Promise.all([open(), open()]);
  });

  afterAll(async () => {
    await Promise.all([store.close(), other.close(), admin.end()]);
    await database.drop();
  });

  const state = () => journalState(database.url('sijill_api'));
  const head = async () => Number((await store.head()) ?? -1n);
  const fillTo = async (position: number) => {
    for (let left = position - (await head()); left > 0; left -= 100) {
      await fill(store, freshStream(), Math.min(left, 100));
    }
  };

  test('takes every append while its next partitions are made, and its readers see one journal', async () => {
    const early = freshStream();
    await fill(store, early, 1);
    await Promise.all([write(store, 16, 60), write(other, 16, 60)]);
    const events = await readAfter(store, undefined, 300);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => BigInt(index)));
    expect(events.length).toBeGreaterThan(3 * SIZE);
    const { partitions, isNextPartitionReady } = await state();
    const room = events.length % SIZE >= SIZE / 2 ? 2 : 1;
    expect(partitions).toHaveLength(Math.floor(events.length / SIZE) + room);
    expect(partitions.slice(0, 3).map(({ isFull, events: held }) => [isFull, held])).toEqual(
      Array(3).fill([true, BigInt(SIZE)]),
    );
    expect(partitions.map(({ isSetToFreeze }) => isSetToFreeze)).not.toContain(false);
    expect(isNextPartitionReady).toBe(true);
  });

  test('finds a stream again in whichever partition it was left', async () => {
    const stream = freshStream();
    await fill(store, stream, 2);
    await fillTo((await head()) + 3 * SIZE);
    await expect(fill(store, stream, 1)).rejects.toMatchObject({ code: 'stream.conflict', params: { actual: '1' } });
    await expect(fill(store, stream, 2)).rejects.toMatchObject({ code: 'stream.conflict', params: { actual: '1' } });
    await fill(other, stream, 1, 1n);
    await fill(other, stream, 2, 2n);
    expect(placesOf(await store.readWhole(stream))).toEqual([0, 1, 2, 3, 4].map((revision) => `${stream}@${revision}`));
    expect(placesOf(await store.readStream(stream, { max: 2, backwards: true }))).toEqual(
      [4, 3].map((revision) => `${stream}@${revision}`),
    );
  });

  test('is appended to while somebody keeps the next partition from being made, and makes it afterwards', async () => {
    await fillTo((Math.floor((await head()) / SIZE) + 1) * SIZE + 10); // a fresh one, less than half full
    const before = (await state()).partitions.length;
    const analyst = new pg.Client({ connectionString: database.adminUrl });
    await analyst.connect();
    await analyst.query('begin; lock table journal.event in share update exclusive mode');
    await fillTo((await head()) + SIZE - 100);
    expect(await state()).toMatchObject({ isNextPartitionReady: false, partitions: { length: before } });
    const last = fillTo((await head()) + 300); // past the end: waits for the analyst, as long as an append may
    await pause(300);
    await analyst.query('rollback');
    await analyst.end();
    await last;
    expect(await state()).toMatchObject({ partitions: { length: before + 1 } });
  });

  test('an append larger than what is left goes over the border in one piece', async () => {
    await fillTo((Math.floor((await head()) / SIZE) + 1) * SIZE - 11);
    const { position } = await fill(store, freshStream(), 100);
    expect(Number(position) % SIZE).toBe(89);
  });

  test('refuses behind a border what the partition before it holds', async () => {
    await fillTo((Math.floor((await head()) / SIZE) + 1) * SIZE - 11);
    const [stream, neighbour] = [freshStream(), freshStream()];
    await fill(store, stream, 1);
    // Added in one turn, they are one group: the neighbour fills the partition, and the repeat falls into the next one.
    const [stored, repeat] = await Promise.allSettled([fill(store, neighbour, 20), fill(store, stream, 1)]);
    expect(stored).toMatchObject({ status: 'fulfilled' });
    expect(repeat).toMatchObject({ status: 'rejected', reason: { code: 'stream.conflict', params: { actual: '0' } } });
    const later = await fill(store, stream, 1, 0n);
    expect(Number(later.position) % SIZE).toBe(11);
  });

  test('reads a page from the partitions it touches only', async () => {
    const { rows } = await admin.query(
      `explain select * from journal.event s where s.position > ${SIZE + 10} order by s.position limit 100`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/event_from_0\b/);
    expect(plan).not.toMatch(/Sort|Seq Scan|Merge Append/);
  });

  test('hides its partitions from those who may read it, and guards each of them', async () => {
    const { rows } = await admin.query(
      `select c.relname from pg_class c where c.relnamespace = 'journal'::regnamespace and c.relname like 'event\\_from\\_%'
          and c.relkind = 'r' and (has_table_privilege('sijill_api', c.oid, 'select, insert, update, delete, truncate')
           or (select count(*) from pg_trigger t where t.tgrelid = c.oid) <> 3)`,
    );
    expect(rows).toEqual([]);
    await admin.query('set role sijill_owner');
    for (const change of [`update journal.event_from_${SIZE} set actor = 'x'`, `truncate journal.event_from_${SIZE}`]) {
      await expect(admin.query(change)).rejects.toThrow('the journal is append-only');
    }
    await admin.query('reset role');
  });
});

describe('A journal that was analyzed when it had a page', () => {
  test('is never read as a whole, by appends or for them', async () => {
    const database = await createTestDatabase();
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const open = () => PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none' });
    const scans = async (): Promise<Scans> => {
      const { rows } = await admin.query<{ whole: string; index: string }>(
        `select seq_scan as whole, idx_scan as index from pg_stat_user_tables where relname = 'event_from_0'`,
      );
      return { whole: Number(rows[0]?.whole), index: Number(rows[0]?.index) };
    };
    try {
      let store = await open();
      const stream = freshStream();
      await fill(store, stream, 5);
      await store.close();
      await admin.query('analyze journal.event_from_0');
      const before = await scans();
      store = await open();
      for (let revision = 4n; revision < 14n; revision++) await fill(store, stream, 1, revision); // alone
      await Promise.all([fill(store, stream, 1, 14n), fill(store, freshStream(), 1)]); // as a group
      await Promise.allSettled([fill(store, stream, 1, 0n), fill(store, freshStream(), 1)]); // with one that is refused
      await store.close(); // its sessions tell the statistics when they end
      const after = await untilTold(scans, before);
      expect(after.whole).toBe(before.whole);
    } finally {
      await admin.end();
      await database.drop();
    }
  });
});

interface Scans {
  readonly whole: number;
  readonly index: number;
}

const untilTold = async (look: () => Promise<Scans>, before: Scans): Promise<Scans> => {
  for (;;) {
    const seen = await look();
    if (seen.index + seen.whole > before.index + before.whole) return seen;
    await pause(50);
  }
};
