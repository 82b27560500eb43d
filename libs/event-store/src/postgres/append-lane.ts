import pg from 'pg';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import { callAppend, type GroupAnswer, type PendingAppend } from './append-call.js';
import { BindMessage } from './binary-values.js';
import { faultOf } from './driver-faults.js';
import { checkServer } from './server-checks.js';
import { PREPARE_APPENDS } from './sql.js';

/**
 * The server gives up a wait for the head row, then the statement, before we give up the answer: its answer is
 * definite, ours is not.
 */
const LOCK_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 4_000;
export const ANSWER_TIMEOUT_MS = 4_500;
const CONNECT_TIMEOUT_MS = 3_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

export interface LaneOptions {
  readonly connectionString: string;
  readonly durability: 'full' | 'none';
  readonly onMetric: (metric: StoreMetric) => void;
}

/** One connection that appends, one call at a time. Made anew, and checked anew, at the next call after it was lost. */
export class AppendLane {
  private client: pg.Client | undefined;
  /** Connections that were lost, told at the loss and not when the next one is made. */
  losses = 0;
  private readonly message = new BindMessage();

  constructor(private readonly options: LaneOptions) {}

  /**
   * @param timeoutMs Bounds the whole call, connecting included; above 0.
   * @throws Failure when there is no connection: nothing was sent. Whatever the driver threw once something was sent.
   */
  async append(group: readonly PendingAppend[], timeoutMs: number = ANSWER_TIMEOUT_MS): Promise<GroupAnswer> {
    const end = performance.now() + timeoutMs;
    const client = this.client ?? (await this.connect(timeoutMs));
    // Closing an active connection cuts it, so that the call below fails instead of waiting for a frozen server.
    const timer = setTimeout(() => this.forget(client), Math.max(end - performance.now(), 1));
    try {
      return await callAppend(client, this.message, group);
    } catch (error) {
      if (faultOf(error).isUnknown) this.forget(client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async connect(timeoutMs: number = CONNECT_TIMEOUT_MS): Promise<pg.Client> {
    const { connectionString, durability, onMetric } = this.options;
    if (this.losses > 0) onMetric({ name: 'reconnect', connection: 'append' });
    const client = new pg.Client({
      connectionString,
      application_name: 'sijill append',
      keepAlive: true,
      connectionTimeoutMillis: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
      lock_timeout: LOCK_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    });
    client.on('error', () => this.forget(client));
    let timer: NodeJS.Timeout | undefined;
    try {
      await client.connect();
      timer = setTimeout(() => this.forget(client), CONNECT_TIMEOUT_MS); // as above: cuts what is asked below
      await checkServer(client, durability, onMetric);
      await client.query(PREPARE_APPENDS);
    } catch (error) {
      this.forget(client);
      throw notSent(error);
    } finally {
      clearTimeout(timer);
    }
    this.client = client;
    return client;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private forget(client: pg.Client): void {
    if (this.client === client) this.client = undefined;
    this.losses++;
    // The connection is given up already; how its end went changes nothing.
    client.end().catch(() => undefined);
  }
}

/** Whatever kept us from connecting: nothing was sent. */
function notSent(error: unknown): Error {
  const { failure } = faultOf(error);
  return failure.code === 'store.corrupt' ? refuse('store.unavailable', { cause: error }) : failure;
}
