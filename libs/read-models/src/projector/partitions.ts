import { hash } from 'node:crypto';
import type { Pool } from 'pg';
import { ensure, FREE, type Place } from './checkpoint.js';
import type { ProjectionRun } from './projection-run.js';

/** Of a projection that several workers share. Never another number: a stream would fall to another one. */
export const PARTITIONS = 16;

/** 0 to 15: first byte of SHA-256 over the UTF-8 name of the stream, modulo 16. */
export const partitionOf = (stream: string): number =>
  Number.parseInt(hash('sha256', stream, 'hex').slice(0, 2), 16) % PARTITIONS;

// The new rows begin where the whole one stands; its token rises, so whoever took in the whole journal is fenced. One statement.
const CUT = `with whole as (
   update projector.projection set partitions = ${PARTITIONS}, token = token + 1, lease_until = '-infinity'
    where name = $1 and version = $2 and partition = 0 and partitions = 1 returning *)
 insert into projector.projection (name, version, partition, partitions, position, recorded_max, has_arrived, state)
 select name, version, nth, partitions, position, recorded_max, has_arrived, case state when 'parked' then 'stopped' else state end
   from whole, generate_series(1, ${PARTITIONS - 1}) as nth`;

/** Cuts a projection into partitions, for good. Where it is cut already, nothing is done. */
export const cut = async (client: Pool, place: Place): Promise<void> => {
  await ensure(client, place);
  await client.query(CUT, [place.name, place.version]);
};

// Who is seen is counted by the clock of the database, as leases are. The table stays as small as there are workers.
const ATTEND = `with seen as (
   insert into projector.member (name, version, owner, seen_until)
   values ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')
   on conflict (name, version, owner) do update set seen_until = excluded.seen_until),
 gone as (delete from projector.member where seen_until < clock_timestamp() - interval '1 hour')
 select count(*)::int as partitions, array_agg(partition order by partition) filter (where ${FREE} or owner = $3) as free,
        (select count(*)::int from projector.member m where m.name = $1 and m.version = $2 and m.owner <> $3
            and m.seen_until between clock_timestamp() and clock_timestamp() + interval '1 hour') as others
   from projector.projection where name = $1 and version = $2`;

interface Attendance {
  readonly partitions: number;
  readonly free: readonly number[] | null;
  readonly others: number;
}

const LEAVE = 'delete from projector.member where owner = $1';

/** Says that this worker is there no more: the others may take its share. */
export const leave = async (client: Pool, owner: string): Promise<void> => {
  await client.query(LEAVE, [owner]);
};

/**
 * Says that this worker is there, and gives back what it holds beyond its share: as much as each has who is there.
 *
 * @param runs All partitions of one projection, in their order.
 * @returns Those that it may hold: its own, and free ones up to its share.
 */
export const shareOf = async (
  client: Pool,
  runs: readonly ProjectionRun[],
  owner: string,
  leaseMs: number,
): Promise<readonly ProjectionRun[]> => {
  const [{ place } = { place: undefined }] = runs;
  if (!place) return [];
  const { rows } = await client.query<Attendance>(ATTEND, [place.name, place.version, owner, leaseMs]);
  const { partitions, free, others } = rows[0] as Attendance;
  if (partitions === 0) return runs.slice(0, 1); // nobody has begun it
  const share = Math.ceil(partitions / (others + 1));
  const held = runs.filter(({ state }) => state !== 'waiting');
  for (const run of held.slice(share)) await run.letGo();
  const takeable = runs.filter(({ state, partition }) => state === 'waiting' && free?.includes(partition));
  return [...held.slice(0, share), ...takeable.slice(0, Math.max(share - held.length, 0))];
};
