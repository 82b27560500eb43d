import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore, Position, StoredEvent } from '../port.js';
import { type Check, consume, fill, freshStream, placesOf, readAfter, write } from './fixtures.contract.js';

/** Four writers append while three read on from the start, the middle and the head. `disturb` runs meanwhile. */
export async function deliversEverythingOnce(store: EventStore, disturb: () => Promise<void> = async () => undefined) {
  const start = await store.head();
  await write(store, 4, 10);
  const before = await readAfter(store, start);
  const cursors: (Position | undefined)[] = [start, before[Math.floor(before.length / 2)].position, await store.head()];
  let end: Position | undefined;
  const readers = cursors.map((after) =>
    consume(store, { after, batch: 7 }, (_seen, { next }) => end !== undefined && (next ?? -1n) >= end),
  );
  await Promise.all([disturb(), write(store, 4, 40)]);
  end = (await fill(store, freshStream(), 1)).position;
  const all = await readAfter(store, start);
  for (const [index, reader] of readers.entries()) {
    const expected = all.filter(({ position }) => position > (cursors[index] ?? -1n));
    expect(placesOf(await reader)).toEqual(placesOf(expected));
  }
}

/** Whoever is cut off goes on from the last event that he has: at any of them, one by one. */
async function goesOnBehindAnyEvent(store: EventStore): Promise<void> {
  const start = await store.head();
  for (let nth = 0; nth < 6; nth++) await fill(store, freshStream(), 1 + (nth % 3));
  const all = await readAfter(store, start);
  for (const [nth, { position }] of all.entries()) {
    const rest = placesOf(all.slice(nth + 1));
    const seen = await consume(store, { after: position, batch: 2 }, (_events, { caughtUp }) => caughtUp);
    expect([nth, placesOf(seen)]).toEqual([nth, rest]);
  }
  // Cut after each batch, and resumed where its `next` says, filtered as well.
  const filter = { types: [all[0].type] };
  const seen: StoredEvent[] = [];
  for (let [cursor, isDone] = [start, false]; !isDone; ) {
    for await (const batch of store.subscribe({
      after: cursor,
      filter,
      batch: 1,
      signal: new AbortController().signal,
    })) {
      seen.push(...batch.events);
      [cursor, isDone] = [batch.next, batch.caughtUp];
      break;
    }
  }
  expect(placesOf(seen)).toEqual(placesOf(all));
}

async function saysWhenItHasCaughtUp(store: EventStore): Promise<void> {
  const start = await store.head();
  await fill(store, freshStream(), 6);
  const abort = new AbortController();
  const batches = store.subscribe({ after: start, batch: 4, signal: abort.signal })[Symbol.asyncIterator]();
  const next = async () => (await batches.next()).value;
  expect(await next()).toMatchObject({ caughtUp: false, events: { length: 4 } });
  expect(await next()).toMatchObject({ caughtUp: true, events: { length: 2 } });
  await fill(store, freshStream(), 5);
  expect(await next()).toMatchObject({ caughtUp: false, events: { length: 4 } });
  expect(await next()).toMatchObject({ caughtUp: true, events: { length: 1 } });
  const waiting = next();
  abort.abort();
  expect(await waiting).toBeUndefined();
}

async function movesPastFilteredEvents(store: EventStore): Promise<void> {
  const start = await store.head();
  const abort = new AbortController();
  const filter = { types: ['never'] };
  const batches = store.subscribe({ after: start, filter, signal: abort.signal })[Symbol.asyncIterator]();
  expect((await batches.next()).value).toMatchObject({ events: [], next: start, caughtUp: true });
  const { position } = await fill(store, freshStream(), 3);
  expect((await batches.next()).value).toMatchObject({ events: [], next: position, caughtUp: true });
  abort.abort();
  expect((await batches.next()).done).toBe(true);
}

async function endsWhenAborted(store: EventStore): Promise<void> {
  for (let nth = 0; nth < 50; nth++) {
    const abort = new AbortController();
    const seen = consumeUntilDone(store, abort.signal);
    if (nth % 3 === 0) await pause(1);
    abort.abort();
    await seen;
  }
  expect(await consumeUntilDone(store, AbortSignal.abort())).toBe(0);
  for await (const { events } of store.subscribe({ signal: new AbortController().signal, batch: 1 })) {
    expect(events.length).toBeLessThanOrEqual(1);
    break; // leaving the loop ends it as well
  }
}

async function letsASlowConsumerWait(store: EventStore): Promise<void> {
  const start = await store.head();
  const abort = new AbortController();
  const slow = store.subscribe({ after: start, batch: 2, signal: abort.signal })[Symbol.asyncIterator]();
  await fill(store, freshStream(), 1);
  const first = (await slow.next()).value;
  const written = await write(store, 4, 10);
  const fast = await consume(store, { after: start }, (seen) => seen.length === written + 1);
  expect(fast).toHaveLength(written + 1);
  const second = (await slow.next()).value; // its next page, not the latest
  const delivered = [...first.events, ...second.events];
  expect(placesOf(delivered)).toEqual(placesOf(fast.slice(0, delivered.length)));
  abort.abort();
  await slow.next();
}

async function consumeUntilDone(store: EventStore, signal: AbortSignal): Promise<number> {
  let batches = 0;
  for await (const _ of store.subscribe({ signal })) batches++;
  return batches;
}

export const subscriptionChecks = {
  'a subscription from start, middle and head delivers everything once while four writers append': (store) =>
    deliversEverythingOnce(store),
  'a subscription goes on behind whatever event it was cut at': goesOnBehindAnyEvent,
  'a subscription says when it has caught up, again after lagging': saysWhenItHasCaughtUp,
  'a subscription moves past events that its filter leaves out': movesPastFilteredEvents,
  'a subscription ends without an error when it is aborted or left': endsWhenAborted,
  'a consumer that stops pulling is waited for and holds up nobody': letsASlowConsumerWait,
} as const satisfies Record<string, Check>;
