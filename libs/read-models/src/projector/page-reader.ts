import { type EventStore, READ_EVENTS_MAX, type StoredEvent } from '#event-store';
import type { JournalPlace } from './checkpoint.js';
import { type Reading, readingsOf } from './reading.js';

/** Most events that are read and folded at once. What is made of them and not kept is young, and costs little to clear away. */
export const STEP_EVENTS_MAX = 1_000;
const PAGE_BYTES = 4 * 1024 * 1024;

export interface JournalPage {
  readonly readings: readonly Reading[];
  readonly atHead: boolean;
}

/** Pages for those who are behind. While one is folded and written, the next one is on its way. */
export class PageReader {
  private next: { readonly after: bigint; readonly page: Promise<JournalPage> } | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly eventsMax = STEP_EVENTS_MAX,
  ) {}

  /** The page behind `place`, cut at `meeting`: somebody stands there, to go on together. */
  async read(place: JournalPlace, meeting: bigint | undefined): Promise<JournalPage> {
    const asked = this.next?.after === place.position ? this.next.page : readPage(this.store, place, this.eventsMax);
    this.next = undefined;
    const page = await asked;
    const last = page.readings.at(-1);
    if (last && meeting !== undefined && last.position > meeting)
      return { readings: page.readings.filter(({ position }) => position <= meeting), atHead: false };
    if (last && !page.atHead) {
      const next = readPage(this.store, last, this.eventsMax);
      next.catch(() => undefined); // seen when it is awaited
      this.next = { after: last.position, page: next };
    }
    return page;
  }
}

/** The page behind a place: at most so many events, fewer when they are large. */
export const readPage = async (
  store: EventStore,
  { position, recordedMax }: JournalPlace,
  eventsMax: number,
): Promise<JournalPage> => {
  const events: StoredEvent[] = [];
  let after = position < 0n ? undefined : position;
  let atHead = false;
  do {
    const page = await store.readAll({ after, max: Math.min(READ_EVENTS_MAX, eventsMax - events.length) });
    events.push(...page.events);
    after = page.next;
    atHead = page.atHead;
  } while (!atHead && events.length < eventsMax && dataBytesOf(events) < PAGE_BYTES);
  return { readings: readingsOf(events, recordedMax), atHead };
};

const dataBytesOf = (events: readonly StoredEvent[]): number => events.reduce((sum, { data }) => sum + data.length, 0);
