import { refuse } from './failures.js';
import { BATCH_EVENTS_DEFAULT, follow } from './follow.js';
import type { WakeUp } from './hints.js';
import { checkCursor, checkReadMax, checkStream, POSITION_MAX } from './limits.js';
import type { EventStore, Filter, Position, ReadPage, Revision, StoredEvent } from './port.js';

/** What each store does in its own way. Its reader is asked what is in order, and nothing once the store is closed. */
export interface StoreParts extends Pick<EventStore, 'capabilities' | 'append'> {
  readonly reader: {
    stream(
      stream: string,
      from: Revision | undefined,
      max: number,
      isBackwards: boolean,
    ): Promise<readonly StoredEvent[]>;
    whole(stream: string): Promise<readonly StoredEvent[]>;
    all(after: Position | undefined, max: number, filter: Filter | undefined): Promise<ReadPage>;
    at(position: Position): Promise<StoredEvent | undefined>;
    head(): Promise<Position | undefined>;
  };
  readonly wakeUp: WakeUp;
  /** See {@link EventStore.interruptions}. */
  readonly interruptions: () => number;
  /** Called once. Appends that wait are drained; what is asked later is refused by `append` itself. */
  readonly close: () => Promise<void>;
}

/** The port around the parts of a store. Reads are checked before any I/O and in one place: every store refuses the same. */
export function checkedStore({ capabilities, append, reader, wakeUp, interruptions, close }: StoreParts): EventStore {
  let isClosed = false;
  const checkOpen = (): void => {
    if (isClosed) throw refuse('store.unavailable');
  };
  const checkPage = (max: number, cursor: Position | Revision | undefined): void => {
    checkReadMax(max);
    checkCursor(cursor);
    checkOpen();
  };
  const readAll: EventStore['readAll'] = async ({ after, max, filter }) => {
    checkPage(max, after);
    return reader.all(after, max, filter);
  };
  return {
    capabilities,
    append,
    readAll,
    async readStream(stream, { from, max, backwards = false }) {
      checkStream(stream, 'read.invalid');
      checkPage(max, from);
      return reader.stream(stream, from, max, backwards);
    },
    async readWhole(stream) {
      checkStream(stream, 'read.invalid');
      checkOpen();
      return reader.whole(stream);
    },
    async readAt(position) {
      checkOpen();
      return position < 0n || position > POSITION_MAX ? undefined : reader.at(position);
    },
    async head() {
      checkOpen();
      return reader.head();
    },
    subscribe(options) {
      checkPage(options.batch ?? BATCH_EVENTS_DEFAULT, options.after);
      return follow({ readAll, wakeUp, isClosed: () => isClosed }, options);
    },
    get interruptions() {
      return interruptions();
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await close();
    },
  };
}
