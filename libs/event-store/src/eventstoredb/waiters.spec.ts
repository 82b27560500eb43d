import { setTimeout as pause } from 'node:timers/promises';
import { Waiters } from './append-queue.js';

const LIMIT_MS = 60;

describe('Those who wait', () => {
  let due: string[];
  let waiters: Waiters<number, string>;
  beforeEach(() => {
    due = [];
    waiters = new Waiters(LIMIT_MS, (waiter) => due.push(waiter));
  });

  test('wait so long and no longer, each from when he came', async () => {
    waiters.add(1, 'first');
    await pause(LIMIT_MS / 2);
    waiters.add(2, 'second');
    await pause(LIMIT_MS / 2 + 5);
    expect(due).toEqual(['first']);
    expect([waiters.has(1), waiters.has(2)]).toEqual([false, true]);
    await pause(LIMIT_MS / 2 + 5);
    expect(due).toEqual(['first', 'second']);
  });

  test('wait no more once they were taken', async () => {
    for (const key of [1, 2, 3, 4]) waiters.add(key, `of ${key}`);
    expect(waiters.take(2)).toBe('of 2');
    expect(waiters.take(2)).toBeUndefined();
    expect(waiters.takeAll()).toEqual(['of 1', 'of 3', 'of 4']);
    await pause(LIMIT_MS + 10);
    expect(due).toEqual([]);
    waiters.add(5, 'later');
    await pause(LIMIT_MS + 10);
    expect(due).toEqual(['later']);
  });

  test('are gone when the last of them is, however he went', async () => {
    await waiters.empty();
    waiters.add(1, 'taken');
    waiters.add(2, 'due');
    const gone = waiters.empty().then(() => due);
    waiters.take(1);
    expect(await gone).toEqual(['due']);
  });
});
