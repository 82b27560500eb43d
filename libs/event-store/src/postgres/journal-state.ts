import pg from 'pg';
import { refuse } from '../failures.js';
import { faultOf } from './driver-faults.js';

const TIMEOUT_MS = 5_000;

/** A range of positions with its rows and indexes. */
export interface JournalPartition {
  readonly name: string;
  /** First position, and the first one behind it. Null: no bound, the journal is not divided. */
  readonly from: bigint;
  readonly to: bigint | null;
  readonly events: bigint;
  /** Rows, indexes and what is stored beside the rows. */
  readonly bytes: number;
  readonly isFull: boolean;
  /** Every page is frozen: no vacuum will ever have to read it again, however old the transactions get. */
  readonly isFrozen: boolean;
  /** The ordinary vacuum is told to come for any new row and to freeze it at once. */
  readonly isSetToFreeze: boolean;
  /** When it was last vacuumed, by whomever, RFC 3339; null: never, or the server's statistics were reset. */
  readonly vacuumedAt: string | null;
}

/** What an operator looks at: sizes, what is prepared, what is cleaned up, what the server found broken. */
export interface JournalState {
  readonly events: bigint;
  readonly bytes: number;
  /** Null: nothing is stored yet. */
  readonly bytesPerEvent: number | null;
  /** In the order of their positions. */
  readonly partitions: readonly JournalPartition[];
  /** There is room behind the last half partition; false for long means that appends will have to make it. */
  readonly isNextPartitionReady: boolean;
  /** Transactions since the oldest one that is not frozen in this database; the server stops at 2,000,000,000. */
  readonly unfrozenTransactions: number;
  readonly hasChecksums: boolean;
  /** Pages that did not match their checksum since the statistics were reset; null: there are no checksums. */
  readonly checksumFailures: number | null;
  readonly databaseBytes: number;
  /** What the server says of durability and its log, by name, with units. */
  readonly settings: Readonly<Record<string, string>>;
}

const PARTITIONS = `
select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound, pg_total_relation_size(c.oid)::float8 as bytes,
       c.relpages > 0 and coalesce((to_jsonb(c) ->> 'relallfrozen')::int, c.relallvisible) >= c.relpages as frozen,
       coalesce(c.reloptions @> '{autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=0,
         autovacuum_freeze_min_age=0, autovacuum_freeze_table_age=0}' and not c.reloptions && '{autovacuum_enabled=false}', false) as set_to_freeze,
       greatest(s.last_vacuum, s.last_autovacuum) as vacuumed
  from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
 where c.relkind = 'r' and (c.oid = 'journal.event'::regclass
       or c.oid in (select inhrelid from pg_inherits where inhparent = 'journal.event'::regclass))`;

const DATABASE = `
select (select next_position from journal.head) as events, pg_database_size(d.oid)::float8 as bytes,
       age(d.datfrozenxid) as age, current_setting('data_checksums') = 'on' as checksums, s.checksum_failures as failures
  from pg_database d join pg_stat_database s on s.datid = d.oid where d.datname = current_database()`;

const SETTINGS = `
select name, current_setting(name) as value from pg_settings
 where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_sync_retry', 'wal_level', 'wal_compression', 'max_wal_size',
                'autovacuum')`;

interface PartitionRow {
  readonly name: string;
  readonly bound: string | null;
  readonly bytes: number;
  readonly frozen: boolean;
  readonly set_to_freeze: boolean;
  readonly vacuumed: Date | null;
}

interface DatabaseRow {
  readonly events: string;
  readonly bytes: number;
  readonly age: number;
  readonly checksums: boolean;
  readonly failures: string | null;
}

/**
 * Looks at the journal over a connection of its own. Costs a few milliseconds: sizes and statistics, no row is counted.
 *
 * @param connectionString of sijill_api, sijill_worker or an administrator.
 * @throws Failure `store.unavailable`, `store.denied`.
 */
export async function journalState(connectionString: string): Promise<JournalState> {
  const client = new pg.Client({
    connectionString,
    application_name: 'sijill state',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined); // the question under way fails as well, and says why
  try {
    await client.connect();
    const [database] = (await client.query<DatabaseRow>(DATABASE)).rows;
    const { rows } = await client.query<PartitionRow>(PARTITIONS);
    const settings = (await client.query<{ name: string; value: string }>(SETTINGS)).rows;
    if (database === undefined) throw refuse('store.corrupt', { params: { reason: 'the server hides its database' } });
    return {
      ...stateOf(database, rows),
      settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    };
  } catch (error) {
    throw faultOf(error).failure;
  } finally {
    await client.end().catch(() => undefined); // it was never there, or is gone
  }
}

function stateOf(database: DatabaseRow, rows: readonly PartitionRow[]): Omit<JournalState, 'settings'> {
  const events = BigInt(database.events);
  const partitions = rows.map((row) => partitionOf(row, events)).sort((one, other) => (one.from < other.from ? -1 : 1));
  const bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0);
  const last = partitions.at(-1);
  return {
    events,
    bytes,
    bytesPerEvent: events === 0n ? null : bytes / Number(events),
    partitions,
    isNextPartitionReady: last === undefined || last.to === null || events < (last.from + last.to) / 2n,
    unfrozenTransactions: database.age,
    hasChecksums: database.checksums,
    checksumFailures: database.failures === null ? null : Number(database.failures),
    databaseBytes: database.bytes,
  };
}

/** The server shows a range as `FOR VALUES FROM ('0') TO ('67108864')`. */
const BOUND = /FROM \('(\d+)'\) TO \('(\d+)'\)/;

function partitionOf(
  { name, bound, bytes, frozen, set_to_freeze, vacuumed }: PartitionRow,
  head: bigint,
): JournalPartition {
  const [, from = '0', to] = BOUND.exec(bound ?? '') ?? [];
  const [first, end] = [BigInt(from), to === undefined ? null : BigInt(to)];
  const reached = end !== null && head > end ? end : head;
  return {
    name,
    from: first,
    to: end,
    events: reached > first ? reached - first : 0n,
    bytes,
    isFull: end !== null && head >= end,
    isFrozen: frozen,
    isSetToFreeze: set_to_freeze,
    vacuumedAt: vacuumed?.toISOString() ?? null,
  };
}
