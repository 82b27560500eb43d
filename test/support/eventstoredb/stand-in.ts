import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.js';
import { cutTail } from './event-log.js';
import { type Command, HOST, type Injected, type Report, type Settings } from './settings.js';

/** Compiled with the build, so that benchmarks and tests start the same program. */
const PROGRAM = 'dist/test/support/eventstoredb/main.js';
const START_TIMEOUT_MS = 30_000;

export interface StandInOptions extends Partial<Settings> {
  /** 1 to 3, over one log. Default 1. */
  readonly nodes?: number;
  /** With a certificate of a CA made for this server. */
  readonly isSecure?: boolean;
}

/**
 * A server that speaks the protocol of EventStoreDB as far as our page of semantics describes it, in a process of its own. What is
 * not described there it refuses with UNIMPLEMENTED. Its log is a file: whatever was answered survives a kill.
 */
export class StandIn {
  private child: ChildProcess | undefined;
  private sent = 0;
  private readonly answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();

  private constructor(
    private readonly directory: string,
    private readonly settings: Settings,
    private ports: readonly number[],
  ) {}

  static async start({ nodes = 1, isSecure = false, ...options }: StandInOptions = {}): Promise<StandIn> {
    const directory = mkdtempSync(join(tmpdir(), 'sijill-stand-in-'));
    const certificates = isSecure ? makeCertificates(HOST) : undefined;
    if (certificates) writeFileSync(join(directory, 'ca.pem'), certificates.ca);
    const settings: Settings = {
      version: '24.10.6',
      hasBatchAppend: true,
      maxConcurrentStreams: 100,
      betweenEvents: 'next',
      users: {},
      ...options,
      ...(certificates ? { tls: { key: certificates.key, certificate: certificates.certificate } } : {}),
    };
    const server = new StandIn(directory, settings, Array<number>(nodes).fill(0));
    await server.begin();
    return server;
  }

  /** Connection string of the whole cluster, as a user of it would write it. */
  get url(): string {
    return this.urlFor(undefined);
  }

  /** Connection string with the credentials of a user. */
  urlFor(user: string | undefined): string {
    const login = user === undefined ? '' : `${user}:${this.settings.users[user]?.password ?? 'changeit'}@`;
    const hosts = this.ports.map((port) => `${HOST}:${port}`).join(',');
    const tls = this.settings.tls ? `tls=true&tlsCAFile=${encodeURIComponent(this.caFile)}` : 'tls=false';
    return `esdb://${login}${hosts}?${tls}`;
  }

  /** Addresses of the nodes: `http://127.0.0.1:port`, for a wire between client and server. */
  get addresses(): readonly string[] {
    return this.ports.map((port) => `http://${HOST}:${port}`);
  }

  get caFile(): string {
    return join(this.directory, 'ca.pem');
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Nothing is answered, and connections stay open. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends the process without a word; what was answered stays in the log. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Waits until it has ended by itself: after `dieAfterAppend`. */
  async gone(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  /** Starts it again on its ports, with its log. The faults that were asked for are forgotten. */
  async restart(): Promise<void> {
    await this.kill();
    await this.begin();
  }

  /** Comes back without the last `appends` appends, which it had acknowledged. */
  async loseTail(appends: number): Promise<void> {
    await this.kill();
    cutTail(this.logFile, appends);
    await this.begin();
  }

  /** Calls that are open on the server, one HTTP/2 stream each: `read 12`, `batchAppend 3`. */
  openCalls(): Promise<readonly string[]> {
    return this.ask({ do: 'openCalls' }) as Promise<readonly string[]>;
  }

  /** Connections that are open, over all nodes. */
  connections(): Promise<number> {
    return this.ask({ do: 'connections' }) as Promise<number>;
  }

  /** Resets every connection; new ones work. */
  async dropConnections(): Promise<void> {
    await this.ask({ do: 'dropConnections' });
  }

  /** Makes a node the leader; the others refuse what requires one and say who it is. */
  async elect(node: number): Promise<void> {
    await this.ask({ do: 'elect', node });
  }

  /** One node is gone, its port and its connections; the others know. A leader that goes leaves none until `elect`. */
  async takeDown(node: number): Promise<void> {
    await this.ask({ do: 'takeDown', node });
  }

  async bringUp(node: number): Promise<void> {
    await this.ask({ do: 'bringUp', node });
  }

  /** Moves the clock of the server, ahead of the machine's or, negative, behind it. */
  async stepClock(ms: number): Promise<void> {
    await this.ask({ do: 'stepClock', ms });
  }

  /** The next `count` appends are written and never answered. */
  async loseAnswers(count: number): Promise<void> {
    await this.ask({ do: 'loseAnswers', count });
  }

  /** The next `count` appends are neither written nor answered, as if they had been lost on the way. */
  async loseAppends(count: number): Promise<void> {
    await this.ask({ do: 'loseAppends', count });
  }

  /** Behind the answer to the next append of a call of many come bytes that are no message. */
  async sendGarbage(): Promise<void> {
    await this.ask({ do: 'sendGarbage' });
  }

  /** The next append is written, and the process is gone before it answers. */
  async dieAfterAppend(): Promise<void> {
    await this.ask({ do: 'dieAfterAppend' });
  }

  /** Subscriptions are taken and hear nothing until `unmute`; reads and appends are answered. */
  async mute(): Promise<void> {
    await this.ask({ do: 'mute', isMute: true });
  }

  /** Those of before stay mute until the next append. */
  async unmute(): Promise<void> {
    await this.ask({ do: 'mute', isMute: false });
  }

  /** Appends without any check. @returns the position of the last event. */
  async inject(stream: string, events: readonly Injected[], revision?: number): Promise<bigint> {
    const at = await this.ask({ do: 'inject', stream, events, ...(revision === undefined ? {} : { revision }) });
    return BigInt(at as string);
  }

  /** Takes one event away as a scavenge or a redaction does: nothing else moves. */
  async remove(position: bigint): Promise<void> {
    await this.ask({ do: 'remove', position: Number(position) });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get logFile(): string {
    return join(this.directory, 'events.log');
  }

  private async begin(): Promise<void> {
    const child = fork(
      join(process.cwd(), PROGRAM),
      [this.logFile, JSON.stringify(this.settings), JSON.stringify(this.ports)],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--max-semi-space-size=32'] },
    );
    this.child = child;
    child.on('message', (said: Report) => this.hear(said));
    child.once('exit', () => this.forget(child));
    const [ready] = (await once(child, 'message', { signal: AbortSignal.timeout(START_TIMEOUT_MS) })) as [Report];
    if (ready.is === 'ready') this.ports = ready.ports;
  }

  private ask(command: Command): Promise<unknown> {
    const id = ++this.sent;
    return new Promise((resolve, reject) => {
      this.answers.set(id, { resolve, reject });
      this.child?.send({ id, command });
    });
  }

  private hear(said: Report): void {
    if (said.is === 'ready') return;
    const waiting = this.answers.get(said.id);
    this.answers.delete(said.id);
    if (said.is === 'answer') waiting?.resolve(said.value);
    else waiting?.reject(new Error(said.message));
  }

  private forget(child: ChildProcess): void {
    if (child !== this.child) return;
    for (const { reject } of this.answers.values()) reject(new Error('the stand-in has ended'));
    this.answers.clear();
  }
}
