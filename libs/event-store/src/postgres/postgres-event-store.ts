import { checkedStore } from '../checked-store.js';
import { Herald } from '../hints.js';
import { checkAppend } from '../limits.js';
import type { StoreMetric } from '../metrics.js';
import type { EventStore } from '../port.js';
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

/**
 * The journal in PostgreSQL 15 or newer; README.md beside this file tells the life of one event.
 *
 * @throws Failure `store.unsafe` when the server could lose acknowledged events, `store.unavailable` or `store.denied` when it
 * cannot be reached. Later the store reconnects by itself, with the same checks.
 */
async function open(options: PostgresEventStoreOptions): Promise<EventStore> {
  const { connectionString, durability = 'full', readPoolSize = READ_POOL_SIZE_DEFAULT } = options;
  const onMetric = options.onMetric ?? (() => undefined);
  const lanes = Array.from({ length: LANES }, () => new AppendLane({ connectionString, durability, onMetric }));
  await lanes[0].connect();
  const reader = new Reader(connectionString, readPoolSize, onMetric);
  const findOwn = reader.findOwn.bind(reader);
  const herald = new Herald(() => reader.tell());
  const wakeUp = new WakeUp(connectionString, onMetric);
  const onStored = () => herald.tell();
  const queue = new AppendQueue(
    lanes.map((lane) => (group) => flush({ lane, findOwn, onStored, onMetric }, group)),
    onMetric,
  );
  return checkedStore({
    capabilities: { order: 'dense', withhold: false, durability },
    append: (stream, expected, events) =>
      new Promise((resolve, reject) => {
        const bytes = checkAppend(stream, expected, events); // what is thrown here rejects
        const revision = expected === 'empty' ? -1n : expected;
        queue.add({ stream, expected: revision, events, bytes, resolve, reject });
      }),
    reader,
    wakeUp,
    interruptions: () => lanes.reduce((sum, { losses }) => sum + losses, 0),
    close: async () => {
      await queue.close();
      await herald.close();
      await Promise.all([...lanes.map((lane) => lane.close()), wakeUp.close(), reader.close()]);
    },
  });
}

export type PostgresEventStore = EventStore;
export const PostgresEventStore = { open };
