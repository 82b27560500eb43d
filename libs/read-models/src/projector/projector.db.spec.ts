import pg from 'pg';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { movedParcel, type PostedFact, parcels, post, sentParcel } from '../../../../test/support/read-models.js';
import { dumpHash, dumpLines } from '../canonical-dump.js';
import type { ReadModel } from '../read-model.js';
import { advanceOf, lease } from './checkpoint.js';
import { ProjectionWatch } from './projection-status.js';
import { ProjectionTables } from './projection-tables.js';
import { Projector, type ProjectorMetric, type ProjectorSettings } from './projector.js';

const WAIT_MS = 60_000;
const PARKED_WAIT_MS = 60_000;
const knownTypes: ReadonlySet<string> = new Set(parcels.types);

/** A second model over the same journal; it wants other types. */
const others: ReadModel = {
  ...parcels,
  name: 'others',
  cubes: [],
  rows: [],
  types: ['gov.sijill.other.v1'],
  apply: () => {},
  keys: () => [],
};

describe('The projector', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  let store: MemoryEventStore;
  let watch: ProjectionWatch;
  const metrics: ProjectorMetric[] = [];
  const running = new Set<Projector>();

  const start = async (settings: Partial<ProjectorSettings> = {}): Promise<Projector> => {
    const connectionString = database.url('sijill_worker');
    const onMetric = (metric: ProjectorMetric) => metrics.push(metric);
    const projector = new Projector({
      store,
      connectionString,
      models: [parcels],
      owner: 'one',
      knownTypes,
      onMetric,
      ...settings,
    });
    running.add(projector);
    await projector.start();
    return projector;
  };
  const stop = async (projector: Projector): Promise<void> => {
    running.delete(projector);
    await projector.stop();
  };
  const arrived = async (name = 'parcels'): Promise<boolean> =>
    watch.waitForPosition(name, (await store.head()) ?? -1n, WAIT_MS);
  const rows = async (sql: string): Promise<unknown[]> => (await admin.query(sql)).rows;
  const parked = async (name: string): Promise<unknown> => {
    for (const end = Date.now() + PARKED_WAIT_MS; Date.now() < end; ) {
      const status = (await watch.statuses()).find((candidate) => candidate.name === name);
      if (status?.state === 'parked')
        return { position: status.parked?.position, code: status.parked?.code, at: status.position };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return undefined;
  };
  const history = (count: number): PostedFact[] =>
    Array.from({ length: count }, (_, at) =>
      at < 20
        ? sentParcel(`p${at}`, 'app')
        : movedParcel(`p${(at * 7) % 20}`, ['app', 'web', 'counter'][at % 3] ?? 'app'),
    );
  const freshHash = async (): Promise<string> => {
    await using other = await buildBeside(store);
    return await dumpHash(other.client, parcels, 'p_parcels');
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    store = new MemoryEventStore();
    watch = new ProjectionWatch(database.url('sijill_api'), store);
    metrics.length = 0;
  });

  afterEach(async () => {
    for (const projector of running) await projector.stop();
    running.clear();
    await watch.close();
    await admin.end();
    await database.drop();
  });

  test('writes cubes, rows, state and contributions, and follows what comes later', async () => {
    await post(store, [sentParcel('a', 'app'), sentParcel('b', 'app', { grams: 50 })]);
    await start();
    expect(await arrived()).toBe(true);
    await post(store, [movedParcel('a', 'web')]);
    expect(await arrived()).toBe(true);
    const cube = `select channel, sent, weight_grams from p_parcels.parcel_day order by channel`;
    expect(await rows(cube)).toEqual([
      { channel: 'app', sent: '1', weight_grams: '50' },
      { channel: 'web', sent: '1', weight_grams: '100' },
    ]);
    expect(await rows(`select id, channel, moves, label from p_parcels.parcel where id = 'a'`)).toEqual([
      { id: 'a', channel: 'web', moves: ['app', 'web'], label: { grams: 100 } },
    ]);
    const sums = `select d.cell from p_parcels.parcel_day d join (
        select p.cell, k.deltas -> (p.at::int - 1) as delta
          from p_parcels.contribution k, unnest(k.cells) with ordinality as p (cell, at)) k using (cell)
      group by d.cell having sum((k.delta ->> 'sent')::bigint) <> max(d.sent) or sum((k.delta ->> 'weight_grams')::bigint) <> max(d.weight_grams)`;
    expect(await rows(sums)).toEqual([]);
    expect(await rows('select applied, position from projector.projection')).toEqual([{ applied: '3', position: '2' }]);
  });

  test('gives the same dump in pages of 1, 7 and 2,000 events, and after restarts', async () => {
    await post(store, history(150));
    const hashes = new Set([await freshHash()]);
    for (const pageEvents of [1, 7]) {
      const projector = await start({ pageEvents });
      expect(await arrived()).toBe(true);
      hashes.add(await dumpHash(admin, parcels, 'p_parcels'));
      await stop(projector);
      await admin.query('drop schema p_parcels cascade; truncate projector.projection');
    }
    expect(hashes.size).toBe(1);
  });

  test('goes on after a restart where it stopped, and folds nothing twice', async () => {
    await post(store, history(60));
    const first = await start();
    expect(await arrived()).toBe(true);
    await stop(first);
    expect(await rows('select state from projector.projection')).toEqual([{ state: 'stopped' }]);
    await post(store, history(90).slice(60));
    await start({ owner: 'two' });
    expect(await arrived()).toBe(true);
    expect(await rows('select applied from projector.projection')).toEqual([{ applied: '90' }]);
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(await freshHash());
  });

  test('moves a projection that no event concerns', async () => {
    await post(store, history(30));
    await start({ models: [parcels, others] });
    expect(await arrived('others')).toBe(true);
    expect(await rows(`select applied from projector.projection where name = 'others'`)).toEqual([{ applied: '0' }]);
  });

  test('parks at a poison event with position and code, keeps what precedes it, and lets the others go on', async () => {
    await post(store, [...history(40), sentParcel('x', 'app', { isPoison: true }), sentParcel('y', 'app')]);
    const projector = await start({ models: [parcels, others] });
    expect(await arrived('others')).toBe(true);
    expect(await parked('parcels')).toEqual({ position: '40', code: 'fold.failed', at: '39' });
    expect(await rows(`select count(*)::int as n from p_parcels.parcel where id in ('x', 'y')`)).toEqual([{ n: 0 }]);
    await post(store, [sentParcel('z', 'app')]);
    expect(await arrived('others')).toBe(true);
    await stop(projector);
    expect((await rows(`select state from projector.projection where name = 'parcels'`))[0]).toEqual({
      state: 'parked',
    });

    metrics.length = 0;
    const again = await start({ models: [parcels, others] });
    for (const end = Date.now() + PARKED_WAIT_MS; metrics.every(({ name }) => name !== 'parked') && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await parked('parcels')).toMatchObject({ position: '40' });
    await stop(again);

    const mended: ReadModel = { ...parcels, apply: (event, page) => event.data.isPoison || parcels.apply(event, page) };
    await start({ models: [mended, others] });
    expect(await arrived()).toBe(true);
    expect(await rows(`select state, parked_code from projector.projection where name = 'parcels'`)).toEqual([
      { state: 'live', parked_code: null },
    ]);
  });

  test('parks at an event type that this build does not know', async () => {
    await post(store, [
      sentParcel('a', 'app'),
      { type: 'gov.sijill.parcel.lost.v9', stream: 'parcel-a', data: {} },
      sentParcel('b', 'app'),
    ]);
    await start({ models: [others] });
    expect(await parked('others')).toEqual({ position: '1', code: 'event.unknownType', at: '0' });
  });

  test('is fenced: a worker that lost its lease while it slept writes nothing', async () => {
    await post(store, history(30));
    const pool = new pg.Pool({ connectionString: database.url('sijill_worker'), max: 2 });
    try {
      const zombie = await lease(pool, parcels, 'zombie', 30_000);
      const tables = new ProjectionTables(parcels, 'p_parcels');
      await tables.create(pool);
      expect(await lease(pool, parcels, 'one', 30_000)).toBeUndefined();
      await admin.query(`update projector.projection set lease_until = clock_timestamp() - interval '1 second'`);
      await start();
      expect(await arrived()).toBe(true);
      const before = await dumpHash(admin, parcels, 'p_parcels');
      const folded = tables.begin();
      folded.page.set('p0', { channel: 'nowhere' });
      const from = { ...zombie!, position: 29n };
      const to = { position: 30n, recordedMax: 'z', applied: 1 };
      expect(await tables.write(pool, advanceOf(parcels, from, to), folded)).toBe(false);
      expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(before);
      expect(await rows('select position from projector.projection')).toEqual([{ position: '29' }]);
      // With the right token the same page is written: the check above can fail.
      const { rows: held } = await pool.query<{ token: string }>('select token from projector.projection');
      const right = { ...from, token: BigInt(held[0]?.token ?? 0) };
      expect(await tables.write(pool, advanceOf(parcels, right, to), folded)).toBe(true);
      expect(await dumpHash(admin, parcels, 'p_parcels')).not.toBe(before);
    } finally {
      await pool.end();
    }
  });

  test('takes over when the lease of a dead worker ends, and only one of two works', async () => {
    await post(store, history(30));
    await start({ leaseMs: 600 });
    await start({ owner: 'two', leaseMs: 600 });
    expect(await arrived()).toBe(true);
    await admin.query(
      `update projector.projection set owner = 'dead', token = token + 1, lease_until = clock_timestamp() + interval '1 second'`,
    );
    await post(store, history(60).slice(30));
    expect(await arrived()).toBe(true);
    expect(metrics.some(({ name }) => name === 'fenced')).toBe(true);
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(await freshHash());
  });

  test('moves rows and checkpoint together: a table that refuses a row keeps the checkpoint back', async () => {
    await post(store, history(30));
    const first = await start();
    expect(await arrived()).toBe(true);
    await stop(first);
    await admin.query(`alter table p_parcels.parcel add constraint never check (channel <> 'pigeon')`);
    const before = await dumpHash(admin, parcels, 'p_parcels');
    await post(store, [movedParcel('p1', 'pigeon')]);
    await start();
    expect(await parked('parcels')).toEqual({ position: '30', code: 'sql.23514', at: '29' });
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(before);
  });

  test('takes back what was folded on top of a page that could not be written', async () => {
    await post(store, history(40));
    const first = await start({ pageEvents: 3 });
    expect(await arrived()).toBe(true);
    await stop(first);
    // Each third write fails and is well the next time: a sequence does not roll back.
    await admin.query(`create sequence p_parcels.write; grant usage on sequence p_parcels.write to sijill_worker;
      create function p_parcels.fail_at_times() returns trigger language plpgsql as $$ begin
        if nextval('p_parcels.write') % 3 = 0 then raise serialization_failure; end if; return null; end $$;
      create trigger at_times after insert on p_parcels.parcel for each statement execute function p_parcels.fail_at_times()`);
    await post(store, history(160).slice(40));
    await start({ pageEvents: 3 });
    expect(await arrived()).toBe(true);
    expect(metrics.filter(({ name }) => name === 'retry').length).toBeGreaterThan(5);
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(await freshHash());
  });

  test('stops before the event that a table refuses, whatever was folded behind it, and ends up equal once it may', async () => {
    await post(store, history(40));
    const first = await start();
    expect(await arrived()).toBe(true);
    const before = await dumpHash(admin, parcels, 'p_parcels');
    await stop(first);
    await admin.query(`alter table p_parcels.parcel add constraint never check (channel <> 'pigeon')`);
    await post(store, [movedParcel('p1', 'pigeon'), ...history(90).slice(40)]);
    const second = await start({ pageEvents: 4 });
    expect(await parked('parcels')).toEqual({ position: '40', code: 'sql.23514', at: '39' });
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(before);
    await stop(second);
    await admin.query(`alter table p_parcels.parcel drop constraint never`);
    await start({ pageEvents: 4 });
    expect(await arrived()).toBe(true);
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(await freshHash());
  });

  test('goes on when its connections are cut', async () => {
    await post(store, history(40));
    await start({ pageEvents: 2 });
    for (let cut = 0; cut < 5; cut++) {
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sijill projector' and datname = current_database()`,
      );
      await post(store, history(50 + cut * 10).slice(40 + cut * 10));
    }
    expect(await arrived()).toBe(true);
    expect(await dumpHash(admin, parcels, 'p_parcels')).toBe(await freshHash());
  });

  test('builds a new version beside the live one and takes its place at the head; an older build then waits', async () => {
    await post(store, history(30));
    const first = await start();
    expect(await arrived()).toBe(true);
    await stop(first);
    const next: ReadModel = {
      ...parcels,
      version: 2,
      apply: (event, page) => {
        const doubled = { ...event, data: { ...event.data, grams: Number(event.data.grams ?? 0) * 2 } };
        parcels.apply(doubled, page);
      },
    };
    await start({ models: [next], owner: 'two' });
    await post(store, history(40).slice(30));
    for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
      const [status, ...rest] = await watch.statuses();
      if (status?.version === 2 && status.state === 'live' && rest.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await arrived()).toBe(true);
    const weights = (schema: string) =>
      rows(`select sum(sent)::int as sent, sum(weight_grams)::int as grams from ${schema}.parcel_day`);
    expect(await weights('p_parcels')).toEqual([{ sent: 20, grams: 4000 }]);
    expect(await weights('p_parcels__old')).toEqual([{ sent: 20, grams: 2000 }]);
    const swaps = `select version, state, expires_at > now() + interval '6 days' as is_kept from projector.replay`;
    expect(await rows(swaps)).toEqual([{ version: 2, state: 'done', is_kept: true }]);
    await start({ models: [parcels], owner: 'old build' });
    expect(await rows('select version, state from projector.projection')).toEqual([{ version: 2, state: 'live' }]);
  });

  test('says who is how far behind, and a reader that waits in vain is told so', async () => {
    await post(store, history(30));
    const projector = await start();
    expect(await arrived()).toBe(true);
    await stop(projector);
    await post(store, history(35).slice(30));
    const [status] = await watch.statuses();
    expect(status).toMatchObject({
      name: 'parcels',
      version: 1,
      state: 'stopped',
      position: '29',
      head: '34',
      lagEvents: '5',
      parked: null,
    });
    expect(await watch.waitForPosition('parcels', 34n, 300)).toBe(false);
  });

  test('dumps tables by name and rows by key, without positions', async () => {
    await post(store, [sentParcel('a', 'app')]);
    await start();
    expect(await arrived()).toBe(true);
    const lines = [];
    for await (const line of dumpLines(admin, parcels, 'p_parcels')) lines.push(line);
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      '# contribution',
      '# parcel',
      '# parcel_day',
      '# state',
    ]);
    expect(lines).toContain(`["a","app","{app}","{\\"grams\\": 100}"]`);
  });
});

/** The same journal folded from the beginning in a database of its own. */
async function buildBeside(store: MemoryEventStore) {
  const database = await createTestDatabase();
  const projector = new Projector({
    store,
    connectionString: database.url('sijill_worker'),
    models: [parcels],
    owner: 'fresh',
    knownTypes,
  });
  const watch = new ProjectionWatch(database.url('sijill_worker'), store);
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await projector.start();
  await watch.waitForPosition('parcels', (await store.head()) ?? -1n, WAIT_MS);
  await projector.stop();
  await watch.close();
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await database.drop();
    },
  };
}
