import { createHash } from 'node:crypto';
import type { ApiClient, Problem } from '../client.js';
import { CliError } from '../exit-codes.js';
import type { Draft } from '../formats/format.js';
import { Patience, type PatienceOptions } from '../patience.js';
import { EVENTS_PER_REQUEST_MAX, LANES, Lane } from './lane.js';
import type { ProgressCounts } from './progress.js';
import type { Reject } from './rejects.js';
import { type Counts, type Entry, type Place, type Status, Watermark } from './watermark.js';

/** One event on its way in. */
export interface Item {
  /** JSON text of the CloudEvent. */
  readonly text: string;
  /** Events with equal keys are posted in order and never at the same time. */
  readonly key: string;
  /** Where it came from, for messages and the reject file. */
  readonly origin: string;
  /** Undefined: it is made anew by every run. */
  readonly place?: Place;
  /** The event before it was written, where it came from a table. */
  readonly draft?: Draft;
  /** In whose name it is posted, where that is not the poster's own. */
  readonly client?: ApiClient;
}
/** What the ledger need not be asked about. */
export interface Refused {
  /** Undefined: kept by an earlier run. */
  readonly refused: Reject | undefined;
  readonly place: Place;
}
/** Key of registers: entities, places, catalogue, definitions. Facts refer to them, and they to each other. */
export const REGISTERS = 'registers';
/** Everything before it is acknowledged before anything after it is posted. */
export const BARRIER = Symbol('barrier');
/** What a source yields. */
export type Input = Item | Refused | typeof BARRIER;

export interface ItemResult {
  readonly index: number;
  readonly status: Status;
  readonly position?: string;
  readonly problem?: Problem;
}
interface BatchAnswer {
  readonly results: readonly ItemResult[];
}

export interface Posted extends Counts {
  lastPosition: bigint | undefined;
}

export interface PosterOptions {
  /** Told of each final answer. @returns the event that is posted in place of a refused one, if any. */
  readonly onResult: (item: Item, result: ItemResult) => Item | undefined;
  readonly onRefused?: (refused: Refused) => void;
  /** Called before answers count as final: what they refused is to be kept where a later run finds it. */
  readonly keep?: () => Promise<void>;
  readonly onProgress?: (counts: ProgressCounts) => void;
  readonly total?: number;
  readonly patience?: PatienceOptions;
  readonly watermark?: Watermark;
}

interface Sent {
  readonly item: Item;
  readonly entry: Entry;
  readonly client: ApiClient;
  readonly bytes: number;
}

/** Refused inputs that are kept with one write. */
const REFUSED_PER_WRITE_MAX = 500;

/**
 * Posts a stream of events through the public intake. Each lane has one request on the way at most; a key always takes the same lane, so its
 * events keep their order. Reading waits while too much is unanswered. Once it is stopped, the requests on the way are finished.
 */
export class IntakePoster {
  readonly posted: Posted;
  private readonly watermark: Watermark;
  private readonly lanes = Array.from({ length: LANES }, () => new Lane<Sent>((batch) => this.post(batch)));
  private readonly ending = new AbortController();
  private refused: Entry[] = [];
  private eventsPerRequest = EVENTS_PER_REQUEST_MAX;
  private failure: unknown;

  constructor(
    private readonly client: ApiClient,
    private readonly options: PosterOptions,
  ) {
    this.watermark = options.watermark ?? new Watermark();
    const { counts, witness } = this.watermark.mark;
    this.posted = { ...counts, lastPosition: witness && BigInt(witness.position) };
  }

  /** @throws CliError when the ledger does not take the events; what was acknowledged until then stands in the watermark. */
  async run(inputs: AsyncIterable<Input> | Iterable<Input>, stop?: AbortSignal): Promise<Posted> {
    if (stop?.aborted) this.end();
    stop?.addEventListener('abort', () => this.end());
    let isRegister = true;
    for await (const input of inputs) {
      if (this.ending.signal.aborted) break;
      if (input === BARRIER) await this.drain();
      else if ('refused' in input) await this.refuse(input);
      else {
        // A fact may refer to a register before it, and a register end what a fact before it needs: neither overtakes the other.
        if (isRegister !== (input.key === REGISTERS)) await this.drain();
        isRegister = input.key === REGISTERS;
        await this.add(input);
      }
    }
    await this.drain();
    if (this.failure) throw this.failure;
    return this.posted;
  }

  /** Sends what waits for a full request: an input that trickles is not kept waiting. */
  flush(): void {
    for (const lane of this.lanes) lane.flush();
  }

  private async add(item: Item): Promise<void> {
    while (this.watermark.isFull && !this.ending.signal.aborted) {
      this.flush();
      await Promise.all([this.watermark.moved(), this.keepRefused()]);
    }
    const bytes = Buffer.byteLength(item.text) + 1;
    const entry = this.watermark.enter(item.place, bytes);
    this.laneOf(item.key).add({ item, entry, client: item.client ?? this.client, bytes });
  }

  private async refuse(refused: Refused): Promise<void> {
    this.options.onRefused?.(refused);
    this.refused.push(this.watermark.enter(refused.place, 0));
    if (this.refused.length >= REFUSED_PER_WRITE_MAX) await this.keepRefused();
  }

  private async keepRefused(): Promise<void> {
    const entries = this.refused.splice(0);
    if (entries.length === 0) return;
    await this.options.keep?.();
    for (const entry of entries) this.settle(entry, { status: 'rejected' });
  }

  private laneOf(key: string): Lane<Sent> {
    return this.lanes[createHash('sha256').update(key).digest()[0]! % LANES]!;
  }

  private async drain(): Promise<void> {
    await Promise.all([this.keepRefused(), ...this.lanes.map((lane) => lane.drain())]);
  }

  private end(): void {
    this.ending.abort();
    for (const lane of this.lanes) lane.clear();
    this.watermark.wake();
  }

  private async post(batch: readonly Sent[]): Promise<void> {
    try {
      const patience = new Patience(this.options.patience);
      for (let left = batch; left.length > 0 && !this.ending.signal.aborted; ) {
        const now = left.slice(0, this.eventsPerRequest);
        const { again, obstacle, retryAfterMs } = await this.postOnce(now);
        left = [...again, ...left.slice(now.length)];
        const isMoving = again.length < now.length || again.some((sent, at) => sent !== now[at]);
        if (isMoving) patience.renew();
        else if (!(await patience.wait(obstacle.message, retryAfterMs, this.ending.signal))) throw obstacle;
      }
    } catch (error) {
      if (!this.ending.signal.aborted) this.failure = error;
      this.end();
    }
  }

  /** @returns What is to be sent again, in its order, and why: what the server left unsettled it has not passed over. */
  private async postOnce(batch: readonly Sent[]) {
    const tried = await batch[0]!.client.tryJson<BatchAnswer>('/v1/events', {
      method: 'POST',
      // Lines, not an array: a broken line is its own problem and not that of its neighbours.
      headers: { 'content-type': 'application/x-ndjson' },
      body: batch.map(({ item }) => `${item.text}\n`).join(''),
    });
    if (tried.obstacle) {
      // On a wire that breaks before an answer is ready, only a shorter request is ever answered.
      if (tried.isLost) this.eventsPerRequest = Math.max(1, Math.floor(this.eventsPerRequest / 2));
      return { ...tried, again: batch };
    }
    this.eventsPerRequest = Math.min(EVENTS_PER_REQUEST_MAX, 2 * this.eventsPerRequest);
    const again = await this.take(batch, tried.answer.results);
    return { again, obstacle: unsettled(again), retryAfterMs: 0 };
  }

  private async take(batch: readonly Sent[], results: readonly ItemResult[]): Promise<readonly Sent[]> {
    checkComplete(results, batch.length);
    const again: Sent[] = [];
    const final: (readonly [Entry, ItemResult])[] = [];
    for (const result of results) {
      const sent = batch[result.index]!;
      const answer = isOpen(result) ? sent.item : this.options.onResult(sent.item, result);
      if (answer === undefined) final.push([sent.entry, result]);
      else again.push(answer === sent.item ? sent : { ...sent, item: answer });
    }
    await this.options.keep?.();
    for (const [entry, result] of final) this.settle(entry, result);
    const { created, duplicate, rejected } = this.posted;
    const { total } = this.options;
    this.options.onProgress?.({ done: created + duplicate + rejected, total, duplicate, rejected });
    return again;
  }

  private settle(entry: Entry, { status, position }: Pick<ItemResult, 'status' | 'position'>): void {
    this.posted[status] += 1;
    const last = position === undefined ? undefined : BigInt(position);
    if (last !== undefined && last > (this.posted.lastPosition ?? -1n)) this.posted.lastPosition = last;
    this.watermark.settle(entry, status, position);
  }
}

/** An answer that leaves an item out says nothing of it: it is not acknowledged. */
const checkComplete = (results: readonly ItemResult[], items: number): void => {
  if (results?.length === items && results.every(({ index }, at) => index === at)) return;
  throw new CliError(`the server answers for ${results?.length} of ${items} events: it is no ledger of this version`);
};

/** A fault of the ledger is no verdict on the event: it stays open until somebody has mended the ledger. */
const isOpen = ({ problem }: ItemResult): boolean =>
  problem !== undefined && (problem.retryable === true || problem.status >= 500);

/** Going on without them would put later events of their streams before them, so the posting ends instead. */
const unsettled = ([first]: readonly Sent[]): CliError =>
  new CliError(
    `the ledger cannot take events now (${first?.item.origin}): try again later, what is recorded stays a duplicate`,
  );
