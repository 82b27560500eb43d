import { type EventStore, type Position, READ_EVENTS_MAX } from '#event-store';

/**
 * The last event that was recorded up to and including `instant`, by the clock of the ledger. Where recording times fall (`recorded`
 * of the port says where they may), the answer may be off by the events in the fall. A store with dense positions is searched by
 * halves; another one is read from its beginning up to the first event that is later.
 *
 * @param instant `YYYY-MM-DDTHH:MM:SS.ffffffZ`
 * @returns undefined: nothing was recorded then.
 */
export const positionAt = async (store: EventStore, instant: string): Promise<Position | undefined> => {
  const head = await store.head();
  if (head === undefined) return undefined;
  return store.capabilities.order === 'dense' ? search(store, head, instant) : scan(store, instant);
};

const search = async (store: EventStore, head: Position, instant: string): Promise<Position | undefined> => {
  let [low, high] = [-1n, head as bigint]; // the answer is in low..high; -1: nothing was recorded
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const event = await store.readAt(middle as Position);
    if (event && event.recorded <= instant) low = middle;
    else high = middle - 1n;
  }
  return low < 0n ? undefined : (low as Position);
};

const scan = async (store: EventStore, instant: string): Promise<Position | undefined> => {
  let found: Position | undefined;
  for (let after: Position | undefined, atHead = false; !atHead; ) {
    const page = await store.readAll({ after, max: READ_EVENTS_MAX });
    for (const { recorded, position } of page.events) {
      if (recorded > instant) return found;
      found = position;
    }
    after = page.next;
    atHead = page.atHead;
  }
  return found;
};
