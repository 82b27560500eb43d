import type { Pool } from 'pg';
import type { ReadModel } from '../read-model.js';
import { buildingSchemaOf, takePlace } from '../replay/new-version.js';
import { schemaOf } from '../tables.js';
import {
  advanceOf,
  type Checkpoint,
  isOfJournal,
  type JournalPlace,
  lease,
  type Place,
  park,
  readCheckpoint,
  release,
  renew,
} from './checkpoint.js';
import { Fenced, Parked } from './faults.js';
import { PageBound, takeByHalves } from './halving.js';
import { PageQueue } from './page-queue.js';
import { type FoldedPage, ProjectionTables } from './projection-tables.js';
import type { ProjectorSettings } from './projector.js';
import { behind, Interest, type Reading } from './reading.js';
import { takePage } from './take-page.js';

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

export interface RunSettings extends Required<Pick<ProjectorSettings, 'store' | 'owner' | 'leaseMs' | 'knownTypes'>> {
  readonly pool: Pool;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onFault: (projection: string, kind: 'fenced' | 'parked' | 'retry', error: unknown) => void;
}

/** One read model, or one partition of it, on its way through the journal, in this process. */
export class ProjectionRun {
  /** `waiting`: another worker has the lease. */
  state: 'waiting' | 'active' | 'parked' = 'waiting';
  /** Reads through the shared feed; otherwise its own pages. */
  isInFeed = false;
  /** What it takes out of the journal. */
  interest!: Interest;
  /** Before this moment (ms) it does not try again. */
  retryAt = 0;
  checkpoint!: Checkpoint; // from its first lease on
  /** Where the last page ends that is folded and not yet written. */
  private ahead: JournalPlace | undefined;
  private readonly queue = new PageQueue();
  private isMending = false;
  private retryMs = RETRY_MS_MIN;
  private readonly bound = new PageBound();
  private tables!: ProjectionTables;

  constructor(
    readonly model: ReadModel,
    private readonly settings: RunSettings,
    readonly partition = 0,
  ) {}

  get place(): Place {
    return { name: this.model.name, version: this.model.version, partition: this.partition };
  }

  /** How far it has folded: where its next page begins. Further than its checkpoint while pages are on their way. */
  get reach(): JournalPlace {
    return this.ahead ?? this.checkpoint;
  }

  /** Takes or renews the lease. @throws Parked when the journal is not the one that it has read. */
  async keep(): Promise<void> {
    const { pool, owner, leaseMs } = this.settings;
    if (this.state === 'waiting') {
      await this.settle();
      const held = await lease(pool, this.place, owner, leaseMs);
      if (!held) return;
      this.begin(held);
      await this.tables.create(pool);
      this.state = 'active';
      this.retryAt = 0;
    } else if (!(await renew(pool, this.place, this.checkpoint.token, leaseMs))) {
      this.lose(new Fenced(this.model.name));
    }
    if (this.state !== 'active' || (await isOfJournal(pool, this.place, this.settings.store, this.checkpoint))) return;
    throw new Parked(this.checkpoint.position, 'journal.rolledBack'); // only a rebuild leads out
  }

  /** Waits for the pages that are on their way. */
  settle(): Promise<void> {
    return this.queue.settled();
  }

  /** At the head: a version that was built beside takes the place of the one before it, once all its partitions are there. */
  async finishBuilding(): Promise<void> {
    await this.settle();
    if (this.state !== 'active' || !this.checkpoint.isBuilding) return;
    try {
      const outcome = await takePlace(this.settings.pool, this.place, this.checkpoint);
      if (outcome === 'fenced') throw new Fenced(this.model.name);
      if (outcome === 'taken') this.begin({ ...this.checkpoint, isBuilding: false });
    } catch (error) {
      await this.fault(error);
    }
  }

  /** Lets another worker take over at once. */
  async letGo(): Promise<void> {
    this.isInFeed = false;
    await this.settle();
    if (this.state === 'waiting') return;
    this.state = 'waiting'; // takes nothing any more
    await release(this.settings.pool, this.place, this.checkpoint.token);
  }

  /** Whether it stands at `position` with nothing on its way, so that others may move it. */
  isIdleAt(position: bigint): boolean {
    return this.state === 'active' && !this.ahead && !this.isMending && this.checkpoint.position === position;
  }

  /** After a move that was written for it. */
  moved(to: bigint, recordedMax: string): void {
    this.checkpoint = { ...this.checkpoint, position: to, recordedMax, parkedPosition: null };
    if (this.ahead && this.ahead.position <= to) this.ahead = undefined;
    this.retryMs = RETRY_MS_MIN;
  }

  /**
   * Takes in a page that was read from `after` on, in parts that are small enough to be taken in soon. Never throws: a fault
   * changes `state` or `retryAt`. A page that does not follow what it has taken in is left to another reading.
   */
  async take(readings: readonly Reading[], after: bigint): Promise<void> {
    if (this.state !== 'active') return;
    let place = after;
    let folded: FoldedPage | undefined;
    for (const part of this.bound.parts(behind(readings, this.reach.position))) {
      if (folded && !this.tables.isCurrent(folded)) return; // the part before was taken back: who goes on reads it again
      folded = await this.takePart(part, place);
      if (!folded) return;
      place = (part.at(-1) as Reading).position;
    }
  }

  /** Folds a part, to be written behind those before it, and waits for room for another. Undefined: it is not written. */
  private async takePart(readings: readonly Reading[], after: bigint): Promise<FoldedPage | undefined> {
    if (this.isMending) await this.settle();
    if (this.state !== 'active' || this.reach.position < after) return undefined;
    const news = behind(readings, this.reach.position);
    const last = news.at(-1);
    if (!last) return undefined;
    try {
      const folded = await this.tables.fold(this.settings.pool, this.interest.of(news));
      if (this.state !== 'active' || !this.tables.isCurrent(folded)) return undefined;
      this.ahead = last;
      await this.queue.add(() => this.write(folded, news, last));
      return folded;
    } catch (error) {
      await this.settle();
      if (this.state !== 'active' || this.reach.position < after) return undefined;
      await this.queue.add(() => this.mend(behind(news, this.reach.position), error));
      return undefined;
    }
  }

  /** Draws the consequence of a failed attempt, its own or one that was made for several. */
  async fault(error: unknown): Promise<void> {
    this.isInFeed = false;
    try {
      if (error instanceof Fenced) return this.lose(error);
      if (error instanceof Parked) return await this.park(error);
      await this.retryLater(error);
    } catch (next) {
      await this.retryLater(next);
    }
  }

  /** Rows and checkpoint move together; what a crash leaves is a whole page or none of it. */
  private async write(folded: FoldedPage, readings: readonly Reading[], to: Reading): Promise<void> {
    if (this.state !== 'active' || !this.tables.isCurrent(folded)) return; // a page before it was taken back
    const { position, recordedMax } = to;
    const { pool, now } = this.settings;
    const startedAt = now();
    try {
      const advance = advanceOf(this.place, this.checkpoint, { position, recordedMax, applied: folded.applied });
      if (!(await this.tables.write(pool, advance, folded.changes))) throw new Fenced(this.model.name);
      this.moved(position, recordedMax);
      this.bound.learn(readings.length, Math.max(folded.foldMs, now() - startedAt));
    } catch (error) {
      await this.mend(readings, error);
    }
  }

  /** After a page that could not be taken: nothing in memory counts any more, and the feed has gone on without it. */
  private async mend(readings: readonly Reading[], error: unknown): Promise<void> {
    this.tables.forget();
    this.ahead = undefined;
    this.isInFeed = false;
    this.isMending = true;
    try {
      await takeByHalves(readings, error, (some) => this.takeAlone(some), this.checkpoint.parkedPosition);
    } catch (next) {
      await this.fault(next);
    }
    this.isMending = false;
  }

  /** One page with nothing else on its way. */
  private async takeAlone(readings: readonly Reading[]): Promise<void> {
    const { position, recordedMax } = readings[readings.length - 1] as Reading;
    const advance = (applied: number) => advanceOf(this.place, this.checkpoint, { position, recordedMax, applied });
    if (!(await takePage(this.settings.pool, this.tables, this.interest.of(readings), advance)))
      throw new Fenced(this.model.name);
    this.moved(position, recordedMax);
  }

  private begin(held: Checkpoint): void {
    const { model, partition } = this;
    const { knownTypes, now } = this.settings;
    this.tables = new ProjectionTables(model, held.isBuilding ? buildingSchemaOf(model) : schemaOf(model.name), now);
    this.interest = new Interest(model, knownTypes, held.partitions === 1 ? undefined : partition);
    this.checkpoint = held;
    this.ahead = undefined;
  }

  private lose(error: Fenced): void {
    this.state = 'waiting';
    this.isInFeed = false;
    this.settings.onFault(this.model.name, 'fenced', error);
  }

  private async park(parked: Parked): Promise<void> {
    const isMine = await park(this.settings.pool, this.place, this.checkpoint, parked);
    if (!isMine) return this.lose(new Fenced(this.model.name));
    this.state = 'parked';
    this.settings.onFault(this.model.name, 'parked', parked);
  }

  /** A lost answer may have been a commit: the row says where it stands, or the compare-and-set of the next try does. */
  private async retryLater(error: unknown): Promise<void> {
    const { pool, onFault } = this.settings;
    onFault(this.model.name, 'retry', error);
    this.retryAt = Date.now() + this.retryMs;
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
    try {
      const held = await readCheckpoint(pool, this.place, this.checkpoint.token);
      if (held) this.checkpoint = held;
      else this.lose(new Fenced(this.model.name));
    } catch (next) {
      onFault(this.model.name, 'retry', next);
    }
  }
}
