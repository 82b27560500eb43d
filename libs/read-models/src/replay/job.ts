import type { ClientBase, Pool } from 'pg';
import type { Advance } from '../projector/projection-tables.js';
import type { TableComparison } from './comparison.js';

/** A lease this long outlives a pause of the worker; it is renewed with every page, and by a timer at a third of it. */
export const LEASE_MS = 30_000;

/** A replay under the lease of this worker. */
export interface Job {
  readonly id: string;
  readonly kind: 'asof' | 'rebuild';
  readonly projection: string;
  /** Of the read model that began it; null: nobody has. */
  readonly version: number | null;
  readonly isDryRun: boolean;
  /** The tables that it takes the place of are dropped at once. */
  readonly isOldDropped: boolean;
  /** Swaps even though rows differ. */
  readonly isConfirmed: boolean;
  readonly target: bigint | null;
  readonly rowsMax: bigint | null;
  /** Another replay to compare with; `live`: the live tables wherever they stand; null: those, if they stand at the target. */
  readonly compareWith: string | null;
  readonly token: bigint;
  /** Own checkpoint. */
  position: bigint;
  recordedMax: string | null;
}

/** What a finished job says of itself. */
export interface ReplayReport {
  /** `live`, or the other replay. */
  readonly with: string;
  /** Where the other side stood. */
  readonly position: string;
  readonly isEqual: boolean;
  readonly tables: readonly TableComparison[];
}

export const replaySchemaOf = (id: string): string => `replay_${id}`;

// A worker takes what its build knows, the oldest first, and goes on where another one ended.
const CLAIM = `update projector.replay r
   set token = token + 1, owner = $1, state = 'running', updated_at = clock_timestamp(),
       lease_until = clock_timestamp() + ${LEASE_MS} * interval '1 millisecond', claimed_at = clock_timestamp(), claimed_position = position
 where id = (select id from projector.replay
              where state in ('waiting', 'running') and cancelled_by is null and projection = any($2)
                and (lease_until < clock_timestamp() or owner = $1 and state = 'running')
              order by id limit 1 for update skip locked)
 returning id::text, kind, projection, version, request, confirmed_by, target, rows_max, compare_id::text, token, position, recorded_max`;

interface JobRow {
  id: string;
  kind: Job['kind'];
  projection: string;
  version: number | null;
  request: { isDryRun?: boolean; isOldDropped?: boolean; compare?: string };
  confirmed_by: string | null;
  target: string | null;
  rows_max: string | null;
  compare_id: string | null;
  token: string;
  position: string;
  recorded_max: string | null;
}

export const claim = async (pool: Pool, owner: string, projections: readonly string[]): Promise<Job | undefined> => {
  const { rows } = await pool.query<JobRow>(CLAIM, [owner, projections]);
  return rows[0] && jobOf(rows[0]);
};

const jobOf = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  projection: row.projection,
  version: row.version,
  isDryRun: row.request.isDryRun ?? false,
  isOldDropped: row.request.isOldDropped ?? false,
  isConfirmed: row.confirmed_by !== null,
  target: row.target === null ? null : BigInt(row.target),
  rowsMax: row.rows_max === null ? null : BigInt(row.rows_max),
  compareWith: row.compare_id ?? (row.request.compare === 'live' ? 'live' : null),
  token: BigInt(row.token),
  position: BigInt(row.position),
  recordedMax: row.recorded_max,
});

const MINE = `id = $1 and token = $2 and cancelled_by is null`;
const BEGIN = `update projector.replay set version = $3, target = coalesce($4, target), updated_at = clock_timestamp() where ${MINE}`;
const RESTART = `update projector.replay set position = -1, recorded_max = null, applied = 0 where ${MINE}`;
const RENEW = `update projector.replay set lease_until = clock_timestamp() + ${LEASE_MS} * interval '1 millisecond' where ${MINE}`;
const ADVANCE = `update projector.replay
   set position = $4, recorded_max = $5, applied = applied + $6, updated_at = clock_timestamp(),
       lease_until = clock_timestamp() + ${LEASE_MS} * interval '1 millisecond'
 where ${MINE} and position = $3 returning 1`;
const FINISH = `update projector.replay
   set state = $3, hash = $4, rows = $5, report = $6, failure_code = $7, failure_position = $8, lease_until = '-infinity',
       updated_at = clock_timestamp(), finished_at = clock_timestamp(), expires_at = clock_timestamp() + $9::interval
 where ${MINE}`;
const RELEASE = `update projector.replay set lease_until = '-infinity' where id = $1 and token = $2`;

/** Says which version folds it and, once known, how far it is to go. False: cancelled, or another worker's now. */
export const begin = async (pool: Pool, { id, token }: Job, version: number, target: bigint | null): Promise<boolean> =>
  (await pool.query(BEGIN, [id, String(token), version, target?.toString()])).rowCount === 1;

/** Sets its checkpoint back to before the first event. False: cancelled, or another worker's now. */
export const restart = async (pool: Pool, job: Job): Promise<boolean> => {
  job.position = -1n;
  job.recordedMax = null;
  return (await pool.query(RESTART, [job.id, String(job.token)])).rowCount === 1;
};

/** False: cancelled, or another worker's now. */
export const renew = async (pool: Pool, { id, token }: Job): Promise<boolean> =>
  (await pool.query(RENEW, [id, String(token)])).rowCount === 1;

/** Moves the checkpoint of the job over a page, unless it was cancelled or lost. */
export const advanceOf = (
  { id, token, position }: Job,
  to: { readonly position: bigint; readonly recordedMax: string; readonly applied: number },
): Advance => ({
  sql: ADVANCE,
  values: [id, String(token), String(position), String(to.position), to.recordedMax, to.applied],
});

export interface Ending {
  /** `held`: rows differ; its tables wait for the word of an operator. */
  readonly state: 'done' | 'held' | 'failed';
  readonly hash?: string;
  readonly rows?: number;
  readonly report?: ReplayReport | undefined;
  readonly failure?: { readonly code: string; readonly position?: bigint };
  /** Until what it leaves behind is dropped. */
  readonly keptDays: number;
}

/** Ends the job in the transaction of `client`. False: cancelled, or another worker's now. */
export const finish = async (client: Pool | ClientBase, { id, token }: Job, ending: Ending): Promise<boolean> => {
  const { state, hash, rows, report, failure, keptDays } = ending;
  const told = [state, hash, rows, report && JSON.stringify(report), failure?.code, failure?.position?.toString()];
  const { rowCount } = await client.query(FINISH, [id, String(token), ...told, `${keptDays} days`]);
  return rowCount === 1;
};

/** Lets another worker, or this one, go on at once. */
export const release = async (pool: Pool, { id, token }: Job): Promise<void> => {
  await pool.query(RELEASE, [id, String(token)]);
};
