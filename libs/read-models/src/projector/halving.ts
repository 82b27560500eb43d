import type { EventStore } from '#event-store';
import type { Checkpoint } from './checkpoint.js';
import { codeOf, Fenced, isTransient, Parked } from './faults.js';
import { readPage, STEP_EVENTS_MAX } from './page-reader.js';
import type { Reading } from './reading.js';

/** Failures of one event before it parks. A parked one gets a single try after a restart. */
const EVENT_TRIES_MAX = 3;

/**
 * Takes in some readings, if need be half by half down to the event at fault; what precedes that event is taken in.
 *
 * @param take Takes in some readings as a whole or throws.
 * @param parkedBefore Position that gets one try only.
 * @throws Parked at the event at fault; the error as it is, when it is none of the events' or the lease is another's.
 */
const takeByHalves = async (
  readings: readonly Reading[],
  take: (readings: readonly Reading[]) => Promise<void>,
  parkedBefore: bigint | null,
): Promise<void> => {
  try {
    await take(readings);
  } catch (error) {
    const [first] = readings;
    if (!first || isOfNoEvent(error)) throw error;
    if (readings.length === 1) return tryAgain(first, error, take, parkedBefore);
    const middle = Math.floor(readings.length / 2);
    await takeByHalves(readings.slice(0, middle), take, parkedBefore);
    await takeByHalves(readings.slice(middle), take, parkedBefore);
  }
};

/** Takes in again, a step at a time, what the journal has behind a place that each step moves, up to `to`. */
export const takeAgain = async (
  store: EventStore,
  placeOf: () => Checkpoint,
  to: bigint,
  take: (readings: readonly Reading[]) => Promise<void>,
): Promise<void> => {
  for (let place = placeOf(); place.position < to; place = placeOf()) {
    const { readings } = await readPage(store, place, STEP_EVENTS_MAX);
    const missed = readings.filter(({ position }) => position <= to);
    if (missed.length === 0) return;
    await takeByHalves(missed, take, place.parkedPosition);
  }
};

/** Whether other events would have failed as well. */
export const isOfNoEvent = (error: unknown): boolean => error instanceof Fenced || isTransient(error);

const tryAgain = async (
  reading: Reading,
  first: unknown,
  take: (readings: readonly Reading[]) => Promise<void>,
  parkedBefore: bigint | null,
): Promise<void> => {
  let error = first;
  for (let tries = reading.position === parkedBefore ? EVENT_TRIES_MAX : 1; tries < EVENT_TRIES_MAX; tries++) {
    try {
      return await take([reading]);
    } catch (next) {
      if (isOfNoEvent(next)) throw next;
      error = next;
    }
  }
  throw error instanceof Parked ? error : new Parked(reading.position, codeOf(error), error);
};

/** A page that takes longer to fold, or to write, is too large: whoever stops waits for it, and so do partitions with the same rows. */
const PAGE_MS_MAX = 1_000;
const PAGE_EVENTS = { min: 20, first: 2_000, max: 20_000 } as const;
/** A step is of at most some 4 MiB of data, so that a page of large events is not as large as memory. */
const PAGE_STEPS_MAX = 20;

/** How much a page takes in: events of the journal, and the steps in which they were folded. */
export interface PageSize {
  readonly events: number;
  readonly steps: number;
}

/**
 * How many events of the journal one transaction takes in. It follows how long they take: half of them after a slow one, twice as many
 * after a fast one. So the database has something to do soon, and is trusted with much when it has shown that it can.
 */
export class PageBound {
  events: number;

  constructor(private readonly most: number = PAGE_EVENTS.max) {
    this.events = Math.min(most, PAGE_EVENTS.first);
  }

  /** How many more events may go onto a page. */
  roomAfter({ events, steps }: PageSize): number {
    return steps < PAGE_STEPS_MAX ? Math.max(this.events - events, 0) : 0;
  }

  /** Whether a page is worth a transaction where more follows: rows that events share are touched once a page. */
  isWorthwhile({ events, steps }: PageSize): boolean {
    return events * 2 >= this.events || steps * 2 >= PAGE_STEPS_MAX;
  }

  learn(events: number, tookMs: number): void {
    const half = Math.max(Math.ceil(events / 2), PAGE_EVENTS.min);
    if (tookMs > PAGE_MS_MAX) this.events = Math.min(this.events, half);
    else if (tookMs < PAGE_MS_MAX / 2 && events * 2 >= this.events) this.events = Math.min(this.events * 2, this.most);
  }
}
