import type { EventStore, NewEvent, StoredEvent } from '../port.js';
import { EVENT_DATA_BYTES_MAX, PAGE_BYTES_MAX } from '../port.js';
import { type Check, consume, failing, fill, freshStream, placesOf, readAfter, samples } from './fixtures.contract.js';

const STREAMS = 10_000;
const WRITERS = 64;
/** Of the streams, so many are read one by one. */
const STREAMS_READ = 100;

async function tellsTenThousandStreamsApart(store: EventStore): Promise<void> {
  const before = await store.head();
  const streams = Array.from({ length: STREAMS }, () => freshStream());
  const left = [...streams];
  const writer = async () => {
    for (let stream = left.pop(); stream !== undefined; stream = left.pop()) await fill(store, stream, 1);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  const places = placesOf(await readAfter(store, before));
  expect(places.sort()).toEqual(streams.map((stream) => `${stream}@0`).sort());
  const read = streams.filter((_, nth) => nth % (STREAMS / STREAMS_READ) === 0);
  const found = await Promise.all(read.map((stream) => store.readWhole(stream)));
  expect(found.map(placesOf)).toEqual(read.map((stream) => [`${stream}@0`]));
  await expect(fill(store, read[0], 1)).rejects.toEqual(failing('stream.conflict', { actual: '0' }));
}

/** Every character that a name may have, and names that are the same to whoever folds, decodes, trims or joins them. */
const idsAlike = (): string[] => {
  const printable = Array.from({ length: 0x7e - 0x20 }, (_, nth) => String.fromCharCode(0x21 + nth));
  const allowed = printable.filter((character) => character !== '"' && character !== '\\');
  return [...allowed, 'aa', 'a/', '/a', '%61', '%2561', '&#97;', '$a', 'a-a', '..', '*.*', "a';--", 'a@0', 'a::a'];
};
const UNICODE = ['سجل', 'é', 'e\u0301', '١', 'а', '\u202ea', '\ufeffa', '\ud800', '🪪', 'a\u0000'];

async function tellsNamesApart(store: EventStore): Promise<void> {
  const own = freshStream('name');
  const another = own.replace('name', 'nameA');
  const streams = [...idsAlike().map((id) => `${own}-${id}`), own, another, another.toLowerCase()];
  const before = await store.head();
  for (const [nth, stream] of streams.entries()) {
    await fill(store, stream, 1 + (nth % 2));
    const event = samples(1, { source: `urn:${stream}`, id: stream, actor: stream, time: stream });
    await store.append(stream, BigInt(nth % 2), event);
  }
  for (const [nth, stream] of streams.entries()) {
    const found = await store.readWhole(stream);
    expect(found.map((event) => event.stream)).toEqual(Array.from({ length: 2 + (nth % 2) }, () => stream));
    expect(found.at(-1)).toMatchObject({ source: `urn:${stream}`, id: stream, actor: stream, time: stream });
  }
  const { events } = await store.readAll({ after: before, max: 1_000, filter: { categories: ['nameA'] } });
  expect(new Set(events.map(({ stream }) => stream))).toEqual(new Set([another]));
}

/** The same letters have several spellings there, and each step on the way might choose another. */
async function refusesUnicodeNames(store: EventStore): Promise<void> {
  const before = await store.head();
  for (const text of UNICODE) {
    await expect(fill(store, `sample-${text}`, 1)).rejects.toEqual(failing('append.invalid'));
    await expect(fill(store, `sample${text}-1`, 1)).rejects.toEqual(failing('append.invalid'));
    await expect(store.readWhole(`sample-${text}`)).rejects.toEqual(failing('read.invalid'));
    for (const member of ['type', 'source', 'id', 'time', 'actor', 'correlation', 'causation'] as const) {
      const append = store.append(freshStream(), 'empty', samples(1, { [member]: `x${text}` }));
      await expect(append).rejects.toEqual(failing('append.invalid'));
    }
  }
  const data = Buffer.from(JSON.stringify(UNICODE)); // what people read is data, and comes back to the byte
  const { position } = await store.append(freshStream(), 'empty', samples(1, { data }));
  expect(Buffer.compare((await store.readAt(position))?.data ?? Buffer.alloc(0), data)).toBe(0);
  expect(await readAfter(store, before)).toHaveLength(1);
}

const bytesOf = (events: readonly StoredEvent[]) => events.reduce((sum, { data }) => sum + data.length, 0);

async function givesLargeAppendsInPages(store: EventStore): Promise<void> {
  const before = await store.head();
  const [stream, data] = [freshStream(), new Uint8Array(EVENT_DATA_BYTES_MAX)];
  const appends: NewEvent[][] = Array.from({ length: 18 }, (_, nth) => samples(1, { data: data.slice(nth).fill(nth) }));
  appends.push(samples(100, { data: new Uint8Array(7_900).fill(255) }));
  await Promise.all(
    appends.map((events, nth) => store.append(nth % 2 ? freshStream() : `${stream}${nth}`, 'empty', events)),
  );
  const pages: StoredEvent[][] = [];
  for (let [cursor, isAtHead] = [before, false]; !isAtHead; ) {
    const { events, next, atHead } = await store.readAll({ after: cursor, max: 1_000 });
    pages.push([...events]);
    [cursor, isAtHead] = [next, atHead];
  }
  const most = PAGE_BYTES_MAX + EVENT_DATA_BYTES_MAX;
  for (const page of pages) expect(bytesOf(page)).toBeLessThanOrEqual(most);
  expect(pages.length).toBeGreaterThan(1);
  const written = appends.flat();
  const digests = (events: readonly { readonly id: string; readonly data: Uint8Array }[]) =>
    events
      .map((event) => `${event.id} ${event.data.length} ${event.data.every((byte) => byte === event.data[0])}`)
      .sort();
  expect(digests(pages.flat())).toEqual(digests(written));
  const largest: number[] = [];
  const seen = await consume(store, { after: before }, (events, batch) => {
    largest.push(bytesOf(batch.events));
    return events.length === written.length;
  });
  expect(placesOf(seen)).toEqual(placesOf(pages.flat()));
  expect(Math.max(...largest)).toBeLessThanOrEqual(most);
}

export const volumeChecks = {
  'ten thousand streams are told apart': tellsTenThousandStreamsApart,
  'names differ in every character that they may have, and so do the texts of an event': tellsNamesApart,
  'names and texts beyond ASCII are refused, and what people read comes back to the byte': refusesUnicodeNames,
  'large appends are read in pages of bounded size, whole and in order': givesLargeAppendsInPages,
} as const satisfies Record<string, Check>;
