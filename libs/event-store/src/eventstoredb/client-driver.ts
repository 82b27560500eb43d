import { END, eventTypeFilter } from '@eventstore/db-client';
import { AppendClient } from './append-client.js';
import type { ClusterAddress } from './connection-string.js';
import { DriverFault, type EsdbDriver } from './driver.js';
import { faultOf } from './driver-faults.js';
import { GuardedClient } from './guarded-client.js';
import { type Given, ReadClient, recordedEvent } from './read-client.js';
import { inTime } from './turns.js';

const CONFIRMATION_TIMEOUT_MS = 5_000;
const SERVER_TIMEOUT_MS = 5_000;
/** Types of the server's own events begin with $. */
const NOT_OF_THE_SERVER = '^[^$].*';
/** In windows of 32 events. We do not go by checkpoints: some servers send them beyond what they have sent. */
const CHECKPOINT_WINDOWS = 64;

/** The driver over @eventstore/db-client 6.2.1: one client appends, one reads, one subscribes. */
export class ClientDriver implements EsdbDriver {
  readonly append: EsdbDriver['append'];
  readonly readStream: EsdbDriver['readStream'];
  readonly readAll: EsdbDriver['readAll'];
  private readonly appending: AppendClient;
  private readonly reading: GuardedClient;
  private readonly subscribing: GuardedClient;

  /** @param onReplace the appending client is given up for a new one. */
  constructor(address: ClusterAddress, onReplace: () => void) {
    this.appending = new AppendClient(address, onReplace);
    this.reading = new GuardedClient(address, 'read');
    this.subscribing = new GuardedClient(address, 'subscribe');
    const reads = new ReadClient(this.reading);
    this.append = this.appending.append.bind(this.appending);
    this.readStream = reads.stream.bind(reads);
    this.readAll = reads.all.bind(reads);
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
    subscription.on('data', ({ event }: Given) => {
      if (event && !isOver) onEvent(recordedEvent(event));
    });
    const silent = () => new DriverFault('silent', 'a subscription is not confirmed');
    try {
      await inTime(confirmed, CONFIRMATION_TIMEOUT_MS, silent);
      isConfirmed = true;
    } catch (error) {
      await end();
      throw faultOf(error);
    }
    return { end };
  }

  async server(): ReturnType<EsdbDriver['server']> {
    const silent = () => new DriverFault('silent', 'the server does not say who it is');
    return inTime(this.reading.server(), SERVER_TIMEOUT_MS, silent).catch((error) => {
      throw faultOf(error);
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.appending.close(), this.reading.discard(), this.subscribing.discard()]);
  }
}
