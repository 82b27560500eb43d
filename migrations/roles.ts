import { readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { ROLES_FILE } from './roles-file.js';

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
