import type { ClientBase } from 'pg';
import { dumpDigest } from '../canonical-dump.js';
import { schemaOf } from '../tables.js';
import { compareSchemas, isParity } from './comparison.js';
import { refuse } from './failures.js';
import { type Filling, fill, withConnection } from './fill.js';
import { type Ending, type Job, type ReplayReport, replaySchemaOf } from './job.js';
import { KEPT_DAYS } from './swap.js';

// Partitions that are not at one position are not what any replay has been at.
const LIVE = `select min(position) as position, min(position) = max(position) as is_at_one from projector.projection
 where name = $1 and version = $2 and state <> 'building' having count(*) > 0`;
const OTHER = `select position, version, state from projector.replay where id = $1`;

interface LiveRow {
  readonly position: string;
  readonly is_at_one: boolean;
}

/** The projection as it was at the target, compared with the live one where that stands there too, or with what was asked. */
export const replayAsOf = async (filling: Filling, job: Job): Promise<Ending> => {
  const { store, tables } = filling;
  const target = job.target ?? -1n;
  await fill(filling, job, target);
  if (store.capabilities.order === 'dense' && job.position !== target)
    throw refuse('replay.beyondHead', { params: { head: String(job.position), position: String(target) } });
  return withConnection(filling, async (client) => {
    const { hash, rows } = await dumpDigest(client, tables.model, tables.schema);
    if (job.rowsMax !== null && BigInt(rows) > job.rowsMax)
      throw refuse('replay.tooLarge', { params: { most: String(job.rowsMax) } });
    await client.query('begin isolation level repeatable read read only');
    return { state: 'done', hash, rows, report: await reportOf(client, filling, job), keptDays: KEPT_DAYS };
  });
};

/** The live projection is read in the same snapshot as its checkpoint, so that its position is that of its rows. */
const reportOf = async (client: ClientBase, { tables }: Filling, job: Job): Promise<ReplayReport | undefined> => {
  const { model, schema } = tables;
  const { compareWith } = job;
  if (compareWith === null || compareWith === 'live') {
    const { rows } = await client.query<LiveRow>(LIVE, [model.name, model.version]);
    const [live] = rows;
    if (!live) return undefined;
    if (compareWith === null && !(live.is_at_one && BigInt(live.position) === job.position)) return undefined;
    return report('live', live.position, await compareSchemas(client, model, schema, schemaOf(model.name)));
  }
  const { rows } = await client.query<{ position: string; version: number; state: string }>(OTHER, [compareWith]);
  const [other] = rows;
  if (other?.state !== 'done')
    throw refuse('replay.unfinished', { params: { id: compareWith, state: other?.state ?? '-' } });
  if (other.version !== model.version)
    throw refuse('replay.otherVersion', { params: { id: compareWith, version: String(other.version) } });
  return report(compareWith, other.position, await compareSchemas(client, model, schema, replaySchemaOf(compareWith)));
};

const report = (side: string, position: string, tables: ReplayReport['tables']): ReplayReport => ({
  with: side,
  position,
  isEqual: isParity(tables),
  tables,
});
