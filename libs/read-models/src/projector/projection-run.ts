import type { ReadModel } from '../read-model.js';
import { buildingSchemaOf, takePlace } from '../replay/new-version.js';
import { schemaOf } from '../tables.js';
import type { Checkpoint, JournalPlace, Place } from './checkpoint.js';
import { advanceOf, isOfJournal, lease, park, readCheckpoint, release, renew } from './checkpoint.js';
import { Fenced, Parked } from './faults.js';
import { PageBound, STEP_EVENTS_MAX, takeByHalves } from './halving.js';
import { type FoldedPage, ProjectionTables } from './projection-tables.js';
import { behind, Interest, type Reading } from './reading.js';
import type { RunSettings } from './run-settings.js';
import { WriteBehind } from './write-behind.js';

const RETRY_MS = { min: 100, max: 5_000 };

/** One read model, or one partition of it, on its way through the journal, in this process. */
export class ProjectionRun {
  readonly place: Place;
  /** `waiting`: another worker has the lease. */
  state: 'waiting' | 'active' | 'parked' = 'waiting';
  /** Reads through the shared feed; otherwise its own pages. */
  isInFeed = false;
  /** What it takes out of the journal. */
  interest!: Interest;
  /** Before this moment (ms) it does not try again. */
  retryAt = 0;
  checkpoint!: Checkpoint; // from its first lease on
  /** How far it is while its checkpoint is not yet there. */
  private ahead: JournalPlace | undefined;
  private readonly pages = new WriteBehind<FoldedPage>((page) => this.write(page));
  private isMending = false;
  private retryMs = RETRY_MS.min;
  private readonly bound: PageBound;
  private tables!: ProjectionTables;

  constructor(
    readonly model: ReadModel,
    private readonly settings: RunSettings,
    readonly partition = 0,
  ) {
    this.place = { name: model.name, version: model.version, partition };
    this.bound = new PageBound(settings.pageEvents);
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

  /** Waits for all that is folded to be written. */
  settle(): Promise<void> {
    return this.pages.settled();
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

  /** Whether it is at `position` with nothing on its way, so that it can pass on. */
  isIdleAt(position: bigint): boolean {
    return this.state === 'active' && !this.pages.underway && this.reach.position === position;
  }

  /** Passes over events that do not concern it. Its checkpoint follows with its next page, or when it is moved. */
  pass(to: JournalPlace): void {
    this.ahead = to;
  }

  /** After a move that was written for it. */
  moved(to: bigint, recordedMax: string): void {
    this.checkpoint = { ...this.checkpoint, position: to, recordedMax, parkedPosition: null };
    if (this.ahead && this.ahead.position <= to) this.ahead = undefined;
    this.retryMs = RETRY_MS.min;
  }

  /**
   * Takes in a page that was read from `after` on, in parts that are small enough to be taken in soon. Never throws: a fault
   * changes `state` or `retryAt`. A page that does not follow what it has taken in is left to another reading.
   */
  async take(readings: readonly Reading[], after: bigint): Promise<void> {
    if (this.state !== 'active') return;
    let place = after;
    let rest = behind(readings, this.reach.position);
    while (rest.length > 0) {
      const part = rest.slice(0, await this.room());
      if (!(await this.takePart(part, place))) return;
      place = (part.at(-1) as Reading).position;
      rest = rest.slice(part.length);
    }
  }

  /** How many events may be folded now; first waits until there are some. */
  private async room(): Promise<number> {
    for (;;) {
      const room = this.isMending ? 0 : this.bound.events - (this.pages.waiting?.readings.length ?? 0);
      if (room > 0) return Math.min(room, STEP_EVENTS_MAX);
      await this.pages.underway;
    }
  }

  /** Folds a part, to be written with or behind what is folded before it. False: it is not taken. */
  private async takePart(readings: readonly Reading[], after: bigint): Promise<boolean> {
    if (this.state !== 'active' || this.reach.position < after) return false;
    const news = behind(readings, this.reach.position);
    const last = news.at(-1);
    if (!last) return true;
    const { memory } = this.tables;
    try {
      const prepared = await this.tables.prepare(this.settings.pool, this.interest.of(news));
      if (this.state !== 'active' || !this.tables.isCurrent(prepared)) return false; // what was before it was taken back
      const folded = this.pages.waiting ?? this.tables.begin();
      this.tables.fold(folded, prepared);
      folded.readings.push(...news);
      this.ahead = last;
      this.pages.put(folded);
      return true;
    } catch (error) {
      const anew = [...(this.pages.drop()?.readings ?? []), ...news]; // the fold may have stopped in the middle of an event
      await this.settle();
      if (this.state === 'active' && this.tables.isCurrent({ memory })) this.pages.do(() => this.mend(anew, error));
      await this.settle();
      return false;
    }
  }

  /** Draws the consequence of a failed attempt, its own or one that was made for several. */
  async fault(error: unknown): Promise<void> {
    this.isInFeed = false;
    if (!this.pages.underway) this.ahead = undefined; // what it passed over is passed over again
    try {
      if (error instanceof Fenced) return this.lose(error);
      if (error instanceof Parked) return await this.park(error);
      await this.retryLater(error);
    } catch (next) {
      await this.retryLater(next);
    }
  }

  /** Rows and checkpoint move together; what a crash leaves is a whole page or none of it. Never rejects. */
  private async write({ page, readings, applied, foldMs }: FoldedPage): Promise<void> {
    if (this.state !== 'active') return;
    const { position, recordedMax } = readings[readings.length - 1] as Reading;
    const { pool, now } = this.settings;
    const startedAt = now();
    try {
      const advance = advanceOf(this.place, this.checkpoint, { position, recordedMax, applied });
      if (!(await this.tables.write(pool, advance, this.tables.changesOf(page)))) throw new Fenced(this.model.name);
      this.moved(position, recordedMax);
      this.bound.learn(readings.length, Math.max(foldMs, now() - startedAt));
    } catch (error) {
      await this.mend(readings, error);
    }
  }

  /** After a page that could not be taken: nothing in memory counts any more, and the feed has gone on without it. */
  private async mend(readings: readonly Reading[], error: unknown): Promise<void> {
    this.tables.forget();
    this.pages.drop(); // it is read again
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
    if (!(await this.tables.take(this.settings.pool, this.interest.of(readings), advance)))
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
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS.max);
    try {
      const held = await readCheckpoint(pool, this.place, this.checkpoint.token);
      if (held) this.checkpoint = held;
      else this.lose(new Fenced(this.model.name));
    } catch (next) {
      onFault(this.model.name, 'retry', next);
    }
  }
}
