import pg from 'pg';
import type { EventStore } from '#event-store';
import { instantMicros } from '#kernel';

/** A row of `/v1/projections`. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly state: 'live' | 'building' | 'parked' | 'stopped';
  /** Last event up to which all are taken in; null: none yet. */
  readonly position: string | null;
  readonly head: string | null;
  /** Events between the two; null where the store's positions have gaps. */
  readonly lagEvents: string | null;
  /** Recording time that lies between them, in seconds. */
  readonly lagSeconds: number | null;
  /** Events folded a second since the last look of this process; null at the first. */
  readonly rate: number | null;
  readonly parked: { readonly position: string; readonly code: string; readonly at: string } | null;
  readonly updatedAt: string;
  /** Of a projection that several workers share; what stands above is the lowest of them, and the worst. */
  readonly partitions?: readonly PartitionStatus[];
}

export interface PartitionStatus {
  readonly partition: number;
  readonly state: ProjectionStatus['state'];
  readonly position: string | null;
}

interface ProjectionRow {
  name: string;
  version: number;
  partition: number;
  state: ProjectionStatus['state'];
  position: string;
  recorded_max: string | null;
  parked_position: string | null;
  parked_code: string | null;
  parked_at: string | null;
  applied: string;
  updated_at: string;
}

const TEXT = `to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const ROWS = `select name, version, partition, state, position, recorded_max, parked_position, parked_code, applied,
       ${TEXT.replaceAll('updated_at', 'parked_at')} as parked_at, ${TEXT} as updated_at
  from projector.projection order by name, version, partition`;

interface Sample {
  readonly applied: bigint;
  readonly atMs: number;
}
const samples = new WeakMap<pg.Pool, Map<string, Sample>>();

/** All projections, in the order of their names. */
export const projectionStatuses = async (pool: pg.Pool, store: EventStore): Promise<readonly ProjectionStatus[]> => {
  const head = await store.head();
  const newest = head === undefined ? undefined : await store.readAt(head);
  const { rows } = await pool.query<ProjectionRow>(ROWS);
  const isDense = store.capabilities.order === 'dense';
  const projections = new Map<string, ProjectionRow[]>();
  for (const row of rows) {
    const of = `${row.name}@${row.version}`;
    projections.set(of, [...(projections.get(of) ?? []), row]);
  }
  return Array.from(projections, ([of, partitions]) => {
    const lowest = partitions.reduce((one, other) => (BigInt(other.position) < BigInt(one.position) ? other : one));
    const parked = partitions.find(({ parked_position: at }) => at !== null);
    const position = BigInt(lowest.position);
    const behind = head === undefined || position >= head ? 0n : head - position;
    return {
      name: lowest.name,
      version: lowest.version,
      state: WORST_FIRST.find((state) => partitions.some((one) => one.state === state)) ?? lowest.state,
      position: positionOf(lowest),
      head: head?.toString() ?? null,
      lagEvents: behind === 0n ? '0' : isDense ? behind.toString() : null,
      lagSeconds: behind === 0n ? 0 : secondsBetween(lowest.recorded_max, newest?.recorded),
      rate: rateOf(
        pool,
        of,
        partitions.reduce((sum, { applied }) => sum + BigInt(applied), 0n),
      ),
      parked: parked ? parkedOf(parked) : null,
      updatedAt: partitions.map(({ updated_at: at }) => at).reduce((one, other) => (one > other ? one : other)),
      ...(partitions.length > 1 && { partitions: partitions.map(partitionStatus) }),
    };
  });
};

const WORST_FIRST = ['parked', 'building', 'stopped', 'live'] as const;

const positionOf = ({ position }: ProjectionRow): string | null => (position === '-1' ? null : position);

const partitionStatus = (row: ProjectionRow): PartitionStatus => ({
  partition: row.partition,
  state: row.state,
  position: positionOf(row),
});

const parkedOf = ({ parked_position, parked_code, parked_at }: ProjectionRow): ProjectionStatus['parked'] => ({
  position: parked_position ?? '',
  code: parked_code ?? '',
  at: parked_at ?? '',
});

const secondsBetween = (first: string | null, last: string | undefined): number | null =>
  first === null || last === undefined ? null : Number(instantMicros(last) - instantMicros(first)) / 1e6;

const rateOf = (pool: pg.Pool, name: string, applied: bigint): number | null => {
  const known = samples.get(pool) ?? new Map<string, Sample>();
  samples.set(pool, known);
  const before = known.get(name);
  const atMs = Date.now();
  known.set(name, { applied, atMs });
  if (!before || atMs <= before.atMs) return null;
  return Math.round((Number(applied - before.applied) * 1000) / (atMs - before.atMs));
};

/** Waits for projections on behalf of readers who hold a receipt, through one listening connection. */
export class ProjectionWatch {
  private readonly pool: pg.Pool;
  private listener: Promise<pg.Client> | undefined;
  private readonly waiting = new Set<{ readonly name: string; readonly wake: () => void }>();

  constructor(
    private readonly connectionString: string,
    private readonly store: EventStore,
  ) {
    this.pool = new pg.Pool({
      connectionString,
      max: 2,
      application_name: 'sijill projection watch',
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX, // a connection that died without a word is given up
    });
    this.pool.on('error', () => this.wakeAll()); // an idle connection was cut; the next query opens another or says why not
  }

  statuses(): Promise<readonly ProjectionStatus[]> {
    return projectionStatuses(this.pool, this.store);
  }

  /** True once the projection has taken in the event at `position`; false after `timeoutMs`. */
  async waitForPosition(name: string, position: bigint, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    await this.listen();
    for (;;) {
      const moved = this.nextMove(name, Math.min(POLL_MS, deadline - Date.now())); // before looking: no move is missed
      if (await this.hasPassed(name, position)) {
        moved.cancel();
        return true;
      }
      await moved.done;
      if (Date.now() >= deadline) return this.hasPassed(name, position);
    }
  }

  async close(): Promise<void> {
    this.wakeAll();
    const listener = await this.listener?.catch(() => undefined); // it never connected: nothing to close
    await Promise.all([listener?.end(), this.pool.end()]);
  }

  private async hasPassed(name: string, position: bigint): Promise<boolean> {
    const { rowCount } = await this.pool.query(PASSED, [name, position.toString()]);
    return rowCount !== 0;
  }

  private nextMove(name: string, ms: number): { done: Promise<void>; cancel: () => void } {
    let wake = (): void => {};
    const done = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const entry = { name, wake };
    const timer = setTimeout(wake, Math.max(ms, 0));
    this.waiting.add(entry);
    const settled = done.then(() => {
      clearTimeout(timer);
      this.waiting.delete(entry);
    });
    return { done: settled, cancel: wake };
  }

  /** A hint only: polling each {@link POLL_MS} is the truth, also while the listener is down. */
  private async listen(): Promise<void> {
    this.listener ??= this.openListener();
    try {
      await this.listener;
    } catch {
      this.listener = undefined; // polling goes on without it; the next reader tries again
    }
  }

  private async openListener(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      application_name: 'sijill projection watch',
    });
    client.on('notification', ({ payload }) => {
      for (const { name, wake } of this.waiting) if (name === payload) wake();
    });
    client.on('error', () => {
      this.listener = undefined;
      this.wakeAll();
    });
    await client.connect();
    await client.query('listen sijill_projection');
    return client;
  }

  private wakeAll(): void {
    for (const { wake } of this.waiting) wake();
  }
}

const POLL_MS = 250;
const ANSWER_MS_MAX = 5_000;
const PASSED = `select from projector.projection where name = $1 and state <> 'building' having min(position) >= $2`;
