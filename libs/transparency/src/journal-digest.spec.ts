import { type EventStore, MemoryEventStore, type StoredEvent } from '#event-store';
import { digestOf, GrowingDigest } from './journal-digest.js';
import { vectorEvent } from './vectors.contract.js';

const EVENTS = 40;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const vectors = Array.from({ length: EVENTS }, (_, nth) => vectorEvent(nth));

/** Records the same events at the same times. */
const recorded = async (order: 'dense' | 'sparse', events: readonly StoredEvent[] = vectors): Promise<EventStore> => {
  const times = events.map((_, nth) => 1_767_225_601_000_000n + BigInt(nth));
  const store = new MemoryEventStore(() => times.shift() as bigint, order);
  for (const event of events) await store.append(event.stream, 'empty', [event]);
  return store;
};
const told = (events: readonly StoredEvent[]): { root: string; contents: string } => {
  const digest = new GrowingDigest();
  for (const event of events) digest.add(event);
  const { root, contents } = digest.now();
  return { root: hex(root), contents: hex(contents) };
};

describe('The digest of a journal', () => {
  test('is the same in a store with gaps between its positions', async () => {
    const [dense, sparse] = [await digestOf(await recorded('dense')), await digestOf(await recorded('sparse'))];
    expect(hex(sparse.root)).toBe(hex(dense.root));
    expect(hex(sparse.contents)).toBe(hex(dense.contents));
    expect([dense.position, dense.events, sparse.events]).toEqual([39n, 40n, 40n]);
    expect(sparse.position).not.toBe(dense.position);
  });

  test.each(['dense', 'sparse'] as const)(
    'ends at the event it is asked for, which must be there: %s',
    async (order) => {
      const store = await recorded(order);
      const { events } = await store.readAll({ max: EVENTS });
      const { position = 0n } = events[9] ?? {};
      expect((await digestOf(store, { until: position })).events).toBe(10n);
      expect(hex((await digestOf(store, { until: position })).root)).toBe(told(vectors.slice(0, 10)).root);
      await expect(digestOf(store, { until: 10_000n })).rejects.toThrow('no event is at position 10000');
    },
  );

  test('is that of nothing for an empty journal', async () => {
    const { events, position, root } = await digestOf(new MemoryEventStore());
    expect([events, position, Buffer.from(root).toString('base64')]).toEqual([
      0n,
      undefined,
      '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    ]);
  });

  test('shows one event that is left out, repeated, altered or moved', () => {
    const whole = told(vectors);
    const [first, second, ...others] = vectors as [StoredEvent, StoredEvent, ...StoredEvent[]];
    for (const other of [
      vectors.slice(1),
      vectors.slice(0, -1),
      [first, ...vectors],
      [{ ...first, actor: 'another' }, second, ...others],
    ]) {
      expect(told(other).root).not.toBe(whole.root);
      expect(told(other).contents).not.toBe(whole.contents);
    }
    const swapped = told([second, first, ...others]);
    expect(swapped.root).not.toBe(whole.root);
    expect(swapped.contents).toBe(whole.contents); // told the same, in another order among the streams
  });

  test('of its contents counts how often a thing was told', () => {
    const [first] = vectors as [StoredEvent];
    expect(told([first, first]).contents).not.toBe(told([first]).contents);
  });
});
