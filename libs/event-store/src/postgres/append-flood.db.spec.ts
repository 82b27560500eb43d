import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { fill, freshStream, readAfter, sample } from '../contract/fixtures.contract.js';
import { EVENT_DATA_BYTES_MAX, type NewEvent } from '../port.js';
import { PostgresEventStore } from './postgres-event-store.js';

/** 39 callers of 100 events each: with them on their way or waiting, the queue still has room for another caller. */
const FLOODING_CALLERS = 39;
/**
 * Four groups of such appends are before him at most, which the queue's own spec counts. Here lanes may overtake each
 * other, so that only who starves is told from who is answered: nobody waits this long.
 */
const GROUPS_MAX = 50;

describe('A flood of appends', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let onGroup: () => void;

  beforeEach(async () => {
    onGroup = () => undefined;
    database = await createTestDatabase();
    store = await PostgresEventStore.open({
      connectionString: database.url('sijill_api'),
      durability: 'none',
      onMetric: ({ name }) => {
        if (name === 'append_group') onGroup();
      },
    });
  });

  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  test('does not hold up who has one event: he is answered while it goes on', async () => {
    let isOver = false;
    const flooding = Array.from({ length: FLOODING_CALLERS }, async () => {
      while (!isOver) await fill(store, freshStream(), 100);
    });
    try {
      await new Promise<void>((resolve) => {
        onGroup = resolve; // the flood runs
      });
      const starved = new Promise<string>((resolve) => {
        let groups = 0;
        onGroup = () => void (++groups > GROUPS_MAX && resolve('starved'));
      });
      expect(await Promise.race([fill(store, freshStream(), 1), starved])).not.toBe('starved');
    } finally {
      isOver = true;
      await Promise.all(flooding);
    }
  });

  test.each<[what: string, appends: number, taken: number, event: () => NewEvent]>([
    ['4,096 events', 5_000, 4_096, () => sample()],
    ['16 MiB', 40, 31, () => sample({ data: Buffer.alloc(EVENT_DATA_BYTES_MAX, '1') })],
  ])(
    'waits in a queue of %s: the rest is refused, and nothing that was taken is lost',
    async (_what, appends, taken, event) => {
      const streams = Array.from({ length: appends }, () => freshStream());
      const outcomes = await Promise.allSettled(streams.map((stream) => store.append(stream, 'empty', [event()])));
      const accepted = streams.filter((_, nth) => outcomes[nth].status === 'fulfilled');
      const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
      expect(new Set(codes)).toEqual(new Set(['store.overloaded']));
      expect(accepted).toHaveLength(taken);
      const stored = await readAfter(store, undefined);
      expect(stored.map(({ stream }) => stream).sort()).toEqual([...accepted].sort());
      await fill(store, freshStream(), 1); // there is room again
    },
  );
});
