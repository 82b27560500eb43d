import type { ReadModel } from '../read-model.js';
import { buildingSchemaOf } from '../replay/new-version.js';
import { schemaOf } from '../tables.js';
import type { Checkpoint, JournalPlace, Place } from './checkpoint.js';
import { advanceOf, isOfJournal, lease, park, readCheckpoint, release, renew } from './checkpoint.js';
import { Fenced, Parked } from './faults.js';
import { isOfNoEvent, PageBound, takeAgain } from './halving.js';
import { STEP_EVENTS_MAX } from './page-reader.js';
import { type FoldedPage, ProjectionTables } from './projection-tables.js';
import { behind, Interest, placeOf, type Reading } from './reading.js';
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
    return this.state === 'active' && this.pages.isIdle && this.reach.position === position;
  }

  /** Passes over events that do not concern it. Its checkpoint follows with its next page, or when it is moved. */
  pass(to: JournalPlace): void {
    this.ahead = to;
  }

  /** After a move that was written for it. */
  moved({ position, recordedMax }: JournalPlace): void {
    this.checkpoint = { ...this.checkpoint, position, recordedMax, parkedPosition: null };
    if (this.ahead && this.ahead.position <= position) this.ahead = undefined;
    this.retryMs = RETRY_MS.min;
  }

  /**
   * Takes in a page that was read from `after` on, in parts that are small enough to be taken in soon. Never throws: a fault
   * changes `state` or `retryAt`. A page that does not follow what it has taken in is left to another reading. What is taken in may
   * wait for more to be written with it, unless `isLast` says that nothing follows for now.
   */
  async take(readings: readonly Reading[], after: bigint, isLast: boolean): Promise<void> {
    if (this.state !== 'active') return;
    let place = after;
    let rest = behind(readings, this.reach.position);
    while (rest.length > 0) {
      const part = rest.slice(0, await this.room());
      if (!(await this.takePart(part, place))) return;
      place = (part.at(-1) as Reading).position;
      rest = rest.slice(part.length);
    }
    if (isLast) this.pages.flush();
  }

  /** How many events may be folded now; first waits until there are some. */
  private async room(): Promise<number> {
    for (;;) {
      const room = this.isMending ? 0 : this.bound.roomAfter(this.pages.waiting ?? { events: 0, steps: 0 });
      if (room > 0) return Math.min(room, STEP_EVENTS_MAX);
      this.pages.flush();
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
      folded.last = placeOf(last);
      folded.events += news.length;
      this.ahead = folded.last;
      this.pages.put(folded, this.bound.isWorthwhile(folded));
      return true;
    } catch (error) {
      this.pages.drop(); // the fold may have stopped in the middle of an event
      await this.settle();
      if (this.state === 'active' && this.tables.isCurrent({ memory }))
        this.pages.do(() => this.mend(last.position, error));
      await this.settle();
      return false;
    }
  }

  /** Draws the consequence of a failed attempt, its own or one that was made for several. */
  async fault(error: unknown): Promise<void> {
    this.isInFeed = false;
    if (this.pages.isIdle) this.ahead = undefined; // what it passed over is passed over again
    try {
      if (error instanceof Fenced) return this.lose(error);
      if (error instanceof Parked) return await this.park(error);
      await this.retryLater(error);
    } catch (next) {
      await this.retryLater(next);
    }
  }

  /** Rows and checkpoint move together; what a crash leaves is a whole page or none of it. Never rejects. */
  private async write(folded: FoldedPage): Promise<void> {
    const { last, events, applied, foldMs } = folded;
    if (this.state !== 'active' || !last) return;
    const { pool, now } = this.settings;
    const startedAt = now();
    try {
      const advance = advanceOf(this.place, this.checkpoint, { ...last, applied });
      if (!(await this.tables.write(pool, advance, folded))) throw new Fenced(this.model.name);
      this.moved(last);
      this.bound.learn(events, Math.max(foldMs, now() - startedAt));
    } catch (error) {
      await this.mend(last.position, error);
    }
  }

  /** After a page that could not be taken: nothing in memory counts, the feed has gone on. It is read again, by parts, up to `to`. */
  private async mend(to: bigint, error: unknown): Promise<void> {
    this.tables.forget();
    this.pages.drop();
    this.ahead = undefined;
    this.isInFeed = false;
    this.isMending = true;
    try {
      if (isOfNoEvent(error)) throw error;
      await takeAgain(
        this.settings.store,
        () => this.checkpoint,
        to,
        (readings) => this.takeAlone(readings),
      );
    } catch (next) {
      await this.fault(next);
    }
    this.isMending = false;
  }

  /** One page with nothing else on its way. */
  private async takeAlone(readings: readonly Reading[]): Promise<void> {
    const last = placeOf(readings.at(-1) as Reading);
    const advance = (applied: number) => advanceOf(this.place, this.checkpoint, { ...last, applied });
    const isWritten = await this.tables.take(this.settings.pool, this.interest.of(readings), advance);
    if (!isWritten) throw new Fenced(this.model.name);
    this.moved(last);
  }

  /** Goes on from a checkpoint, in the tables that belong to it. */
  begin(held: Checkpoint): void {
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
    if (!(await park(this.settings.pool, this.place, this.checkpoint, parked)))
      return this.lose(new Fenced(this.model.name));
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
