import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { fill, freshStream, samples } from '../contract/fixtures.contract.js';
import { MemoryEventStore } from '../memory/memory-event-store.js';
import type { StoredEvent } from '../port.js';
import { journalState } from './journal-state.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { PostgresImport } from './postgres-import.js';

/** Long ago, so that a clock of today shows where it is used in place of what was given. */
const THEN = 1_500_000_000_000_000n;

describe('A journal that takes another one over', () => {
  let database: TestDatabase;
  let events: readonly StoredEvent[];
  beforeAll(async () => {
    const source = new MemoryEventStore(() => THEN, 'sparse');
    const streams = [freshStream(), freshStream()];
    await fill(source, streams[0] as string, 3);
    await fill(source, streams[1] as string, 2);
    await source.append(streams[0] as string, 2n, samples(1));
    events = (await source.readAll({ max: 100 })).events;
  });
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const opened = () => PostgresImport.open(database.adminUrl, 'none');
  const store = () => PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none' });
  const read = async (): Promise<readonly StoredEvent[]> => {
    const journal = await store();
    const { events: found } = await journal.readAll({ max: 100 });
    await journal.close();
    return found;
  };
  const members = ['type', 'source', 'id', 'time', 'actor', 'correlation', 'causation', 'stream', 'revision'] as const;
  const told = (event: StoredEvent) => [
    ...members.map((member) => event[member]),
    event.recorded,
    ...[event.data, event.salt, event.requestMac].map((bytes) => Buffer.from(bytes).toString('hex')),
  ];

  test('has the same events, to the salt and the microsecond, at positions of its own', async () => {
    const into = await opened();
    await into.take(events.slice(0, 4), 0n);
    await into.take(events.slice(4), 4n);
    await into.close();
    const found = await read();
    expect(found.map(told)).toEqual(events.map(told));
    expect(found.map(({ position }) => position)).toEqual(events.map((_, nth) => BigInt(nth)));
  });

  test('goes on by itself afterwards, in its streams and behind their times', async () => {
    const into = await opened();
    await into.take(events, 0n);
    await into.close();
    const journal = await store();
    const { stream, revision } = events.at(-1) as StoredEvent;
    expect(await journal.append(stream, revision, samples(1))).toMatchObject({ position: 6n, revision: revision + 1n });
    await expect(journal.append(stream, 0n, samples(1))).rejects.toMatchObject({ code: 'stream.conflict' });
    await journal.close();
  });

  test.each([
    ['behind another number of events than it holds', 1, 0n],
    ['ahead of the events between', 2, 2n],
    ['a second time', 0, 0n],
  ])('writes nothing %s', async (_, from, held) => {
    const into = await opened();
    await into.take(events.slice(0, 1), 0n);
    await expect(into.take(events.slice(from), held)).rejects.toMatchObject({ code: 'store.corrupt' });
    await into.close();
    expect(await read()).toHaveLength(1);
  });

  test('writes nothing of streams that leave a revision out', async () => {
    const into = await opened();
    await expect(into.take(events.slice(1), 0n)).rejects.toMatchObject({ code: 'store.corrupt' });
    await into.close();
    expect(await read()).toEqual([]);
  });

  test('fills as many partitions as it takes', async () => {
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(`alter table journal.event detach partition journal.event_from_0;
      alter table journal.event attach partition journal.event_from_0 for values from (0) to (2);
      update journal.head set partition_events = 2, partitioned_to = 2`);
    await admin.end();
    const into = await opened();
    await into.take(events, 0n);
    await into.close();
    expect(await read()).toHaveLength(events.length);
    expect((await journalState(database.url('sijill_api'))).partitions.length).toBeGreaterThan(2);
  });

  test.each(['sijill_api', 'sijill_worker'] as const)('is not opened to %s', async (role) => {
    await expect(PostgresImport.open(database.url(role), 'none')).rejects.toMatchObject({ code: 'store.denied' });
    const client = new pg.Client({ connectionString: database.url(role) });
    await client.connect();
    const call = `select journal.import(0, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`;
    await expect(client.query(call)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  test('is opened to the role of the migrations', async () => {
    const into = await PostgresImport.open(database.url('sijill_migrator'), 'none');
    await into.take(events, 0n);
    await into.close();
    expect(await read()).toHaveLength(events.length);
  });
});
