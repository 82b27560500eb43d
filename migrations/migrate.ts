import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { Journal1763700000001 } from './1763700000001-journal.js';
import { Projector1763700000002 } from './1763700000002-projector.js';
import { Vault1763700000003 } from './1763700000003-vault.js';
import { JournalPartitions1763700000004 } from './1763700000004-journal-partitions.js';
import { Replays1763700000008 } from './1763700000008-replays.js';
import { ProjectionPartitions1763700000014 } from './1763700000014-projection-partitions.js';
import { OptimisticAppends1763700000015 } from './1763700000015-optimistic-appends.js';
import { JournalImport1763700000016 } from './1763700000016-journal-import.js';
import { Erasures1763700000017 } from './1763700000017-erasures.js';
import { ProjectionJournal1763700000018 } from './1763700000018-projection-journal.js';

/** In the order of their numbers. Forward only: what was released is never edited, only followed. */
const MIGRATIONS = [
  Journal1763700000001,
  Projector1763700000002,
  Vault1763700000003,
  JournalPartitions1763700000004,
  Replays1763700000008,
  ProjectionPartitions1763700000014,
  OptimisticAppends1763700000015,
  JournalImport1763700000016,
  Erasures1763700000017,
  ProjectionJournal1763700000018,
];

// Polled, never waited for inside the server: a blocked pg_advisory_lock holds a snapshot, and CREATE INDEX
// CONCURRENTLY waits for that.
const TRY_LOCK = `select pg_try_advisory_lock(hashtext('sijill migrations')) as held`;
const UNLOCK = `select pg_advisory_unlock(hashtext('sijill migrations'))`;
const SCHEMA = `create schema if not exists migration`;

const LOCK_POLL_MS = 200;
const LOCK_WAIT_MS_MAX = 5 * 60_000;

/**
 * Brings the database at `url` to the newest form. Several starters at once are safe: one does the work, the others
 * find it done.
 *
 * Each migration is one transaction with its own record, so that a crash leaves whole migrations only and the next call
 * goes on.
 *
 * @param url Connection of an administrator or of sijill_migrator; the roles of docker/postgres/roles.sql are there
 * already.
 * @returns How many migrations this call applied.
 */
export async function migrate(url: string): Promise<number> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'migration',
    migrations: MIGRATIONS,
    migrationsTableName: 'applied',
    migrationsTransactionMode: 'each',
    poolSize: 2,
    applicationName: 'sijill migrations',
  });
  await source.initialize();
  try {
    const lock = source.createQueryRunner();
    try {
      await obtain(lock);
      await lock.query(SCHEMA);
      return (await source.runMigrations()).length;
    } finally {
      await lock.query(UNLOCK);
      await lock.release();
    }
  } finally {
    await source.destroy();
  }
}

async function obtain(lock: QueryRunner): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOCK_POLL_MS) {
    const [{ held }] = (await lock.query(TRY_LOCK)) as [{ held: boolean }];
    if (held) return;
    if (waitedMs >= LOCK_WAIT_MS_MAX)
      throw new Error('another process has been migrating this database for five minutes');
    await pause(LOCK_POLL_MS);
  }
}
