import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';

/** Folder that holds package.json: the same seen from the sources and from the build. */
const packageRoot = (from: string): string => {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('no package.json above this file: the installation is incomplete');
  return packageRoot(parent);
};

const ROLES_FILE = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'docker/postgres/roles.sql');

/**
 * Makes the roles of docker/postgres/roles.sql and their rights on the database at `url`. Idempotent.
 *
 * @param url Connection of an administrator (or of somebody who may create roles) to the database of the ledger.
 */
export async function applyRoles(url: string): Promise<void> {
  const source = new DataSource({ type: 'postgres', url, poolSize: 1, applicationName: 'sijill roles' });
  await source.initialize();
  try {
    await source.query(readFileSync(ROLES_FILE, 'utf8'));
  } finally {
    await source.destroy();
  }
}
