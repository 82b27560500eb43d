import { checkedStore, type StoreParts } from './checked-store.js';
import { failing } from './contract/fixtures.contract.js';
import type { EventStore } from './port.js';

/** A store whose parts note that they were asked. */
function noted() {
  const asked: string[] = [];
  const none = { events: [], next: undefined, atHead: true };
  const note = <T>(what: string, answer: T) => {
    return async (): Promise<T> => {
      asked.push(what);
      return answer;
    };
  };
  const parts: StoreParts = {
    capabilities: { order: 'dense', withhold: false, durability: 'none' },
    append: note('append', { revision: 0n, position: 0n, recorded: '' }),
    reader: {
      stream: note('stream', []),
      whole: note('whole', []),
      all: note('all', none),
      at: note('at', undefined),
      head: note('head', undefined),
    },
    wakeUp: { generation: 0, change: note('change', undefined) },
    interruptions: () => 0,
    close: note('close', undefined),
  };
  return { store: checkedStore(parts), asked };
}

const { signal } = new AbortController();
const reads: readonly [what: string, read: (store: EventStore) => unknown][] = [
  ['a stream', (store) => store.readStream('sample-1', { max: 1 })],
  ['a whole stream', (store) => store.readWhole('sample-1')],
  ['the journal', (store) => store.readAll({ max: 1 })],
  ['a position', (store) => store.readAt(0n)],
  ['the head', (store) => store.head()],
  ['a subscription', (store) => store.subscribe({ signal })],
];
const wrong: typeof reads = [
  ['a stream without a category', (store) => store.readStream('sample', { max: 1 })],
  ['no events of a stream', (store) => store.readStream('sample-1', { max: 0 })],
  ['a stream from before its start', (store) => store.readStream('sample-1', { max: 1, from: -1n })],
  ['a whole stream without a category', (store) => store.readWhole('sample')],
  ['a page that is too large', (store) => store.readAll({ max: 5_001 })],
  ['a page from beyond what a store counts', (store) => store.readAll({ max: 1, after: 2n ** 63n })],
  ['a subscription of empty batches', (store) => store.subscribe({ signal, batch: 0 })],
  ['a subscription from before the start', (store) => store.subscribe({ signal, after: -1n })],
];
/** A subscription throws when it is made, before anybody iterates. */
const told = async (read: (store: EventStore) => unknown, store: EventStore) => read(store);

describe('A checked store', () => {
  test.each(reads)('asks for %s while it is open, and for nothing once it is closed', async (_what, read) => {
    const { store, asked } = noted();
    await told(read, store);
    await store.close();
    const before = asked.length;
    await expect(told(read, store)).rejects.toEqual(failing('store.unavailable'));
    expect(asked).toHaveLength(before);
  });

  test.each(wrong)('refuses %s, and asks nobody', async (_what, read) => {
    const { store, asked } = noted();
    await expect(told(read, store)).rejects.toEqual(failing('read.invalid'));
    expect(asked).toEqual([]);
  });

  test('has nothing at a position that no store counts to, and asks nobody', async () => {
    const { store, asked } = noted();
    expect([await store.readAt(-1n), await store.readAt(2n ** 63n)]).toEqual([undefined, undefined]);
    expect(asked).toEqual([]);
  });

  test('closes its parts once', async () => {
    const { store, asked } = noted();
    await Promise.all([store.close(), store.close()]);
    expect(asked).toEqual(['close']);
  });
});
