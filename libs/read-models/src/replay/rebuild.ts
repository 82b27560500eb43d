import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';
import { READ_EVENTS_MAX } from '#event-store';
import { dumpDigest } from '../canonical-dump.js';
import { type JournalPlace, journalOf } from '../projector/checkpoint.js';
import { Fenced } from '../projector/faults.js';
import { type Reading, readingsOf } from '../projector/reading.js';
import { schemaOf } from '../tables.js';
import { compareSchemas, isParity } from './comparison.js';
import { refuse } from './failures.js';
import { type Filling, fill, withConnection } from './fill.js';
import { begin, type Ending, finish, type Job, type ReplayReport, restart } from './job.js';
import { KEPT_DAYS, lockOutReaders, swapSchemas } from './swap.js';

/** Once this is enough to reach the live projection, it can be made to wait for the rest. */
const NEAR_MS = 1_000;
/** The live projection waits no longer than this; then it goes on, and the rebuild tries again. */
const PAUSE_MS_MAX = 10_000;
const LOCK_RETRY_MS = 3_000;

const LIVE = `select position, parked_code as "parkedCode" from projector.projection
 where name = $1 and version = $2 and state <> 'building' order by partition`;
// A worker moves these rows with every page; while we hold them, the live tables stand still.
const PAUSE = `${LIVE} for update`;
// Whoever still writes the tables that go is fenced: its statement was planned for them, whatever they are called by then.
const FENCE = `update projector.projection
   set token = token + 1, lease_until = '-infinity', updated_at = clock_timestamp(),
       state = case when state = 'parked' then 'live' else state end
 where name = $1 and version = $2 and state <> 'building' returning position, parked_code as "parkedCode"`;
/** The live projection counts by the positions of a journal that was put back or moved since. */
const ROLLED_BACK = 'journal.rolledBack';
// The new tables stand where their own fold ended, whatever partitions were behind: before the live ones, if those had read a journal
// that was put back since.
const PLACE = `update projector.projection
   set position = $3, recorded_max = $4, journal = $5, parked_position = null, parked_code = null, parked_at = null
 where name = $1 and version = $2 and state <> 'building'`;

/**
 * Builds a projection anew beside the live one, compares the two row by row at a common position, and lets the new one take the
 * place of the live one where nothing differs or an operator has said so.
 *
 * @returns How it ends; undefined: the new tables took the place of the live ones, and the job ended in the same transaction.
 */
export const rebuild = async (filling: Filling, job: Job): Promise<Ending | undefined> => {
  const { pool, tables } = filling;
  await startBehind(filling, job);
  await approach(filling, job, 'lowest');
  const report = await compareWithLive(filling, job);
  const { hash, rows } = await withConnection(filling, (client) => dumpDigest(client, tables.model, tables.schema));
  const told = { hash, rows, report, keptDays: KEPT_DAYS };
  if (job.isDryRun) {
    await pool.query(`drop schema "${tables.schema}" cascade`);
    return { ...told, state: 'done' };
  }
  if (!report.isEqual && !job.isConfirmed) return { ...told, state: 'held' };
  for (;;) {
    await approach(filling, job, 'highest');
    if (await takePlace(filling, job, { ...told, state: 'done', keptDays: job.isOldDropped ? 0 : KEPT_DAYS })) return;
    await pause(LOCK_RETRY_MS, undefined, { signal: filling.signal });
  }
};

/** A worker died when it was about to take the place: its tables are ahead of a partition, and nothing could be compared with them. */
const startBehind = async (filling: Filling, job: Job): Promise<void> => {
  const { pool, tables } = filling;
  if (job.position <= (await livePlace(pool, LIVE, filling)).lowest) return;
  await pool.query(`drop schema "${tables.schema}" cascade`);
  await tables.create(pool);
  if (!(await restart(pool, job))) throw new Fenced(tables.schema);
};

/** Up to what all partitions of the live projection have taken in, or what one of them has, until that is a matter of a moment. */
const approach = async (filling: Filling, job: Job, which: 'lowest' | 'highest'): Promise<void> => {
  for (let tookMs = Number.POSITIVE_INFINITY; tookMs > NEAR_MS; ) {
    const { [which]: live } = await livePlace(filling.pool, LIVE, filling);
    if (!(await begin(filling.pool, job, filling.tables.model.version, live))) throw new Fenced(filling.tables.schema);
    const startedAt = Date.now();
    await fill(filling, job, live);
    tookMs = Date.now() - startedAt;
  }
};

/** Where the live projection stands: each partition, or the only one. Where it stands in another journal: the head of this one. */
interface LivePlace {
  readonly positions: readonly bigint[];
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** @throws Failure `replay.otherVersion` when no live projection of this version is there to compare with. */
const livePlace = async (client: Pool | ClientBase, sql: string, { tables, store }: Filling): Promise<LivePlace> => {
  const { name, version } = tables.model;
  const { rows } = await client.query<{ position: string; parkedCode: string | null }>(sql, [name, version]);
  if (!rows[0])
    throw refuse('replay.otherVersion', {
      params: { id: tables.schema.replace(/^\D+/, ''), version: String(version) },
    });
  if (rows.some(({ parkedCode }) => parkedCode === ROLLED_BACK)) {
    const head = (await store.head()) ?? -1n;
    return { positions: [], lowest: head, highest: head };
  }
  const positions = rows.map(({ position }) => BigInt(position));
  const inOrder = positions.toSorted((one, other) => (one < other ? -1 : 1));
  return { positions, lowest: inOrder[0] as bigint, highest: inOrder.at(-1) as bigint };
};

/** The pause ends as soon as a snapshot holds both sides; comparing them may take as long as it takes. */
const compareWithLive = (filling: Filling, job: Job): Promise<ReplayReport> =>
  withConnection(filling, async (snapshot) => {
    const { tables } = filling;
    const live = await withConnection(filling, async (pausing) => {
      await pausing.query(`begin; set local lock_timeout = '2s'`);
      const place = await livePlace(pausing, PAUSE, filling);
      await fill(within(PAUSE_MS_MAX, filling), job, place.lowest);
      await snapshot.query('begin isolation level repeatable read');
      await snapshot.query('select 1'); // a snapshot is taken by the first query, not by the beginning
      return place;
    });
    await fillAhead(filling, snapshot, job, live);
    const compared = await compareSchemas(snapshot, tables.model, tables.schema, schemaOf(tables.model.name));
    return { with: 'live', position: String(live.lowest), isEqual: isParity(compared), tables: compared };
  });

/**
 * Folds what partitions have taken in beyond the lowest of them, for the eyes of `snapshot` alone: its transaction never ends
 * but with its connection, and the job has taken in no more than before.
 */
const fillAhead = async (
  { store, tables }: Filling,
  snapshot: ClientBase,
  job: Job,
  { positions, lowest, highest }: LivePlace,
): Promise<void> => {
  let place: JournalPlace = job;
  while (place.position < highest) {
    const after = place.position < 0n ? undefined : place.position;
    const { events } = await store.readAll({ after, max: READ_EVENTS_MAX });
    const readings = readingsOf(events, place.recordedMax);
    const isTakenIn = ({ position, partition }: Reading) => position <= (positions[partition] ?? lowest);
    await tables.take(snapshot, readings.filter(isTakenIn), () => ({ sql: 'select 1', values: [] }));
    place = readings.at(-1) ?? { position: highest, recordedMax: null };
  }
  tables.forget(); // nothing of it is kept
};

/** One transaction: readers see the tables before or those after, and a crash leaves one or the other. False: try again. */
const takePlace = async (filling: Filling, job: Job, ending: Ending): Promise<boolean> => {
  const { tables } = filling;
  const { name, version } = tables.model;
  try {
    await withConnection(filling, async (client) => {
      await client.query(`begin; set local lock_timeout = '2s'`);
      await lockOutReaders(client, name);
      const { highest } = await livePlace(client, FENCE, filling);
      await fill(within(PAUSE_MS_MAX, filling), job, highest);
      await client.query(PLACE, [name, version, String(job.position), job.recordedMax, await journalOf(filling.store)]);
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
