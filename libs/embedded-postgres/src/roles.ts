import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Passwords } from './passwords.js';

const CONNECT_MS_MAX = 30_000;
/** SQLSTATE duplicate_database, and unique_violation when two sessions make it at the same moment. */
const EXISTS_ALREADY = ['42P04', '23505'];

const LOGIN_ROLES = String.raw`select rolname from pg_roles where rolname like 'sijill\_%' and rolcanlogin order by rolname`;

/** A statement that fails is written to the log with its text, which here holds a password. */
const KEEP_OUT_OF_LOG = `set log_min_error_statement = panic; set log_statement = none; set log_min_duration_statement = -1`;

/** Two sessions that grant on one database at once fail with "tuple concurrently updated". Lasts as long as the session. */
const ONE_AT_A_TIME = `select pg_advisory_lock(hashtext('sijill roles'))`;

/**
 * Makes the roles of `docker/postgres/roles.sql`, gives each login role of ours its generated password, and grants
 * nothing else. Harmless to repeat; a crash in between is made good by the next start.
 *
 * @param sql Roles file; undefined: there is none, only roles that exist already get a password.
 */
export async function prepareRoles(adminUrl: string, passwords: Passwords, sql = findRolesFile()): Promise<void> {
  await withClient(adminUrl, async (client) => {
    if (sql !== undefined) await client.query(await readFile(sql, 'utf8'));
    const { rows } = await client.query<{ rolname: string }>(LOGIN_ROLES);
    const roles = rows.map(({ rolname }) => rolname);
    await passwords.ensure(roles);
    await client.query(KEEP_OUT_OF_LOG);
    for (const role of roles) {
      await client.query(`alter role ${escapeIdentifier(role)} password ${escapeLiteral(passwords.of(role))}`);
    }
  });
}

/** For example 18.4. */
export const readVersion = (adminUrl: string): Promise<string> =>
  withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? '';
  });

/** @returns When the database is there, whoever made it, and the roles file has granted what it grants on a database. */
export async function ensureDatabase(adminUrl: string, name: string, url: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    try {
      await client.query(`create database ${escapeIdentifier(name)}`);
    } catch (error) {
      if (!EXISTS_ALREADY.includes((error as { code?: string }).code ?? '')) throw error;
    }
  });
  const sql = findRolesFile();
  if (sql === undefined) return;
  await withClient(url, async (client) => {
    await client.query(ONE_AT_A_TIME);
    await client.query(await readFile(sql, 'utf8'));
  });
}

/** Sources and compiled files lie at different depths below the folder with package.json. */
function findRolesFile(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      const file = join(folder, 'docker', 'postgres', 'roles.sql');
      return existsSync(file) ? file : undefined;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

async function withClient<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_MS_MAX });
  // A server that goes away between two queries is reported by the next query; without a listener it ends the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
