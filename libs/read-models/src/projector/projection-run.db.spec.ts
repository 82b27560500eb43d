import pg from 'pg';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/processes.js';
import { parcels, post, sentParcel } from '../../../../test/support/read-models.js';
import { ProjectionRun } from './projection-run.js';
import { readingsOf } from './reading.js';

const LEASE_MS = 30_000;
const START = 1_614_556_800_000_000n; // 2021-03-01T00:00Z

describe('A page of the journal', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const faults: unknown[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url('sijill_worker'), max: 2 });
    faults.length = 0;
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  /** A run with its lease over six events, one a parcel. */
  const begin = async () => {
    let now = START;
    const store = new MemoryEventStore(() => (now += 1_000n));
    await post(
      store,
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => sentParcel(id, 'app')),
    );
    const readings = readingsOf((await store.readAll({ max: 100 })).events, null);
    const run = new ProjectionRun(parcels, {
      ...{ pool, store, owner: 'test', leaseMs: LEASE_MS, knownTypes: new Set(parcels.types) },
      now: () => 0,
      onFault: (_, kind, error) => faults.push(kind, error),
    });
    await run.keep();
    return { run, readings };
  };
  const taken = async (run: ProjectionRun): Promise<unknown> => {
    await run.settle();
    const sql = `select position, (select coalesce(sum(sent), 0) from p_parcels.parcel_day) as sent from projector.projection`;
    expect(faults).toEqual([]);
    return (await pool.query(sql)).rows[0];
  };

  test('that does not follow what was taken in is refused, and nothing of it is written', async () => {
    const { run, readings } = await begin();
    await run.take(readings.slice(0, 2), -1n, true);
    await run.take(readings.slice(4), 3n, true); // the events at 2 and 3 are missing
    expect(await taken(run)).toEqual({ position: '1', sent: '2' });
  });

  test('is refused behind a gap also while the page before it is being written', async () => {
    const { run, readings } = await begin();
    await run.take(readings.slice(0, 2), -1n, true); // it is folded and on its way
    await run.take(readings.slice(3), 2n, true);
    expect(await taken(run)).toEqual({ position: '1', sent: '2' });
    await run.take(readings.slice(2), 1n, true);
    expect(await taken(run)).toEqual({ position: '5', sent: '6' });
  });

  test('is not written behind one that was taken back, and is read again', async () => {
    const { run, readings } = await begin();
    const other = new pg.Client({ connectionString: database.url('sijill_worker') });
    await other.connect();
    await other.query('begin; update projector.projection set token = token + 1'); // the first page waits for the row
    for (const [from, after] of [
      [0, -1n],
      [2, 1n],
    ] as const)
      await run.take(readings.slice(from, from + 2), after, true);
    const third = run.take(readings.slice(4), 3n, true);
    expect(run.reach.position).toBe(3n);
    await other.query('commit');
    await Promise.all([third, run.settle(), other.end()]);
    expect([run.state, faults[0]]).toEqual(['waiting', 'fenced']);
    faults.length = 0;
    await run.keep();
    expect(run.reach.position).toBe(-1n);
    await run.take(readings, -1n, true);
    expect(await taken(run)).toEqual({ position: '5', sent: '6' });
  });

  test('that was taken in before, or in part, adds only what is new', async () => {
    const { run, readings } = await begin();
    await run.take(readings.slice(0, 4), -1n, true);
    await run.take(readings.slice(0, 4), -1n, true);
    await run.take(readings.slice(2), 1n, true);
    expect(await taken(run)).toEqual({ position: '5', sent: '6' });
  });

  test('waits for more where more follows, whatever fails meanwhile, and is taken in once', async () => {
    const { run, readings } = await begin();
    await run.take(readings.slice(0, 2), -1n, false);
    expect(run.isIdleAt(1n)).toBe(false); // nobody passes on with a page in hand
    await run.fault(new Error('a renewal of the lease was lost'));
    expect([run.reach.position, run.checkpoint.position]).toEqual([1n, -1n]);
    faults.length = 0;
    await run.take(readings, -1n, false);
    expect(run.checkpoint.position).toBe(-1n);
    await run.take([], 5n, true); // the head was there already
    await until('all is written at the head', () => run.checkpoint.position === 5n, 20);
    expect(await taken(run)).toEqual({ position: '5', sent: '6' });
  });

  test('is not waited for: what was given back and taken again is live in a journal where nothing happens', async () => {
    const { run, readings } = await begin();
    await run.take(readings, -1n, true);
    await run.letGo();
    const state = async () => (await pool.query('select state from projector.projection')).rows;
    expect(await state()).toEqual([{ state: 'stopped' }]);
    await run.keep();
    expect(await state()).toEqual([{ state: 'live' }]);
  });
});
