import type { Pool } from 'pg';
import { KEPT_DAYS, lockOutReaders, swapSchemas } from '../replay/swap.js';
import { schemaOf } from '../tables.js';
import type { Checkpoint, Place } from './checkpoint.js';

/** Where a new version grows while the live one goes on answering. */
export const buildingSchemaOf = ({ name, version }: Place): string => `${schemaOf(name)}__${version}`;

// The row of the version that goes is gone, token and all: whoever still writes it is fenced.
const RETIRE = `delete from projector.projection where name = $1 and version < $2 and state <> 'building'`;
const TAKE = `update projector.projection set state = 'live', updated_at = clock_timestamp()
 where name = $1 and version = $2 and partition = 0 and position = $3 and token = $4 and state = 'building'`;

// The old tables are dropped when this entry's time is over, as after every other rebuild.
const RECORD = `insert into projector.replay (kind, projection, version, client, request, target, position, state, finished_at, expires_at)
 values ('rebuild', $1, $2, 'worker', '{"isNewVersion":true}', $3, $3, 'done', clock_timestamp(), clock_timestamp() + interval '${KEPT_DAYS} days')`;

/**
 * Puts the version built beside into the place of the live one: one transaction, so that readers see the one or the other.
 * The tables of the version before stay as `p_<name>__old` until the next change, or for seven days.
 *
 * @returns False when the lease is another's: nothing has changed then.
 */
export const takePlace = async (pool: Pool, place: Place, { position, token }: Checkpoint): Promise<boolean> => {
  const { name, version } = place;
  const client = await pool.connect();
  try {
    await client.query(`begin; set local lock_timeout = '2s'`);
    await lockOutReaders(client, name);
    const { rowCount } = await client.query(TAKE, [name, version, position.toString(), token.toString()]);
    if (rowCount === 1) {
      await client.query(RETIRE, [name, version]);
      await swapSchemas(client, name, buildingSchemaOf(place));
      await client.query(RECORD, [name, version, position.toString()]);
    }
    await client.query(rowCount === 1 ? 'commit' : 'rollback');
    client.release();
    return rowCount === 1;
  } catch (error) {
    client.release(true); // its transaction dies with the connection
    throw error;
  }
};
