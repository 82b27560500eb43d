import type { EventStore, Filter, StoredEvent } from '../port.js';
import { READ_EVENTS_MAX } from '../port.js';
import { type Check, failing, fill, freshStream, placesOf, readAfter, sample, samples } from './fixtures.contract.js';

async function readsAStreamFromAnywhere(store: EventStore): Promise<void> {
  const stream = freshStream();
  await fill(store, stream, 5);
  const revisions = async (from: bigint | undefined, max: number, backwards?: boolean) =>
    (await store.readStream(stream, { from, max, backwards })).map(({ revision }) => Number(revision));
  expect(await revisions(undefined, 10)).toEqual([0, 1, 2, 3, 4]);
  expect(await revisions(2n, 2)).toEqual([2, 3]);
  expect(await revisions(5n, 2)).toEqual([]);
  expect(await revisions(undefined, 2, true)).toEqual([4, 3]);
  expect(await revisions(2n, 10, true)).toEqual([2, 1, 0]);
  expect(await revisions(99n, 1, true)).toEqual([4]);
  expect(await store.readStream(freshStream(), { max: 10 })).toEqual([]);
  expect(await store.readWhole(freshStream())).toEqual([]);
  expect(placesOf(await store.readWhole(stream))).toEqual([0, 1, 2, 3, 4].map((revision) => `${stream}@${revision}`));
}

async function answersManyWholeReadsAtOnce(store: EventStore): Promise<void> {
  const streams = Array.from({ length: 30 }, () => freshStream());
  await Promise.all(streams.map((stream, index) => fill(store, stream, 1 + (index % 3))));
  const asked = [...streams, freshStream(), streams[3]];
  const found = await Promise.all(asked.map((stream) => store.readWhole(stream)));
  for (const [index, events] of found.entries()) {
    const held = index === 30 ? 0 : 1 + ((index === 31 ? 3 : index) % 3);
    expect(placesOf(events)).toEqual(Array.from({ length: held }, (_, revision) => `${asked[index]}@${revision}`));
  }
}

async function readsTheJournalFromEveryPosition(store: EventStore): Promise<void> {
  const before = await store.head();
  for (let nth = 0; nth < 4; nth++) await fill(store, freshStream(), 2);
  const all = await readAfter(store, before);
  expect(all).toHaveLength(8);
  for (const [index, { position }] of all.entries()) {
    const { events, next, atHead } = await store.readAll({ after: position, max: 3 });
    expect(placesOf(events)).toEqual(placesOf(all.slice(index + 1, index + 4)));
    expect(next).toBe((events.at(-1) ?? all[7]).position);
    expect(atHead).toBe(index >= 4);
  }
  const first = await store.readAll({ max: 1 });
  expect(first.events).toHaveLength(1);
  expect(placesOf(await readAfter(store, undefined, 3))).toEqual(placesOf(await readAfter(store, undefined)));
}

async function findsOneEventByPosition(store: EventStore): Promise<void> {
  const { position } = await fill(store, freshStream(), 2);
  expect(await store.readAt(position)).toMatchObject({ position, revision: 1n });
  expect(await store.readAt(position + 1n)).toBeUndefined();
  expect(await store.readAt(-1n)).toBeUndefined();
  expect(await store.readAt(2n ** 64n)).toBeUndefined();
}

async function filtersAsTheCallerWould(store: EventStore): Promise<void> {
  const before = await store.head();
  const types = ['Order', 'OrderLine', 'order', 'Order.v1'];
  for (let nth = 0; nth < 24; nth++) {
    const stream = freshStream(['order', 'orderLine', 'a'][nth % 3]);
    await store.append(stream, 'empty', [sample({ type: types[nth % 4] }), sample({ type: types[(nth * 7) % 4] })]);
  }
  const all = await readAfter(store, before);
  const category = ({ stream }: StoredEvent) => stream.split('-')[0];
  const filters: [Filter, (event: StoredEvent) => boolean][] = [
    [{ types: ['Order'] }, ({ type }) => type === 'Order'],
    [{ types: ['order', 'OrderLine', 'order'] }, ({ type }) => type === 'order' || type === 'OrderLine'],
    [{ types: ['none'] }, () => false],
    [{ types: [] }, () => false],
    [{ categories: ['order'] }, (event) => category(event) === 'order'],
    [{ categories: ['a', 'orderLine'] }, (event) => category(event) !== 'order'],
    [{ categories: ['none'] }, () => false],
  ];
  for (const [filter, isWanted] of filters) {
    const found: StoredEvent[] = [];
    let cursor = before;
    for (let isAtHead = false; !isAtHead; ) {
      const { events, next, atHead } = await store.readAll({ after: cursor, max: 5, filter });
      expect(next === cursor || (next ?? -1n) > (cursor ?? -1n)).toBe(true);
      found.push(...events);
      [cursor, isAtHead] = [next, atHead];
    }
    expect(placesOf(found)).toEqual(placesOf(all.filter(isWanted)));
    expect(cursor).toBe(all[all.length - 1].position); // past what was filtered out
  }
}

async function knowsItsHead(store: EventStore): Promise<void> {
  const { position } = await fill(store, freshStream(), 3);
  expect(await store.head()).toBe(position);
  expect((await readAfter(store, undefined)).at(-1)?.position).toBe(position);
  const { events, next, atHead } = await store.readAll({ after: position, max: 10 });
  expect([events, next, atHead]).toEqual([[], position, true]);
}

async function refusesReadsOutOfBounds(store: EventStore): Promise<void> {
  const refusal = failing('read.invalid');
  const signal = AbortSignal.abort();
  for (const max of [0, -1, READ_EVENTS_MAX + 1, 1.5, Number.NaN]) {
    await expect(store.readAll({ max })).rejects.toEqual(refusal);
    await expect(store.readStream('sample-1', { max })).rejects.toEqual(refusal);
    expect(() => store.subscribe({ signal, batch: max })).toThrow(refusal);
  }
  await expect(store.readAll({ max: 1, after: -1n })).rejects.toEqual(refusal);
  await expect(store.readAll({ max: 1, after: 2n ** 63n })).rejects.toEqual(refusal);
  await expect(store.readStream('sample-1', { max: 1, from: -1n })).rejects.toEqual(refusal);
  await expect(store.readStream('Bad', { max: 1 })).rejects.toEqual(refusal);
  await expect(store.readWhole('$all')).rejects.toEqual(refusal);
  await store.readAll({ max: READ_EVENTS_MAX });
}

/** Needs a store that nobody has written to. */
async function isEmptyAtFirst(store: EventStore): Promise<void> {
  expect(await store.head()).toBeUndefined();
  expect(await store.readAt(0n)).toBeUndefined();
  const filters: (Filter | undefined)[] = [undefined, { types: ['x'] }, { categories: ['x'] }];
  for (const filter of filters) {
    expect(await store.readAll({ max: 10, filter })).toEqual({ events: [], next: undefined, atHead: true });
  }
  const abort = new AbortController();
  const batches = store.subscribe({ signal: abort.signal })[Symbol.asyncIterator]();
  expect(await batches.next()).toEqual({ done: false, value: { events: [], next: undefined, caughtUp: true } });
  const { position } = await store.append(freshStream(), 'empty', samples(1));
  expect((await batches.next()).value).toMatchObject({ next: position, caughtUp: true, events: [{ position }] });
  abort.abort();
  expect(await batches.next()).toEqual({ done: true, value: undefined });
}

export const readChecks = {
  'a stream is read forward and backward, from the middle, past its end, and unknown': readsAStreamFromAnywhere,
  'many whole streams at once are each answered with their own events': answersManyWholeReadsAtOnce,
  'the journal is read from the start, after each position and after the head': readsTheJournalFromEveryPosition,
  'one event is found by its exact position': findsOneEventByPosition,
  'a filter gives what filtering by hand gives, and moves past the rest': filtersAsTheCallerWould,
  'the head is the last event read': knowsItsHead,
  'reads out of bounds are refused': refusesReadsOutOfBounds,
} as const satisfies Record<string, Check>;

export const emptyStoreChecks = {
  'an empty store has no head, no events, and says so to its subscribers': isEmptyAtFirst,
} as const satisfies Record<string, Check>;
