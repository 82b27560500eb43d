import { READ_EVENTS_MAX } from '#event-store';
import { codeOf, Fenced, isTransient, Parked } from './faults.js';
import type { Reading } from './reading.js';

/** Failures of one event before it parks. A parked one gets a single try after a restart. */
const EVENT_TRIES_MAX = 3;

/**
 * Takes in a page that failed, half by half down to the event at fault; what precedes that event is taken in.
 *
 * @param take Takes in some readings as a whole or throws.
 * @param parkedBefore Position that gets one try only.
 * @throws Parked at the event at fault; the error as it is, when it is none of the events' or the lease is another's.
 */
export const takeByHalves = async (
  readings: readonly Reading[],
  error: unknown,
  take: (readings: readonly Reading[]) => Promise<void>,
  parkedBefore: bigint | null,
): Promise<void> => {
  const [first] = readings;
  if (!first || error instanceof Fenced || isTransient(error)) throw error;
  if (readings.length === 1) return tryAgain(first, error, take, parkedBefore);
  const middle = Math.floor(readings.length / 2);
  for (const half of [readings.slice(0, middle), readings.slice(middle)]) {
    try {
      await take(half);
    } catch (next) {
      await takeByHalves(half, next, take, parkedBefore);
    }
  }
};

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
      if (next instanceof Fenced || isTransient(next)) throw next;
      error = next;
    }
  }
  throw error instanceof Parked ? error : new Parked(reading.position, codeOf(error), error);
};

/** A page that takes longer to fold, or to write, is too large: others wait for its rows, or for the thread. */
const PAGE_MS_MAX = 200;
const PAGE_EVENTS_MIN = 20;

/** Most events that are read and folded at once. What is made of them and not kept is young, and costs little to clear away. */
export const STEP_EVENTS_MAX = 1_000;

/** How many events of the journal one transaction takes in. It follows how long they take: half of them after a slow one. */
export class PageBound {
  events: number;

  constructor(private readonly most = READ_EVENTS_MAX) {
    this.events = most;
  }

  learn(events: number, tookMs: number): void {
    const half = Math.max(Math.ceil(events / 2), PAGE_EVENTS_MIN);
    if (tookMs > PAGE_MS_MAX) this.events = Math.min(this.events, half);
    else if (tookMs < PAGE_MS_MAX / 2 && events >= this.events) this.events = Math.min(this.events * 2, this.most);
  }
}
