import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { EventStore } from '#event-store';
import { dataClasses } from '#ledger';
import { codeOf, Fenced, isTransient, Parked } from '../projector/faults.js';
import { ProjectionTables } from '../projector/projection-tables.js';
import type { ReadModel } from '../read-model.js';
import { replayAsOf } from './as-of.js';
import { refuse } from './failures.js';
import type { Filling } from './fill.js';
import { begin, claim, finish, type Job, LEASE_MS, release, renew, replaySchemaOf } from './job.js';
import { rebuild } from './rebuild.js';
import { KEPT_DAYS } from './swap.js';
import { sweep } from './sweep.js';

export interface ReplayerSettings {
  readonly store: EventStore;
  readonly connectionString: string;
  readonly models: readonly ReadModel[];
  /** Names this process; one that comes back under the same name goes on with its job at once. */
  readonly owner: string;
  /** Event types of this build; another one ends a replay. Default: those of the ledger. */
  readonly knownTypes?: ReadonlySet<string>;
  /** Most events of one page. Default 2,000. */
  readonly pageEvents?: number;
  readonly onFault?: (error: unknown) => void;
}

const IDLE_MS = 500;
/** A cancelled job that is comparing rather than folding notices it after this long. */
const HEARTBEAT_MS = LEASE_MS / 15;
const CONNECTIONS_MAX = 5;
const CONNECT_MS_MAX = 10_000;
/** A server that says nothing for so long is given up; sorting or joining a large table takes minutes. */
const ANSWER_MS_MAX = 15 * 60_000;
// A crash of the server may cost the last pages: rows and checkpoint fall back together, and the job goes on from there.
const SESSION = '-c synchronous_commit=off -c jit=off -c lock_timeout=2000';

/** Works off replays and rebuilds, one at a time, beside the live projections. */
export class Replayer {
  private readonly pool: pg.Pool;
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(private readonly settings: ReplayerSettings) {
    const { connectionString } = settings;
    this.pool = new pg.Pool({
      connectionString,
      max: CONNECTIONS_MAX,
      options: SESSION,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
      application_name: 'sijill replays',
    });
    this.pool.on('error', (error) => this.note(error)); // an idle connection was cut; the next use opens another
    this.pool.on('connect', (client) => client.on('error', () => undefined)); // lent out: its query fails as well, and says why
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Stops at the edge of a page; whoever starts next goes on from there. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await this.pool.end();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const projections = this.settings.models.map(({ name }) => name);
    while (!signal.aborted) {
      try {
        await sweep(this.pool);
        const job = await claim(this.pool, this.settings.owner, projections);
        if (job && (await this.work(job))) continue;
      } catch (error) {
        this.note(error);
      }
      await pause(IDLE_MS, undefined, { signal }).catch(() => undefined); // it ends early when we stop
    }
  }

  /** False: it could not go on for now. */
  private async work(job: Job): Promise<boolean> {
    const leaving = new AbortController();
    const beat = setInterval(() => {
      renew(this.pool, job).then(
        (isMine) => isMine || leaving.abort(new Fenced(replaySchemaOf(job.id))),
        (error: unknown) => this.note(error), // the lease lasts for many beats
      );
    }, HEARTBEAT_MS);
    try {
      await this.fold(job, AbortSignal.any([this.stopping.signal, leaving.signal]));
      return true;
    } catch (error) {
      return await this.end(job, leaving.signal.aborted ? leaving.signal.reason : error);
    } finally {
      clearInterval(beat);
    }
  }

  private async fold(job: Job, signal: AbortSignal): Promise<void> {
    const { models, store, knownTypes = LEDGER_TYPES, pageEvents } = this.settings;
    const model = models.find(({ name }) => name === job.projection) as ReadModel; // it claimed what it knows
    if (job.version !== null && job.version !== model.version)
      throw refuse('replay.otherVersion', { params: { id: job.id, version: String(job.version) } });
    const tables = new ProjectionTables(model, replaySchemaOf(job.id));
    if (!(await begin(this.pool, job, model.version, null))) throw new Fenced(tables.schema);
    await tables.create(this.pool);
    const filling: Filling = { pool: this.pool, store, tables, knownTypes, signal, pageEvents };
    const ending = job.kind === 'rebuild' ? await rebuild(filling, job) : await replayAsOf(filling, job);
    if (ending && !(await finish(this.pool, job, ending))) throw new Fenced(tables.schema);
  }

  /** Draws the consequence of what stopped a job. */
  private async end(job: Job, error: unknown): Promise<boolean> {
    const isPause = error instanceof Fenced || this.stopping.signal.aborted || isTransient(error) || isTimeout(error);
    if (!this.stopping.signal.aborted) this.note(error);
    if (isPause) {
      await release(this.pool, job); // a cancelled one is swept now; of another worker's this takes nothing
      return false;
    }
    const position = error instanceof Parked ? { position: error.position } : {};
    const code = error instanceof Parked ? error.code : codeOf(error);
    await this.pool.query(`drop schema if exists "${replaySchemaOf(job.id)}" cascade`);
    await finish(this.pool, job, { state: 'failed', failure: { code, ...position }, keptDays: KEPT_DAYS });
    return true;
  }

  private note(error: unknown): void {
    this.settings.onFault?.(error);
  }
}

const LEDGER_TYPES: ReadonlySet<string> = new Set(Object.keys(dataClasses));
const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';
