import { setTimeout as pause } from 'node:timers/promises';
import { type Counts, type SimulatedEvent, sumCounts } from '#simulation';
import type { ApiProcess } from '../harness/child.js';

/** Senders of batches; the events of one transaction go through one of them, in order. */
const BATCH_LANES = 4;
const EVENTS_PER_BATCH = 100;
/** One more lane posts its events one by one: this share of all transactions. */
const SINGLE_ONE_IN = 50;
const LANES = BATCH_LANES + 1;
const SINGLE_LANE = BATCH_LANES;
const TOKENS_EVERY_MS = 10;
const RETRY_PAUSE_MS = 200;

/** Events as somebody sends them, for as long as wanted; counts what was acknowledged. */
export class Traffic {
  readonly batchMs: number[] = [];
  readonly singleMs: number[] = [];
  acknowledged = 0;
  /** Requests that had to be sent again. */
  retries = 0;
  counts: Counts = {};
  /** Events that were due and are not sent yet. */
  due = 0;
  private sent = 0;
  private singles = 0;
  private readonly queues: SimulatedEvent[][] = Array.from({ length: LANES }, () => []);

  constructor(
    private readonly api: ApiProcess,
    private readonly events: Iterator<SimulatedEvent>,
  ) {}

  /** @param perSecond events a second over all lanes; undefined: as many as are taken. @returns events a second. */
  async run(seconds: number, perSecond?: number): Promise<number> {
    const [start, before] = [performance.now(), this.acknowledged];
    const end = start + seconds * 1_000;
    this.due = 0;
    let filledAt = start;
    const fill = () => {
      const now = performance.now();
      this.due += perSecond === undefined ? Number.POSITIVE_INFINITY : ((now - filledAt) / 1_000) * perSecond;
      filledAt = now;
    };
    fill();
    const timer = setInterval(fill, TOKENS_EVERY_MS);
    try {
      await Promise.all(this.queues.map((_, lane) => this.send(lane, end)));
    } finally {
      clearInterval(timer);
    }
    return (this.acknowledged - before) / ((performance.now() - start) / 1_000);
  }

  private async send(lane: number, end: number): Promise<void> {
    const isSingle = lane === SINGLE_LANE;
    const size = isSingle ? 1 : EVENTS_PER_BATCH;
    while (performance.now() < end) {
      // The single lane takes its share and no more: what it passes over waits for the others.
      const isTurn = !isSingle || this.singles * SINGLE_ONE_IN <= this.sent;
      if (this.due < size || !isTurn) {
        await pause(TOKENS_EVERY_MS / 2);
        continue;
      }
      this.due -= size;
      this.sent += size;
      if (isSingle) this.singles++;
      const start = performance.now();
      await this.post(this.take(lane, size), isSingle);
      (isSingle ? this.singleMs : this.batchMs).push(performance.now() - start);
    }
  }

  private take(lane: number, size: number): readonly SimulatedEvent[] {
    const queue = this.queues[lane]!;
    while (queue.length < size) {
      const { value, done } = this.events.next();
      if (done) throw new Error('the simulation ended before the soak');
      this.queues[laneOf(value)]!.push(value);
    }
    return queue.splice(0, size);
  }

  /** Until all of them are in the journal: what is sent again is answered as the first time. */
  private async post(events: readonly SimulatedEvent[], isSingle: boolean): Promise<void> {
    const text = isSingle
      ? JSON.stringify(events[0]!.event)
      : events.map(({ event }) => `${JSON.stringify(event)}\n`).join('');
    const type = isSingle ? 'application/cloudevents+json' : 'application/x-ndjson';
    for (;;) {
      const { status, body } = await this.api.post('/v1/events', events[0]!.role, { type, bytes: Buffer.from(text) });
      if (isSingle ? status < 300 : takenIn(body) === events.length) break;
      if (!isRetryable(status, body)) throw new Error(`${status} ${body.toString().slice(0, 500)}`);
      this.retries++;
      await pause(RETRY_PAUSE_MS);
    }
    this.acknowledged += events.length;
    for (const { effect } of events) this.counts = sumCounts(this.counts, effect);
  }
}

const laneOf = ({ event }: SimulatedEvent): number => {
  const serial = Number(String(event.data.number).slice(1));
  return serial % SINGLE_ONE_IN === 0 ? SINGLE_LANE : serial % BATCH_LANES;
};

const takenIn = (body: Buffer): number => {
  const { created = 0, duplicate = 0 } = JSON.parse(body.toString()) as { created?: number; duplicate?: number };
  return created + duplicate;
};

/** Busy for now: the whole request, or some of its items. */
const isRetryable = (status: number, body: Buffer): boolean => {
  if (status === 503 || status === 429) return true;
  const { results = [] } = JSON.parse(body.toString()) as { results?: readonly { problem?: { status?: number } }[] };
  const problems = results.flatMap(({ problem }) => problem ?? []);
  return problems.length > 0 && problems.every((problem) => problem.status === 503);
};
