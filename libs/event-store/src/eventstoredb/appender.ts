import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '#kernel';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended, Expected, Position, StoredEvent } from '../port.js';
import { recordedText } from '../recorded.js';
import type { WaitingAppend } from './append-queue.js';
import { DriverFault, type EsdbDriver, type FaultKind, type Place } from './driver.js';
import { failureOf, inTime } from './driver-faults.js';
import { corrupt, proposed } from './event-mapping.js';
import type { JournalReader } from './journal-reader.js';

/** With the time limit of the append before it less than 15 s: nobody waits longer for "unknown". */
const SETTLE_TIMEOUT_MS = 9_000;
const SETTLE_PAUSE_MS = 100;
const NOT_SETTLED = 'no answer while an append is settled';
/** The server may have written before we heard no more of it. */
const DOUBTFUL: ReadonlySet<FaultKind> = new Set(['lost', 'silent', 'strange']);

export interface Appending {
  readonly driver: Pick<EsdbDriver, 'append'>;
  readonly reader: Pick<JournalReader, 'stream'>;
  /** Microseconds since 1970 UTC; may fall. */
  readonly now: () => bigint;
  readonly onMetric: (metric: StoreMetric) => void;
}

/** Takes one append to the server and finds out what became of it. */
export class Appender {
  private lastRecorded = 0n;

  /** @param acknowledged the head: whatever is at or before it was not appended by an append that begins now. */
  constructor(
    private readonly appending: Appending,
    private acknowledged: Position,
  ) {}

  /**
   * Nothing is durable before the server answers; then all of the append is, and a crash of ours loses the answer only.
   *
   * @throws Failure as the port says.
   */
  async append(append: WaitingAppend): Promise<Appended> {
    const { stream } = append;
    const recorded = this.recordedNow();
    const { acknowledged } = this;
    try {
      const { revision, position } = await this.send(append, recorded);
      // The very attempt was appended before: it keeps the recording time of then.
      if (position <= acknowledged) return await this.settled(append);
      if (revision !== lastOf(append)) throw corrupt(`${stream} went on at ${revision} where ${lastOf(append)} is due`);
      return this.noted({ revision, position, recorded });
    } catch (error) {
      if (!(error instanceof DriverFault)) throw error;
      if (error.kind === 'conflict') return this.conflicting(append, error.actual ?? 'empty');
      if (!DOUBTFUL.has(error.kind)) throw failureOf(error);
      this.appending.onMetric({ name: 'outcome_unknown', appends: 1 });
      return this.settled(append, error);
    }
  }

  /** Behind the expected revision there may be our own events: a repeat of an attempt is answered as the first time. */
  private async conflicting(append: WaitingAppend, actual: Expected): Promise<Appended> {
    const isBehind = actual !== 'empty' && actual >= firstOf(append);
    const own = isBehind ? ownOf(append, await this.behind(append)) : undefined;
    if (own) return this.noted(own);
    throw conflict(append.expected, actual);
  }

  /**
   * The answer was lost: looks for the attempt where it would be, and as long as nothing is there sends it again under the same
   * ids. The expected revision makes that safe: what was written cannot be written twice, and what somebody else wrote there
   * keeps ours out for ever. Only what is read there ends the doubt.
   *
   * Each time it is sent with the recording time of then, because others were recorded meanwhile. Ids come from the salt alone, so
   * that it stays the same attempt to the server, and whichever sending is written, its recording time is the one that is read.
   */
  private async settled(append: WaitingAppend, doubt?: DriverFault): Promise<Appended> {
    const { stream, expected } = append;
    const end = performance.now() + SETTLE_TIMEOUT_MS;
    let cause: unknown = doubt;
    for (let left = SETTLE_TIMEOUT_MS; left > 0; left = end - performance.now()) {
      try {
        const found = await inTime(this.behind(append), left, NOT_SETTLED);
        const own = ownOf(append, found);
        if (own) return this.noted(own);
        if (found.length > 0) throw conflict(expected, await this.endOf(stream));
        await inTime(this.send(append, this.recordedNow()), end - performance.now(), NOT_SETTLED);
      } catch (error) {
        if (error instanceof Failure && FINAL.has(error.code)) throw error;
        if (!(error instanceof DriverFault && error.kind === 'silent')) cause = error; // what a server said tells more than silence
        await pause(SETTLE_PAUSE_MS * (1 + Math.random()));
      }
    }
    throw refuse('store.outcomeUnknown', { cause });
  }

  private send({ stream, expected, events }: WaitingAppend, recorded: string): Promise<Place> {
    const proposals = events.map((event) => proposed(event, recorded));
    return this.appending.driver.append(stream, expected, proposals);
  }

  private behind(append: WaitingAppend): Promise<readonly StoredEvent[]> {
    return this.appending.reader.stream(append.stream, firstOf(append), append.events.length);
  }

  private async endOf(stream: string): Promise<Expected> {
    const [last] = await this.appending.reader.stream(stream, undefined, 1, true);
    return last?.revision ?? 'empty';
  }

  private noted(appended: Appended): Appended {
    if (appended.position > this.acknowledged) this.acknowledged = appended.position;
    return appended;
  }

  private recordedNow(): string {
    const now = this.appending.now();
    if (now > this.lastRecorded) this.lastRecorded = now;
    return recordedText(this.lastRecorded);
  }
}

const FINAL: ReadonlySet<string> = new Set(['stream.conflict', 'stream.deleted', 'store.corrupt']);

const firstOf = ({ expected }: WaitingAppend): bigint => (expected === 'empty' ? 0n : expected + 1n);
const lastOf = (append: WaitingAppend): bigint => firstOf(append) + BigInt(append.events.length - 1);

/** One salt is enough: an append is stored as a whole or not at all. */
function ownOf({ events }: WaitingAppend, found: readonly StoredEvent[]): Appended | undefined {
  const [first] = found;
  if (first === undefined || Buffer.compare(first.salt, events[0].salt) !== 0) return undefined;
  const { revision, position, recorded } = found[events.length - 1];
  return { revision, position, recorded };
}

const conflict = (expected: Expected, actual: Expected) =>
  refuse('stream.conflict', { params: { expected: String(expected), actual: String(actual) } });
