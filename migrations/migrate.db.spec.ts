import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../test/support/database.js';
import { migrate } from './migrate.js';

describe('Migrations', () => {
  let database: TestDatabase;
  let empty: string;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const name = `${new URL(database.adminUrl).pathname.slice(1)}_empty`;
    await admin.query(`create database ${name}`);
    await admin.query(`grant create on database ${name} to sijill_owner, sijill_worker, sijill_migrator`);
    empty = name;
  });

  afterAll(async () => {
    await admin.query(`drop database ${empty} with (force)`);
    await admin.end();
    await database.drop();
  });

  test('are applied once when two start at the same moment, and run as sijill_migrator', async () => {
    const url = new URL(database.url('sijill_migrator'));
    url.pathname = `/${empty}`;
    const applied = await Promise.all([migrate(url.href), migrate(url.href)]);
    expect(applied.sort()).toEqual([0, 10]);
    expect(await migrate(url.href)).toBe(0);
  });

  test('leave journal and checkpoints to sijill_owner, a role nobody can log in as', async () => {
    const { rows } = await admin.query(
      `select distinct tableowner, rolcanlogin from pg_tables join pg_roles on rolname = tableowner
        where schemaname in ('journal', 'projector', 'vault')`,
    );
    expect(rows).toEqual([{ tableowner: 'sijill_owner', rolcanlogin: false }]);
  });

  test('let the worker make schemas whose tables the api may read and not write', async () => {
    const worker = new pg.Client({ connectionString: database.url('sijill_worker') });
    const api = new pg.Client({ connectionString: database.url('sijill_api') });
    await Promise.all([worker.connect(), api.connect()]);
    try {
      await worker.query(
        'create schema p_sample; create table p_sample.row (id int); insert into p_sample.row values (1)',
      );
      expect((await api.query('select id from p_sample.row')).rows).toEqual([{ id: 1 }]);
      await expect(api.query('insert into p_sample.row values (2)')).rejects.toMatchObject({ code: '42501' });
      await expect(api.query('create schema p_other')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await Promise.all([worker.end(), api.end()]);
    }
  });

  test('make a checkpoint that moves tell so', async () => {
    const heard: (string | undefined)[] = [];
    admin.on('notification', ({ payload }) => heard.push(payload));
    await admin.query('listen sijill_projection');
    await admin.query(`insert into projector.projection (name, version) values ('sample', 1)`);
    await admin.query(`update projector.projection set token = token + 1 where name = 'sample'`);
    await admin.query(`update projector.projection set position = 4 where name = 'sample'`);
    await admin.query('select 1');
    expect(heard).toEqual(['sample']);
  });
});
