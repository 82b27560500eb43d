import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { defaultFacts } from '#ledger';
import { asRole } from '../apps/cli/src/databases.js';
import { answers, freePort, TestProcess, until } from './support/processes.js';

const query = async (url: string, text: string) => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

describe('A ledger on a PostgreSQL of its operator (DATABASE_URL)', () => {
  let directory: string;
  let postgres: RunningPostgres;
  let databaseUrl: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sijill-own-'));
    await chmod(directory, 0o755);
    postgres = await startPostgres({ directory: join(directory, 'postgres') });
    databaseUrl = await postgres.createDatabase('own');
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('gets its tables and roles, acts with the rights of its parts alone, and leaves the server running', async () => {
    const port = await freePort();
    const environment = { DATABASE_URL: databaseUrl, SIJILL_DATA_DIR: join(directory, 'data'), PORT: String(port) };
    const server = new TestProcess('dist/apps/cli/src/main.js', environment, ['serve']);
    server.start();
    try {
      await until(
        () => `it is ready\n${server.output}`,
        () => answers(`http://127.0.0.1:${port}/health/ready`),
        60,
      );
      const owners = `select distinct schema_owner from information_schema.schemata where schema_name like 'p\\_%'`;
      await until('the worker has made its tables', async () => (await query(databaseUrl, owners)).length > 0);
      expect(await query(databaseUrl, owners)).toEqual([{ schema_owner: 'sijill_worker' }]);
      expect(await query(databaseUrl, 'select count(*)::int as events from journal.event')).toEqual([
        { events: defaultFacts().length },
      ]);
    } finally {
      expect(await server.end('SIGTERM')).toBe(0);
    }
    expect(await query(databaseUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  test.each(['sijill_api', 'sijill_worker'])(
    'cannot change the journal as %s, though its login could',
    async (role) => {
      const url = asRole(databaseUrl, role);
      expect(await query(url, 'select current_user')).toEqual([{ current_user: role }]);
      for (const change of [
        'update journal.event set id = id',
        'delete from journal.event',
        'truncate journal.event',
      ]) {
        await expect(query(url, change)).rejects.toThrow(/permission denied/);
      }
    },
  );
});
