import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { freshStream, samples } from '../contract/fixtures.contract.js';
import { journalState } from './journal-state.js';
import { PostgresEventStore } from './postgres-event-store.js';

describe('The state of a journal', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  test('is told to the api: what it holds, what is ready, what the server found broken', async () => {
    const url = database.url('sijill_api');
    expect(await journalState(url)).toMatchObject({ events: 0n, bytesPerEvent: null });
    const store = await PostgresEventStore.open({ connectionString: url, durability: 'none' });
    for (let nth = 0; nth < 5; nth++) await store.append(freshStream(), 'empty', samples(100));
    await store.close();
    const state = await journalState(url);
    expect(state).toMatchObject({ events: 500n, isNextPartitionReady: true });
    expect(state.partitions).toMatchObject([{ from: 0n, events: 500n, isFull: false, isFrozen: false }]);
    expect(state.bytes).toBeGreaterThan(500 * 100);
    expect(state.databaseBytes).toBeGreaterThan(state.bytes);
    expect(state.unfrozenTransactions).toBeGreaterThan(0);
    expect(state.checksumFailures).toBe(state.hasChecksums ? 0 : null);
  });

  test('of a server that is away is unavailable', async () => {
    const url = new URL(database.url('sijill_api'));
    url.port = '1';
    await expect(journalState(url.href)).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});
