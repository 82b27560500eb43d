import type { Pool, PoolClient } from 'pg';
import { type EventStore, READ_EVENTS_MAX } from '#event-store';
import { codeOf, Fenced, isTransient, Parked } from '../projector/faults.js';
import type { ProjectionTables } from '../projector/projection-tables.js';
import { type Reading, readingsOf } from '../projector/reading.js';
import { refuse } from './failures.js';
import { advanceOf, type Job } from './job.js';

const PAGE_EVENTS = 2_000;
const ROWS_CHECK_MS = 2_000;
// What the server has counted so far: an estimate that costs nothing. The exact count is taken at the end.
const ROWS = `select coalesce(sum(n_live_tup), 0) as rows from pg_stat_all_tables where schemaname = $1`;

export interface Filling {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly tables: ProjectionTables;
  readonly knownTypes: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly pageEvents?: number | undefined;
}

/**
 * Folds the journal from the checkpoint of the job up to `target`, both rows and checkpoint or neither with each page: whoever
 * goes on after a crash does so where the last whole page ended.
 *
 * @throws Fenced when the job was cancelled or is another worker's. Parked at an event that cannot be taken in.
 */
export const fill = async (filling: Filling, job: Job, target: bigint): Promise<void> => {
  const { pool, store, tables, signal, pageEvents = PAGE_EVENTS } = filling;
  let checkedAt = Date.now();
  const read = (after: bigint) =>
    store.readAll({ after: after < 0n ? undefined : after, max: Math.min(pageEvents, READ_EVENTS_MAX) });
  let reading = job.position < target ? read(job.position) : undefined;
  while (reading) {
    signal.throwIfAborted();
    const { events, next, atHead } = await reading;
    const isLast = atHead || next === undefined || next >= target;
    reading = isLast ? undefined : read(next); // meanwhile this page is folded and written
    reading?.catch(() => undefined); // seen when it is awaited, unless this page fails first
    const readings = readingsOf(
      events.filter(({ position }) => position <= target),
      job.recordedMax,
    );
    if (readings.length === 0) return;
    await take(filling, job, readings);
    if (job.rowsMax !== null && Date.now() - checkedAt > ROWS_CHECK_MS) {
      checkedAt = Date.now();
      await checkRows(pool, tables.schema, job.rowsMax);
    }
  }
};

/** A page that cannot be taken is halved down to the event at fault. At least one reading. */
const take = async (filling: Filling, job: Job, readings: readonly Reading[]): Promise<void> => {
  const { pool, tables, knownTypes } = filling;
  const [first, last] = [readings[0], readings.at(-1)] as [Reading, Reading];
  const { position, recordedMax } = last;
  try {
    const unknown = readings.find(({ type }) => !knownTypes.has(type));
    if (unknown) throw new Parked(unknown.position, 'event.unknownType');
    const advance = (applied: number) => advanceOf(job, { position, recordedMax, applied });
    if (!(await tables.take(pool, readings, advance))) throw new Fenced(tables.schema);
    job.position = position;
    job.recordedMax = recordedMax;
  } catch (error) {
    if (error instanceof Fenced || error instanceof Parked || isTransient(error)) throw error;
    if (first === last) throw new Parked(position, codeOf(error), error);
    const middle = Math.floor(readings.length / 2);
    await take(filling, job, readings.slice(0, middle));
    await take(filling, job, readings.slice(middle));
  }
};

const checkRows = async (pool: Pool, schema: string, rowsMax: bigint): Promise<void> => {
  const { rows } = await pool.query<{ rows: string }>(ROWS, [schema]);
  if (BigInt(rows[0]?.rows ?? 0) > rowsMax) throw refuse('replay.tooLarge', { params: { most: String(rowsMax) } });
};

/**
 * Lends a connection to `work`. What it began and did not commit dies with the connection, whatever went wrong; so does a long
 * statement when the job is to end.
 */
export const withConnection = async <T>(
  { pool, signal }: Filling,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => {
  signal.throwIfAborted();
  const client = await pool.connect();
  let isCut = false;
  const cut = () => {
    if (!isCut) client.release(true);
    isCut = true;
  };
  signal.addEventListener('abort', cut, { once: true });
  try {
    return await work(client);
  } finally {
    signal.removeEventListener('abort', cut);
    cut();
  }
};
