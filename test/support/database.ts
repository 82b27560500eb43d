import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../migrations/migrate.js';

export type TestRole = 'sijill_api' | 'sijill_worker' | 'sijill_migrator';

export interface TestDatabase {
  /** Connection string of the administrator to this database. */
  readonly adminUrl: string;
  /** Connection string of a login role to this database. */
  url(role: TestRole): string;
  /** Drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

const LOGIN_ROLES: readonly TestRole[] = ['sijill_api', 'sijill_worker', 'sijill_migrator'];
const ROLES_SQL = join(process.cwd(), 'docker/postgres/roles.sql');

// Roles belong to the whole server and runs share it: one at a time, whatever the run. Held in the administrator's
// database.
const LOCK = `select pg_advisory_lock(hashtext('sijill test roles and templates'))`;
// What a clone does not inherit from its template: the rights on the database itself.
const GRANT = (name: string) => `grant create on database ${name} to sijill_owner, sijill_worker, sijill_migrator`;

/**
 * A migrated database of its own for one test file; drop it in `afterAll`.
 *
 * The first call of a run makes the template (roles.sql, passwords, migrations), every call clones it.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = fromEnvironment('TEST_PG');
  const template = fromEnvironment('TEST_TEMPLATE');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await asAdmin(server, async (admin) => {
    await admin.query(LOCK);
    await ensureTemplate(admin, server, template);
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
    await admin.query(GRANT(name));
  });
  return {
    adminUrl: urlOf(server, name),
    url: (role) => urlOf(server, name, role),
    drop: () =>
      asAdmin(server, async (admin) => {
        await awaitLeaving(admin, name);
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

const LEAVING_MS_MAX = 1_000;
const CONNECTED = 'select from pg_stat_activity where datname = $1';

/**
 * A pool that has ended has said goodbye, and its connections may still be there: cut off now, one would hear of an error to which
 * nobody listens any more. Whoever stays is cut off.
 */
async function awaitLeaving(admin: pg.Client, name: string): Promise<void> {
  const until = Date.now() + LEAVING_MS_MAX;
  while ((await admin.query(CONNECTED, [name])).rowCount && Date.now() < until) await pause(10);
}

/** Made under another name and renamed when complete: a run that dies in between leaves no half template behind. */
async function ensureTemplate(admin: pg.Client, server: string, template: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
  if (rowCount) return;
  const unfinished = `${template}_unfinished`;
  await admin.query(`drop database if exists ${unfinished} with (force)`);
  await admin.query(`create database ${unfinished} template template0`);
  const url = urlOf(server, unfinished);
  await asAdmin(url, async (client) => {
    await client.query(readFileSync(ROLES_SQL, 'utf8'));
    for (const role of LOGIN_ROLES) await client.query(`alter role ${role} password '${passwordOf(role)}'`);
  });
  await migrate(url);
  await admin.query(`alter database ${unfinished} rename to ${template}`);
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string, role?: TestRole): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (role) {
    url.username = role;
    url.password = passwordOf(role);
  }
  return url.href;
}

/** The same in every run, because runs share the roles of one server. Guards nothing: tests only, loopback only. */
const passwordOf = (role: TestRole): string => createHash('sha256').update(`sijill test ${role}`).digest('hex');

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: tests with a database run under jest, whose global set-up names the server`);
  return value;
}
