import { refuse } from '../failures.js';
import { checkAppend, checkCursor, checkReadMax, checkStream, passes } from '../limits.js';
import type {
  Appended,
  EventStore,
  Expected,
  Filter,
  NewEvent,
  Position,
  ReadPage,
  Revision,
  StoredEvent,
  SubscriptionBatch,
} from '../port.js';
import { PAGE_BYTES_MAX, STREAM_EVENTS_MAX } from '../port.js';
import { recordedText } from '../recorded.js';

const BATCH_EVENTS_DEFAULT = 500;

/** Where the positions with gaps begin: a number that a double cannot hold. */
const SPARSE_START = 2n ** 53n + 1n;
const SPARSE_STEP = 997n;

/**
 * An event store without a disk, for tests of what stands on the port. It passes the contract suite; nothing survives
 * it.
 *
 * `now` gives microseconds since 1970 UTC and may fall: recording times never do. `order`: positions 0, 1, 2 … as in
 * PostgreSQL, or such with gaps as in EventStoreDB.
 */
export class MemoryEventStore implements EventStore {
  readonly capabilities: EventStore['capabilities'];
  interruptions = 0;
  private readonly journal: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly waiting = new Set<() => void>();
  private lastRecorded = 0n;
  private isClosed = false;

  constructor(
    private readonly now: () => bigint = () => BigInt(Date.now()) * 1000n,
    order: 'dense' | 'sparse' = 'dense',
  ) {
    this.capabilities = { order, withhold: false, durability: 'none' };
  }

  async append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    checkAppend(stream, expected, events);
    this.refuseWhenClosed();
    const held = this.streams.get(stream) ?? [];
    const actual = held.at(-1)?.revision ?? 'empty';
    if (actual !== expected) return this.repeated(held, expected, actual, events);
    const now = this.now();
    if (now > this.lastRecorded) this.lastRecorded = now;
    const recorded = recordedText(this.lastRecorded);
    const stored = events.map((event, nth) => {
      const { data, salt, requestMac } = event;
      const bytes = { data: data.slice(), salt: salt.slice(), requestMac: requestMac.slice() };
      const place = { revision: BigInt(held.length + nth), position: this.positionOf(this.journal.length + nth) };
      return { ...event, ...bytes, ...place, stream, recorded, isWithheld: false };
    });
    this.journal.push(...stored);
    this.streams.set(stream, held);
    held.push(...stored);
    for (const wake of this.waiting) wake();
    return placeOf(stored[stored.length - 1]);
  }

  async readStream(
    stream: string,
    { from, max, backwards = false }: { from?: Revision; max: number; backwards?: boolean },
  ): Promise<readonly StoredEvent[]> {
    checkStream(stream, 'read.invalid');
    checkReadMax(max);
    checkCursor(from);
    this.refuseWhenClosed();
    const held = this.streams.get(stream) ?? [];
    if (!backwards) return held.filter((event) => event.revision >= (from ?? 0n)).slice(0, max);
    const back = [...held].reverse();
    return back.filter((event) => from === undefined || event.revision <= from).slice(0, max);
  }

  async readWhole(stream: string): Promise<readonly StoredEvent[]> {
    checkStream(stream, 'read.invalid');
    this.refuseWhenClosed();
    return (this.streams.get(stream) ?? []).slice(0, STREAM_EVENTS_MAX);
  }

  async readAll({ after, max, filter }: { after?: Position; max: number; filter?: Filter }): Promise<ReadPage> {
    checkReadMax(max);
    checkCursor(after);
    this.refuseWhenClosed();
    const events: StoredEvent[] = [];
    let at = this.placeBehind(after ?? -1n);
    for (let bytes = 0; at < this.journal.length && events.length < max && bytes < PAGE_BYTES_MAX; at++) {
      if (!passes(filter, this.journal[at])) continue;
      events.push(this.journal[at]);
      bytes += this.journal[at].data.length;
    }
    const passed = this.journal[at - 1]?.position;
    const next = after !== undefined && (passed === undefined || after > passed) ? after : passed;
    return { events, next, atHead: at >= this.journal.length };
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    this.refuseWhenClosed();
    const found = this.journal[this.placeBehind(position) - 1];
    return found?.position === position ? found : undefined;
  }

  async head(): Promise<Position | undefined> {
    this.refuseWhenClosed();
    return this.journal.at(-1)?.position;
  }

  subscribe(options: {
    after?: Position;
    filter?: Filter;
    signal: AbortSignal;
    batch?: number;
  }): AsyncIterable<SubscriptionBatch> {
    checkReadMax(options.batch ?? BATCH_EVENTS_DEFAULT);
    checkCursor(options.after);
    this.refuseWhenClosed();
    return this.follow(options);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const wake of this.waiting) wake();
  }

  private async *follow({
    after,
    filter,
    signal,
    batch = BATCH_EVENTS_DEFAULT,
  }: Parameters<EventStore['subscribe']>[0]) {
    let cursor = after;
    let isNew = true;
    while (!signal.aborted) {
      const { events, next, atHead } = await this.readAll({ after: cursor, max: batch, filter });
      if (signal.aborted) return;
      if (isNew || next !== cursor) yield { events, next, caughtUp: atHead };
      isNew = false;
      cursor = next;
      if (atHead && !signal.aborted) await this.change(cursor, signal);
    }
  }

  private positionOf(nth: number): Position {
    const place = BigInt(nth);
    return this.capabilities.order === 'dense' ? place : SPARSE_START + place * SPARSE_STEP + ((place * 31n) % 89n);
  }

  /** How many events of the journal stand at or before `position`: the place of the first one behind it. */
  private placeBehind(position: bigint): number {
    let [low, high] = [0, this.journal.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.journal[middle] as StoredEvent).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Resolves once there is something after `cursor`, the signal is aborted or the store is closed. */
  private async change(cursor: Position | undefined, signal: AbortSignal): Promise<void> {
    if (this.isClosed || (this.journal.at(-1)?.position ?? -1n) > (cursor ?? -1n)) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** The same attempt again is answered as the first time; anything else is a conflict. */
  private repeated(
    held: readonly StoredEvent[],
    expected: Expected,
    actual: Expected,
    events: readonly NewEvent[],
  ): Appended {
    const first = expected === 'empty' ? 0 : Number(expected) + 1;
    const own = held.slice(first, first + events.length);
    const isOwn = events.every((event, nth) => own[nth] && Buffer.compare(own[nth].salt, event.salt) === 0);
    if (isOwn) return placeOf(own[own.length - 1]);
    throw refuse('stream.conflict', { params: { expected: String(expected), actual: String(actual) } });
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw refuse('store.unavailable');
  }
}

const placeOf = ({ revision, position, recorded }: StoredEvent): Appended => ({ revision, position, recorded });
