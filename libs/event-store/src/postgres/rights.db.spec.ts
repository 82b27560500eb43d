import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { fill, freshStream } from '../contract/fixtures.contract.js';
import { PostgresEventStore } from './postgres-event-store.js';

const CHANGES = [
  `insert into journal.event (position, stream, revision, recorded, source, id, type, time, actor,
                              salt, request_mac, data)
   values (99, 's-1', 0, 0, 's', 'i', 't', 'x', 'a', sha256('1'), sha256('2'), '')`,
  `update journal.event set actor = 'somebody else'`,
  'delete from journal.event',
  'truncate journal.event',
  `insert into journal.head (one) values (true)`,
  'update journal.head set next_position = 0',
  'delete from journal.head',
  'truncate journal.head',
  'select from journal.head for update',
  'alter table journal.event disable trigger all',
  'drop table journal.event',
];

describe('The rights on the journal', () => {
  let database: TestDatabase;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const store = await PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none' });
    await fill(store, freshStream(), 3);
    await store.close();
  });

  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  describe.each(['sijill_api', 'sijill_worker'] as const)('of %s', (role) => {
    test.each(CHANGES)('deny: %s', async (change) => {
      await admin.query(`set role ${role}`);
      const denied = admin.query(change);
      await expect(denied).rejects.toMatchObject({ code: '42501' });
      await admin.query('reset role');
    });

    test('let it read the journal', async () => {
      const client = new pg.Client({ connectionString: database.url(role) });
      await client.connect();
      expect((await client.query('select from journal.event')).rowCount).toBe(3);
      await client.end();
    });
  });

  test('let the worker read but not append', async () => {
    const store = await PostgresEventStore.open({
      connectionString: database.url('sijill_worker'),
      durability: 'none',
    });
    await expect(fill(store, freshStream(), 1)).rejects.toMatchObject({ code: 'store.denied' });
    await expect(fill(store, freshStream(), 2)).rejects.toMatchObject({ code: 'store.denied' });
    expect(await store.head()).toBe(2n);
    await store.close();
  });

  test.each(CHANGES.slice(1, 4))('do not let even the owner: %s', async (change) => {
    await admin.query('set role sijill_owner');
    await expect(admin.query(change)).rejects.toThrow('the journal is append-only');
    await admin.query('reset role');
  });

  test('are not handed out to everybody', async () => {
    const { rows } = await admin.query(
      `select p.proname from pg_proc p
        where pronamespace = 'journal'::regnamespace and has_function_privilege('public', p.oid, 'execute')
       union all
       select c.relname from pg_class c
        where relnamespace in ('journal'::regnamespace, 'projector'::regnamespace)
         and relkind = 'r' and has_table_privilege('public', c.oid, 'select, insert, update, delete, truncate')`,
    );
    expect(rows).toEqual([]);
  });

  test('no login role can do more than it must', async () => {
    const { rows } = await admin.query(
      `select rolname from pg_roles where rolname like 'sijill\\_%'
          and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication
               or (rolcanlogin and rolname = 'sijill_owner'))`,
    );
    expect(rows).toEqual([]);
  });
});
