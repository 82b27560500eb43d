import type { Pool } from 'pg';
import type { Checkpoint, Place } from '../projector/checkpoint.js';
import { Fenced } from '../projector/faults.js';
import type { ProjectionRun } from '../projector/projection-run.js';
import { schemaOf } from '../tables.js';
import { KEPT_DAYS, lockOutReaders, swapSchemas } from './swap.js';

/** Where a new version grows while the live one goes on answering. */
export const buildingSchemaOf = ({ name, version }: Place): string => `${schemaOf(name)}__${version}`;

// The row of the version that goes is gone, token and all: whoever still writes it is fenced.
const RETIRE = `delete from projector.projection where name = $1 and version < $2 and state <> 'building'`;
const ARRIVE = `update projector.projection set has_arrived = true
 where name = $1 and version = $2 and partition = $3 and position = $4 and token = $5 and state = 'building'`;
const IS_MISSING = `select from projector.projection where name = $1 and version = $2 and (not has_arrived or parked_position is not null)`;
const TAKE = `update projector.projection set state = 'live', updated_at = clock_timestamp()
 where name = $1 and version = $2 and partition = $3 and position = $4 and token = $5 and state = 'building'`;
// Whoever writes the other partitions knows the tables by the name that they had: fenced, it takes them again by the new one.
const TAKE_OTHERS = `update projector.projection set state = 'live', token = token + 1, updated_at = clock_timestamp()
 where name = $1 and version = $2 and partition <> $3`;

// The old tables are dropped when this entry's time is over, as after every other rebuild.
const RECORD = `insert into projector.replay (kind, projection, version, client, request, target, position, state, finished_at, expires_at)
 values ('rebuild', $1, $2, 'worker', '{"isNewVersion":true}', $3, $3, 'done', clock_timestamp(), clock_timestamp() + interval '${KEPT_DAYS} days')`;

/**
 * Puts the version built beside into the place of the live one: one transaction, so that readers see the one or the other.
 * The tables of the version before stay as `p_<name>__old` until the next change, or for seven days.
 *
 * @returns `early`: other partitions of it have not come to the head yet; the last one that does takes the place for all.
 *   `fenced`: the lease is another's. Nothing has changed in either case.
 */
const takePlace = async (
  pool: Pool,
  { name, version, partition = 0 }: Place,
  { position, token }: Checkpoint,
): Promise<'taken' | 'early' | 'fenced'> => {
  const mine = [name, version, partition, position.toString(), token.toString()];
  if ((await pool.query(ARRIVE, mine)).rowCount !== 1) return 'fenced';
  if ((await pool.query(IS_MISSING, [name, version])).rowCount) return 'early';
  const client = await pool.connect();
  try {
    await client.query(`begin; set local lock_timeout = '2s'`);
    await lockOutReaders(client, name);
    const isTaken = (await client.query(TAKE, mine)).rowCount === 1;
    if (isTaken) {
      await client.query(TAKE_OTHERS, [name, version, partition]);
      await client.query(RETIRE, [name, version]);
      await swapSchemas(client, name, buildingSchemaOf({ name, version }));
      await client.query(RECORD, [name, version, position.toString()]);
    }
    await client.query(isTaken ? 'commit' : 'rollback');
    client.release();
    return isTaken ? 'taken' : 'fenced';
  } catch (error) {
    client.release(true); // its transaction dies with the connection
    throw error;
  }
};

/** At the head: a version that was built beside takes the place of the one before it, once all its partitions are there. */
export const finishBuilding = async (run: ProjectionRun, pool: Pool): Promise<void> => {
  await run.settle();
  if (run.state !== 'active' || !run.checkpoint.isBuilding) return;
  try {
    const outcome = await takePlace(pool, run.place, run.checkpoint);
    if (outcome === 'fenced') throw new Fenced(run.model.name);
    if (outcome === 'taken') run.begin({ ...run.checkpoint, isBuilding: false });
  } catch (error) {
    await run.fault(error);
  }
};
