import { fresh32, freshStream, sample } from '../contract/fixtures.contract.js';
import type { StoreMetric } from '../metrics.js';
import { AppendQueue, QUEUE_EVENTS_MAX, type WaitingAppend } from './append-queue.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A store of which each flush is answered by hand. */
function byHand() {
  const groups: (readonly WaitingAppend[])[] = [];
  const answers: (() => void)[] = [];
  const flush = (group: readonly WaitingAppend[]) => {
    groups.push(group);
    return new Promise<void>((resolve) => answers.push(resolve));
  };
  return { flush, groups, answer: () => answers.shift()?.() };
}

const waiting = (stream: string, events = 1, bytes = 100): WaitingAppend => ({
  stream,
  expected: -1n,
  events: Array.from({ length: events }, () => sample({ salt: fresh32() })),
  bytes,
  resolve: () => undefined,
  reject: () => undefined,
});

describe('The queue of appends', () => {
  test('does not wait while nothing is under way, and collects while something is', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush], () => undefined);
    queue.add(waiting('a-1'));
    await turn();
    expect(groups.map((group) => group.length)).toEqual([1]);
    for (let nth = 0; nth < 5; nth++) queue.add(waiting(freshStream()));
    await turn();
    expect(groups).toHaveLength(1);
    answer();
    await turn();
    await turn();
    expect(groups.map((group) => group.length)).toEqual([1, 5]);
  });

  test('who is alone leaves within the turn, with whoever was answered together with him', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush, flush], () => undefined);
    const endOfTurn = () => new Promise<void>((resolve) => process.nextTick(resolve));
    queue.add(waiting('a-1'));
    await endOfTurn();
    expect(groups).toHaveLength(0); // the first waits for what other sockets bring
    await turn();
    answer();
    await turn();
    queue.add(waiting('a-1'));
    await Promise.resolve().then(() => queue.add(waiting('b-1')));
    await endOfTurn();
    expect(groups.map((group) => group.length)).toEqual([1, 2]);
    answer();
    await turn();
    queue.add(waiting('a-1'));
    await endOfTurn();
    expect(groups).toHaveLength(2); // two were there a moment ago
    await turn();
    expect(groups).toHaveLength(3);
  });

  test.each<[what: string, events: number, bytes: number, most: number]>([
    ['256 appends', 1, 100, 256],
    ['1,024 events', 8, 100, 128],
    ['2 MiB', 1, 1024 * 1024, 2],
  ])('a group holds at most %s', async (_what, events, bytes, most) => {
    const { flush, groups } = byHand();
    const queue = new AppendQueue([flush], () => undefined);
    const count = bytes > 1_000 ? 10 : 300;
    for (let nth = 0; nth < count; nth++) queue.add(waiting(freshStream(), events, bytes));
    await turn();
    expect(groups.map((group) => group.length)).toEqual([most]);
  });

  test('one stream has one append under way at most, over all flushes, in the order added', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush, flush], () => undefined);
    const [first, second, third] = [waiting('a-1'), waiting('a-1'), waiting('a-1')];
    for (const append of [first, second, third, waiting('b-1')]) queue.add(append);
    await turn();
    expect(groups.map((group) => group.map(({ stream }) => stream))).toEqual([['a-1', 'b-1']]);
    answer();
    await turn();
    await turn();
    answer();
    await turn();
    await turn();
    expect(groups.slice(1)).toEqual([[second], [third]]);
  });

  test('a small group waits for the one on its way, a larger one is prepared meanwhile, a large one leaves in halves', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush, flush], () => undefined);
    const add = async (count: number) => {
      for (let nth = 0; nth < count; nth++) queue.add(waiting(freshStream()));
      await turn();
    };
    await add(1);
    await add(31);
    expect(groups.map((group) => group.length)).toEqual([1]);
    await add(1);
    expect(groups.map((group) => group.length)).toEqual([1, 32]);
    answer();
    answer();
    await turn();
    await add(100);
    expect(groups.map((group) => group.length)).toEqual([1, 32, 50, 50]);
  });

  test('single events leave in the order added: 4,096 of as many streams are sixteen groups', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush, flush], () => undefined);
    const added = Array.from({ length: QUEUE_EVENTS_MAX }, () => waiting(freshStream()));
    for (const append of added) queue.add(append);
    await turn();
    for (let groupsBefore = 0; groups.length > groupsBefore; await turn()) {
      groupsBefore = groups.length;
      answer();
      await turn();
    }
    expect(groups.map((group) => group.length)).toEqual(Array.from({ length: 16 }, () => 256));
    const places = new Map(added.map((append, nth) => [append, nth]));
    expect(groups.flat().map((append) => places.get(append))).toEqual([...places.values()]);
  });

  test('what does not fit into a group is at the head of the next: nothing smaller behind it leaves before it', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush], () => undefined);
    const added = [1_000, 30, 1].map((events) => waiting(freshStream(), events));
    for (const append of added) queue.add(append);
    await turn();
    answer();
    await turn();
    await turn();
    expect(groups).toEqual([[added[0]], [added[1], added[2]]]);
  });

  test('an append whose stream is on its way lets others by: those of one stream take a group each', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush], () => undefined);
    const own = Array.from({ length: 3 }, () => waiting('a-1'));
    for (const append of own) queue.add(append);
    await turn();
    const others = [waiting('b-1'), waiting('c-1')];
    queue.add(others[0]);
    for (const leaving of [[own[0]], [own[1], others[0]], [own[2], others[1]]]) {
      expect(groups.at(-1)).toEqual(leaving);
      if (leaving.includes(others[0])) queue.add(others[1]);
      answer();
      await turn();
      await turn();
    }
    expect(groups).toHaveLength(3);
  });

  test('among large appends a lone one leaves in the turn of what was there before it, whatever is added behind it', async () => {
    const { flush, groups, answer } = byHand();
    const queue = new AppendQueue([flush, flush], () => undefined);
    const lone = waiting('lone-1');
    const addLarge = (count: number) => {
      for (let nth = 0; nth < count; nth++) queue.add(waiting(freshStream(), 64)); // sixteen fill a group
    };
    addLarge(30);
    queue.add(lone);
    addLarge(32);
    await turn();
    for (let answered = 0; !groups.some((group) => group.includes(lone)); answered++) {
      expect(answered).toBeLessThan(4); // appends of 64 events fill four groups when they fill the queue
      addLarge(16);
      answer();
      await turn();
      await turn();
    }
  });

  test('is bounded in events and bytes, and free again after a flush', async () => {
    const { flush, answer } = byHand();
    const queue = new AppendQueue([flush], () => undefined);
    for (let nth = 0; nth < 40; nth++) queue.add(waiting(freshStream(), 100));
    const overloaded = expect.objectContaining({ code: 'store.overloaded' });
    expect(() => queue.add(waiting(freshStream(), 97))).toThrow(overloaded);
    queue.add(waiting(freshStream(), 96));
    expect(() => queue.add(waiting(freshStream(), 1))).toThrow(overloaded);
    await turn();
    queue.add(waiting(freshStream(), 100));
    expect(() => queue.add(waiting(freshStream(), 1, 16 * 1024 * 1024))).toThrow(overloaded);
    answer();
  });

  test('tells how many events wait while a group hangs: nothing else would say so', async () => {
    const { flush, answer } = byHand();
    const told: StoreMetric[] = [];
    const queue = new AppendQueue([flush], (metric) => told.push(metric));
    const waitingEvents = () => told.map((metric) => (metric.name === 'append_queue' ? metric.events() : undefined));
    queue.add(waiting('a-1'));
    await turn();
    expect(waitingEvents()).toEqual([0]); // on its way
    queue.add(waiting('b-1', 7));
    queue.add(waiting('a-1', 2));
    expect(waitingEvents()).toEqual([9]);
    answer();
    await turn();
    await turn();
    expect(waitingEvents()[0]).toBe(0);
  });

  test('closes when everything added is answered, and takes nothing more', async () => {
    const { flush, answer } = byHand();
    const queue = new AppendQueue([flush], () => undefined);
    queue.add(waiting('a-1'));
    queue.add(waiting('a-1'));
    let isClosed = false;
    const closing = queue.close().then(() => {
      isClosed = true;
    });
    expect(() => queue.add(waiting('b-1'))).toThrow(expect.objectContaining({ code: 'store.unavailable' }));
    await turn();
    answer();
    await turn();
    await turn();
    expect(isClosed).toBe(false);
    answer();
    await closing;
  });
});
