import { refuse } from '../failures.js';
import { BATCH_EVENTS_DEFAULT, follow } from '../follow.js';
import { Herald } from '../hints.js';
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
import { WholeStreams } from '../whole-streams.js';
import { AppendLane } from './append-lane.js';
import { AppendQueue } from './append-queue.js';
import { flush } from './flush.js';
import { Reader } from './reader.js';
import { WakeUp } from './wake-up.js';

const READ_POOL_SIZE_DEFAULT = 4;
const LANES = 2;

export interface PostgresEventStoreOptions {
  /**
   * A role that may execute `journal.append` and select from the journal: sijill_api, or sijill_worker for reading
   * only.
   */
  readonly connectionString: string;
  /** `none` skips the checks of the server's durability. Tests only. Default `full`. */
  readonly durability?: 'full' | 'none';
  /** Connections for reads, 1 and up. Default 4; two more append, one listens. */
  readonly readPoolSize?: number;
  readonly onMetric?: (metric: StoreMetric) => void;
}

/** The journal in PostgreSQL 15 or newer; README.md beside this file tells the life of one event. */
export class PostgresEventStore implements EventStore {
  readonly capabilities: EventStore['capabilities'];
  private readonly wholes: WholeStreams;
  private isClosed = false;

  private constructor(
    durability: 'full' | 'none',
    private readonly lanes: readonly AppendLane[],
    private readonly queue: AppendQueue,
    private readonly reader: Reader,
    private readonly herald: Herald,
    private readonly wakeUp: WakeUp,
  ) {
    this.capabilities = { order: 'dense', withhold: false, durability };
    this.wholes = new WholeStreams((streams) => reader.wholes(streams));
  }

  /**
   * @throws Failure `store.unsafe` when the server could lose acknowledged events, `store.unavailable` or
   * `store.denied` when it   cannot be reached. Later the store reconnects by itself, with the same checks.
   */
  static async open(options: PostgresEventStoreOptions): Promise<PostgresEventStore> {
    const { connectionString, durability = 'full', readPoolSize = READ_POOL_SIZE_DEFAULT } = options;
    const onMetric = options.onMetric ?? (() => undefined);
    const lanes = Array.from({ length: LANES }, () => new AppendLane({ connectionString, durability, onMetric }));
    await lanes[0].connect();
    const reader = new Reader(connectionString, readPoolSize, onMetric);
    const findOwn = reader.findOwn.bind(reader);
    const herald = new Herald(() => reader.tell());
    const onStored = () => herald.tell();
    const queue = new AppendQueue(
      lanes.map((lane) => (group) => flush({ lane, findOwn, onStored, onMetric }, group)),
      onMetric,
    );
    return new PostgresEventStore(durability, lanes, queue, reader, herald, new WakeUp(connectionString, onMetric));
  }

  append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const bytes = checkAppend(stream, expected, events); // what is thrown here rejects
      const revision = expected === 'empty' ? -1n : expected;
      this.queue.add({ stream, expected: revision, events, bytes, resolve, reject });
    });
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
    return this.wholes.read(stream);
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
    return follow({ readAll, wakeUp: this.wakeUp, isClosed: () => this.isClosed }, options);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.queue.close();
    await this.herald.close();
    await Promise.all([...this.lanes.map((lane) => lane.close()), this.wakeUp.close(), this.reader.close()]);
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw refuse('store.unavailable');
  }
}
