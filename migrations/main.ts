import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { migrate } from './migrate.js';
import { applyRoles } from './roles.js';

/**
 * Roles, their passwords and the newest tables, before the processes of a new version start. DATABASE_URL is an administrator's; a
 * password that is not set stays as it is. Again or several at once does no harm.
 */
const PASSWORDS = [
  ['sijill_api', 'SIJILL_API_PASSWORD'],
  ['sijill_worker', 'SIJILL_WORKER_PASSWORD'],
] as const;

/** The statement cannot take parameters: the server quotes what becomes part of it. */
const QUOTED = `select format('alter role %I password %L', $1::text, $2::text) as statement`;

async function setPasswords(url: string): Promise<void> {
  const source = new DataSource({ type: 'postgres', url, poolSize: 1, applicationName: 'sijill roles' });
  await source.initialize();
  try {
    for (const [role, variable] of PASSWORDS) {
      const password = process.env[variable];
      if (!password) continue;
      const [{ statement }] = (await source.query(QUOTED, [role, password])) as [{ statement: string }];
      await source.query(statement);
    }
  } finally {
    await source.destroy();
  }
}

const url = process.env.DATABASE_URL;
if (!url) {
  process.stderr.write('DATABASE_URL is not set: an administrator of the database of the ledger\n');
  process.exit(2);
}
try {
  await applyRoles(url);
  await setPasswords(url);
  const applied = await migrate(url);
  process.stdout.write(`${applied} migrations applied, roles and tables are in their newest form\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
