import pg from 'pg';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/processes.js';
import { project } from '../../../../test/support/projection.js';
import { movedParcel, type PostedFact, parcels, post, sentParcel } from '../../../../test/support/read-models.js';
import { dumpHash } from '../canonical-dump.js';
import type { ReadModel } from '../read-model.js';
import { advanceOf, lease } from './checkpoint.js';
import { cut, PARTITIONS, partitionOf } from './partitions.js';
import { ProjectionWatch } from './projection-status.js';
import { ProjectionTables } from './projection-tables.js';
import { Projector, type ProjectorSettings } from './projector.js';

const WAIT_MS = 20_000;
const LEASE_MS = 900;
const IDS = 60;
const model: ReadModel = { ...parcels, partitionable: 'stream' };
const knownTypes: ReadonlySet<string> = new Set(parcels.types);
const channels = ['app', 'web', 'counter'];

/** Sixty parcels, then moves of them. */
const history = (count: number): PostedFact[] =>
  Array.from({ length: count }, (_, at) =>
    at < IDS ? sentParcel(`p${at}`, 'app') : movedParcel(`p${(at * 7) % IDS}`, channels[at % 3] ?? 'app'),
  );

interface Held {
  readonly partition: number;
  readonly owner: string;
}

describe('A projection that is cut into partitions', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  let store: MemoryEventStore;
  let watch: ProjectionWatch;
  const running = new Set<Projector>();

  beforeEach(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    store = new MemoryEventStore();
    watch = new ProjectionWatch(database.url('sijill_api'), store);
  });
  afterEach(async () => {
    for (const projector of running) await projector.stop();
    running.clear();
    await watch.close();
    await admin.end();
    await database.drop();
  });

  const start = async (owner: string, settings: Partial<ProjectorSettings> = {}): Promise<Projector> => {
    const connectionString = database.url('sijill_worker');
    const own = { store, connectionString, models: [model], owner, knownTypes, leaseMs: LEASE_MS, isCutting: true };
    const projector = new Projector({ ...own, ...settings });
    running.add(projector);
    await projector.start();
    return projector;
  };
  const stop = async (projector: Projector): Promise<void> => {
    running.delete(projector);
    await projector.stop();
  };
  const arrived = async (): Promise<boolean> => watch.waitForPosition('parcels', (await store.head()) ?? -1n, WAIT_MS);
  const rows = async <T = unknown>(sql: string): Promise<T[]> => (await admin.query(sql)).rows as T[];
  /** Partitions a worker. */
  const shares = async (): Promise<Record<string, number>> => {
    const held = await rows<Held>(
      'select partition, owner from projector.projection where lease_until > clock_timestamp()',
    );
    const counts: Record<string, number> = {};
    for (const { owner } of held) counts[owner] = (counts[owner] ?? 0) + 1;
    return counts;
  };
  const share = async (wanted: Record<string, number>): Promise<void> => {
    let seen = {};
    const isShared = async () => {
      seen = await shares();
      return JSON.stringify(Object.entries(seen).sort()) === JSON.stringify(Object.entries(wanted).sort());
    };
    await until(() => `shares ${JSON.stringify(wanted)}, not ${JSON.stringify(seen)}`, isShared);
  };
  const liveHash = () => dumpHash(admin, model, 'p_parcels');
  /** The same journal folded as a whole by one worker, in a database of its own. */
  const freshHash = async (): Promise<string> => {
    const other = await createTestDatabase();
    const client = new pg.Client({ connectionString: other.adminUrl });
    try {
      await project(other, store, [parcels]);
      await client.connect();
      return await dumpHash(client, parcels, 'p_parcels');
    } finally {
      await client.end();
      await other.drop();
    }
  };

  test('gives every stream to the same partition in SQL and here, and none of them is left out', async () => {
    const streams = Array.from({ length: 500 }, (_, at) => `transaction-قيد-${at}`);
    const sql = `select get_byte(sha256(convert_to(stream, 'UTF8')), 0) % 16 as partition
      from unnest($1::text[]) with ordinality as s (stream, nth) order by nth`;
    const inSql = (await admin.query<{ partition: number }>(sql, [streams])).rows.map(({ partition }) => partition);
    expect(streams.map(partitionOf)).toEqual(inSql);
    expect(new Set(inSql).size).toBe(PARTITIONS);
  });

  test('is shared by two workers, is taken over when one goes, and has what a whole one has', async () => {
    await post(store, history(200));
    const first = await start('one', { pageEvents: 7 });
    await share({ one: PARTITIONS });
    await start('two', { pageEvents: 11 });
    await share({ one: 8, two: 8 });
    await post(store, history(400).slice(200));
    expect(await arrived()).toBe(true);
    expect(await liveHash()).toBe(await freshHash());
    await start('three');
    await share({ one: 6, two: 6, three: 4 });
    await stop(first);
    await share({ two: 8, three: 8 });
    await post(store, history(460).slice(400));
    expect(await arrived()).toBe(true);
    expect(await liveHash()).toBe(await freshHash());
    expect(await rows('select sum(applied)::int as applied from projector.projection')).toEqual([{ applied: 460 }]);
  });

  test('goes on from where the whole one stood, whoever still had its lease', async () => {
    await post(store, history(150));
    await start('whole', { isCutting: false });
    expect(await arrived()).toBe(true);
    expect(await shares()).toEqual({ whole: 1 });
    await start('cutting');
    await share({ whole: 8, cutting: 8 });
    await post(store, history(300).slice(150));
    expect(await arrived()).toBe(true);
    expect(await liveHash()).toBe(await freshHash());
    expect(await rows('select sum(applied)::int as applied from projector.projection')).toEqual([{ applied: 300 }]);
  });

  test('parks one partition at a poison event; the others go on, and readers are told where it stands', async () => {
    await post(store, history(100));
    await start('one');
    expect(await arrived()).toBe(true);
    await post(store, [sentParcel('x', 'app', { isPoison: true }), ...history(200).slice(100)]);
    const poisoned = partitionOf('parcel-x');
    await until('all but one go on', async () => {
      const [status] = await watch.statuses();
      const others = status?.partitions?.filter(({ partition }) => partition !== poisoned) ?? [];
      return others.length === PARTITIONS - 1 && others.every(({ position }) => position === '200');
    });
    await until('it is parked', async () => (await watch.statuses())[0]?.state === 'parked');
    const [status] = await watch.statuses();
    expect(status).toMatchObject({
      state: 'parked',
      position: '99',
      lagEvents: '101',
      parked: { position: '100', code: 'fold.failed' },
    });
    expect(status?.partitions?.filter(({ state }) => state === 'parked')).toEqual([
      { partition: poisoned, state: 'parked', position: '99' },
    ]);
    expect(await watch.waitForPosition('parcels', 100n, 50)).toBe(false);
    expect(await watch.waitForPosition('parcels', 99n, 50)).toBe(true);
  });

  test('adds up what partitions add to one cell at once, and none waits for another for ever', async () => {
    await post(store, history(900));
    await Promise.all(['one', 'two', 'three', 'four'].map((owner) => start(owner, { pageEvents: 13 })));
    expect(await arrived()).toBe(true);
    const { rows: cells } = await admin.query(`select sum(sent)::int as sent from p_parcels.parcel_day`);
    expect(cells).toEqual([{ sent: IDS }]);
    expect(await liveHash()).toBe(await freshHash());
    const deadlocks = 'select deadlocks::int from pg_stat_database where datname = current_database()';
    expect(await rows(deadlocks)).toEqual([{ deadlocks: 0 }]);
  });

  test('is fenced a partition at a time: who lost one writes nothing there', async () => {
    const pool = new pg.Pool({ connectionString: database.url('sijill_worker'), max: 2 });
    try {
      await cut(pool, model);
      const place = { name: model.name, version: model.version, partition: 5 };
      const zombie = await lease(pool, place, 'zombie', 30_000);
      const tables = new ProjectionTables(model, 'p_parcels');
      await tables.create(pool);
      await admin.query(`update projector.projection set lease_until = '-infinity' where partition = 5`);
      const heir = await lease(pool, place, 'heir', 30_000);
      const write = (held: typeof heir) =>
        tables.write(pool, advanceOf(place, held!, { position: 3n, recordedMax: 'z', applied: 1 }), tables.begin());
      expect(await write(zombie)).toBe(false);
      expect(await write(heir)).toBe(true); // with the right token it can be true
      const moved = 'select partition from projector.projection where position >= 0';
      expect(await rows(moved)).toEqual([{ partition: 5 }]);
    } finally {
      await pool.end();
    }
  });

  test('is found out when a checkpoint of one partition skips events: the dump differs from a fresh fold', async () => {
    await post(store, history(100));
    const first = await start('one');
    expect(await arrived()).toBe(true);
    await stop(first);
    await post(store, history(200).slice(100));
    await admin.query(`update projector.projection set position = 150, recorded_max = '9999' where partition = 3`);
    await start('two');
    expect(await arrived()).toBe(true);
    expect(await liveHash()).not.toBe(await freshHash());
  });

  test('of a new version takes the place of the whole one when its last partition has come to the head', async () => {
    await post(store, history(120));
    await stop(await start('old', { isCutting: false }));
    const next: ReadModel = { ...model, version: 2 };
    await start('one', { models: [next], pageEvents: 5 });
    await start('two', { models: [next], pageEvents: 9 });
    await until('version 2 is live', async () => {
      const [status, ...others] = await watch.statuses();
      return status?.version === 2 && status.state === 'live' && others.length === 0;
    });
    await post(store, history(200).slice(120));
    expect(await arrived()).toBe(true);
    expect(await liveHash()).toBe(await freshHash());
    expect(await rows(`select version, state from projector.replay`)).toEqual([{ version: 2, state: 'done' }]);
  });
});
