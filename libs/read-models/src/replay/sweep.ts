import type { Pool } from 'pg';
import { quoted } from '../tables.js';
import { replaySchemaOf } from './job.js';
import { oldSchemaOf } from './swap.js';

// Nobody works on it: what works on a cancelled one gives it up with its next page.
const NEXT = `select id::text, kind, projection, state, cancelled_by is not null as is_cancelled, not exists (
         select from projector.replay later where later.id > r.id and ${swapped('later')} and later.projection = r.projection
       ) and ${swapped('r')} as has_old
  from projector.replay r
 where state not in ('failed', 'cancelled', 'expired') and (cancelled_by is not null or expires_at <= clock_timestamp())
   and lease_until < clock_timestamp()
 order by id limit 1 for update skip locked`;
const CLOSE = `update projector.replay set state = $2, updated_at = clock_timestamp(),
       finished_at = coalesce(finished_at, clock_timestamp()) where id = $1`;

/** A rebuild whose tables took the place of the live ones. */
function swapped(alias: string): string {
  return `(${alias}.kind = 'rebuild' and ${alias}.state in ('done', 'expired') and not coalesce((${alias}.request ->> 'isDryRun')::boolean, false))`;
}

interface Sweepable {
  readonly id: string;
  readonly projection: string;
  readonly is_cancelled: boolean;
  readonly has_old: boolean;
}

/** Drops the tables of one replay that was cancelled or whose time is over. A reader that is slow is waited for next time. */
export const sweep = async (pool: Pool): Promise<void> => {
  const client = await pool.connect();
  let isDone = false;
  try {
    await client.query(`begin; set local lock_timeout = '2s'`);
    const { rows } = await client.query<Sweepable>(NEXT);
    const [next] = rows;
    if (next) {
      const schemas = [replaySchemaOf(next.id), ...(next.has_old ? [oldSchemaOf(next.projection)] : [])];
      for (const schema of schemas) await client.query(`drop schema if exists ${quoted(schema)} cascade`);
      await client.query(CLOSE, [next.id, next.is_cancelled ? 'cancelled' : 'expired']);
    }
    await client.query('commit');
    isDone = true;
  } finally {
    client.release(!isDone);
  }
};
