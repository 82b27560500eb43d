import pg from 'pg';
import { MemoryEventStore, type Position } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { parcels, post, sentParcel } from '../../../../test/support/read-models.js';
import type { ReadModel } from '../read-model.js';
import { PageBound } from './halving.js';
import { ProjectionRun } from './projection-run.js';
import { readingsOf } from './reading.js';

const EVENTS = 2_400;
const READ = 600;
const START = 1_614_556_800_000_000n; // 2021-03-01T00:00Z

describe('The bound of a page', () => {
  test('is halved after a slow page, grows after a fast full one, and keeps between its limits', () => {
    const bound = new PageBound();
    const after = (events: number, ms: number) => {
      bound.learn(events, ms);
      return bound.events;
    };
    expect(bound.events).toBe(2_000);
    expect([1_000, 2_000, 4_000, 8_000, 10_000].map((events) => after(events, 100))).toEqual([
      ...[4_000, 8_000, 16_000, 20_000, 20_000],
    ]);
    expect(after(20_000, 4_500)).toBe(10_000);
    expect(after(10_000, 750)).toBe(10_000); // neither slow nor fast
    expect(after(6_000, 250)).toBe(20_000);
    expect(after(20_000, 1)).toBe(20_000);
    expect(after(300, 4_500)).toBe(150); // what was slow was smaller than what it might have been
    expect([74, 75].map((events) => bound.isWorthwhile({ events, steps: 1 }))).toEqual([false, true]);
    expect([0, 149, 400].map((events) => bound.roomAfter({ events, steps: 1 }))).toEqual([150, 1, 0]);
    // Few events in many steps are large ones.
    expect([9, 10].map((steps) => bound.isWorthwhile({ events: 10, steps }))).toEqual([false, true]);
    expect([19, 20].map((steps) => bound.roomAfter({ events: 20, steps }))).toEqual([130, 0]);
    expect(after(30, 1)).toBe(150); // a page that was far from full says nothing of larger ones
    for (let page = 0; page < 9; page++) bound.learn(bound.events, 10_000);
    expect(bound.events).toBe(20);
  });

  describe('of a slow model', () => {
    let database: TestDatabase;
    let pool: pg.Pool;
    beforeAll(async () => {
      database = await createTestDatabase();
      pool = new pg.Pool({ connectionString: database.url('sijill_worker'), max: 2 });
    });
    afterAll(async () => {
      await pool.end();
      await database.drop();
    });

    /** Events of each transaction, when the model takes `ms` an event by a clock that nothing else moves. */
    const pagesAt = async (ms: number, isFollowed = false): Promise<readonly number[]> => {
      let clock = 0;
      let now = START;
      const slow: ReadModel = {
        ...parcels,
        name: `slow_${ms * 100}`,
        apply: (event, page) => {
          clock += ms;
          parcels.apply(event, page);
        },
      };
      const store = new MemoryEventStore(() => (now += 1_000n));
      await post(
        store,
        Array.from({ length: EVENTS }, (_, at) => sentParcel(`p${at}`, 'app')),
      );
      const run = new ProjectionRun(slow, {
        ...{ pool, store, owner: 'test', leaseMs: 30_000, knownTypes: new Set(parcels.types), now: () => clock },
        onFault: (_, kind, error) => {
          throw new Error(kind, { cause: error });
        },
      });
      await run.keep();
      await pool.query(`create table p_slow_${ms * 100}.page (nth int generated always as identity, events int);
        create function p_slow_${ms * 100}.note() returns trigger language plpgsql as $$ begin
          insert into p_slow_${ms * 100}.page (events) select count(*) from written; return null; end $$;
        create trigger note after insert on p_slow_${ms * 100}.parcel referencing new table as written
          for each statement execute function p_slow_${ms * 100}.note()`);
      for (let after: bigint | undefined; (after ?? -1n) < BigInt(EVENTS - 1); after = (after ?? -1n) + BigInt(READ)) {
        const { events } = await store.readAll({ after: after as Position | undefined, max: READ });
        await run.take(readingsOf(events, null), after ?? -1n, !isFollowed);
        if (!isFollowed) await run.settle();
      }
      await run.settle();
      const { rows } = await pool.query<{ events: number }>(`select events from p_slow_${ms * 100}.page order by nth`);
      return rows.map(({ events }) => events);
    };

    test('comes to a second a transaction by halves, and all events are taken in', async () => {
      const pages = await pagesAt(10);
      expect(pages[0]).toBe(READ); // nothing is known yet
      // A page is folded while the one before it is written, so what a page taught is felt by the one after those.
      const felt = pages.slice(2).map((events, at) => events <= Math.max(100, (pages[at] as number) / 2));
      expect(felt).not.toContain(false);
      expect(Math.max(...pages.slice(-4))).toBeLessThanOrEqual(100); // whatever came before, those are of the last reading
      expect(pages.reduce((sum, events) => sum + events)).toBe(EVENTS);
    });

    test('lets what is followed by more wait until it is worth a transaction', async () => {
      expect(await pagesAt(0.25, true)).toEqual([EVENTS / 2, EVENTS / 2]); // the first one sooner than those that follow it
    });

    test('is not felt by one that takes no time', async () => {
      expect(await pagesAt(0)).toEqual(Array(EVENTS / READ).fill(READ));
    });
  });
});
