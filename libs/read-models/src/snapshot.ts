import type { DataSource, EntityManager } from 'typeorm';
import { type FailureTable, failingWith } from '#kernel';
import { quoted, schemaOf } from './tables.js';

export const projectionFailures = {
  'projection.unknown': {
    kind: 'missing',
    en: 'There is no projection named {name}.',
    ar: 'لا يوجد إسقاط باسم {name}.',
  },
} as const satisfies FailureTable;
const refuse = failingWith(projectionFailures);

/** State of the journal that an answer stands for. */
export interface SnapshotPlace {
  /** Last event taken in, as decimal text; null: none yet. */
  readonly position: string | null;
  readonly version: number;
  /** Running maximum of the recording times up to `position`. */
  readonly recordedMax: string | null;
}

const PLACE = `select position, version, recorded_max from projector.projection
 where name = $1 and partition = 0 and state <> 'building' order by version desc limit 1`;

/**
 * Runs `read` over the tables of one projection as they stood at one position: a read-only repeatable-read transaction whose
 * search path is the projection's schema, with the checkpoint read in the same snapshot.
 *
 * @throws Failure `projection.unknown` when no worker has ever built it.
 */
export const inSnapshot = async <T>(
  source: DataSource,
  projection: string,
  read: (manager: EntityManager, place: SnapshotPlace) => Promise<T>,
): Promise<T> => {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction('REPEATABLE READ');
    await runner.query('set transaction read only');
    await runner.query(`set local search_path to ${quoted(schemaOf(projection))}, public`);
    const [row] = (await runner.query(PLACE, [projection])) as {
      position: string;
      version: number;
      recorded_max: string | null;
    }[];
    if (!row) throw refuse('projection.unknown', { params: { name: projection } });
    const position = row.position === '-1' ? null : row.position;
    return await read(runner.manager, { position, version: row.version, recordedMax: row.recorded_max });
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction(); // nothing was written: the cheapest end
    await runner.release();
  }
};
