import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { type Failure, type FailureTable, failingWith } from '#kernel';
import { isTransient } from './projector/faults.js';
import { refuse as refuseReplay } from './replay/failures.js';
import { replaySchemaOf } from './replay/job.js';
import { quoted, schemaOf } from './tables.js';

export const projectionFailures = {
  'projection.unknown': {
    kind: 'missing',
    en: 'There is no projection {name}. Nearest: {nearest}.',
    ar: 'لا توجد قراءة باسم {name}. الأقرب: {nearest}.',
  },
  'projection.replaced': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'The projection {name} was built anew while this was being answered. Ask again.',
    ar: 'أُعيد بناء القراءة {name} أثناء الإجابة. أعد السؤال.',
  },
} as const satisfies FailureTable;
const refuse = failingWith(projectionFailures);

/** State of the journal that an answer stands for. */
export interface SnapshotPlace {
  /** Last event up to which all are taken in, as decimal text; null: none yet. */
  readonly position: string | null;
  readonly version: number;
  /** Running maximum of the recording times up to `position`. */
  readonly recordedMax: string | null;
}

// Of several partitions the lowest: everything up to there is surely in.
const PLACE = `select position, version, recorded_max from projector.projection
 where name = $1 and state <> 'building' order by version desc, position limit 1`;
// A replay is its client's alone, and the tables of a rebuild that is held are nobody's to read.
const REPLAY_PLACE = `select position, version, recorded_max, state from projector.replay
 where projection = $1 and id = $2 and client = $3 and kind = 'asof'`;

/** A replay, and who asks to read it. */
export interface ReplayReader {
  readonly id: string;
  readonly client: string;
}

interface PlaceRow {
  readonly position: string;
  readonly version: number;
  readonly recorded_max: string | null;
  readonly state?: string;
}

/**
 * Runs `read` over the tables of one projection as they stood at one position: a read-only repeatable-read transaction whose
 * search path is the projection's schema, or that of a replay of it, with the checkpoint read in the same snapshot.
 *
 * @throws Failure `projection.unknown` when no worker has ever built it; `replay.unknown`, also for one that another client
 *   asked for; `replay.unfinished`.
 */
export const inSnapshot = async <T>(
  source: DataSource,
  projection: string,
  read: (manager: EntityManager, place: SnapshotPlace) => Promise<T>,
  replay?: ReplayReader,
): Promise<T> => {
  return onConnection(source, async (runner) => {
    await runner.startTransaction('REPEATABLE READ');
    const schema = quoted(replay === undefined ? schemaOf(projection) : replaySchemaOf(replay.id));
    // The lock comes before the snapshot: tables that take the place of others later are not looked at with one that is older.
    await runner
      .query(
        `set transaction read only; set local search_path to ${schema}, public; lock table state in access share mode`,
      )
      .catch((error: unknown) => {
        throw isMissing(error) ? unknownPlace(projection, replay?.id) : error;
      });
    const found =
      replay === undefined
        ? await runner.query(PLACE, [projection])
        : await runner.query(REPLAY_PLACE, [projection, replay.id, replay.client]);
    const [row] = found as PlaceRow[];
    if (!row) throw unknownPlace(projection, replay?.id);
    if (row.state !== undefined && row.state !== 'done')
      throw refuseReplay('replay.unfinished', { params: { id: replay?.id ?? '', state: row.state } });
    const position = row.position === '-1' ? null : row.position;
    return read(runner.manager, { position, version: row.version, recordedMax: row.recorded_max });
  });
};

// The first is as the snapshot sees it, the second as things are now.
const IS_SAME = `select n.oid = to_regnamespace($1)::oid as "isSame" from pg_namespace n where n.nspname = $1`;

/**
 * Runs `read` over the tables of another projection within the snapshot of this one. Each stands at its own position.
 *
 * @returns Undefined: no worker has ever built it.
 * @throws Failure `projection.replaced` when it was rebuilt since the snapshot was taken: its tables would look empty.
 */
export const elsewhere = async <T>(
  manager: EntityManager,
  projection: string,
  read: (position: string | null) => Promise<T>,
): Promise<T | undefined> => {
  const [place] = (await manager.query(PLACE, [projection])) as PlaceRow[];
  if (!place) return undefined;
  const schema = schemaOf(projection);
  const [path] = (await manager.query(`select current_setting('search_path') as here`)) as { readonly here: string }[];
  await manager.query(`lock table ${quoted(schema)}.state in access share mode`);
  const [found] = (await manager.query(IS_SAME, [schema])) as { readonly isSame: boolean }[];
  if (!found?.isSame) throw refuse('projection.replaced', { params: { name: projection } });
  const go = (to: string) => manager.query(`select set_config('search_path', $1, true)`, [to]);
  await go(`${quoted(schema)}, public`);
  const answer = await read(place.position === '-1' ? null : place.position);
  await go(path?.here ?? 'public'); // a failure ends the transaction, and the path with it
  return answer;
};

/**
 * Lends a connection to `work`. What `work` began and did not commit is rolled back; a connection that did not answer does not go
 * back to the pool.
 */
export const onConnection = async <T>(source: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> => {
  const runner = source.createQueryRunner();
  try {
    return await work(runner);
  } catch (error) {
    if (isTransient(error)) await cut(runner);
    throw error;
  } finally {
    // Where the connection is gone, so is the transaction, and `work` has said why.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
};

/**
 * Gives the connection up, and the transaction with it: a rollback would wait for a dead server as long as the read has, and the
 * pool would lend the connection to the next one.
 */
const cut = async (runner: QueryRunner): Promise<void> => {
  const client = (await runner.connect().catch(() => undefined)) as { end(): Promise<void> } | undefined;
  client?.end().catch(() => undefined); // it is on its way out already
};

/** No such table, no such schema. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '42P01' || error.code === '3F000');

const unknownPlace = (projection: string, replayId: string | undefined): Failure =>
  replayId === undefined
    ? refuse('projection.unknown', { params: { name: projection, nearest: '-' } })
    : refuseReplay('replay.unknown', { params: { id: replayId } });

/**
 * Reads within a snapshot a statement of many steps. Of what these leave the server knows no number and expects one row of each: it would
 * look through all of one for each row of another.
 */
export const unlooped = async <T>(manager: EntityManager, read: () => Promise<T>): Promise<T> => {
  await manager.query('set local enable_nestloop = off');
  const found = await read();
  await manager.query('set local enable_nestloop = on');
  return found;
};
