import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '#kernel';
import type { WakeUp } from './hints.js';
import type { EventStore, Position, ReadPage, SubscriptionBatch } from './port.js';

export const BATCH_EVENTS_DEFAULT = 500;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

export interface Followed {
  readonly readAll: EventStore['readAll'];
  readonly wakeUp: WakeUp;
  readonly isClosed: () => boolean;
}

/**
 * The subscription: reads page after page, yields, and at the head waits for a hint or the polling time. Each page tells
 * by itself whether it ends at the head, so a lost hint or a dead listener costs at most the polling time, never an event.
 *
 * While the consumer works on a page the next one is read: two pages in memory, whatever the backlog.
 */
export async function* follow(
  { readAll, wakeUp, isClosed }: Followed,
  { after, filter, signal, batch = BATCH_EVENTS_DEFAULT }: Parameters<EventStore['subscribe']>[0],
): AsyncGenerator<SubscriptionBatch> {
  const read = (cursor: Position | undefined) =>
    persistently(() => readAll({ after: cursor, max: batch, filter }), signal, isClosed);
  let cursor = after;
  let isFirst = true;
  // A hint that comes while the page waits for the consumer is one that the page does not know of.
  const ask = () => ({ generation: wakeUp.generation, reading: read(cursor) });
  let ahead: ReturnType<typeof ask> | undefined;
  try {
    while (!signal.aborted) {
      const { generation, reading } = ahead ?? ask();
      const page = await reading;
      ahead = undefined;
      if (page === undefined || signal.aborted) return;
      const isNews = isFirst || page.next !== cursor;
      isFirst = false;
      cursor = page.next;
      if (!page.atHead) {
        ahead = ask();
        ahead.reading.catch(() => undefined); // it is awaited, and thrown, at the next turn
      }
      if (isNews) yield { events: page.events, next: page.next, caughtUp: page.atHead };
      if (page.atHead) await wakeUp.change(generation, signal);
    }
  } finally {
    await ahead?.reading.catch(() => undefined); // the consumer has left; the connection goes back to the pool first
  }
}

/** Asks until there is an answer: 100 ms to 5 s apart while the store is away. Undefined once aborted. */
async function persistently(
  ask: () => Promise<ReadPage>,
  signal: AbortSignal,
  isClosed: () => boolean,
): Promise<ReadPage | undefined> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof Failure && error.code === 'store.unavailable';
      if (!isAway || isClosed()) throw error;
      const delay = Math.min(RETRY_MS_MIN * 2 ** failures, RETRY_MS_MAX);
      // Aborted: the pause rejects and the loop ends.
      await pause(delay * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
