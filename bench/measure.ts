import { readCpu } from './harness/cpu.js';
import type { Raw } from './raw.js';
import { type Measured, percentile } from './statistics.js';

/** With what a measurement looks at the server and the machine. */
export interface Instruments {
  /** Superuser in the database that is measured. */
  readonly admin: Raw;
  readonly postmaster: number;
  /** Process of the ledger, where it is not this one. */
  readonly ledger?: number;
  /** Table whose storage is counted. */
  readonly table?: string;
}

const WAL = `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as bytes`;

/** Runs `work` after a checkpoint, so that none of an earlier measurement falls into it. */
export async function measure(instruments: Instruments, work: () => Promise<Called>): Promise<Measured> {
  const { admin, postmaster, ledger, table } = instruments;
  await admin.rows('checkpoint');
  const walBefore = await walBytes(admin);
  const before = readCpu(postmaster, ledger);
  const { events, seconds, latenciesMs } = await work();
  const after = readCpu(postmaster, ledger);
  const walAfter = await walBytes(admin);
  const client = after.client - before.client;
  const server = difference(before.server, after.server);
  const machine = difference(before.machine, after.machine);
  return {
    events,
    seconds,
    p50Ms: latenciesMs.length > 0 ? percentile(latenciesMs, 0.5) : null,
    p99Ms: latenciesMs.length > 0 ? percentile(latenciesMs, 0.99) : null,
    clientCpuSeconds: client,
    serverCpuSeconds: server,
    othersCpuSeconds: machine === null || server === null ? null : Math.max(0, machine - client - server),
    walBytes: walAfter - walBefore,
    storageBytesPerEvent: table === undefined ? null : await storageBytesPerEvent(admin, table),
  };
}

const difference = (before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : after - before;

const walBytes = async (admin: Raw): Promise<number> => (await admin.row<{ bytes: number }>(WAL)).bytes;

const storageBytesPerEvent = async (admin: Raw, table: string): Promise<number | null> => {
  // A table in partitions has no size of its own.
  const sql = `select coalesce((select sum(pg_total_relation_size(relid)) from pg_partition_tree($1::regclass)),
    pg_total_relation_size($1::regclass))::float8 / nullif(count(*), 0) as bytes from ${table}`;
  return (await admin.row<{ bytes: number | null }>(sql, [table])).bytes;
};

/** What callers came to together. */
export interface Called {
  readonly events: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

/** Makes one call and says how many events it brought, or undefined when there is nothing left to do. */
export type Call = (caller: number) => Promise<number | undefined>;

/**
 * Closed loop: each caller calls again as soon as it was answered, until `seconds` are over or nothing is left. Calls under way
 * then are waited for and count, and so does the time they take.
 *
 * @throws what a call threw; the others make no further call.
 */
export async function callAll(callers: number, seconds: number, call: Call): Promise<Called> {
  const latenciesMs: number[] = [];
  let events = 0;
  let isOver = false;
  const start = performance.now();
  const loop = async (caller: number): Promise<void> => {
    try {
      while (!isOver) {
        const before = performance.now();
        if (before - start >= seconds * 1_000) return;
        const brought = await call(caller);
        if (brought === undefined) return;
        events += brought;
        latenciesMs.push(performance.now() - before);
      }
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: callers }, (_, caller) => loop(caller)));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return { events, seconds: (performance.now() - start) / 1_000, latenciesMs };
}
