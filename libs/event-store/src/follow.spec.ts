import { follow } from './follow.js';
import { Waiters } from './hints.js';
import type { ReadPage, StoredEvent } from './port.js';

const POLL_MS = 3_600_000;

describe('A subscription', () => {
  test('is not late for what is hinted at while a page that was read ahead waits for the consumer', async () => {
    let head = 2n;
    const waiters = new Waiters();
    const readAll = async ({ after = 0n }: { after?: bigint }): Promise<ReadPage> => {
      const next = after < head ? after + 1n : after;
      const events = next === after ? [] : [{ position: next } as StoredEvent];
      return { events, next, atHead: next === head };
    };
    const wakeUp = {
      get generation() {
        return waiters.generation;
      },
      change: (generation: number, signal: AbortSignal) => waiters.change(generation, signal, POLL_MS),
    };
    const ending = new AbortController();
    const pages = follow({ readAll, wakeUp, isClosed: () => false }, { signal: ending.signal, batch: 1 });
    expect((await pages.next()).value).toMatchObject({ next: 1n, caughtUp: false });
    head = 3n;
    waiters.wakeAll();
    expect((await pages.next()).value).toMatchObject({ next: 2n, caughtUp: true });
    expect((await pages.next()).value).toMatchObject({ next: 3n, caughtUp: true });
    ending.abort();
    await pages.return(undefined);
  });
});
