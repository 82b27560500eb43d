import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';
import { dumpDigest } from '../canonical-dump.js';
import { Fenced } from '../projector/faults.js';
import { schemaOf } from '../tables.js';
import { compareSchemas, isParity } from './comparison.js';
import { refuse } from './failures.js';
import { type Filling, fill, withConnection } from './fill.js';
import { begin, type Ending, finish, type Job, type ReplayReport } from './job.js';
import { KEPT_DAYS, lockOutReaders, swapSchemas } from './swap.js';

/** Once this is enough to reach the live projection, it can be made to wait for the rest. */
const NEAR_MS = 1_000;
/** The live projection waits no longer than this; then it goes on, and the rebuild tries again. */
const PAUSE_MS_MAX = 10_000;
const LOCK_RETRY_MS = 3_000;

const LIVE = `select position from projector.projection where name = $1 and version = $2 and partition = 0 and state <> 'building'`;
// The worker moves this row with every page; while we hold it, the live tables stand still.
const PAUSE = `${LIVE} for update`;
// Whoever still writes the tables that go is fenced: its statement was planned for them, whatever they are called by then.
const FENCE = `update projector.projection
   set token = token + 1, lease_until = '-infinity', updated_at = clock_timestamp(),
       state = case when state = 'parked' then 'live' else state end
 where name = $1 and version = $2 and partition = 0 and state <> 'building' returning position`;
// The new tables stand where their own fold ended: before the live ones, if those had read a journal that was put back since.
const PLACE = `update projector.projection set position = $3, recorded_max = $4
 where name = $1 and version = $2 and partition = 0 and state <> 'building'`;

/**
 * Builds a projection anew beside the live one, compares the two row by row at a common position, and lets the new one take the
 * place of the live one where nothing differs or an operator has said so.
 *
 * @returns How it ends; undefined: the new tables took the place of the live ones, and the job ended in the same transaction.
 */
export const rebuild = async (filling: Filling, job: Job): Promise<Ending | undefined> => {
  const { pool, tables } = filling;
  await approach(filling, job);
  const report = await compareWithLive(filling, job);
  const { hash, rows } = await withConnection(filling, (client) => dumpDigest(client, tables.model, tables.schema));
  const told = { hash, rows, report, keptDays: KEPT_DAYS };
  if (job.isDryRun) {
    await pool.query(`drop schema "${tables.schema}" cascade`);
    return { ...told, state: 'done' };
  }
  if (!report.isEqual && !job.isConfirmed) return { ...told, state: 'held' };
  for (;;) {
    await approach(filling, job);
    if (await takePlace(filling, job, { ...told, state: 'done', keptDays: job.isOldDropped ? 0 : KEPT_DAYS })) return;
    await pause(LOCK_RETRY_MS, undefined, { signal: filling.signal });
  }
};

/** Up to where the live projection is, until that is a matter of a moment. */
const approach = async (filling: Filling, job: Job): Promise<void> => {
  for (let tookMs = Number.POSITIVE_INFINITY; tookMs > NEAR_MS; ) {
    const live = await livePosition(filling.pool, LIVE, filling);
    if (!(await begin(filling.pool, job, filling.tables.model.version, live))) throw new Fenced(filling.tables.schema);
    const startedAt = Date.now();
    await fill(filling, job, live);
    tookMs = Date.now() - startedAt;
  }
};

/** @throws Failure `replay.otherVersion` when no live projection of this version is there to compare with. */
const livePosition = async (client: Pool | ClientBase, sql: string, { tables }: Filling): Promise<bigint> => {
  const { name, version } = tables.model;
  const { rows } = await client.query<{ position: string }>(sql, [name, version]);
  if (!rows[0])
    throw refuse('replay.otherVersion', {
      params: { id: tables.schema.replace(/^\D+/, ''), version: String(version) },
    });
  return BigInt(rows[0].position);
};

/** The pause ends as soon as a snapshot holds both sides at one position; comparing them may take as long as it takes. */
const compareWithLive = (filling: Filling, job: Job): Promise<ReplayReport> =>
  withConnection(filling, async (snapshot) => {
    const { tables } = filling;
    const live = await withConnection(filling, async (pausing) => {
      await pausing.query(`begin; set local lock_timeout = '2s'`);
      const position = await livePosition(pausing, PAUSE, filling);
      await fill(within(PAUSE_MS_MAX, filling), job, position);
      await snapshot.query('begin isolation level repeatable read read only');
      await snapshot.query('select 1'); // a snapshot is taken by the first query, not by the beginning
      return position;
    });
    const compared = await compareSchemas(snapshot, tables.model, tables.schema, schemaOf(tables.model.name));
    return { with: 'live', position: String(live), isEqual: isParity(compared), tables: compared };
  });

/** One transaction: readers see the tables before or those after, and a crash leaves one or the other. False: try again. */
const takePlace = async (filling: Filling, job: Job, ending: Ending): Promise<boolean> => {
  const { tables } = filling;
  const { name, version } = tables.model;
  try {
    await withConnection(filling, async (client) => {
      await client.query(`begin; set local lock_timeout = '2s'`);
      await lockOutReaders(client, name);
      await fill(within(PAUSE_MS_MAX, filling), job, await livePosition(client, FENCE, filling));
      await client.query(PLACE, [name, version, String(job.position), job.recordedMax]);
      await swapSchemas(client, name, tables.schema);
      if (!(await finish(client, job, ending))) throw new Fenced(tables.schema);
      await client.query('commit');
    });
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false; // a reader is slow
    throw error;
  }
};

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');

const within = (ms: number, filling: Filling): Filling => ({
  ...filling,
  signal: AbortSignal.any([filling.signal, AbortSignal.timeout(ms)]),
});
