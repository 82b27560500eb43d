import { refuse } from '../failures.js';
import { BATCH_EVENTS_DEFAULT, follow } from '../follow.js';
import { checkAppend, checkCursor, checkReadMax, checkStream, POSITION_MAX } from '../limits.js';
import type { StoreMetric } from '../metrics.js';
import type {
  Appended,
  EventStore,
  Expected,
  Filter,
  NewEvent,
  Position,
  ReadPage,
  Revision,
  StoredEvent,
  SubscriptionBatch,
} from '../port.js';
import { AppendQueue } from './append-queue.js';
import { Appender } from './appender.js';
import { ClientDriver } from './client-driver.js';
import type { EsdbDriver } from './driver.js';
import { JournalReader } from './journal-reader.js';
import { Tail } from './tail.js';

export interface EventStoreDbEventStoreOptions {
  /** `esdb://` or `kurrentdb://`, with or without `+discover`. Of a cluster, name every node. */
  readonly connectionString: string;
  readonly onMetric?: (metric: StoreMetric) => void;
  /** Microseconds since 1970 UTC, for recording times. Default: the clock of this machine. */
  readonly now?: () => bigint;
}

/** The journal in EventStoreDB or KurrentDB from 24.10.5; README.md beside this file tells the life of one event. */
export class EventStoreDbEventStore implements EventStore {
  readonly capabilities = { order: 'sparse', withhold: false, durability: 'full' } as const;
  private isClosed = false;

  private constructor(
    private readonly driver: EsdbDriver,
    private readonly queue: AppendQueue,
    private readonly reader: JournalReader,
    private readonly tail: Tail,
  ) {}

  /**
   * @throws Failure `store.unsafe` for a connection string or a server that will not do, `store.unavailable` or `store.denied`
   * when it cannot be reached. Later the store reconnects by itself.
   */
  static async open(options: EventStoreDbEventStoreOptions): Promise<EventStoreDbEventStore> {
    const onMetric = options.onMetric ?? (() => undefined);
    const now = options.now ?? (() => BigInt(Date.now()) * 1_000n);
    const driver = await ClientDriver.open(options.connectionString, () => Number(now() / 1_000n), onMetric);
    const reader = new JournalReader(driver, () => onMetric({ name: 'foreign_events', events: 1 }));
    try {
      const appender = new Appender({ driver, reader, now, onMetric }, (await reader.head()) ?? -1n);
      const queue = new AppendQueue((append) => appender.append(append), onMetric);
      const tail = new Tail({ driver, head: () => reader.head(), onMetric });
      return new EventStoreDbEventStore(driver, queue, reader, tail);
    } catch (error) {
      await driver.close();
      throw error;
    }
  }

  async append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    const bytes = checkAppend(stream, expected, events);
    if (events.some(({ type }) => type.startsWith('$'))) {
      throw refuse('append.invalid', { params: { reason: 'types that begin with $ belong to the server' } });
    }
    return this.queue.add({ stream, expected, events, bytes });
  }

  async readStream(
    stream: string,
    { from, max, backwards = false }: { from?: Revision; max: number; backwards?: boolean },
  ): Promise<readonly StoredEvent[]> {
    checkStream(stream, 'read.invalid');
    checkReadMax(max);
    checkCursor(from);
    this.refuseWhenClosed();
    return this.reader.stream(stream, from, max, backwards);
  }

  async readWhole(stream: string): Promise<readonly StoredEvent[]> {
    checkStream(stream, 'read.invalid');
    this.refuseWhenClosed();
    return this.reader.whole(stream);
  }

  async readAll({ after, max, filter }: { after?: Position; max: number; filter?: Filter }): Promise<ReadPage> {
    checkReadMax(max);
    checkCursor(after);
    this.refuseWhenClosed();
    return this.reader.all(after, max, filter);
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    this.refuseWhenClosed();
    return position < 0n || position > POSITION_MAX ? undefined : this.reader.at(position);
  }

  async head(): Promise<Position | undefined> {
    this.refuseWhenClosed();
    return this.reader.head();
  }

  subscribe(options: Parameters<EventStore['subscribe']>[0]): AsyncIterable<SubscriptionBatch> {
    checkReadMax(options.batch ?? BATCH_EVENTS_DEFAULT);
    checkCursor(options.after);
    this.refuseWhenClosed();
    const readAll = this.readAll.bind(this);
    return follow({ readAll, wakeUp: this.tail, isClosed: () => this.isClosed }, options);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await Promise.all([this.queue.close(), this.tail.close()]);
    await this.driver.close();
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw refuse('store.unavailable');
  }
}
