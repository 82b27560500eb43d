import type { Pool } from 'pg';
import type { EventStore } from '#event-store';
import type { ReadModel } from '../read-model.js';
import { schemaOf } from '../tables.js';
import { advanceOf, type Checkpoint, isOfJournal, lease, park, readCheckpoint, release, renew } from './checkpoint.js';
import { Fenced, Parked } from './faults.js';
import { takeByHalves } from './halving.js';
import { type FoldedPage, ProjectionTables } from './projection-tables.js';
import type { Reading } from './reading.js';
import { buildingSchemaOf, takePlace } from './rebuild.js';
import { takePage } from './take-page.js';

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

export interface RunSettings {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly owner: string;
  readonly leaseMs: number;
  /** Event types of this build. */
  readonly knownTypes: ReadonlySet<string>;
  readonly onFault: (projection: string, kind: 'fenced' | 'parked' | 'retry', error: unknown) => void;
}

/** A place in the journal: the last event taken in, and the running maximum of the recording times up to it. */
export type JournalPlace = Pick<Checkpoint, 'position' | 'recordedMax'>;

/** `waiting`: another worker has the lease. */
export type RunState = 'waiting' | 'active' | 'parked';

/** One read model on its way through the journal, in this process. */
export class ProjectionRun {
  state: RunState = 'waiting';
  /** Reads through the shared feed; otherwise its own pages. */
  isInFeed = false;
  /** Before this moment (ms) it does not try again. */
  retryAt = 0;
  private checkpointHeld: Checkpoint | undefined;
  /** Where the page ends that is being written; the next one is folded meanwhile. */
  private ahead: JournalPlace | undefined;
  /** Never rejects: what goes wrong is drawn from there. */
  private writing: Promise<void> = Promise.resolve();
  private isMending = false;
  private retryMs = RETRY_MS_MIN;
  private readonly types: ReadonlySet<string> | 'every';
  private tables: ProjectionTables;

  constructor(
    readonly model: ReadModel,
    private readonly settings: RunSettings,
  ) {
    this.types = model.types === 'every' ? 'every' : new Set(model.types);
    this.tables = new ProjectionTables(model, schemaOf(model.name));
  }

  get checkpoint(): Checkpoint {
    if (!this.checkpointHeld) throw new Error(`${this.model.name} has no lease`);
    return this.checkpointHeld;
  }

  /** How far it has folded: where its next page begins. Further than its checkpoint while a page is being written. */
  get reach(): JournalPlace {
    return this.ahead ?? this.checkpoint;
  }

  /** Takes or renews the lease. @throws Parked when the journal is not the one that it has read. */
  async keep(): Promise<void> {
    const { pool, owner, leaseMs } = this.settings;
    if (this.state === 'waiting') {
      await this.settle();
      const held = await lease(pool, this.model, owner, leaseMs);
      if (!held) return;
      this.tables = new ProjectionTables(
        this.model,
        held.isBuilding ? buildingSchemaOf(this.model) : schemaOf(this.model.name),
      );
      await this.tables.create(pool);
      this.checkpointHeld = held;
      this.state = 'active';
      this.retryAt = 0;
    } else if (!(await renew(pool, this.model, this.checkpoint.token, leaseMs))) {
      this.lose(new Fenced(this.model.name));
    }
    if (this.state !== 'active' || (await isOfJournal(this.settings.store, this.checkpoint))) return;
    throw new Parked(this.checkpoint.position, 'journal.rolledBack'); // only a rebuild leads out
  }

  /** Waits for the page that is being written. */
  settle(): Promise<void> {
    return this.writing;
  }

  /** At the head: a version that was built beside takes the place of the one before it. */
  async finishBuilding(): Promise<void> {
    await this.settle();
    if (this.state !== 'active' || !this.checkpoint.isBuilding) return;
    try {
      if (!(await takePlace(this.settings.pool, this.model, this.checkpoint))) throw new Fenced(this.model.name);
      this.tables = new ProjectionTables(this.model, schemaOf(this.model.name));
      this.checkpointHeld = { ...this.checkpoint, isBuilding: false };
    } catch (error) {
      await this.fault(error);
    }
  }

  /** Lets another worker take over at once. */
  async letGo(): Promise<void> {
    await this.settle();
    if (this.state === 'waiting') return;
    await release(this.settings.pool, this.model, this.checkpoint.token);
    this.state = 'waiting';
  }

  concerns({ type }: Reading): boolean {
    const { knownTypes } = this.settings;
    return this.types === 'every' || this.types.has(type) || !knownTypes.has(type);
  }

  /** Whether it stands at `position` with nothing on its way, so that others may move it. */
  isIdleAt(position: bigint): boolean {
    return this.state === 'active' && !this.ahead && !this.isMending && this.checkpoint.position === position;
  }

  /** After a move that was written for it. */
  moved(to: bigint, recordedMax: string): void {
    this.checkpointHeld = { ...this.checkpoint, position: to, recordedMax, parkedPosition: null };
    this.ahead = undefined;
    this.retryMs = RETRY_MS_MIN;
  }

  /**
   * Folds a page that was read from `after` on, and sends it off once the page before it is written. Never throws: a fault
   * changes `state` or `retryAt`. A page that does not follow what it has taken in is left to another reading.
   */
  async take(readings: readonly Reading[], after: bigint): Promise<void> {
    if (this.isMending) await this.settle();
    const news = this.news(readings);
    const last = news.at(-1);
    if (this.state !== 'active' || !last || this.reach.position < after) return;
    try {
      const folded = await this.fold(news);
      await this.settle();
      if (!this.tables.isCurrent(folded)) return;
      this.ahead = last;
      this.writing = this.write(folded, news, last);
    } catch (error) {
      await this.settle();
      if (this.state === 'active' && this.reach.position >= after) await this.mend(this.news(news), error);
    }
  }

  /** Readings that it has not taken in yet. */
  news(readings: readonly Reading[]): readonly Reading[] {
    const { position: reached } = this.reach;
    const first = readings.findIndex(({ position }) => position > reached);
    return first <= 0 ? (first === 0 ? readings : []) : readings.slice(first);
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
  private async write({ page, applied }: FoldedPage, readings: readonly Reading[], to: Reading): Promise<void> {
    const { position, recordedMax } = to;
    try {
      const advance = advanceOf(this.model, this.checkpoint, { position, recordedMax, applied });
      if (!(await this.tables.write(this.settings.pool, advance, page))) throw new Fenced(this.model.name);
      this.moved(position, recordedMax);
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
      const { parkedPosition } = this.checkpoint;
      await takeByHalves(readings, error, (some) => this.takeAlone(some), parkedPosition);
    } catch (next) {
      await this.fault(next);
    }
    this.isMending = false;
  }

  private async fold(readings: readonly Reading[]): Promise<FoldedPage> {
    this.refuseUnknown(readings);
    return this.tables.fold(this.settings.pool, readings);
  }

  /** One page with nothing else on its way. */
  private async takeAlone(readings: readonly Reading[]): Promise<void> {
    this.refuseUnknown(readings);
    const { position, recordedMax } = readings[readings.length - 1] as Reading;
    const advance = (applied: number) => advanceOf(this.model, this.checkpoint, { position, recordedMax, applied });
    if (!(await takePage(this.settings.pool, this.tables, readings, advance))) throw new Fenced(this.model.name);
    this.moved(position, recordedMax);
  }

  private refuseUnknown(readings: readonly Reading[]): void {
    const unknown = readings.find(({ type }) => !this.settings.knownTypes.has(type));
    if (unknown) throw new Parked(unknown.position, 'event.unknownType');
  }

  private lose(error: Fenced): void {
    this.state = 'waiting';
    this.isInFeed = false;
    this.settings.onFault(this.model.name, 'fenced', error);
  }

  private async park(parked: Parked): Promise<void> {
    if (!(await park(this.settings.pool, this.model, this.checkpoint, parked)))
      return this.lose(new Fenced(this.model.name));
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
      const held = await readCheckpoint(pool, this.model, this.checkpoint.token);
      if (held) this.checkpointHeld = held;
      else this.lose(new Fenced(this.model.name));
    } catch (next) {
      onFault(this.model.name, 'retry', next);
    }
  }
}
