import { END, eventTypeFilter } from '@eventstore/db-client';
import { Failure } from '#kernel';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import { AppendClient } from './append-client.js';
import { type ClusterAddress, parseConnectionString } from './connection-string.js';
import { DriverFault, type EsdbDriver } from './driver.js';
import { failureOf, faultOf, inTime } from './driver-faults.js';
import { GuardedClient } from './guarded-client.js';
import { ReadClient } from './read-client.js';

const CONFIRMATION_TIMEOUT_MS = 5_000;
const SERVER_TIMEOUT_MS = 5_000;
/** Types of the server's own events begin with $. */
const NOT_OF_THE_SERVER = '^[^$].*';
/** In windows of 32 events. We do not go by checkpoints: some servers send them beyond what they have sent. */
const CHECKPOINT_WINDOWS = 64;
const VERSION = /^v?(\d+)\.(\d+)\.(\d+)/;
/** Before it a server may send checkpoints beyond what it has sent. */
const VERSION_MIN = [24, 10, 5] as const;
/** Lines whose answers the stand-in of the tests is written after. What comes later may differ. */
const YEARS_KNOWN: readonly number[] = [24, 25, 26];
/** An append carries the time by which the server must have begun it, by our clock: at 10 s all of them would be refused. */
const CLOCK_DIFFERENCE_MS_MAX = 5_000;

/** The driver over @eventstore/db-client 6.2.1: one client appends, one reads, one subscribes. */
export class ClientDriver implements EsdbDriver {
  readonly append: EsdbDriver['append'];
  readonly readStream: EsdbDriver['readStream'];
  readonly readAll: EsdbDriver['readAll'];
  private readonly appending: AppendClient;
  private readonly reading: GuardedClient;
  private readonly subscribing: GuardedClient;

  private constructor(address: ClusterAddress, onMetric: (metric: StoreMetric) => void) {
    this.appending = new AppendClient(address, () => onMetric({ name: 'reconnect', connection: 'append' }));
    this.reading = new GuardedClient(address, 'read');
    this.subscribing = new GuardedClient(address, 'subscribe');
    const reads = new ReadClient(this.reading);
    this.append = this.appending.append.bind(this.appending);
    this.readStream = reads.stream.bind(reads);
    this.readAll = reads.all.bind(reads);
  }

  /**
   * @param nowMs the time by our clock, against which that of the server is held.
   * @throws Failure `store.unsafe` for a connection string or a server that will not do, `store.unavailable` or `store.denied`
   * when it cannot be reached.
   */
  static async open(
    connectionString: string,
    nowMs: () => number,
    onMetric: (metric: StoreMetric) => void,
  ): Promise<EsdbDriver> {
    const driver = new ClientDriver(parseConnectionString(connectionString), onMetric);
    try {
      checkServer(await driver.server(), nowMs(), onMetric);
      return driver;
    } catch (error) {
      await driver.close();
      throw error instanceof Failure ? error : failureOf(faultOf(error));
    }
  }

  get losses(): number {
    return this.appending.losses;
  }

  async subscribeAll({
    onEvent,
    onEnd,
  }: Parameters<EsdbDriver['subscribeAll']>[0]): ReturnType<EsdbDriver['subscribeAll']> {
    const filter = eventTypeFilter({ regex: NOT_OF_THE_SERVER, checkpointInterval: CHECKPOINT_WINDOWS });
    const subscription = this.subscribing.subscribeToAll({ fromPosition: END, filter });
    let isOver = false;
    let isConfirmed = false;
    const end = async (): Promise<void> => {
      isOver = true;
      await subscription.unsubscribe().catch(() => undefined); // there is no call to give back
    };
    const confirmed = new Promise<void>((resolve, reject) => {
      const lost = (error: unknown): void => {
        reject(error);
        if (isConfirmed && !isOver) void end().then(() => onEnd(faultOf(error)));
      };
      subscription.once('confirmation', resolve);
      subscription.on('error', lost);
      subscription.on('end', () => lost(new DriverFault('lost', 'the server ended the subscription')));
    });
    subscription.on('data', () => {
      if (!isOver) onEvent();
    });
    try {
      await inTime(confirmed, CONFIRMATION_TIMEOUT_MS, 'a subscription is not confirmed');
      isConfirmed = true;
    } catch (error) {
      await end();
      throw faultOf(error);
    }
    return { end };
  }

  async close(): Promise<void> {
    await Promise.all([this.appending.close(), this.reading.discard(), this.subscribing.discard()]);
  }

  private server(): ReturnType<GuardedClient['server']> {
    return inTime(this.reading.server(), SERVER_TIMEOUT_MS, 'the server does not say who it is');
  }
}

/**
 * Whether this server will do.
 *
 * @throws Failure `store.unsafe` when it is older than 24.10.5.
 */
function checkServer(
  { version, timeMs }: { readonly version: string; readonly timeMs: number | undefined },
  nowMs: number,
  onMetric: (metric: StoreMetric) => void,
): void {
  const numbers = VERSION.exec(version)?.slice(1).map(Number);
  if (numbers && isOlder(numbers)) {
    throw refuse('store.unsafe', { params: { setting: 'server version', value: version, needed: '24.10.5 or newer' } });
  }
  if (!numbers || !YEARS_KNOWN.includes(numbers[0])) {
    onMetric({ name: 'warning', setting: 'server version', value: version });
  }
  if (timeMs === undefined) return;
  const aheadMs = timeMs - nowMs;
  if (Math.abs(aheadMs) > CLOCK_DIFFERENCE_MS_MAX) {
    onMetric({
      name: 'warning',
      setting: 'clock of the server, seconds ahead of ours',
      value: (aheadMs / 1_000).toFixed(1),
    });
  }
}

function isOlder(version: readonly number[]): boolean {
  const first = VERSION_MIN.findIndex((least, nth) => version[nth] !== least);
  return first >= 0 && version[first] < VERSION_MIN[first];
}
