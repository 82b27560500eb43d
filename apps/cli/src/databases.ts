import { join } from 'node:path';
import { startPostgres } from '#embedded-postgres';
import type { UndoList } from '#kernel';
import { migrate } from '../../../migrations/migrate.js';
import { applyRoles } from '../../../migrations/roles.js';
import { DATABASE } from './environment.js';

/** One address a role, so that each process part has the rights of its job and no others. */
export interface Databases {
  readonly apiUrl: string;
  readonly workerUrl: string;
  /** Of a login that may become the owner of the journal. */
  readonly ownerUrl: string;
  /** For people: what runs and where. No password in it. */
  readonly description: string;
}

/**
 * The ledger's database with roles and tables in their newest form: the one that `DATABASE_URL` names, else an embedded PostgreSQL
 * below the data directory, which stops with this process.
 */
export async function openDatabases(options: {
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
  readonly undo: UndoList;
  readonly report: (line: string) => void;
}): Promise<Databases> {
  const { databaseUrl, dataDirectory, undo, report } = options;
  if (databaseUrl) {
    await applyRoles(databaseUrl);
    await migrate(databaseUrl);
    return {
      apiUrl: asRole(databaseUrl, 'sijill_api'),
      workerUrl: asRole(databaseUrl, 'sijill_worker'),
      ownerUrl: databaseUrl,
      description: `PostgreSQL at ${new URL(databaseUrl).host}`,
    };
  }
  const calledOff = new AbortController();
  const starting = startPostgres({
    directory: join(dataDirectory, 'postgres'),
    onProgress: report,
    signal: calledOff.signal,
  });
  undo.push('PostgreSQL', async () => {
    calledOff.abort();
    const started = await starting.catch(() => undefined);
    await started?.stop();
  });
  const postgres = await starting;
  const adminUrl = await postgres.createDatabase(DATABASE);
  await applyRoles(adminUrl);
  await migrate(adminUrl);
  return {
    apiUrl: postgres.url('sijill_api', DATABASE),
    workerUrl: postgres.url('sijill_worker', DATABASE),
    ownerUrl: adminUrl,
    description: `PostgreSQL ${postgres.version} (embedded, ${postgres.ownership})  ${postgres.directory}`,
  };
}

/** The same login, acting as one of our roles: what the role may not do, nobody on this connection may. */
export const asRole = (databaseUrl: string, role: string): string => {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} -c role=${role}`.trim());
  return url.toString();
};
