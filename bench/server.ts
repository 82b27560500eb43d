import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import type { UndoList } from '#kernel';
import { migrate } from '../migrations/migrate.js';
import { applyRoles } from '../migrations/roles.js';
import { Raw } from './raw.js';
import { median } from './statistics.js';

/** A ledger's database of its own, empty. */
export interface Ledger {
  readonly name: string;
  readonly adminUrl: string;
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly admin: Raw;
  /** Gives the disk back. */
  drop(): Promise<void>;
}

export interface BenchServer {
  /** Temporary, on the disk that is measured. */
  readonly folder: string;
  readonly version: string;
  readonly postmaster: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Median of writing 8 KiB to the end of a file and waiting for the disk. */
  readonly syncMs: number;
  /** Where a suite leaves how to stop what it starts. */
  readonly undo: UndoList;
  /** @param partitionEvents positions of a partition of its journal; as many as a migration makes of itself, unless told. */
  freshLedger(partitionEvents?: number): Promise<Ledger>;
  /** A ledger with the same files. Nobody may be connected to the one that is copied. */
  copyOf(ledger: Ledger): Promise<Ledger>;
  /** The ledger of this name, made where there is none: `partitionEvents` is only heard then. */
  ledgerNamed(name: string, partitionEvents?: number): Promise<Ledger>;
}

const SETTINGS = `select name, current_setting(name) as setting from pg_settings where name in (
  'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'wal_level', 'data_checksums', 'shared_buffers',
  'max_wal_size', 'checkpoint_timeout', 'wal_compression', 'io_method') order by name`;
const POSTMASTER = `select pg_read_file('postmaster.pid') as text`;

/**
 * Starts a durable PostgreSQL in a temporary folder. `undo` stops it and removes the folder.
 * @param keep folder that stays instead, with the ledgers in it.
 */
export async function startServer(undo: UndoList, say: (line: string) => void, keep?: string): Promise<BenchServer> {
  const remove = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 5 });
  const folder = mkdtempSync(join(tmpdir(), 'sijill-bench-'));
  undo.push('the temporary folder', () => remove(folder));
  await chmod(folder, 0o755); // PostgreSQL may run as another user and has to walk through it
  const directory = join(keep ?? folder, 'postgres');
  if (keep !== undefined) await mkdir(keep, { recursive: true, mode: 0o755 });
  const syncMs = await measureSync(keep ?? folder);
  const calledOff = new AbortController();
  const starting = startPostgres({ directory, onProgress: say, signal: calledOff.signal });
  undo.push('PostgreSQL', async () => {
    calledOff.abort();
    const started = await starting.catch(() => undefined);
    await started?.stop();
    if (started !== undefined && keep === undefined) await remove(started.directory);
  });
  const postgres = await starting;
  const admin = new Raw(postgres.adminUrl);
  undo.push('the connection of the administrator', () => admin.close());
  const { text } = await admin.row<{ text: string }>(POSTMASTER);
  const rows = await admin.rows<{ name: string; setting: string }>(SETTINGS);
  let count = 0;
  const freshName = () => `bench_${process.pid}_${++count}`;
  return {
    folder,
    version: postgres.version,
    postmaster: Number(text.split('\n')[0]),
    settings: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
    syncMs,
    undo,
    freshLedger: (partitionEvents) => makeLedger(postgres, admin, freshName(), partitionEvents),
    copyOf: async (ledger) => {
      const name = freshName();
      await admin.rows(`create database "${name}" template "${ledger.name}" strategy file_copy`);
      return makeLedger(postgres, admin, name);
    },
    ledgerNamed: (name, partitionEvents) => makeLedger(postgres, admin, name, partitionEvents),
  };
}

async function makeLedger(
  postgres: RunningPostgres,
  server: Raw,
  name: string,
  partitionEvents?: number,
): Promise<Ledger> {
  const adminUrl = await postgres.createDatabase(name);
  await applyRoles(adminUrl);
  const asked = new URL(adminUrl);
  if (partitionEvents !== undefined) asked.searchParams.set('options', `-c sijill.partition_events=${partitionEvents}`);
  await migrate(asked.href);
  const admin = new Raw(adminUrl);
  return {
    name,
    adminUrl,
    apiUrl: postgres.url('sijill_api', name),
    workerUrl: postgres.url('sijill_worker', name),
    admin,
    drop: async () => {
      await admin.close();
      await server.rows(`drop database "${name}" with (force)`);
    },
  };
}

const SYNCS = 100;
const SYNC_BYTES = 8_192;

async function measureSync(folder: string): Promise<number> {
  const path = join(folder, 'sync');
  const file = await open(path, 'w');
  try {
    const times: number[] = [];
    for (let nth = 0; nth < SYNCS; nth++) {
      const before = performance.now();
      await file.write(Buffer.alloc(SYNC_BYTES, nth));
      await file.datasync();
      times.push(performance.now() - before);
    }
    return median(times);
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
