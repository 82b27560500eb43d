import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { EventStore, Position } from '#event-store';
import { READ_EVENTS_MAX } from '#event-store';
import { dataClasses } from '#ledger';
import type { ReadModel } from '../read-model.js';
import { finishBuilding } from '../replay/new-version.js';
import { type JournalPlace, movePassed } from './checkpoint.js';
import { PageReader, STEP_EVENTS_MAX } from './page-reader.js';
import { cut, leave, PARTITIONS, shareOf } from './partitions.js';
import { ProjectionRun } from './projection-run.js';
import { type ProjectionStatus, projectionStatuses } from './projection-status.js';
import { type Reading, readingsOf } from './reading.js';

export interface ProjectorSettings {
  readonly store: EventStore;
  /** Of the primary: a replica may show commits in another order. */
  readonly connectionString: string;
  readonly models: readonly ReadModel[];
  /** Names this process; a process that comes back under the same name takes its leases over at once. */
  readonly owner: string;
  /** Most events of one transaction. Default 20,000; fewer when they are large or slow to fold. */
  readonly pageEvents?: number;
  /** Default 30,000; renewed at a third of it. */
  readonly leaseMs?: number;
  /** Cuts the projections that several workers can share, for good. Default: those that are cut are shared, no other is cut. */
  readonly isCutting?: boolean;
  /** Event types of this build: another one parks the projections. Default: no type is unknown. */
  readonly knownTypes?: ReadonlySet<string>;
  readonly onMetric?: (metric: ProjectorMetric) => void;
}

export interface ProjectorMetric {
  readonly name: 'fenced' | 'parked' | 'retry' | 'page' | 'feed';
  readonly projection?: string;
  /** Events of a page. */
  readonly value?: number;
  readonly error?: unknown;
}

const LEDGER_TYPES: ReadonlySet<string> = new Set(Object.keys(dataClasses));
const LEASE_MS = 30_000;
const CONNECTIONS_MAX = 4;
const IDLE_MS = 50;
const FEED_RETRY_MS = 500;
/** Events over which a projection passes that do not concern it, before its checkpoint follows. */
const PASSED_MAX = 5_000n;
/** A projection that was fenced, by a swap of its tables say, is taken again after this long. */
const RETAKE_MS = 1_000;
// Losing the last pages in a crash of the server costs only taking them in again: rows and checkpoint fall back together.
// Compiling a plan costs more than any page of the journal takes to fold, so nothing is compiled.
const SESSION = '-c synchronous_commit=off -c jit=off -c statement_timeout=30000 -c lock_timeout=10000';
// The server gives up before we do. A connection that died without a word is found out by this alone.
const ANSWER_MS_MAX = 32_000;

/** Runs all read models over one journal: rows and checkpoint move together, and only under a valid lease. */
export class Projector {
  private readonly pool: pg.Pool;
  private readonly runs: readonly ProjectionRun[];
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[] = [];
  private feed: { cursor: Position; done: Promise<void> } | undefined;

  constructor(private readonly settings: ProjectorSettings) {
    const { connectionString, models, owner, leaseMs = LEASE_MS, knownTypes = LEDGER_TYPES, pageEvents } = settings;
    this.pool = new pg.Pool({
      connectionString,
      max: CONNECTIONS_MAX,
      options: SESSION,
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
      application_name: 'sijill projector',
    });
    this.pool.on('error', (error) => this.note({ name: 'retry', error })); // an idle connection was cut; the next use opens another
    this.pool.on('connect', (client) => client.on('error', () => undefined)); // lent out: its query fails as well, and says why
    const onFault = (projection: string, name: 'fenced' | 'parked' | 'retry', error: unknown) =>
      this.note({ name, projection, error });
    const now = () => performance.now();
    const shared = { pool: this.pool, store: settings.store, owner, leaseMs, knownTypes, now, pageEvents, onFault };
    this.runs = models.flatMap((model) =>
      Array.from({ length: model.partitionable ? PARTITIONS : 1 }, (_, nth) => new ProjectionRun(model, shared, nth)),
    );
  }

  /** Takes the leases that are free and goes on in the background. */
  async start(): Promise<void> {
    await this.keepLeases(true);
    this.loops.push(this.leaseLoop(), this.catchUpLoop());
  }

  /** Stops at the edge of a page and gives the leases back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
    await this.feed?.done;
    await Promise.allSettled([...this.runs.map((run) => run.letGo()), leave(this.pool, this.settings.owner)]);
    await this.pool.end();
  }

  status(): Promise<readonly ProjectionStatus[]> {
    return projectionStatuses(this.pool, this.settings.store);
  }

  private async leaseLoop(): Promise<void> {
    const every = (this.settings.leaseMs ?? LEASE_MS) / 3;
    let dueAt = Date.now() + every;
    while (await this.wait(Math.min(every, RETAKE_MS))) {
      const isDue = Date.now() >= dueAt;
      await this.keepLeases(isDue);
      if (isDue) dueAt = Date.now() + every;
    }
  }

  /** Renews what it holds, when that is due, and takes what is free: of all projections at once, for the first time makes their tables. */
  private async keepLeases(isDue: boolean): Promise<void> {
    const keepOf = async (model: ReadModel) => {
      const runs = this.runs.filter((run) => run.model === model);
      if (!isDue && runs.every(({ state }) => state !== 'waiting')) return;
      for (const run of await this.keepable(runs)) {
        try {
          if (isDue || run.state === 'waiting') await run.keep();
        } catch (error) {
          await run.fault(error);
        }
      }
    };
    await Promise.all(this.settings.models.map(keepOf));
  }

  /** Of the partitions of a projection those that this worker may hold. */
  private async keepable(runs: readonly ProjectionRun[]): Promise<readonly ProjectionRun[]> {
    const { owner, leaseMs = LEASE_MS, isCutting } = this.settings;
    const [first] = runs;
    if (!first?.model.partitionable) return runs;
    try {
      if (isCutting) await cut(this.pool, first.place);
      return await shareOf(this.pool, runs, owner, leaseMs);
    } catch (error) {
      this.note({ name: 'retry', projection: first.model.name, error });
      return runs.filter(({ state }) => state !== 'waiting');
    }
  }

  /** Those behind read their own pages; equals share one. The lowest goes first, so that they meet and go on together. */
  private async catchUpLoop(): Promise<void> {
    const pages = new PageReader(
      this.settings.store,
      Math.min(this.settings.pageEvents ?? STEP_EVENTS_MAX, STEP_EVENTS_MAX),
    );
    while (!this.stopping.signal.aborted) {
      const behind = this.runs.filter((run) => run.state === 'active' && !run.isInFeed && run.retryAt <= Date.now());
      const places = behind.map(({ reach }) => reach).sort((one, other) => (one.position < other.position ? -1 : 1));
      const [lowest] = places;
      if (!lowest) {
        await this.wait(IDLE_MS);
        continue;
      }
      const together = behind.filter(({ reach }) => reach.position === lowest.position);
      const meeting = places.find(({ position }) => position > lowest.position)?.position;
      try {
        const { readings, atHead } = await pages.read(lowest, meeting);
        await this.takeIn(together, readings, lowest, atHead || meeting !== undefined);
        if (!atHead) continue;
        for (const run of together) {
          await finishBuilding(run, this.pool);
          this.joinFeed(run);
        }
      } catch (error) {
        this.note({ name: 'feed', error });
        await this.wait(FEED_RETRY_MS);
      }
    }
  }

  /**
   * Takes in what follows `place`. Those that it does not concern pass over it and move together in one statement, at the latest with
   * the last page for now; the others fold it, each for itself.
   */
  private async takeIn(
    runs: readonly ProjectionRun[],
    readings: readonly Reading[],
    place: JournalPlace,
    isLast: boolean,
  ): Promise<void> {
    const end = readings.at(-1) ?? place;
    const types = new Set(readings.map(({ type }) => type));
    const idle = runs.filter((run) => run.isIdleAt(place.position) && !run.interest.isIn(readings, types));
    if (readings.length > 0) for (const run of idle) run.pass(end);
    const passed = idle.filter(({ checkpoint }) => end.position - checkpoint.position > (isLast ? 0n : PASSED_MAX));
    const busy = runs.filter((run) => !idle.includes(run));
    await Promise.all([
      ...busy.map((run) => run.take(readings, place.position, isLast)),
      movePassed(this.pool, passed, end),
    ]);
    if (readings.length > 0) this.note({ name: 'page', value: readings.length });
  }

  /** Whoever has read to the head follows it with the others, unless the feed is already further. */
  private joinFeed(run: ProjectionRun): void {
    if (run.state !== 'active' || run.retryAt > Date.now()) return;
    const { position } = run.reach;
    if (this.feed && position < this.feed.cursor) return;
    run.isInFeed = true;
    if (!this.feed) this.feed = { cursor: position, done: this.follow(run).finally(() => this.leaveFeed()) };
  }

  private leaveFeed(): void {
    this.feed = undefined;
    for (const run of this.runs) run.isInFeed = false;
  }

  private async follow({ reach: { position, recordedMax } }: ProjectionRun): Promise<void> {
    const leaving = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, leaving.signal]);
    let max = recordedMax;
    try {
      const after = position < 0n ? undefined : position;
      for await (const { events } of this.settings.store.subscribe({ after, signal, batch: READ_EVENTS_MAX })) {
        const before = max;
        const readings = readingsOf(events, max);
        max = readings.at(-1)?.recordedMax ?? max;
        const members = this.runs.filter(({ isInFeed }) => isInFeed);
        if (members.length === 0) return;
        const last = readings.at(-1);
        if (!this.feed || !last) continue;
        const { cursor } = this.feed;
        this.feed.cursor = last.position;
        await this.takeIn(members, readings, { position: cursor, recordedMax: before }, true);
      }
    } catch (error) {
      this.note({ name: 'feed', error });
      await this.wait(FEED_RETRY_MS);
    } finally {
      leaving.abort();
    }
  }

  /** False when the projector is stopping. */
  private async wait(ms: number): Promise<boolean> {
    const { signal } = this.stopping;
    await pause(ms, undefined, { signal }).catch(() => undefined); // for no other reason than the signal
    return !signal.aborted;
  }

  private note(metric: ProjectorMetric): void {
    this.settings.onMetric?.(metric);
  }
}
