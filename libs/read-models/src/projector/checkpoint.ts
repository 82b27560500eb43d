import type { ClientBase, Pool } from 'pg';
import type { EventStore } from '#event-store';
import { Fenced } from './faults.js';
import type { ProjectionRun } from './projection-run.js';
import type { Advance } from './projection-tables.js';

/** Place of a read model in the journal, and the right to move it. */
export interface Checkpoint {
  /** Last event taken in; -1: none yet. */
  readonly position: bigint;
  /** Running maximum of the recording times up to `position`; null before the first event. */
  readonly recordedMax: string | null;
  /** Fencing token of the lease. It rises with each lease, so whoever held an older one can write nothing. */
  readonly token: bigint;
  /** Event that stopped it before; it gets one try after a new lease. */
  readonly parkedPosition: bigint | null;
  /** Rebuilt beside the live version, in a schema of its own. */
  readonly isBuilding: boolean;
  /** How many there are of its kind: 1 takes in the whole journal. */
  readonly partitions: number;
}

/** A place in the journal: the last event taken in, and the running maximum of the recording times up to it. */
export type JournalPlace = Pick<Checkpoint, 'position' | 'recordedMax'>;

export interface Place {
  readonly name: string;
  readonly version: number;
  /** Default 0: the first one, or the only one. */
  readonly partition?: number;
}

// A new version of a projection that stands is built beside it. An older build finds no row and takes no lease.
const ENSURE = `insert into projector.projection (name, version, partition, state)
 select $1, $2, 0, case when exists (
     select from projector.projection where name = $1 and version < $2 and state <> 'building') then 'building' else 'live' end
  where not exists (select from projector.projection where name = $1 and version > $2 and state <> 'building')
 on conflict do nothing`;

// Time is the database's: workers with other clocks agree. A lease that ends far ahead was given before the clock was set back.
export const FREE = `lease_until not between clock_timestamp() and clock_timestamp() + interval '1 hour'`;

// An owner that comes back takes its own lease over at once. What was given back runs again from here on, not from its next event.
const LEASE = `update projector.projection
   set token = token + 1, owner = $4, state = case state when 'stopped' then 'live' else state end,
       lease_until = clock_timestamp() + $5 * interval '1 millisecond', updated_at = clock_timestamp()
 where name = $1 and version = $2 and partition = $3 and (${FREE} or owner = $4)
 returning position, recorded_max, token, parked_position, state = 'building' as is_building, partitions`;

const RENEW = `update projector.projection set lease_until = clock_timestamp() + $5 * interval '1 millisecond'
 where name = $1 and version = $2 and partition = $3 and token = $4`;

// A parked one stays parked: stopping is no cure.
const RELEASE = `update projector.projection set lease_until = '-infinity', updated_at = clock_timestamp(),
       state = case when state = 'live' then 'stopped' else state end
 where name = $1 and version = $2 and partition = $3 and token = $4`;

const PARK = `update projector.projection
   set state = case when state = 'building' then state else 'parked' end,
       parked_position = $6, parked_code = $7, parked_at = clock_timestamp(), updated_at = clock_timestamp()
 where name = $1 and version = $2 and partition = $3 and position = $4 and token = $5`;

// The first journal that a projection meets is its own, until it is built anew from another.
const OWN = `update projector.projection set journal = coalesce(journal, $4)
 where name = $1 and version = $2 and partition = $3 returning journal = $4 as is_own`;

const READ = `select position, recorded_max, token, null as parked_position, state = 'building' as is_building, partitions
  from projector.projection where name = $1 and version = $2 and partition = $3 and token = $4`;

const ADVANCE = `update projector.projection
   set position = $5, recorded_max = $7, applied = applied + $8, updated_at = clock_timestamp(),
       state = case when state = 'building' then state else 'live' end, parked_position = null, parked_code = null, parked_at = null
 where name = $1 and version = $2 and partition = $3 and position = $4 and token = $6 returning 1`;

// Several idle projections in one statement: nothing in the page concerned them. Each is compared and set for itself.
const MOVE_IDLE = `update projector.projection p
   set position = $6, recorded_max = $7, state = case when p.state = 'building' then p.state else 'live' end,
       parked_position = null, parked_code = null, parked_at = null, updated_at = clock_timestamp()
  from unnest($1::text[], $2::int[], $3::int[], $4::bigint[], $5::bigint[]) with ordinality
    as m (name, version, partition, position, token, nth)
 where p.name = m.name and p.version = m.version and p.partition = m.partition and p.position = m.position and p.token = m.token
 returning m.nth::int`;

interface CheckpointRow {
  position: string;
  recorded_max: string | null;
  token: string;
  parked_position: string | null;
  is_building: boolean;
  partitions: number;
}

const keyOf = ({ name, version, partition = 0 }: Place): [name: string, version: number, partition: number] => [
  name,
  version,
  partition,
];

/** Makes the first row of a version that nobody has begun. */
export const ensure = async (client: Pool | ClientBase, { name, version }: Place): Promise<void> => {
  await client.query(ENSURE, [name, version]);
};

/** Takes the lease for `leaseMs`; undefined: another worker holds it, or there is no such partition. */
export const lease = async (
  client: Pool | ClientBase,
  place: Place,
  owner: string,
  leaseMs: number,
): Promise<Checkpoint | undefined> => {
  const [name, version, partition] = keyOf(place);
  if (partition === 0) await ensure(client, place);
  const { rows } = await client.query<CheckpointRow>(LEASE, [name, version, partition, owner, leaseMs]);
  return rows[0] && checkpointOf(rows[0]);
};

/** False: the lease is another's now. */
export const renew = async (client: Pool, place: Place, token: bigint, leaseMs: number): Promise<boolean> =>
  (await client.query(RENEW, [...keyOf(place), token.toString(), leaseMs])).rowCount === 1;

export const release = async (client: Pool, place: Place, token: bigint): Promise<void> => {
  await client.query(RELEASE, [...keyOf(place), token.toString()]);
};

/** Where it stands after an outcome that nobody knows; undefined: fenced. */
export const readCheckpoint = async (client: Pool, place: Place, token: bigint): Promise<Checkpoint | undefined> => {
  const { rows } = await client.query<CheckpointRow>(READ, [...keyOf(place), token.toString()]);
  return rows[0] && checkpointOf(rows[0]);
};

/** Tells a journal from those in other stores, by where its first event is; undefined: nothing is recorded yet. */
export const journalOf = async (store: EventStore): Promise<string | undefined> => {
  const [first] = (await store.readAll({ max: 1 })).events;
  return first && `${first.position} ${Buffer.from(first.requestMac).toString('hex')}`;
};

/**
 * False: the journal is in another store now, with positions of its own; or it was put back from an older backup: it ends before the
 * checkpoint or has later events there. Whoever went on would leave out, without a word, whatever is recorded up to it.
 */
export const isOfJournal = async (
  client: Pool,
  place: Place,
  store: EventStore,
  { position, recordedMax }: Checkpoint,
): Promise<boolean> => {
  const journal = await journalOf(store);
  if (journal === undefined) return position < 0n;
  const { rows } = await client.query<{ is_own: boolean }>(OWN, [...keyOf(place), journal]);
  if (rows[0]?.is_own === false) return false;
  if (position < 0n) return true;
  const last = await store.readAt(position);
  return last !== undefined && last.recorded <= (recordedMax ?? '');
};

/** Marks the event behind the checkpoint as the one it cannot take. False: fenced. */
export const park = async (
  client: Pool,
  place: Place,
  { position, token }: Checkpoint,
  { position: at, code }: { readonly position: bigint; readonly code: string },
): Promise<boolean> => {
  const values = [...keyOf(place), position.toString(), token.toString(), at.toString(), code];
  return (await client.query(PARK, values)).rowCount === 1;
};

/** Moves the checkpoint of a projection over a page of which the model folded `applied` events. */
export const advanceOf = (
  place: Place,
  { position, token }: Checkpoint,
  to: JournalPlace & { readonly applied: number },
): Advance => ({
  sql: ADVANCE,
  values: [...keyOf(place), String(position), String(to.position), String(token), to.recordedMax, to.applied],
});

/** Moves the checkpoints of runs that passed over what did not concern them. Never throws: a fault is that of a run. */
export const movePassed = async (
  client: Pool,
  runs: readonly ProjectionRun[],
  { position, recordedMax }: JournalPlace,
): Promise<void> => {
  if (runs.length === 0 || recordedMax === null) return;
  try {
    const { rows } = await client.query<{ nth: number }>(MOVE_IDLE, [
      runs.map(({ place }) => place.name),
      runs.map(({ place }) => place.version),
      runs.map(({ partition }) => partition),
      runs.map(({ checkpoint }) => checkpoint.position.toString()),
      runs.map(({ checkpoint }) => checkpoint.token.toString()),
      position.toString(),
      recordedMax,
    ]);
    const moved = new Set(rows.map(({ nth }) => nth));
    for (const [at, run] of runs.entries()) {
      if (moved.has(at + 1)) run.moved({ position, recordedMax });
      else await run.fault(new Fenced(run.model.name));
    }
  } catch (error) {
    for (const run of runs) await run.fault(error);
  }
};

const checkpointOf = (row: CheckpointRow): Checkpoint => ({
  position: BigInt(row.position),
  recordedMax: row.recorded_max,
  token: BigInt(row.token),
  parkedPosition: row.parked_position === null ? null : BigInt(row.parked_position),
  isBuilding: row.is_building,
  partitions: row.partitions,
});
