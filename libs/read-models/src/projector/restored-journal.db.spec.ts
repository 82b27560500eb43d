import pg from 'pg';
import { type EventStore, MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import { registers } from '../registers.js';
import { lease } from './checkpoint.js';
import { Projector } from './projector.js';

const DAY_MICROS = 86_400_000_000n;
const START = 1_614_556_800_000_000n; // 2021-03-01T00:00Z
const STATUS = 'select state, position, parked_position, parked_code from projector.projection';

const facts: readonly PostedFact[] = ['a', 'b', 'c'].map((id) => ({
  type: 'gov.sijill.entity.registered.v1',
  stream: `entity-${id}`,
  data: { entityId: id, jurisdiction: 'AE-DU', from: '2020-01-01', names: { ar: id, en: id } },
}));

const journalOf = async (many: number, start = START): Promise<MemoryEventStore> => {
  let now = start;
  const store = new MemoryEventStore(() => (now += 1_000n));
  await post(store, facts.slice(0, many));
  return store;
};

describe('A projection over a journal that was put back', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = new pg.Client(database.url('sijill_worker'));
    await client.connect();
    await project(database, await journalOf(2), [registers]);
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  const statusOver = async (store: EventStore): Promise<unknown> => {
    const connectionString = database.url('sijill_worker');
    const projector = new Projector({ store, connectionString, models: [registers], owner: 'test' });
    await projector.start();
    await projector.stop();
    return (await client.query(STATUS)).rows[0];
  };

  test('goes on when the journal is the one it has read', async () => {
    expect(await statusOver(await journalOf(2))).toMatchObject({ position: '1', parked_code: null });
  });

  test('parks when the journal ends before it', async () => {
    const status = await statusOver(await journalOf(1));
    expect(status).toEqual({ state: 'parked', position: '1', parked_position: '1', parked_code: 'journal.rolledBack' });
  });

  test('parks when the journal has grown again past it', async () => {
    const status = await statusOver(await journalOf(3, START + DAY_MICROS));
    expect(status).toMatchObject({ state: 'parked', position: '1', parked_code: 'journal.rolledBack' });
  });

  test('parks when the journal is in another store, though an event of that time stands at its position there too', async () => {
    let now = START;
    const other = new MemoryEventStore(() => (now += 1_000n));
    await post(other, [facts[1], facts[0], facts[2]] as PostedFact[]);
    expect(await statusOver(other)).toMatchObject({
      state: 'parked',
      position: '1',
      parked_code: 'journal.rolledBack',
    });
  });

  test('goes on where it first met a journal before it could tell one from another', async () => {
    await client.query('update projector.projection set journal = null');
    expect(await statusOver(await journalOf(3))).toMatchObject({ parked_code: null });
    expect((await client.query('select count(journal)::int as told from projector.projection')).rows[0].told).toBe(1);
  });

  test('is free again when the clock was set back behind its lease', async () => {
    await client.query(
      `update projector.projection set owner = 'gone', lease_until = clock_timestamp() + interval '30 s'`,
    );
    expect(await lease(client, registers, 'heir', 30_000)).toBeUndefined();
    await client.query(`update projector.projection set lease_until = clock_timestamp() + interval '30 days'`);
    expect(await lease(client, registers, 'heir', 30_000)).toMatchObject({ position: 1n });
  });
});
