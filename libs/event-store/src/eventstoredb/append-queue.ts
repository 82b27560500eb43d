import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended, Expected, NewEvent } from '../port.js';

export const QUEUE_EVENTS_MAX = 4_096;
export const QUEUE_BYTES_MAX = 16 * 1024 * 1024;
/** More on the way only make each of them wait longer: the stream to the server is ordered. */
export const UNDER_WAY_MAX = 64;
/** Nothing of an append was sent when its turn has not come by then. */
export const TURN_TIMEOUT_MS = 10_000;

export interface WaitingAppend {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
  /** As counted by the port's limits. */
  readonly bytes: number;
}

interface Waiting {
  readonly append: WaitingAppend;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands appends to the store in the order in which they came, one of a stream at a time and {@link UNDER_WAY_MAX} in all, so
 * that appends of one stream keep their order; only who waits for an earlier one of its own stream is overtaken. While the store
 * is silent nothing is handed over and those who wait are told that nothing of theirs was written.
 */
export class AppendQueue {
  /** Streams that are under way or wait for their turn, each with what waits behind. */
  private readonly behind = new Map<string, Waiting[]>();
  private readonly ready = new Set<Waiting>();
  private readonly turns: Waiters<Waiting, Waiting>;
  private waitingEvents = 0;
  private waitingBytes = 0;
  private underWay = 0;
  private isClosed = false;
  private readonly drained: (() => void)[] = [];

  constructor(
    private readonly handOver: (append: WaitingAppend) => Promise<Appended>,
    private readonly onMetric: (metric: StoreMetric) => void,
    turnTimeoutMs = TURN_TIMEOUT_MS,
  ) {
    this.turns = new Waiters(turnTimeoutMs, (waiting) => this.giveUp(waiting));
    onMetric({ name: 'append_queue', events: () => this.waitingEvents });
  }

  /** @throws Failure `store.overloaded` above the bounds, `store.unavailable` once closed; nothing was written. */
  async add(append: WaitingAppend): Promise<Appended> {
    if (this.isClosed) throw refuse('store.unavailable');
    const events = this.waitingEvents + append.events.length;
    const bytes = this.waitingBytes + append.bytes;
    if (events > QUEUE_EVENTS_MAX || bytes > QUEUE_BYTES_MAX) throw refuse('store.overloaded');
    this.waitingEvents = events;
    this.waitingBytes = bytes;
    return new Promise((resolve, reject) => {
      const waiting = { append, resolve, reject };
      this.turns.add(waiting, waiting);
      const queue = this.behind.get(append.stream);
      if (queue) queue.push(waiting);
      else {
        this.behind.set(append.stream, []);
        this.ready.add(waiting);
        this.advance();
      }
    });
  }

  /** Resolves when everything that was added is answered. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.behind.size > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  private advance(): void {
    for (const waiting of this.ready) {
      if (this.underWay >= UNDER_WAY_MAX) return;
      this.ready.delete(waiting);
      void this.run(waiting);
    }
  }

  private async run(waiting: Waiting): Promise<void> {
    const { append, resolve, reject } = waiting;
    const started = performance.now();
    this.leave(waiting);
    this.underWay++;
    try {
      resolve(await this.handOver(append));
    } catch (error) {
      reject(error);
    } finally {
      this.underWay--;
      const milliseconds = performance.now() - started;
      this.onMetric({ name: 'append_group', appends: 1, events: append.events.length, milliseconds });
      this.next(append.stream);
    }
  }

  private giveUp(waiting: Waiting): void {
    const { stream } = waiting.append;
    this.leave(waiting);
    waiting.reject(refuse('store.unavailable'));
    const queue = this.behind.get(stream) ?? [];
    if (this.ready.delete(waiting)) this.next(stream);
    else queue.splice(queue.indexOf(waiting), 1);
  }

  /** No longer waits: under way, or given up. */
  private leave(waiting: Waiting): void {
    this.turns.take(waiting);
    this.waitingEvents -= waiting.append.events.length;
    this.waitingBytes -= waiting.append.bytes;
  }

  private next(stream: string): void {
    const waiting = this.behind.get(stream)?.shift();
    if (waiting) this.ready.add(waiting);
    else this.behind.delete(stream);
    this.advance();
    if (this.behind.size === 0) for (const resolve of this.drained.splice(0)) resolve();
  }
}

/** Those who wait, each as long as the others at most. One timer serves all: who came first is due first. */
export class Waiters<Key, Waiter> {
  private readonly all = new Map<Key, { readonly waiter: Waiter; readonly dueMs: number }>();
  private readonly emptied: (() => void)[] = [];
  private isTimed = false;

  /** @param onDue is told of whoever has waited so long, and waits no more. */
  constructor(
    private readonly milliseconds: number,
    private readonly onDue: (waiter: Waiter) => void,
  ) {}

  add(key: Key, waiter: Waiter): void {
    this.all.set(key, { waiter, dueMs: performance.now() + this.milliseconds });
    if (!this.isTimed) this.lookAfter(this.milliseconds);
  }

  has(key: Key): boolean {
    return this.all.has(key);
  }

  /** @returns who waits no more from now on; undefined: nobody did under this key. */
  take(key: Key): Waiter | undefined {
    const waiter = this.all.get(key)?.waiter;
    this.all.delete(key);
    if (this.all.size === 0) for (const resolve of this.emptied.splice(0)) resolve();
    return waiter;
  }

  /** In the order in which they came. */
  takeAll(): readonly Waiter[] {
    return [...this.all.keys()].map((key) => this.take(key) as Waiter);
  }

  /** Resolves when nobody waits. */
  async empty(): Promise<void> {
    if (this.all.size > 0) await new Promise<void>((resolve) => this.emptied.push(resolve));
  }

  /** Keeps no process alive: what they wait for does. */
  private lookAfter(milliseconds: number): void {
    this.isTimed = true;
    setTimeout(this.look, milliseconds).unref();
  }

  private readonly look = (): void => {
    this.isTimed = false;
    for (const [key, { dueMs }] of this.all) {
      const left = dueMs - performance.now();
      if (left > 0) {
        this.lookAfter(Math.ceil(left));
        break;
      }
      this.onDue(this.take(key) as Waiter);
    }
  };
}
