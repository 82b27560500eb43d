import { EventStoreDbEventStore } from './eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbImport } from './eventstoredb-import.js';
import type { JournalImport } from './journal-import.js';
import type { StoreMetric } from './metrics.js';
import type { EventStore } from './port.js';
import { PostgresEventStore } from './postgres/postgres-event-store.js';
import { PostgresImport } from './postgres/postgres-import.js';

/** Where the journal is: in the database of the ledger, or in a cluster of its own. May hold a password: never print it. */
export type EventStoreAddress = 'postgres' | `${'esdb' | 'kurrentdb'}${string}`;

const CLUSTER = /^(esdb|kurrentdb)(\+discover)?:\/\/[^/]/;

/**
 * Reads `SIJILL_EVENT_STORE`; not set: `postgres`.
 *
 * @throws Error that says what it may hold, and of what it holds the scheme alone: the rest may be a password.
 */
export function readEventStore(text = 'postgres'): EventStoreAddress {
  if (text === 'postgres' || CLUSTER.test(text)) return text as EventStoreAddress;
  const scheme = /^[\w+]*/.exec(text)?.[0];
  throw new Error(
    `SIJILL_EVENT_STORE is "${scheme}…": postgres, or an address like esdb://host:2113 or kurrentdb+discover://host:2113`,
  );
}

export interface OpenOptions {
  /** As {@link readEventStore} reads it. */
  readonly eventStore: string | undefined;
  /** Role of the ledger's database with the rights that the journal needs of it; a cluster needs none. */
  readonly databaseUrl: string;
  /** `none` skips the checks of the server's durability. Tests only. Default `full`. */
  readonly durability?: 'full' | 'none' | undefined;
  readonly onMetric?: ((metric: StoreMetric) => void) | undefined;
}

/** Opens the journal wherever it is: the one place that knows which stores there are. @throws Failure of the store. */
export async function openEventStore({
  eventStore,
  databaseUrl,
  durability = 'full',
  onMetric = () => undefined,
}: OpenOptions): Promise<EventStore> {
  const address = readEventStore(eventStore);
  if (address !== 'postgres') return EventStoreDbEventStore.open({ connectionString: address, onMetric });
  return PostgresEventStore.open({ connectionString: databaseUrl, durability, onMetric });
}

/**
 * Opens the way in by which a ledger is moved.
 *
 * @param databaseUrl of a login that may become the owner of the journal: an administrator, or sijill_migrator.
 */
export async function openJournalImport({
  eventStore,
  databaseUrl,
  durability = 'full',
}: Omit<OpenOptions, 'onMetric'>): Promise<JournalImport> {
  const address = readEventStore(eventStore);
  return address === 'postgres' ? PostgresImport.open(databaseUrl, durability) : EventStoreDbImport.open(address);
}
