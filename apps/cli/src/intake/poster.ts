import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, Problem } from '../client.js';
import { CliError } from '../exit-codes.js';
import type { Draft } from '../formats/format.js';
import type { ProgressCounts } from './progress.js';

/** One event on its way in. */
export interface Item {
  /** JSON text of the CloudEvent. */
  readonly text: string;
  /** Events with equal keys are posted in order and never at the same time. */
  readonly key: string;
  /** Where it came from, for messages and the reject file. */
  readonly origin: string;
  /** The event before it was written, where it came from a table. */
  readonly draft?: Draft;
  /** In whose name it is posted, where that is not the poster's own. */
  readonly client?: ApiClient;
}
/** Key of registers: entities, places, catalogue, definitions. Facts refer to them, and they to each other. */
export const REGISTERS = 'registers';
/** Everything before it is acknowledged before anything after it is posted. */
export const BARRIER = Symbol('barrier');

export interface ItemResult {
  readonly index: number;
  readonly status: 'created' | 'duplicate' | 'rejected';
  readonly position?: string;
  readonly problem?: Problem;
}
interface BatchAnswer {
  readonly results: readonly ItemResult[];
}

export interface Posted {
  created: number;
  duplicate: number;
  rejected: number;
  lastPosition: bigint | undefined;
}

const EVENTS_PER_REQUEST_MAX = 500;
const REQUEST_BYTES_MAX = 2 * 1024 * 1024;
const LANES = 4;
const ATTEMPTS_MAX = 8;
const BACK_OFF_MS_FIRST = 100;
const BACK_OFF_MS_MAX = 10_000;
/** Items read ahead of the slowest lane: memory stays bounded however long the input is. */
const WAITING_ITEMS_MAX = 4 * EVENTS_PER_REQUEST_MAX;

/**
 * Posts a stream of events through the public intake. Four requests are on the way at most; a key always takes the same lane, so its
 * events keep their order. Reading waits while all lanes are busy. Once `isStopped` says so, what is on the way is finished.
 */
export class IntakePoster {
  readonly posted: Posted = { created: 0, duplicate: 0, rejected: 0, lastPosition: undefined };
  private readonly lanes = Array.from({ length: LANES }, () => new Lane((batch) => this.post(batch)));
  private failure: unknown;

  constructor(
    private readonly client: ApiClient,
    private readonly onResult: (item: Item, result: ItemResult) => Promise<void> | void,
    private readonly onProgress: (counts: ProgressCounts) => void = () => {},
    private readonly total?: number,
  ) {}

  async run(
    items: AsyncIterable<Item | typeof BARRIER> | Iterable<Item | typeof BARRIER>,
    isStopped: () => boolean = () => false,
  ): Promise<Posted> {
    let isAfterRegister = false;
    for await (const item of items) {
      if (isStopped() || this.failure) break;
      // A fact may refer to a register just before it, which another lane has not posted yet.
      if (item === BARRIER || (isAfterRegister && item.key !== REGISTERS)) await this.drain();
      isAfterRegister = item !== BARRIER && item.key === REGISTERS;
      if (item !== BARRIER) await this.laneOf(item.key).add(item);
    }
    await this.drain();
    if (this.failure) throw this.failure;
    return this.posted;
  }

  private laneOf(key: string): Lane {
    return this.lanes[createHash('sha256').update(key).digest()[0]! % LANES]!;
  }

  private async drain(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.drain()));
  }

  private async post(batch: readonly Item[]): Promise<void> {
    try {
      let left = batch;
      for (let attempt = 1; left.length > 0 && !this.failure; attempt += 1) {
        left = await this.postOnce(left);
        if (left.length > 0 && attempt >= ATTEMPTS_MAX) throw unsettled(left);
        if (left.length > 0) await pause(Math.min(BACK_OFF_MS_FIRST * 2 ** attempt, BACK_OFF_MS_MAX));
      }
    } catch (error) {
      this.failure ??= error;
    }
  }

  /** @returns The items that the server asks to send again, in their order: what it left unsettled it has not passed over. */
  private async postOnce(batch: readonly Item[]): Promise<readonly Item[]> {
    const { results } = await (batch[0]?.client ?? this.client).json<BatchAnswer>('/v1/events', {
      method: 'POST',
      // Lines, not an array: a broken line is its own problem and not that of its neighbours.
      headers: { 'content-type': 'application/x-ndjson' },
      body: batch.map(({ text }) => `${text}\n`).join(''),
    });
    const again: Item[] = [];
    for (const result of results) {
      const item = batch[result.index]!;
      if (result.problem?.retryable) again.push(item);
      else await this.settle(item, result);
    }
    const { created, duplicate, rejected } = this.posted;
    this.onProgress({ done: created + duplicate + rejected, total: this.total, duplicate, rejected });
    return again;
  }

  private async settle(item: Item, result: ItemResult): Promise<void> {
    this.posted[result.status] += 1;
    if (result.position !== undefined) {
      const position = BigInt(result.position);
      if (this.posted.lastPosition === undefined || position > this.posted.lastPosition)
        this.posted.lastPosition = position;
    }
    await this.onResult(item, result);
  }
}

/** Going on without them would put later events of their streams before them, so the posting ends instead. */
const unsettled = ([first]: readonly Item[]): CliError =>
  new CliError(
    `the ledger cannot take events now (${first?.origin}): try again later, what is recorded stays a duplicate`,
  );

/** A queue that has one request on the way at most. */
class Lane {
  private waiting: Item[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly send: (batch: readonly Item[]) => Promise<void>) {}

  async add(item: Item): Promise<void> {
    this.waiting.push(item);
    if (this.waiting.length >= EVENTS_PER_REQUEST_MAX) this.running ??= this.work();
    while (this.waiting.length >= WAITING_ITEMS_MAX) await this.running;
  }

  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.running) {
      this.running ??= this.work();
      await this.running;
    }
  }

  private async work(): Promise<void> {
    const batch = this.takeBatch();
    await this.send(batch);
    this.running = undefined;
    if (this.waiting.length >= EVENTS_PER_REQUEST_MAX) this.running = this.work();
  }

  private takeBatch(): Item[] {
    let bytes = 0;
    let count = 0;
    for (const { text, client } of this.waiting) {
      bytes += Buffer.byteLength(text) + 1;
      const isFull = count >= EVENTS_PER_REQUEST_MAX || bytes > REQUEST_BYTES_MAX;
      if (count > 0 && (isFull || client !== this.waiting[0]!.client)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
