import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { checkServer } from './server-checks.js';

type Settings = Readonly<Record<string, string>>;
const SAFE: Settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  data_sync_retry: 'off',
  data_checksums: 'on',
  server_version_num: '150004',
};

describe('A server that could lose acknowledged events', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  // The settings of a running server cannot be changed by a test, so a view of the session stands in front of its own.
  const pretend = async (settings: Settings) => {
    const rows = Object.entries({ ...SAFE, ...settings }).map(([name, value]) => `('${name}', '${value}')`);
    await client.query(
      `create or replace temp view pg_settings as select * from (values ${rows}) as s (name, setting)`,
    );
    await client.query('set search_path = pg_temp, pg_catalog');
  };

  test.each([
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
    ['synchronous_commit', 'off'],
    ['data_sync_retry', 'on'],
    ['server_version_num', '140011'],
  ])('is refused by name and value: %s = %s', async (setting, value) => {
    await pretend({ [setting]: value });
    const refused = checkServer(client, 'full', () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'store.unsafe', params: { setting, value } });
  });

  test.each(['on', 'local', 'remote_write', 'remote_apply'])(
    'is not one with synchronous_commit = %s',
    async (value) => {
      await pretend({ synchronous_commit: value });
      await checkServer(client, 'full', () => undefined);
    },
  );

  test('is taken by tests that say so, unless it is too old', async () => {
    await pretend({ fsync: 'off' });
    await checkServer(client, 'none', () => undefined);
    await pretend({ fsync: 'off', server_version_num: '140011' });
    await expect(checkServer(client, 'none', () => undefined)).rejects.toMatchObject({ code: 'store.unsafe' });
  });

  test('without data checksums is taken with a warning', async () => {
    await pretend({ data_checksums: 'off' });
    const warnings: unknown[] = [];
    await checkServer(client, 'full', (metric) => warnings.push(metric));
    expect(warnings).toEqual([{ name: 'warning', setting: 'data_checksums', value: 'off' }]);
  });

  test('does not open: the whole store refuses a session with synchronous_commit off', async () => {
    const url = new URL(database.url('sijill_api'));
    url.searchParams.set('options', '-c synchronous_commit=off');
    await expect(PostgresEventStore.open({ connectionString: url.href })).rejects.toMatchObject({
      code: 'store.unsafe',
    });
    const store = await PostgresEventStore.open({ connectionString: url.href, durability: 'none' });
    expect(store.capabilities.durability).toBe('none');
    await store.close();
  });

  test('that cannot be reached, or knows us not, says which', async () => {
    const wrong = new URL(database.url('sijill_api'));
    wrong.username = 'nobody_we_know';
    const away = new URL(database.url('sijill_api'));
    away.port = '1';
    await expect(PostgresEventStore.open({ connectionString: wrong.href })).rejects.toMatchObject({
      code: 'store.denied',
    });
    await expect(PostgresEventStore.open({ connectionString: away.href })).rejects.toMatchObject({
      code: 'store.unavailable',
    });
  });
});
