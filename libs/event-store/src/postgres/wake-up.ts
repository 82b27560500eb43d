import pg from 'pg';
import type { StoreMetric } from '../metrics.js';

const POLL_MS = 500;
const POLL_WHILE_DEAF_MS = 100;
const HEARTBEAT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

/**
 * Hints are this far apart at least. Each is a transaction of its own, and at 5 ms there were nearly as many as groups of
 * single events; who follows reads a page at a time anyway, and is told at once after a pause.
 */
export const HINT_PAUSE_MS = 20;

const LISTEN = 'listen sijill_journal';
export const NOTIFY = 'notify sijill_journal';

/**
 * Tells other processes that there is something new: at once after a pause, then every few milliseconds. It happens
 * behind the commit and beside the appends, because a notification inside of one holds up every other commit.
 */
export class Herald {
  private isPausing = false;
  private isDue = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param send may fail: who is not told looks by himself. */
  constructor(private readonly send: () => Promise<unknown>) {}

  tell(): void {
    this.isDue = true;
    if (this.isPausing) return;
    this.isPausing = true;
    this.isDue = false;
    this.send().catch(() => undefined);
    this.timer = setTimeout(() => {
      this.isPausing = false;
      if (this.isDue) this.tell();
    }, HINT_PAUSE_MS);
  }

  /** What is due is sent now. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.isPausing = true;
    if (this.isDue) await this.send().catch(() => undefined);
  }
}

/**
 * Says "look again". A notification is a hint, which may be lost with its connection: whoever waits is woken at the
 * latest after 500 ms, or 100 ms while nobody listens, and then reads the journal, which is the truth.
 */
export class WakeUp {
  /** Rises with each hint. Read it before reading the journal, so that a hint in between is not missed. */
  generation = 0;
  private client: pg.Client | undefined;
  private isListening = false;
  private isStarted = false;
  private isClosed = false;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly connectionString: string,
    private readonly onMetric: (metric: StoreMetric) => void,
  ) {}

  /** Resolves at the next hint after `generation`, after the polling time, or when `signal` is aborted. */
  async change(generation: number, signal: AbortSignal): Promise<void> {
    if (!this.isStarted) void this.start();
    if (this.isClosed || signal.aborted || generation !== this.generation) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, this.isListening ? POLL_MS : POLL_WHILE_DEAF_MS);
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.wakeAll();
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private async start(): Promise<void> {
    this.isStarted = true;
    const client = new pg.Client({
      connectionString: this.connectionString,
      application_name: 'sijill listen',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    this.client = client;
    client.on('notification', () => this.wakeAll());
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      await client.query(LISTEN);
    } catch {
      this.lost(client); // polling goes on; the next try follows
      return;
    }
    this.isListening = true;
    this.failures = 0;
    this.wakeAll(); // hints may have been missed meanwhile
    this.beat(client);
  }

  /** A connection that died without a word is found out by asking. */
  private beat(client: pg.Client): void {
    this.timer = setTimeout(() => {
      client.query('select 1').then(
        () => this.client === client && this.beat(client),
        () => this.lost(client),
      );
    }, HEARTBEAT_MS);
  }

  private lost(client: pg.Client): void {
    if (this.isClosed || this.client !== client) return;
    this.client = undefined;
    this.isListening = false;
    clearTimeout(this.timer);
    client.end().catch(() => undefined); // it is given up already
    this.onMetric({ name: 'reconnect', connection: 'listen' });
    const delay = Math.min(RECONNECT_MS_MIN * 2 ** this.failures++, RECONNECT_MS_MAX);
    this.timer = setTimeout(() => void this.start(), delay * (0.5 + Math.random() / 2));
  }

  private wakeAll(): void {
    this.generation++;
    for (const wake of this.waiting) wake();
  }
}
