import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEventStore } from '#event-store';
import { simulate, type WireEvent } from '#simulation';
import { StandIn } from '../support/eventstoredb/stand-in.js';
import { answers, freePort, TestProcess, until } from '../support/processes.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { Cluster } from './cluster.js';
import { History } from './history.js';

export const API = 'dist/apps/api/src/main.js';
export const WORKER = 'dist/apps/worker/src/main.js';
/** The same with a lease of two seconds, and with faults of its own where a test asks for them. */
export const SHORT_LEASE_WORKER = 'test/faults/worker.mjs';

export interface StackOptions {
  readonly apis?: number;
  readonly apiScript?: string;
  readonly apiEnvironment?: Readonly<Record<string, string>>;
  /** One process each. Default: one worker of the build. */
  readonly workerScripts?: readonly string[];
  readonly workerEnvironment?: Readonly<Record<string, string>>;
  /** The journal is on a stand-in for a cluster of EventStoreDB, of so many nodes, and not in PostgreSQL. */
  readonly storeNodes?: number;
  /** Makes and prepares the folder in which PostgreSQL lives. Default: below the folder of the stack. */
  readonly postgres?: (directory: string) => Promise<Cluster>;
}

/** An api as its clients see it. */
export interface Door {
  readonly api: TestProcess;
  /** Past the wire. */
  readonly url: string;
  /** Between clients and api. */
  readonly wire: TcpProxy;
  /** Killed, stopped, or starting: it owes nobody an answer. */
  isAway: boolean;
}

/** Database, apis and workers as processes of their own, with a wire between each two that talk. */
export class Stack {
  readonly doors: Door[] = [];
  readonly workers: TestProcess[] = [];
  readonly tokens: Record<string, string> = {};
  lanes = new Lanes();
  /** Crashes of the database: with each, projections may fall back by their last pages, rows and checkpoint together. */
  crashes = 0;
  isClosed = false;

  private constructor(
    readonly directory: string,
    readonly cluster: Cluster,
    readonly apiWire: TcpProxy,
    readonly workerWire: TcpProxy,
    readonly history: History,
    private readonly standIn: StandIn | undefined,
  ) {}

  static async open(options: StackOptions = {}): Promise<Stack> {
    const directory = mkdtempSync(join(tmpdir(), 'sijill-fault-'));
    await chmod(directory, 0o755);
    const cluster = await (options.postgres ?? Cluster.start)(join(directory, 'postgres'));
    for (const name of ['sijill', 'fresh']) await cluster.addLedger(name);
    const wires = [
      await TcpProxy.before(cluster.url('sijill_api', 'sijill')),
      await TcpProxy.before(cluster.url('sijill_worker', 'sijill')),
    ];
    const history = new History(join(directory, 'history.ndjson'));
    const standIn = options.storeNodes === undefined ? undefined : await StandIn.start({ nodes: options.storeNodes });
    const stack = new Stack(directory, cluster, wires[0]!, wires[1]!, history, standIn);
    for (let at = 0; at < (options.apis ?? 1); at++) await stack.addDoor(options);
    for (const script of options.workerScripts ?? [WORKER]) {
      const worker = stack.addWorker(script, options.workerEnvironment);
      await until(
        () => `the worker runs\n${worker.output}`,
        () => worker.output.includes('projections run'),
        60,
      );
    }
    return stack;
  }

  get door(): Door {
    return this.doors[0]!;
  }

  get worker(): TestProcess {
    return this.workers[0]!;
  }

  /** The cluster that holds the journal, where it does. */
  get store(): StandIn {
    if (this.standIn === undefined) throw new Error('the journal of this stack is in PostgreSQL');
    return this.standIn;
  }

  /** The journal, read past every wire. */
  openStore(): Promise<EventStore> {
    const databaseUrl = this.cluster.url('sijill_worker', 'sijill');
    return openEventStore({ eventStore: this.standIn?.url, databaseUrl, durability: 'none' });
  }

  token(role: string): string {
    this.tokens[role] ??= readFileSync(join(this.directory, 'data/tokens', role), 'utf8').trim();
    return this.tokens[role];
  }

  async startApi(door: Door): Promise<void> {
    if (!door.api.isRunning) door.api.start();
    await until(
      () => `the api answers\n${door.api.output}`,
      () => answers(`${door.url}/health/live`),
      90,
    );
    door.isAway = false;
  }

  /** Ended as by a crash, and started again. */
  async killApi(door = this.door): Promise<void> {
    door.isAway = true;
    await door.api.end('SIGKILL');
    await this.startApi(door);
  }

  /** The database is gone and comes back. Apis and workers stay, and have to find their way. */
  async crash(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
    this.crashes++;
    await this.cluster.end(signal);
    await this.cluster.comeBack();
    this.crashes++; // sessions of before may have written a last page until now
  }

  /** @param isKept leaves the folder, for whoever wants to read the history */
  async close(isKept = false): Promise<void> {
    this.isClosed = true;
    for (const { api } of this.doors) await api.end('SIGKILL');
    for (const worker of this.workers) await worker.end('SIGKILL');
    for (const wire of [this.apiWire, this.workerWire, ...this.doors.map(({ wire }) => wire)]) await wire.close();
    await this.cluster.stop();
    await this.standIn?.stop();
    await this.history.close();
    if (isKept) {
      const processes = [...this.doors.map(({ api }) => api), ...this.workers];
      for (const [nth, { output }] of processes.entries())
        writeFileSync(join(this.directory, `process-${nth}.log`), output);
      process.stdout.write(`history and logs are in ${this.directory}\n`);
    } else rmSync(this.directory, { recursive: true, force: true });
  }

  addWorker(script: string, environment: Readonly<Record<string, string>> = {}): TestProcess {
    const url = this.workerWire.through(this.cluster.url('sijill_worker', 'sijill'));
    const worker = new TestProcess(script, { DATABASE_URL: url, ...this.storeEnvironment, ...environment });
    worker.start();
    this.workers.push(worker);
    return worker;
  }

  /** All of them, by one, without a warning. */
  async replaceWorkers(script: string, environment: Readonly<Record<string, string>> = {}): Promise<TestProcess> {
    for (const worker of this.workers.splice(0)) await worker.end('SIGKILL');
    return this.addWorker(script, environment);
  }

  /** All of them, by another script. */
  async replaceApis(apiScript: string, apiEnvironment: Readonly<Record<string, string>>): Promise<void> {
    const doors = this.doors.splice(0);
    for (const role of Object.keys(this.tokens)) delete this.tokens[role]; // each start writes new ones
    for (const { api, wire } of doors) {
      await api.end('SIGKILL');
      await wire.close();
    }
    for (const _ of doors) await this.addDoor({ apiScript, apiEnvironment });
  }

  private get storeEnvironment(): Readonly<Record<string, string>> {
    return this.standIn === undefined ? {} : { SIJILL_EVENT_STORE: this.standIn.url };
  }

  private async addDoor({ apiScript = API, apiEnvironment }: StackOptions): Promise<void> {
    const port = await freePort();
    const api = new TestProcess(apiScript, {
      PORT: String(port),
      HOST: '127.0.0.1',
      SIJILL_DATA_DIR: join(this.directory, 'data'),
      DATABASE_URL: this.apiWire.through(this.cluster.url('sijill_api', 'sijill')),
      ...this.storeEnvironment,
      ...apiEnvironment,
    });
    const url = `http://127.0.0.1:${port}`;
    const door = { api, url, wire: await TcpProxy.before(url), isAway: true };
    this.doors.push(door);
    await this.startApi(door);
  }
}

const LANES = 8;
/** More than any run can post. */
const EVENTS_MAX = 400_000;

/** Events of a simulated year: registers first, then transactions, dealt to clients so that one client tells all of one transaction. */
export class Lanes {
  readonly registers: WireEvent[] = [];
  private readonly waiting: WireEvent[][] = Array.from({ length: LANES }, () => []);
  private readonly year = simulate({ seed: 'faults', events: EVENTS_MAX });

  constructor() {
    while (this.waiting.every(({ length }) => length === 0)) this.draw();
  }

  next(lane: number, events: number): WireEvent[] {
    const own = this.waiting[lane]!;
    while (own.length < events) this.draw();
    return own.splice(0, events);
  }

  private draw(): void {
    const { value, done } = this.year.next();
    if (done) throw new Error('the simulated year is used up');
    const { type, data } = value.event;
    const isOfTransaction = type.startsWith('gov.sijill.transaction.');
    const lane = isOfTransaction ? Number((data.number as string).slice(-1)) % LANES : undefined;
    (lane === undefined ? this.registers : this.waiting[lane]!).push(value.event);
  }
}
