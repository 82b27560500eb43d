import { setTimeout as pause } from 'node:timers/promises';
import { sample } from '../contract/fixtures.contract.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended } from '../port.js';
import { AppendQueue, QUEUE_BYTES_MAX, QUEUE_EVENTS_MAX, UNDER_WAY_MAX, type WaitingAppend } from './append-queue.js';

const DONE: Appended = { revision: 0n, position: 0n, recorded: '' };
const append = (stream: string, events = 1, bytes = 1): WaitingAppend => ({
  stream,
  expected: 'empty',
  events: Array.from({ length: events }, () => sample()),
  bytes,
});

/** A store that answers when it is told to. */
class Answering {
  readonly begun: WaitingAppend[] = [];
  readonly metrics: StoreMetric[] = [];
  readonly queue: AppendQueue;
  private readonly answers: { resolve(appended: Appended): void; reject(error: unknown): void }[] = [];

  constructor(turnTimeoutMs?: number) {
    const handOver = (given: WaitingAppend) =>
      new Promise<Appended>((resolve, reject) => {
        this.begun.push(given);
        this.answers.push({ resolve, reject });
      });
    this.queue = new AppendQueue(handOver, (metric) => this.metrics.push(metric), turnTimeoutMs);
  }

  get streams(): string[] {
    return this.begun.map(({ stream }) => stream);
  }

  /** Answers everybody, so that nobody's time limit outlives the test. */
  async end(): Promise<void> {
    for (let nth = 0; nth < this.answers.length; nth++) await this.answer(nth);
  }

  async answer(nth: number, error?: Error): Promise<void> {
    if (error) this.answers[nth].reject(error);
    else this.answers[nth].resolve(DONE);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('The queue of appends', () => {
  let store: Answering;
  beforeEach(() => {
    store = new Answering();
  });
  afterEach(() => store.end());

  test(`hands over ${UNDER_WAY_MAX} at once at most, and the next when one is answered`, async () => {
    for (let nth = 0; nth < UNDER_WAY_MAX + 2; nth++) void store.queue.add(append(`a-${nth}`));
    expect(store.begun).toHaveLength(UNDER_WAY_MAX);
    await store.answer(3);
    expect(store.streams.slice(UNDER_WAY_MAX)).toEqual([`a-${UNDER_WAY_MAX}`]);
  });

  test('keeps the order of a stream, one at a time, and lets others by meanwhile', async () => {
    for (const stream of ['a-1', 'a-1', 'b-1', 'a-1']) void store.queue.add(append(stream));
    expect(store.streams).toEqual(['a-1', 'b-1']);
    await store.answer(0);
    await store.answer(2);
    expect(store.streams).toEqual(['a-1', 'b-1', 'a-1', 'a-1']);
  });

  test('goes on behind an append that failed, and its caller is told', async () => {
    const first = store.queue.add(append('a-1'));
    const second = store.queue.add(append('a-1'));
    await Promise.all([expect(first).rejects.toThrow('no'), store.answer(0, new Error('no'))]);
    await store.answer(1);
    expect(await second).toBe(DONE);
    expect(store.metrics).toContainEqual(expect.objectContaining({ name: 'append_group', appends: 1, events: 1 }));
  });

  test.each([
    ['events', QUEUE_EVENTS_MAX, (full: number) => append('a-1', full, 1)],
    ['bytes', QUEUE_BYTES_MAX, (full: number) => append('a-1', 1, full)],
  ])('refuses what would make more than its most %s (%s) wait', async (_what, most, of) => {
    void store.queue.add(append('a-1')); // under way: waits no more
    void store.queue.add(of(most));
    const overloaded = expect.objectContaining({ code: 'store.overloaded' });
    await expect(store.queue.add(of(1))).rejects.toEqual(overloaded);
    await store.answer(0);
    void store.queue.add(of(1)); // there is room again
  });

  test('tells how many events wait while the store is silent', async () => {
    void store.queue.add(append('a-1'));
    void store.queue.add(append('a-1', 7));
    const waiting = () => store.metrics.map((metric) => (metric.name === 'append_queue' ? metric.events() : undefined));
    expect(waiting()).toEqual([7]);
    await store.answer(0);
    expect(waiting()[0]).toBe(0);
  });

  test('closes when everything is answered, and takes nothing more', async () => {
    const given = [store.queue.add(append('a-1')), store.queue.add(append('a-1'))];
    let isClosed = false;
    const closing = store.queue.close().then(() => {
      isClosed = true;
    });
    await expect(store.queue.add(append('b-1'))).rejects.toEqual(
      expect.objectContaining({ code: 'store.unavailable' }),
    );
    await store.answer(0);
    expect(isClosed).toBe(false);
    await store.answer(1);
    await closing;
    expect(await Promise.all(given)).toEqual([DONE, DONE]);
  });

  describe('whose turn does not come in time', () => {
    const LIMIT_MS = 60;
    const unavailable = expect.objectContaining({ code: 'store.unavailable' });
    const waitingEvents = () =>
      store.metrics.flatMap((metric) => (metric.name === 'append_queue' ? metric.events() : []));
    beforeEach(() => {
      store = new Answering(LIMIT_MS);
    });

    test('because all places are taken: is refused and never handed over; who came later on its stream is', async () => {
      for (let nth = 0; nth < UNDER_WAY_MAX; nth++) void store.queue.add(append(`a-${nth}`));
      const late = expect(store.queue.add(append('b-1', 3))).rejects.toEqual(unavailable);
      await pause(LIMIT_MS / 2);
      void store.queue.add(append('b-1', 2));
      await late;
      expect(waitingEvents()).toEqual([2]);
      await store.answer(0);
      expect(store.begun.slice(UNDER_WAY_MAX).map(({ events }) => events.length)).toEqual([2]);
    });

    test('behind another of its stream: is refused and never handed over; who came later on its stream is', async () => {
      void store.queue.add(append('a-1'));
      const late = expect(store.queue.add(append('a-1', 3))).rejects.toEqual(unavailable);
      await pause(LIMIT_MS / 2);
      void store.queue.add(append('a-1', 2));
      await late;
      expect(waitingEvents()).toEqual([2]);
      await store.answer(0);
      expect(store.begun.map(({ events }) => events.length)).toEqual([1, 2]);
    });
  });
});
