import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '#embedded-postgres';
import { type EventStore, type JournalImport, openEventStore, openJournalImport, readEventStore } from '#event-store';
import type { UndoList } from '#kernel';
import { openDatabases } from './databases.js';
import { DATABASE, type Environment } from './environment.js';
import { CliError, EXIT } from './exit-codes.js';

const DATABASE_URL = /^postgres(ql)?:\/\//;

/** A journal by the name that an operator gives it: `postgres`, the address of a database, or that of a cluster. */
export const openStore = async (name: string, environment: Environment, undo: UndoList): Promise<EventStore> => {
  const store = await openEventStore({
    eventStore: storeOf(name),
    databaseUrl: await readingUrl(name, environment, undo),
    durability: 'none', // of what is read: nothing is written through it
  });
  undo.push('the journal', () => store.close());
  return store;
};

/** The way in by which a ledger is moved into a journal, whose tables are made where they are not there yet. */
export const openImport = async (
  name: string,
  { databaseUrl, dataDirectory }: Environment,
  undo: UndoList,
  report: (line: string) => void,
): Promise<JournalImport> => {
  const eventStore = storeOf(name);
  const url = DATABASE_URL.test(name) ? name : databaseUrl;
  const ownerUrl =
    eventStore === 'postgres' ? (await openDatabases({ databaseUrl: url, dataDirectory, undo, report })).ownerUrl : '';
  const into = await openJournalImport({ eventStore, databaseUrl: ownerUrl });
  undo.push('the import', () => into.close());
  return into;
};

const storeOf = (name: string): string => {
  if (DATABASE_URL.test(name)) return 'postgres';
  try {
    return readEventStore(name);
  } catch (error) {
    throw new CliError((error as Error).message.replace('SIJILL_EVENT_STORE', 'the store'), EXIT.usage);
  }
};

/** Of a role that may read the journal. The embedded server is borrowed where it runs, else started for as long as this takes. */
const readingUrl = async (name: string, environment: Environment, undo: UndoList): Promise<string> => {
  if (DATABASE_URL.test(name)) return name;
  if (storeOf(name) !== 'postgres') return '';
  if (environment.databaseUrl) return environment.databaseUrl;
  const directory = join(environment.dataDirectory, 'postgres');
  if (!existsSync(directory))
    throw new CliError(`no ledger in ${environment.dataDirectory}: set DATABASE_URL or SIJILL_DATA_DIR`, EXIT.usage);
  const postgres = await startPostgres({ directory });
  undo.push('PostgreSQL', () => postgres.stop());
  return postgres.url('sijill_api', DATABASE);
};

/** How many events there are up to one of them; undefined where positions have gaps and nobody has counted. */
export const eventsUpTo = ({ capabilities }: EventStore, position: bigint | undefined): number | undefined =>
  capabilities.order === 'dense' && position !== undefined ? Number(position) + 1 : undefined;
