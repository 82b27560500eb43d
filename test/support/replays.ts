import pg from 'pg';
import { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { dumpHash } from '../../libs/read-models/src/canonical-dump.js';
import { ProjectionWatch } from '../../libs/read-models/src/projector/projection-status.js';
import { Projector, type ProjectorSettings } from '../../libs/read-models/src/projector/projector.js';
import {
  type Replay,
  ReplayDesk,
  type ReplayRequest,
  type ReplayState,
} from '../../libs/read-models/src/replay/desk.js';
import { Replayer, type ReplayerSettings } from '../../libs/read-models/src/replay/replayer.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { movedParcel, type PostedFact, parcels, sentParcel } from './read-models.js';

export const WAIT_MS = 60_000;
const LEASE_MS = 900;
const knownTypes: ReadonlySet<string> = new Set(parcels.types);
const channels = ['app', 'web', 'counter'];

/** Twenty parcels, then moves of them. */
export const history = (count: number): PostedFact[] =>
  Array.from({ length: count }, (_, at) =>
    at < 20 ? sentParcel(`p${at}`, 'app') : movedParcel(`p${(at * 7) % 20}`, channels[at % 3] ?? 'app'),
  );

/** A journal, a live projection, and workers for replays of it, over a database of their own. */
export class ReplayBench {
  /** A test may put another one in its place, as a restore does. */
  store = new MemoryEventStore();
  readonly watch: ProjectionWatch;
  desk: ReplayDesk;
  private readonly running = new Set<{ stop(): Promise<void> }>();
  private readonly faults: unknown[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly admin: pg.Client,
    readonly source: DataSource,
  ) {
    this.watch = new ProjectionWatch(database.url('sijill_api'), this.store);
    this.desk = new ReplayDesk(source);
  }

  static async open(): Promise<ReplayBench> {
    const database = await createTestDatabase();
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const source = new DataSource({ type: 'postgres', url: database.url('sijill_api'), poolSize: 4 });
    return new ReplayBench(database, admin, await source.initialize());
  }

  async close(): Promise<void> {
    for (const one of this.running) await one.stop();
    await this.watch.close();
    await this.source.destroy();
    await this.admin.end();
    await this.database.drop();
  }

  /** The live projection, arrived at the head. */
  async project(more: Partial<ProjectorSettings> = {}): Promise<Projector> {
    const projector = await this.start(more);
    if (!(await this.arrived())) throw new Error('the live projection did not arrive');
    return projector;
  }

  async start(more: Partial<ProjectorSettings> = {}): Promise<Projector> {
    const connectionString = this.database.url('sijill_worker');
    const settings = {
      store: this.store,
      connectionString,
      models: [parcels],
      owner: 'live',
      knownTypes,
      leaseMs: LEASE_MS,
      ...more,
    };
    const projector = new Projector(settings);
    this.running.add(projector);
    await projector.start();
    return projector;
  }

  async arrived(): Promise<boolean> {
    return this.watch.waitForPosition('parcels', (await this.store.head()) ?? -1n, WAIT_MS);
  }

  work(settings: Partial<ReplayerSettings> = {}): Replayer {
    const connectionString = this.database.url('sijill_worker');
    const onFault = (error: unknown) => void this.faults.push(error);
    const worker = { store: this.store, connectionString, models: [parcels], owner: 'worker', knownTypes, onFault };
    const replayer = new Replayer({ ...worker, ...settings });
    this.running.add(replayer);
    replayer.start();
    return replayer;
  }

  /** As kill -9 leaves a worker: it writes nothing more, and its lease is still there for a while. */
  async die(replayer: Replayer): Promise<void> {
    this.running.delete(replayer);
    await this.admin.query(`update projector.replay set token = token + 1, owner = 'dead',
      lease_until = clock_timestamp() + interval '1 second' where state = 'running'`);
    await replayer.stop();
  }

  async stop(one: Projector | Replayer): Promise<void> {
    this.running.delete(one);
    await one.stop();
  }

  async asOf(target: bigint, more: Partial<ReplayRequest> = {}): Promise<Replay> {
    const request = { position: String(target) };
    const asked = { kind: 'asof', projection: 'parcels', client: 'regulator', request, target, ...more } as const;
    return (await this.desk.ask(asked)).replay;
  }

  async rebuild(request: ReplayRequest['request'] = {}): Promise<Replay> {
    return (await this.desk.ask({ kind: 'rebuild', projection: 'parcels', client: 'operator', request })).replay;
  }

  async reaches({ id, kind }: Replay, ...states: ReplayState[]): Promise<Replay> {
    for (const end = Date.now() + WAIT_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const now = await this.desk.read(id, kind);
      if (states.includes(now.state)) return now;
      if (Date.now() > end)
        throw new Error(`replay ${id} is ${now.state}: ${JSON.stringify(now)} ${this.faults.map(String).join('; ')}`);
    }
  }

  finished(replay: Replay): Promise<Replay> {
    return this.reaches(replay, 'done', 'held', 'failed');
  }

  async schemas(): Promise<string[]> {
    const sql = `select nspname from pg_namespace where nspname ~ '^(p_|replay_)' order by 1`;
    return (await this.admin.query<{ nspname: string }>(sql)).rows.map(({ nspname }) => nspname);
  }

  /** Dump of the whole journal folded from its beginning by another projector, in another database. */
  async freshHash(): Promise<string> {
    const database = await createTestDatabase();
    const connectionString = database.url('sijill_worker');
    const client = new pg.Client({ connectionString });
    const watch = new ProjectionWatch(connectionString, this.store);
    const projector = new Projector({
      store: this.store,
      connectionString,
      models: [parcels],
      owner: 'fresh',
      knownTypes,
    });
    try {
      await client.connect();
      await projector.start();
      await watch.waitForPosition('parcels', (await this.store.head()) ?? -1n, WAIT_MS);
      return await dumpHash(client, parcels, 'p_parcels');
    } finally {
      await projector.stop();
      await watch.close();
      await client.end();
      await database.drop();
    }
  }
}
