import { setTimeout as pause } from 'node:timers/promises';
import { passes } from '../limits.js';
import type { Filter, Position, ReadPage, Revision, StoredEvent } from '../port.js';
import { PAGE_BYTES_MAX, STREAM_EVENTS_MAX } from '../port.js';
import { DriverFault, type EsdbDriver, type FaultKind, type ReadEnd, type RecordedEvent } from './driver.js';
import { failureOf } from './driver-faults.js';
import { corrupt, isOfTheServer, stored } from './event-mapping.js';

/** Read at once where most may be left out, because a filter does not let them through or they are not ours. */
const SCAN_EVENTS = 1_000;
const WHOLE_EVENTS = 5_000;
const HEAD_EVENTS = 32;
const TRIES_MAX = 3;
const RETRY_PAUSE_MS = 50;
/** The connection broke, or the node leads no more: the client has found another one by the next try. */
const WORTH_A_TRY: ReadonlySet<FaultKind> = new Set(['unreachable', 'lost']);

/** From an event of ours up to this one nothing is ours. */
interface Quiet<After = Position | undefined> {
  readonly after: After;
  readonly last: RecordedEvent;
}

/** Questions to the journal: what of `$all` is ours, and our streams. One whose connection broke is asked up to three times. */
export class JournalReader {
  /** Up to here events of somebody else are counted: each once, however many read it. */
  private lastForeign = -1n;
  /**
   * What lies behind the last event of ours, as it was read last: a server goes on writing for itself, and who waits at the head
   * would read all of that at every look. Nothing of ours can come into it later, because commit positions grow: every reader relies
   * on that when it goes on from an event. A server that was set back may write there anew; then `last` is not there any more.
   */
  private quiet: Quiet | undefined;
  private quietHead: Quiet<Position> | undefined;

  constructor(
    private readonly driver: Pick<EsdbDriver, 'readAll' | 'readStream'>,
    private readonly onForeign: () => void,
  ) {}

  /**
   * Goes on until the page is full and an event of the journal follows it, or nothing does: then this is the head. `next` is
   * always the place of an event of the journal, because a place that a server says it has looked at may be beyond what it
   * has sent.
   */
  async all(after: Position | undefined, max: number, filter: Filter | undefined): Promise<ReadPage> {
    const { quiet } = this;
    const page = quiet?.after === after ? await this.page(after, max, filter, quiet?.last) : undefined;
    return page ?? ((await this.page(after, max, filter)) as ReadPage);
  }

  /** @param from where nothing of ours is before it. @returns undefined when it is not there any more. */
  private async page(after: Position | undefined, max: number, filter: Filter | undefined, from?: RecordedEvent) {
    const events: StoredEvent[] = [];
    let next = after;
    let last = from;
    let seen = from?.commit ?? after;
    let isThere = from === undefined;
    let bytes = 0;
    const take = (event: RecordedEvent): boolean => {
      if (!isThere) {
        isThere = isSame(event, from);
        return isThere;
      }
      if (event.commit === seen) return true; // where the read began: it is included
      seen = rising(seen, event);
      const found = this.ofTheJournal(event);
      last = found ? undefined : event;
      if (found === undefined) return true;
      if (events.length === max || bytes >= PAGE_BYTES_MAX) return false;
      next = found.position;
      if (!passes(filter, found)) return true;
      events.push(found);
      bytes += found.data.length;
      return true;
    };
    // One for the place where it begins, and one that tells whether the page ends at the head.
    let count = Math.max(max + 2, filter ? SCAN_EVENTS : 0);
    const noPlace = (): ReadEnd => {
      isThere = false;
      return 'end';
    };
    for (;;) {
      const answers = from ? { position: noPlace } : {};
      const end = await this.ask(() => this.driver.readAll(seen ?? 'start', { max: count, take }), answers);
      if (!isThere) return undefined;
      if (end === 'end' && last) this.quiet = { after: next, last };
      if (end !== 'max') return { events, next, atHead: end === 'end' };
      count = Math.max(count, SCAN_EVENTS);
    }
  }

  async at(position: Position): Promise<StoredEvent | undefined> {
    let found: StoredEvent | undefined;
    const take = (event: RecordedEvent): boolean => {
      if (event.commit === position) found = this.ofTheJournal(event);
      return false;
    };
    const none = (): ReadEnd => 'end';
    await this.ask(() => this.driver.readAll(position, { max: 1, take }), { position: none });
    return found;
  }

  async head(): Promise<Position | undefined> {
    let head: Position | undefined;
    let seen: bigint | undefined;
    let last: RecordedEvent | undefined;
    let { quietHead: quiet } = this;
    if (quiet && !(await this.at(quiet.after))) quiet = undefined; // it was taken out
    const take = (event: RecordedEvent): boolean => {
      seen = event.commit;
      last ??= event;
      head = isSame(event, quiet?.last) ? quiet?.after : this.ofTheJournal(event)?.position;
      return head === undefined;
    };
    for (let max = HEAD_EVENTS; ; max = SCAN_EVENTS) {
      const end = await this.ask(() => this.driver.readAll(seen ?? 'end', { max, isBackwards: true, take }));
      if (head === undefined && end === 'max') continue;
      this.quietHead = head === undefined || !last || last.commit === head ? undefined : { after: head, last };
      return head;
    }
  }

  /** @throws Failure `store.corrupt` when a stream of ours holds what is not ours, or has lost what it held. */
  async stream(stream: string, from: Revision | undefined, max: number, isBackwards = false) {
    let events: StoredEvent[] = [];
    const take = (event: RecordedEvent): boolean => {
      const due = revisionAfter(events.at(-1)?.revision, from, isBackwards);
      if (due !== undefined && event.revision !== due) {
        throw corrupt(`${stream} has revision ${event.revision} where ${due} is due`);
      }
      const found = stored(event);
      if (found === undefined) throw corrupt(`${stream}@${event.revision} is not an event of the ledger`);
      events.push(found);
      return true;
    };
    const none = (): ReadEnd => 'end';
    await this.ask(
      () => {
        events = [];
        return this.driver.readStream(stream, from ?? (isBackwards ? 'end' : 'start'), { max, isBackwards, take });
      },
      { missing: none },
    );
    return events;
  }

  async whole(stream: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    while (events.length < STREAM_EVENTS_MAX) {
      const page = await this.stream(stream, BigInt(events.length), WHOLE_EVENTS);
      events.push(...page);
      if (page.length < WHOLE_EVENTS) break;
    }
    return events;
  }

  /** Undefined for the server's own events, and for those of somebody else, which are counted. */
  private ofTheJournal(event: RecordedEvent): StoredEvent | undefined {
    if (isOfTheServer(event)) return undefined;
    const found = stored(event);
    if (found === undefined && event.commit > this.lastForeign) {
      this.lastForeign = event.commit;
      this.onForeign();
    }
    return found;
  }

  /** @param answers to faults that are answers to this question. */
  private async ask(
    question: () => Promise<ReadEnd>,
    answers: Partial<Record<FaultKind, () => ReadEnd>> = {},
  ): Promise<ReadEnd> {
    for (let tries = 1; ; tries++) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof DriverFault)) throw error;
        const answer = answers[error.kind];
        if (answer) return answer();
        if (tries === TRIES_MAX || !WORTH_A_TRY.has(error.kind)) throw failureOf(error);
        await pause(RETRY_PAUSE_MS * tries * (0.5 + Math.random()));
      }
    }
  }
}

/** A position alone may be that of another event, on a server that was set back. */
const isSame = (event: RecordedEvent, other: RecordedEvent | undefined): boolean =>
  event.commit === other?.commit &&
  event.stream === other.stream &&
  event.revision === other.revision &&
  Buffer.compare(event.data, other.data) === 0;

/** Whatever the server sends: a reader that went on behind an event that comes too late would never see it. */
function rising(seen: bigint | undefined, { commit }: RecordedEvent): bigint {
  if (seen !== undefined && commit < seen) throw corrupt(`position ${commit} comes behind ${seen}`);
  return commit;
}

/** The revision that a stream has next; undefined: whichever is the first. */
function revisionAfter(last: Revision | undefined, from: Revision | undefined, isBackwards: boolean) {
  if (last !== undefined) return isBackwards ? last - 1n : last + 1n;
  return isBackwards ? undefined : (from ?? 0n);
}
