import { setTimeout as pause } from 'node:timers/promises';
import type { StoreMetric } from '../metrics.js';
import { DriverFault, type EsdbDriver } from './driver.js';
import { Tail } from './tail.js';

const GUARD_MS = 20;

/** A server of which a subscription hears what it is told to hear. */
class Telling {
  head = 0n;
  isAway = false;
  subscriptions = 0;
  ended = 0;
  readonly metrics: StoreMetric[] = [];
  private heard: { onEvent(): void; onEnd(fault: DriverFault): void } | undefined;
  readonly tail = new Tail({
    driver: { subscribeAll: (given) => this.subscribe(given) },
    head: async () => this.head,
    onMetric: (metric) => this.metrics.push(metric),
    guardMs: GUARD_MS,
  });

  tell(): void {
    this.head++;
    this.heard?.onEvent();
  }

  break(): void {
    this.heard?.onEnd(new DriverFault('lost', 'cut'));
  }

  /** Waits as a subscriber does. */
  async wait(signal = new AbortController().signal): Promise<void> {
    await this.tail.change(this.tail.generation, signal);
  }

  named(name: StoreMetric['name']): number {
    return this.metrics.filter((metric) => metric.name === name).length;
  }

  private async subscribe(given: Parameters<EsdbDriver['subscribeAll']>[0]) {
    this.subscriptions++;
    if (this.isAway) throw new DriverFault('unreachable', 'away');
    this.heard = given;
    return {
      end: async () => {
        this.ended++;
      },
    };
  }
}

describe('The tail of the journal', () => {
  let server: Telling;
  beforeEach(() => {
    server = new Telling();
  });
  afterEach(() => server.tail.close());

  test('is listened to when somebody waits, once for all who do', async () => {
    expect(server.subscriptions).toBe(0);
    await Promise.all([server.wait(), server.wait()]); // woken, because something may have come meanwhile
    const waiting = [server.wait(), server.wait(), server.wait()];
    server.tell();
    await Promise.all(waiting);
    expect(server.subscriptions).toBe(1);
  });

  test('is listened to again when it breaks, and whoever waits looks', async () => {
    await server.wait();
    const waiting = server.wait();
    server.break();
    await waiting;
    expect([server.subscriptions, server.named('reconnect')]).toEqual([2, 1]);
  });

  test('is tried again while the server is away; whoever waits looks meanwhile', async () => {
    server.isAway = true;
    for (let nth = 0; nth < 4; nth++) await server.wait();
    server.isAway = false;
    while (server.named('reconnect') === 0) await server.wait();
    expect(server.subscriptions).toBeGreaterThan(0);
  });

  test('that is silent although the journal goes on is listened to anew, and counted', async () => {
    await server.wait();
    while (server.named('stall') === 0) {
      server.head++;
      await pause(GUARD_MS);
    }
    await server.wait();
    expect([server.ended, server.subscriptions]).toEqual([1, 2]);
  });

  test('that is heard of, or is quiet, is left alone', async () => {
    await server.wait();
    for (let nth = 0; nth < 10; nth++) {
      if (nth < 5) server.tell();
      await pause(GUARD_MS);
    }
    expect([server.named('stall'), server.subscriptions]).toEqual([0, 1]);
  });

  test('holds up nobody who is aborted, or whose store is closed', async () => {
    await server.wait();
    const abort = new AbortController();
    const waiting = [server.wait(abort.signal), server.wait()];
    abort.abort();
    await waiting[0];
    await server.tail.close();
    await waiting[1];
    expect(server.ended).toBe(1);
  });
});
