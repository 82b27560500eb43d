import pg from 'pg';
import { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { movedParcel, Parcel, ParcelDay, parcels, post, sentParcel } from '../../../../test/support/read-models.js';
import { history, ReplayBench, WAIT_MS } from '../../../../test/support/replays.js';
import { dumpHash } from '../canonical-dump.js';
import { advanceOf, lease } from '../projector/checkpoint.js';
import { ProjectionTables } from '../projector/projection-tables.js';
import { inSnapshot } from '../snapshot.js';

let bench: ReplayBench;
beforeEach(async () => {
  bench = await ReplayBench.open();
});
afterEach(() => bench.close());

const TAMPER = `update p_parcels.parcel set channel = 'pigeon' where id = 'p3'`;

describe('A rebuild', () => {
  test('that equals the live tables takes their place; those are kept until they are dropped', async () => {
    await post(bench.store, history(60));
    await bench.project();
    const before = await dumpHash(bench.admin, parcels, 'p_parcels');
    bench.work();
    const done = await bench.finished(await bench.rebuild());
    expect(done).toMatchObject({
      state: 'done',
      hash: before,
      report: { with: 'live', position: '59', isEqual: true },
    });
    expect(await bench.schemas()).toEqual(['p_parcels', 'p_parcels__old']);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(before);
    await post(bench.store, history(90).slice(60));
    expect(await bench.arrived()).toBe(true);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(await bench.freshHash());
    expect(await dumpHash(bench.admin, parcels, 'p_parcels__old')).toBe(before);

    await bench.admin.query('update projector.replay set expires_at = clock_timestamp()');
    await bench.reaches(done, 'expired');
    expect(await bench.schemas()).toEqual(['p_parcels']);
    await bench.reaches(await bench.rebuild({ isOldDropped: true }), 'expired');
    expect(await bench.schemas()).toEqual(['p_parcels']);
  });

  test('finds a live row that was altered, names it, and does not take the place', async () => {
    await post(bench.store, history(60));
    await bench.project();
    await bench.admin.query(TAMPER);
    bench.work();
    const held = await bench.finished(await bench.rebuild());
    expect(held).toMatchObject({ state: 'held', report: { isEqual: false } });
    const parcel = held.report?.tables.find(({ table }) => table === 'parcel');
    expect(parcel).toMatchObject({ equal: 19, differing: 1, missing: 0, extra: 0 });
    expect(parcel?.samples).toEqual([
      { key: { id: 'p3' }, kind: 'differing', columns: { channel: { here: expect.any(String), there: 'pigeon' } } },
    ]);
    // Nothing was swapped, and an operator of the database can look at both; nobody reads the new one as a replay.
    expect(await bench.schemas()).toEqual(['p_parcels', `replay_${held.id}`]);
    const reader = { id: held.id, client: 'operator' };
    await expect(inSnapshot(bench.source, 'parcels', async () => 0, reader)).rejects.toMatchObject({
      code: 'replay.unknown',
    });
    const { rows } = await bench.admin.query(`select channel from p_parcels.parcel where id = 'p3'`);
    expect(rows).toEqual([{ channel: 'pigeon' }]);
  });

  test('that is held takes the place once an operator says so, with what was recorded meanwhile', async () => {
    await post(bench.store, history(60));
    await bench.project();
    await bench.admin.query(
      `${TAMPER}; delete from p_parcels.state where key = 'p4'; delete from p_parcels.contribution`,
    );
    bench.work();
    const held = await bench.finished(await bench.rebuild());
    expect(held.report?.tables.map(({ table, extra }) => [table, extra > 0])).toContainEqual(['contribution', true]);
    await post(bench.store, [movedParcel('p7', 'web')]);
    await bench.desk.confirm(held, 'operator');
    expect((await bench.reaches(held, 'done')).confirmedBy).toBe('operator');
    await post(bench.store, [movedParcel('p8', 'web')]);
    expect(await bench.arrived()).toBe(true);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(await bench.freshHash());
    await expect(bench.desk.confirm(held, 'operator')).rejects.toMatchObject({ code: 'replay.finished' });
    await expect(bench.desk.cancel(held, 'operator')).rejects.toMatchObject({ code: 'replay.finished' });
  });

  test('that is dry compares, and leaves everything as it was', async () => {
    await post(bench.store, history(60));
    await bench.project();
    await bench.admin.query(TAMPER);
    bench.work();
    const done = await bench.finished(await bench.rebuild({ isDryRun: true }));
    expect(done).toMatchObject({ state: 'done', report: { isEqual: false } });
    expect(await bench.schemas()).toEqual(['p_parcels']);
    await bench.admin.query('update projector.replay set expires_at = clock_timestamp()');
    await bench.reaches(done, 'expired');
    expect(await bench.schemas()).toEqual(['p_parcels']);
  });

  test('under load is never seen half: every reader finds what its position says', async () => {
    await post(bench.store, history(200));
    await bench.project();
    const url = bench.database.url('sijill_api');
    const source = new DataSource({ type: 'postgres', url, entities: [Parcel, ParcelDay], poolSize: 3 });
    await source.initialize();
    let isOver = false;
    let seen = 0;
    /** Each event of `history` and of the writer is one move or one first sending, so the moves add up to the position. */
    const read = async () => {
      while (!isOver) {
        await inSnapshot(source, 'parcels', async (manager, { position }) => {
          await manager.query('select 1');
          if (seen % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 40)); // a reader who takes its time
          const [{ events }] = await manager.query('select sum(cardinality(moves))::int as events from parcel');
          const [{ sent }] = await manager.query('select sum(sent)::int as sent from parcel_day');
          expect([events, sent]).toEqual([Number(position) + 1, 20]);
          seen++;
        });
      }
    };
    const write = async () => {
      for (let at = 0; !isOver; at++) {
        await post(bench.store, [movedParcel(`p${at % 20}`, 'web')]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const busy = [read(), read(), write()];
    try {
      bench.work({ pageEvents: 20 });
      for (let round = 0; round < 3; round++) {
        const done = await bench.finished(await bench.rebuild());
        expect([done.state, done.report?.isEqual]).toEqual(['done', true]);
      }
    } finally {
      isOver = true;
      await Promise.all(busy).finally(() => source.destroy());
    }
    expect(seen).toBeGreaterThan(10);
    expect(await bench.arrived()).toBe(true);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(await bench.freshHash());
  });

  test('waits for a slow reader and swaps when it has gone', async () => {
    await post(bench.store, [...history(30), sentParcel('late', 'app')]);
    await bench.project();
    const url = bench.database.url('sijill_api');
    const source = await new DataSource({ type: 'postgres', url, entities: [Parcel], poolSize: 1 }).initialize();
    let leave = (): void => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const reading = inSnapshot(source, 'parcels', async (manager) => {
      await left;
      return manager.query('select count(*)::int as parcels from parcel');
    });
    bench.work();
    const asked = await bench.rebuild();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await bench.desk.read(asked.id, 'rebuild')).state).toBe('running');
    leave();
    expect(await reading).toEqual([{ parcels: 21 }]);
    await source.destroy();
    expect((await bench.finished(asked)).state).toBe('done');
  });

  test('goes on where a worker died, also in the middle of the swap', async () => {
    await post(bench.store, history(150));
    await bench.project();
    const asked = await bench.rebuild();
    const first = bench.work({ pageEvents: 1, owner: 'dies' });
    for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
      if (Number((await bench.desk.read(asked.id, 'rebuild')).position ?? 0) > 30) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await bench.die(first);
    // A transaction that had fenced the live projection and renamed, and was never committed.
    await bench.admin.query(`begin; update projector.projection set token = token + 1;
      alter schema p_parcels rename to p_parcels__old; alter schema replay_${asked.id} rename to p_parcels; rollback`);
    bench.work({ owner: 'second' });
    const done = await bench.finished(asked);
    expect([done.state, done.report?.isEqual]).toEqual(['done', true]);
    const { rows } = await bench.admin.query('select applied from projector.replay');
    expect(rows).toEqual([{ applied: '150' }]);
    await post(bench.store, [movedParcel('p1', 'web')]);
    expect(await bench.arrived()).toBe(true);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(await bench.freshHash());
  });

  test('fences whoever still remembers the tables that went', async () => {
    await post(bench.store, history(30));
    await bench.stop(await bench.project());
    const pool = new pg.Pool({ connectionString: bench.database.url('sijill_worker'), max: 1 });
    try {
      const held = await lease(pool, parcels, 'sleeper', 60_000);
      bench.work();
      expect((await bench.finished(await bench.rebuild())).state).toBe('done');
      const tables = new ProjectionTables(parcels, 'p_parcels');
      const write = (token: bigint) =>
        tables.write(
          pool,
          advanceOf(parcels, { ...held!, token }, { position: 30n, recordedMax: 'z', applied: 1 }),
          tables.begin(),
        );
      expect(await write(held!.token)).toBe(false);
      const { rows } = await pool.query<{ token: string }>('select token from projector.projection');
      expect(await write(BigInt(rows[0]?.token ?? 0))).toBe(true); // with the right token it can be true
    } finally {
      await pool.end();
    }
  });

  test('of a projection that is parked gives it another try', async () => {
    await post(bench.store, history(30));
    const projector = await bench.project();
    await bench.admin.query(`alter table p_parcels.parcel add constraint never check (channel <> 'pigeon')`);
    await post(bench.store, [movedParcel('p1', 'pigeon')]);
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20)))
      if ((await projector.status())[0]?.state === 'parked') break;
    bench.work();
    expect((await bench.finished(await bench.rebuild())).state).toBe('done');
    expect(await bench.arrived()).toBe(true);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(await bench.freshHash());
  });

  test.each([
    ['ends before it', 40],
    ['has grown past it again', 75],
  ])('leads out where the journal was put back behind the projection and %s', async (_, events) => {
    await post(bench.store, history(60));
    await bench.stop(await bench.project());
    bench.store = new MemoryEventStore();
    await post(bench.store, history(events).reverse());
    const projector = await bench.start();
    expect((await projector.status())[0]).toMatchObject({ state: 'parked', parked: { code: 'journal.rolledBack' } });
    bench.work();
    const held = await bench.finished(await bench.rebuild());
    // The place of the live one is a place in another journal: the new one goes to the head of this.
    expect([held.state, held.report?.position]).toEqual(['held', String(events - 1)]);
    await bench.desk.confirm(held, 'operator');
    await bench.reaches(held, 'done');
    await post(bench.store, [movedParcel('p1', 'web')]);
    expect(await bench.arrived()).toBe(true);
    expect(await dumpHash(bench.admin, parcels, 'p_parcels')).toBe(await bench.freshHash());
  });

  test('of a projection that no worker has built is refused', async () => {
    bench.work();
    const failed = await bench.finished(await bench.rebuild());
    expect([failed.state, failed.failure?.code]).toEqual(['failed', 'replay.otherVersion']);
  });
});
