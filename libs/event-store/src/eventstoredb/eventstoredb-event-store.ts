import { checkedStore } from '../checked-store.js';
import { refuse } from '../failures.js';
import { checkAppend } from '../limits.js';
import type { StoreMetric } from '../metrics.js';
import type { EventStore } from '../port.js';
import { AppendQueue } from './append-queue.js';
import { Appender } from './appender.js';
import { ClientDriver } from './client-driver.js';
import { JournalReader } from './journal-reader.js';
import { Tail } from './tail.js';

export interface EventStoreDbEventStoreOptions {
  /** `esdb://` or `kurrentdb://`, with or without `+discover`. Of a cluster, name every node. */
  readonly connectionString: string;
  readonly onMetric?: (metric: StoreMetric) => void;
  /** Microseconds since 1970 UTC, for recording times. Default: the clock of this machine. */
  readonly now?: () => bigint;
}

/**
 * The journal in EventStoreDB or KurrentDB from 24.10.5; README.md beside this file tells the life of one event.
 *
 * @throws Failure `store.unsafe` for a connection string or a server that will not do, `store.unavailable` or `store.denied` when
 * it cannot be reached. Later the store reconnects by itself.
 */
async function open(options: EventStoreDbEventStoreOptions): Promise<EventStore> {
  const onMetric = options.onMetric ?? (() => undefined);
  const now = options.now ?? (() => BigInt(Date.now()) * 1_000n);
  const driver = await ClientDriver.open(options.connectionString, () => Number(now() / 1_000n), onMetric);
  const reader = new JournalReader(driver, () => onMetric({ name: 'foreign_events', events: 1 }));
  const head = await reader.head().catch(async (error: unknown) => {
    await driver.close();
    throw error;
  });
  const appender = new Appender({ driver, reader, now, onMetric }, head ?? -1n);
  const queue = new AppendQueue((append) => appender.append(append), onMetric);
  const tail = new Tail({ driver, head: () => reader.head(), onMetric });
  return checkedStore({
    capabilities: { order: 'sparse', withhold: false, durability: 'full' },
    append: async (stream, expected, events) => {
      const bytes = checkAppend(stream, expected, events);
      if (events.some(({ type }) => type.startsWith('$'))) {
        throw refuse('append.invalid', { params: { reason: 'types that begin with $ belong to the server' } });
      }
      return queue.add({ stream, expected, events, bytes });
    },
    reader,
    wakeUp: tail,
    interruptions: () => driver.losses,
    close: async () => {
      await Promise.all([queue.close(), tail.close()]);
      await driver.close();
    },
  });
}

export type EventStoreDbEventStore = EventStore;
export const EventStoreDbEventStore = { open };
