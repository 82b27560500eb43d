import type { Pool } from 'pg';
import type { ReadModel } from '../read-model.js';
import { schemaOf } from '../tables.js';
import { advanceOf, type Checkpoint, lease, park, readCheckpoint, release, renew } from './checkpoint.js';
import { codeOf, Fenced, isTransient, Parked } from './faults.js';
import { ProjectionTables } from './projection-tables.js';
import type { Reading } from './reading.js';
import { buildingSchemaOf, takePlace } from './rebuild.js';
import { takePage } from './take-page.js';

/** Failures of one event before it parks. A parked one gets a single try after a restart. */
const EVENT_TRIES_MAX = 3;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

export interface RunSettings {
  readonly pool: Pool;
  readonly owner: string;
  readonly leaseMs: number;
  /** Event types of this build. */
  readonly knownTypes: ReadonlySet<string>;
  readonly onFault: (projection: string, kind: 'fenced' | 'parked' | 'retry', error: unknown) => void;
}

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

  get position(): bigint {
    return this.checkpoint.position;
  }

  /** Takes or renews the lease. */
  async keep(): Promise<void> {
    const { pool, owner, leaseMs } = this.settings;
    if (this.state === 'waiting') {
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
  }

  /** At the head: a version that was built beside takes the place of the one before it. */
  async finishBuilding(): Promise<void> {
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
    if (this.state === 'waiting') return;
    await release(this.settings.pool, this.model, this.checkpoint.token);
    this.state = 'waiting';
  }

  concerns({ type }: Reading): boolean {
    const { knownTypes } = this.settings;
    return this.types === 'every' || this.types.has(type) || !knownTypes.has(type);
  }

  /** After a move that was written for it. */
  moved(to: bigint, recordedMax: string): void {
    this.checkpointHeld = { ...this.checkpoint, position: to, recordedMax, parkedPosition: null };
    this.retryMs = RETRY_MS_MIN;
  }

  /**
   * Takes in the readings behind its position, and moves to the last of them. Never throws: a fault changes `state` or `retryAt`.
   */
  async take(readings: readonly Reading[]): Promise<void> {
    try {
      await this.advance(this.news(readings));
    } catch (error) {
      await this.fault(error);
    }
  }

  /** Readings that it has not taken in yet. */
  news(readings: readonly Reading[]): readonly Reading[] {
    const first = readings.findIndex(({ position }) => position > this.position);
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

  /** One page; a page that cannot be taken is halved down to the event at fault. */
  private async advance(readings: readonly Reading[]): Promise<void> {
    const [first] = readings;
    if (!first) return;
    try {
      await this.write(readings);
    } catch (error) {
      if (error instanceof Fenced || isTransient(error)) throw error;
      if (readings.length === 1) return this.tryAgain(first, error);
      const middle = Math.floor(readings.length / 2);
      await this.advance(readings.slice(0, middle));
      await this.advance(readings.slice(middle));
    }
  }

  private async tryAgain(reading: Reading, first: unknown): Promise<void> {
    const wasParked = this.checkpoint.parkedPosition === reading.position;
    let error = first;
    for (let tries = wasParked ? EVENT_TRIES_MAX : 1; tries < EVENT_TRIES_MAX; tries++) {
      try {
        return await this.write([reading]);
      } catch (next) {
        if (next instanceof Fenced || isTransient(next)) throw next;
        error = next;
      }
    }
    throw error instanceof Parked ? error : new Parked(reading.position, codeOf(error), error);
  }

  /** At least one reading. Rows and checkpoint move together; what a crash leaves is a whole page or none of it. */
  private async write(readings: readonly Reading[]): Promise<void> {
    const { pool, knownTypes } = this.settings;
    const unknown = readings.find(({ type }) => !knownTypes.has(type));
    if (unknown) throw new Parked(unknown.position, 'event.unknownType');
    const { position, recordedMax } = readings[readings.length - 1] as Reading;
    const advance = (applied: number) => advanceOf(this.model, this.checkpoint, { position, recordedMax, applied });
    if (!(await takePage(pool, this.tables, readings, advance))) throw new Fenced(this.model.name);
    this.moved(position, recordedMax);
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
