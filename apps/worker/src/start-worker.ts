import { type EventStoreAddress, openEventStore } from '#event-store';
import { Projector, Replayer, readModels } from '#read-models';

export interface RunningWorker {
  readonly projector: Projector;
  /** Stops at a batch edge: what was written is whole, the rest is done by the next worker. */
  stop(): Promise<void>;
}

/** Starts the projections over the journal, wherever it is, and the replays beside them. `owner` names this process in the leases. */
export async function startWorker(options: {
  /** Database of the read models. */
  readonly connectionString: string;
  /** Default: the journal of the same database. */
  readonly eventStore?: EventStoreAddress;
  readonly owner: string;
  readonly durability?: 'full' | 'none';
  /** Cuts the projections that several workers can share, for good. */
  readonly isCutting?: boolean;
}): Promise<RunningWorker> {
  const { connectionString, eventStore = 'postgres', owner, durability, isCutting = false } = options;
  const store = await openEventStore({ eventStore, databaseUrl: connectionString, durability });
  const projector = new Projector({ store, connectionString, models: readModels, owner, isCutting });
  try {
    await projector.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  const replayer = new Replayer({ store, connectionString, models: readModels, owner });
  replayer.start();
  return {
    projector,
    stop: async () => {
      await Promise.all([projector.stop(), replayer.stop()]);
      await store.close();
    },
  };
}
