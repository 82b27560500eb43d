import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended } from '../port.js';
import type { PendingAppend } from './append-call.js';

export const QUEUE_EVENTS_MAX = 4_096;
export const QUEUE_BYTES_MAX = 16 * 1024 * 1024;
export const GROUP_APPENDS_MAX = 256;
export const GROUP_EVENTS_MAX = 1_024;
export const GROUP_BYTES_MAX = 2 * 1024 * 1024;
/**
 * A group behind another one gains time when it is prepared while the other is committed, and loses what a commit of its
 * own costs. Below this many events waiting in it loses more; they join one group instead.
 */
export const OVERLAP_EVENTS_MIN = 32;
const OVERLAP_BYTES_MIN = 128 * 1024;

/** An append whose caller waits. `bytes` as counted by the port's limits. */
export interface WaitingAppend extends PendingAppend {
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes a group to the store and answers each of its appends. Never rejects. */
export type Flush = (group: readonly WaitingAppend[]) => Promise<void>;

/**
 * Group commit: while one group is on its way to the disk, the next one collects. Nothing waits while none is on its
 * way. First come, first served until it is full: groups leave in the order in which appends were added, and what does
 * not fit into one is at the head of the next. 4,096 single events of as many streams are sixteen groups.
 *
 * A group holds one append of a stream at most, and none of a stream that is on its way: appends of one stream keep
 * their order, each takes a group of its own, and meanwhile others leave before them. Two groups on their way may be
 * answered in either order.
 */
export class AppendQueue {
  private waiting: WaitingAppend[] = [];
  private waitingEvents = 0;
  private waitingBytes = 0;
  private readonly idle: Flush[];
  private readonly busyStreams = new Set<string>();
  private isKicked = false;
  /** The last group was one append. */
  private isQuiet = false;
  private isClosed = false;
  private readonly drained: (() => void)[] = [];

  /** Two flushes suffice: one group is parsed and planned while the other one is committed. */
  constructor(
    private readonly flushes: readonly Flush[],
    private readonly onMetric: (metric: StoreMetric) => void,
  ) {
    this.idle = [...flushes];
    onMetric({ name: 'append_queue', events: () => this.waitingEvents });
  }

  /** @throws Failure `store.overloaded` above the bounds, `store.unavailable` once closed; nothing was written. */
  add(append: WaitingAppend): void {
    if (this.isClosed) throw refuse('store.unavailable');
    const events = this.waitingEvents + append.events.length;
    const bytes = this.waitingBytes + append.bytes;
    if (events > QUEUE_EVENTS_MAX || bytes > QUEUE_BYTES_MAX) throw refuse('store.overloaded');
    this.waiting.push(append);
    this.waitingEvents = events;
    this.waitingBytes = bytes;
    this.kick();
  }

  /** Resolves when everything that was added is answered. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.isDrained()) return;
    await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  /**
   * At the end of this turn, so that appends made in one turn share a group. A caller who is alone need not wait for
   * what other sockets bring: its group leaves as soon as all callers that were answered together have had their say.
   */
  private kick(): void {
    if (this.isKicked || this.idle.length === 0) return;
    this.isKicked = true;
    if (this.isQuiet && this.idle.length === this.flushes.length) process.nextTick(this.dispatch);
    else setImmediate(this.dispatch);
  }

  private readonly dispatch = (): void => {
    this.isKicked = false;
    while (this.waiting.length > 0 && this.idle.length > 0 && this.isWorthALeave()) {
      const group = this.take();
      if (group.length === 0) return; // every stream that waits is on its way
      const flush = this.idle.pop() as Flush;
      this.isQuiet = group.length === 1;
      void this.run(flush, group);
    }
    if (this.isDrained()) for (const resolve of this.drained.splice(0)) resolve();
  };

  private async run(flush: Flush, group: readonly WaitingAppend[]): Promise<void> {
    const started = performance.now();
    const events = group.reduce((sum, append) => sum + append.events.length, 0);
    try {
      await flush(group);
    } finally {
      for (const { stream } of group) this.busyStreams.delete(stream);
      this.idle.push(flush);
      const milliseconds = performance.now() - started;
      this.onMetric({ name: 'append_group', appends: group.length, events, milliseconds });
      this.kick();
      if (this.isDrained()) for (const resolve of this.drained.splice(0)) resolve();
    }
  }

  private isWorthALeave(): boolean {
    if (this.idle.length === this.flushes.length) return true; // nobody is served by waiting
    return this.waitingEvents >= OVERLAP_EVENTS_MIN || this.waitingBytes >= OVERLAP_BYTES_MIN;
  }

  /** As many as a group may hold; where more than one flush is idle, each gets its share if that is worth a leave. */
  private take(): readonly WaitingAppend[] {
    const group: WaitingAppend[] = [];
    const rest: WaitingAppend[] = [];
    let events = 0;
    let bytes = 0;
    let isFull = false;
    const share = Math.max(OVERLAP_EVENTS_MIN, Math.ceil(this.waitingEvents / this.idle.length));
    const eventsMax = Math.min(GROUP_EVENTS_MAX, share);
    for (const append of this.waiting) {
      isFull ||=
        group.length > 0 &&
        (group.length === GROUP_APPENDS_MAX ||
          events + append.events.length > eventsMax ||
          bytes + append.bytes > GROUP_BYTES_MAX);
      if (isFull || this.busyStreams.has(append.stream)) {
        rest.push(append);
        continue;
      }
      this.busyStreams.add(append.stream);
      group.push(append);
      events += append.events.length;
      bytes += append.bytes;
    }
    this.waiting = rest;
    this.waitingEvents -= events;
    this.waitingBytes -= group.reduce((sum, append) => sum + append.bytes, 0);
    return group;
  }

  private isDrained(): boolean {
    return this.waiting.length === 0 && this.idle.length === this.flushes.length;
  }
}
