import { MemoryEventStore } from '#event-store';
import { movedParcel, parcels, post, sentParcel } from '../../../../test/support/read-models.js';
import { history, ReplayBench, WAIT_MS } from '../../../../test/support/replays.js';
import { dumpHash } from '../canonical-dump.js';
import { ReplayDesk } from './desk.js';
import { positionAt } from './position-at.js';

let bench: ReplayBench;
beforeEach(async () => {
  bench = await ReplayBench.open();
});
afterEach(() => bench.close());
const rows = async (sql: string): Promise<unknown[]> => (await bench.admin.query(sql)).rows;

describe('A replay as of a position', () => {
  test('has the dump that the live projection had at that position', async () => {
    const recorded = new Map<bigint, string>();
    await bench.project();
    for (const end of [1, 30, 47, 90]) {
      await post(bench.store, history(90).slice(Number((await bench.store.head()) ?? -1n) + 1, end));
      expect(await bench.arrived()).toBe(true);
      recorded.set(BigInt(end - 1), await dumpHash(bench.admin, parcels, 'p_parcels'));
    }
    expect(new Set(recorded.values()).size).toBe(4);
    bench.work({ pageEvents: 7 });
    for (const [position, hash] of recorded) {
      const done = await bench.finished(await bench.asOf(position));
      expect([done.state, done.hash, done.position]).toEqual(['done', hash, String(position)]);
      expect(await dumpHash(bench.admin, parcels, `replay_${done.id}`)).toBe(hash);
      // The live one stands at the last of them only, and is compared there without being asked.
      expect(done.report?.isEqual ?? null).toBe(position === 89n ? true : null);
    }
  });

  test('differs from another by exactly the rows that a correction changed', async () => {
    await post(bench.store, [
      sentParcel('a', 'app'),
      sentParcel('b', 'app'),
      sentParcel('c', 'web'),
      movedParcel('a', 'web'),
    ]);
    await bench.project();
    expect(await bench.arrived()).toBe(true);
    bench.work();
    const before = await bench.finished(await bench.asOf(2n));
    const after = await bench.finished(
      await bench.asOf(3n, { compareId: before.id, request: { position: '3', compare: before.id } }),
    );
    const { report } = after;
    expect(report).toMatchObject({ with: before.id, position: '2', isEqual: false });
    const told = Object.fromEntries(
      (report?.tables ?? []).map(({ table, equal, differing, missing, extra }) => [
        table,
        [equal, differing, missing, extra],
      ]),
    );
    expect(told).toEqual({
      contribution: [3, 0, 0, 1],
      parcel: [2, 1, 0, 0],
      parcel_day: [0, 2, 0, 0],
      state: [2, 1, 0, 0],
    });
    const parcel = report?.tables.find(({ table }) => table === 'parcel')?.samples;
    expect(parcel).toEqual([
      {
        key: { id: 'a' },
        kind: 'differing',
        columns: { channel: { here: 'web', there: 'app' }, moves: { here: '{app,web}', there: '{app}' } },
      },
    ]);
    const backwards = await bench.finished(await bench.asOf(2n, { compareId: after.id }));
    expect(backwards.report?.tables.map(({ extra, missing }) => [extra, missing])).toContainEqual([0, 1]);
  });

  test('is compared with no replay of another client', async () => {
    await post(bench.store, history(30));
    bench.work();
    const theirs = await bench.finished(await bench.asOf(10n, { client: 'another' }));
    await expect(bench.asOf(20n, { compareId: theirs.id })).rejects.toMatchObject({ code: 'replay.unknown' });
    expect((await bench.asOf(20n, { client: 'another', compareId: theirs.id })).state).toBe('waiting');
  });

  test('is compared with the live one where it stands, when asked', async () => {
    await post(bench.store, history(40));
    await bench.project();
    expect(await bench.arrived()).toBe(true);
    bench.work();
    const done = await bench.finished(await bench.asOf(10n, { request: { position: '10', compare: 'live' } }));
    expect(done.report).toMatchObject({ with: 'live', position: '39', isEqual: false });
  });

  test('goes on from its own checkpoint when its worker dies, and folds nothing twice', async () => {
    await post(bench.store, history(200));
    await bench.project();
    expect(await bench.arrived()).toBe(true);
    const hash = await dumpHash(bench.admin, parcels, 'p_parcels');
    const asked = await bench.asOf(199n);
    const first = bench.work({ pageEvents: 1, owner: 'dies' });
    for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
      if (Number((await bench.desk.read(asked.id, 'asof')).position ?? 0) > 20) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // As kill -9 leaves it: its connections are gone, its lease is not.
    await bench.die(first);
    const { position } = await bench.desk.read(asked.id, 'asof');
    expect(Number(position)).toBeLessThan(199);
    bench.work({ owner: 'second' });
    const done = await bench.finished(asked);
    expect([done.state, done.hash]).toEqual(['done', hash]);
    expect(await rows('select applied from projector.replay')).toEqual([{ applied: '200' }]);
  });

  test('that is cancelled leaves no tables, and one that is done can still be dropped', async () => {
    await post(bench.store, history(200));
    const slow = await bench.asOf(199n);
    bench.work({ pageEvents: 1 });
    await bench.reaches(slow, 'running');
    await bench.desk.cancel(slow, 'regulator');
    expect((await bench.reaches(slow, 'cancelled')).position).not.toBe('199');
    const done = await bench.finished(await bench.asOf(20n));
    expect(await bench.schemas()).toEqual([`replay_${done.id}`]);
    await bench.desk.cancel(done, 'regulator');
    await bench.reaches(done, 'cancelled');
    expect(await bench.schemas()).toEqual([]);
    await expect(bench.desk.cancel(done, 'regulator')).rejects.toMatchObject({ code: 'replay.finished' });
  });

  test('expires: its tables go, what it found stays', async () => {
    await post(bench.store, history(30));
    bench.work();
    const done = await bench.finished(await bench.asOf(29n));
    await bench.admin.query(`update projector.replay set expires_at = clock_timestamp()`);
    const expired = await bench.reaches(done, 'expired');
    expect([expired.hash, await bench.schemas()]).toEqual([done.hash, []]);
  });

  test('ends at an event that cannot be folded, with its place and code', async () => {
    await post(bench.store, [...history(25), sentParcel('x', 'app', { isPoison: true }), sentParcel('y', 'app')]);
    bench.work();
    const failed = await bench.finished(await bench.asOf(26n));
    expect([failed.state, failed.failure]).toEqual(['failed', { code: 'fold.failed', position: '25' }]);
    expect(await bench.schemas()).toEqual([]);
    expect((await bench.finished(await bench.asOf(24n))).state).toBe('done');
  });

  test('goes on when its connections are cut', async () => {
    await post(bench.store, history(120));
    const asked = await bench.asOf(119n);
    bench.work({ pageEvents: 2 });
    for (let cut = 0; cut < 4; cut++) {
      await bench.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sijill replays' and datname = current_database()`,
      );
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect((await bench.finished(asked)).state).toBe('done');
    expect(await rows('select applied from projector.replay')).toEqual([{ applied: '120' }]);
  });

  test('is limited in rows and in number for each client, not for others', async () => {
    await post(bench.store, history(60));
    bench.desk = new ReplayDesk(bench.source, { running: 2, rows: 100 });
    const [small] = [await bench.asOf(19n), await bench.asOf(5n)];
    await expect(bench.asOf(5n)).rejects.toMatchObject({ code: 'replay.tooMany' });
    expect((await bench.asOf(5n, { client: 'another' })).state).toBe('waiting');
    bench.work();
    expect((await bench.finished(small)).rows).toBe(61);
    await bench
      .reaches(await bench.asOf(59n), 'failed')
      .then(({ failure }) => expect(failure?.code).toBe('replay.tooLarge'));
    expect((await bench.finished(await bench.asOf(59n, { client: 'another' }))).failure?.code ?? 'within').toBe(
      'replay.tooLarge',
    );
  });

  test('is made once for one Idempotency-Key, whoever comes at the same time', async () => {
    await post(bench.store, history(30));
    const keyed = { idempotencyKey: 'k1' };
    const ask = () =>
      bench.desk.ask({
        kind: 'asof',
        projection: 'parcels',
        client: 'r',
        request: { position: '3' },
        target: 3n,
        ...keyed,
      });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ replay }) => replay.id)).size).toBe(1);
    expect(answers.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
    await expect(bench.asOf(4n, { client: 'r', ...keyed })).rejects.toMatchObject({ code: 'idempotencyKey.reused' });
    await bench.admin.query(`update projector.replay set made_at = made_at - interval '25 hours'`);
    expect((await ask()).isRepeat).toBe(false);
  });
});

describe('The position at an instant', () => {
  test('is that of the last event recorded by then', async () => {
    let now = 1_000_000n;
    const clocked = new MemoryEventStore(() => now);
    expect(await positionAt(clocked, '1970-01-01T00:00:09.000000Z')).toBeUndefined();
    for (let at = 0; at < 9; at++) {
      now += 1_000_000n;
      await post(clocked, history(20).slice(at * 2, at * 2 + 2));
    }
    const at = (seconds: string) => positionAt(clocked, `1970-01-01T00:00:${seconds}Z`);
    expect(await at('01.999999')).toBeUndefined();
    expect([await at('02.000000'), await at('05.500000'), await at('59.000000')]).toEqual([1n, 7n, 17n]);
  });
});
