import pg from 'pg';
import { Waiters } from '../hints.js';
import type { StoreMetric } from '../metrics.js';

const POLL_MS = 500;
const POLL_WHILE_DEAF_MS = 100;
const HEARTBEAT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

const LISTEN = 'listen sijill_journal';
export const NOTIFY = 'notify sijill_journal';

/**
 * Says "look again". A notification is a hint, which may be lost with its connection: whoever waits is woken at the
 * latest after 500 ms, or 100 ms while nobody listens, and then reads the journal, which is the truth.
 */
export class WakeUp {
  private readonly waiters = new Waiters();
  private client: pg.Client | undefined;
  private isListening = false;
  private isStarted = false;
  private isClosed = false;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connectionString: string,
    private readonly onMetric: (metric: StoreMetric) => void,
  ) {}

  get generation(): number {
    return this.waiters.generation;
  }

  /** Resolves at the next hint after `generation`, after the polling time, or when `signal` is aborted. */
  async change(generation: number, signal: AbortSignal): Promise<void> {
    if (!this.isStarted) void this.start();
    if (this.isClosed) return;
    await this.waiters.change(generation, signal, this.isListening ? POLL_MS : POLL_WHILE_DEAF_MS);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.waiters.wakeAll();
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
    client.on('notification', () => this.waiters.wakeAll());
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
    this.waiters.wakeAll(); // hints may have been missed meanwhile
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
}
