import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended, Filter, Position, ReadPage, Revision, StoredEvent } from '../port.js';
import { EVENT_DATA_BYTES_MAX, PAGE_BYTES_MAX, STREAM_EVENTS_MAX } from '../port.js';
import { ReadAhead } from '../read-ahead.js';
import { recordedText } from '../recorded.js';
import { WholeStreams } from '../whole-streams.js';
import type { WaitingAppend } from './append-queue.js';
import { int8Array, textArray } from './binary-values.js';
import { faultOf } from './driver-faults.js';
import { EventRow, INT8_COLUMN_BYTES, isNullAt, wholeNumberAt } from './event-row.js';
import { placeOf } from './flush.js';
import { askForRows, type Question, type TakeRow } from './row-sieve.js';
import * as sql from './sql.js';
import { NOTIFY } from './wake-up.js';

/** Attempts at one question, as long as the first ones fail fast. */
const READS_MAX = 3;
const RETRY_PAUSE_MS = 50;
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 9_000;
const ANSWER_TIMEOUT_MS = 10_000;

/** Questions to the journal over a small pool. A question whose connection broke is asked up to three times. */
export class Reader {
  private readonly pool: pg.Pool;
  private readonly together = new WholeStreams((streams) => this.wholes(streams));
  private readonly everything = new ReadAhead((start, max) => this.pageOfEverything(start, max));
  /** Of the last page: how likely the next one passes the limit of a page. A guess costs time at most, see `events`. */
  private bytesAnEvent = EVENT_DATA_BYTES_MAX;

  constructor(
    connectionString: string,
    poolSize: number,
    private readonly onMetric: (metric: StoreMetric) => void,
  ) {
    this.pool = new pg.Pool({
      connectionString,
      max: poolSize,
      application_name: 'sijill read',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      onConnect: (client) => client.query(sql.PREPARE_READS).then(() => undefined),
    });
    // An idle connection was cut; the pool has dropped it and makes another one when needed.
    this.pool.on('error', () => this.onMetric({ name: 'reconnect', connection: 'read' }));
  }

  async all(after: Position | undefined, max: number, filter: Filter | undefined): Promise<ReadPage> {
    const start = after ?? -1n;
    if (filter === undefined) return this.everything.page(start, max);
    const { told, events } = await this.events(pageQuestion(start, max, filter), 3);
    const [head, reach, matches] = told as [number, number, number];
    const isCut = events.length < matches || events.length === max;
    return pageOf(events, start, isCut ? (events.at(-1)?.position ?? start) : BigInt(reach), BigInt(head));
  }

  private async pageOfEverything(start: bigint, max: number): Promise<ReadPage> {
    const isLikelyShort = this.bytesAnEvent * max < PAGE_BYTES_MAX;
    const question = { name: 'all', text: sql.READ_ALL, values: [String(start), max, isLikelyShort] };
    const page = await this.events(question, 1).catch((error: unknown) => {
      this.bytesAnEvent = EVENT_DATA_BYTES_MAX;
      throw error;
    });
    const head = BigInt(page.told[0]);
    assertDense(page, { start, head, max });
    const { events, dataBytes } = page;
    if (events.length > 0) this.bytesAnEvent = dataBytes / events.length;
    return pageOf(events, start, events.at(-1)?.position ?? start, head);
  }

  async stream(stream: string, from: Revision | undefined, max: number, backwards: boolean) {
    const name = backwards ? 'stream_backwards' : 'stream';
    const text = backwards ? sql.READ_STREAM_BACKWARDS : sql.READ_STREAM;
    const start = from ?? (backwards ? BigInt(STREAM_EVENTS_MAX) : 0n);
    return (await this.events({ name, text, values: [stream, String(start), max] })).events;
  }

  whole(stream: string): Promise<readonly StoredEvent[]> {
    return this.together.read(stream);
  }

  /** Each stream whole, in the order asked. */
  private async wholes(streams: readonly string[]): Promise<readonly (readonly StoredEvent[])[]> {
    const question = { name: 'wholes', text: sql.READ_WHOLES, values: [textArray(streams), STREAM_EVENTS_MAX] };
    const wholes = await this.rows(question, () => {
      const found = streams.map((): EventRow[] => []);
      const take: TakeRow = (row, at) => {
        found[wholeNumberAt(row, at) - 1].push(new EventRow(row, at + INT8_COLUMN_BYTES));
      };
      return { found, take };
    });
    for (const [nth, events] of wholes.entries()) assertWhole(streams[nth], events);
    return wholes;
  }

  async at(position: Position): Promise<StoredEvent | undefined> {
    const { events } = await this.events({ name: 'at', text: sql.READ_AT, values: [String(position)] });
    return events[0];
  }

  async head(): Promise<Position | undefined> {
    const [[head]] = await this.ask('head', sql.READ_HEAD, []);
    return head === '-1' ? undefined : BigInt(head as string);
  }

  async findOwn(appends: readonly WaitingAppend[]): Promise<readonly (Appended | undefined)[]> {
    const revisions = appends.map(({ expected }) => expected + 1n);
    const rows = await this.ask('own', sql.FIND_OWN, [
      textArray(appends.map(({ stream }) => stream)),
      int8Array(revisions),
    ]);
    const found: (Appended | undefined)[] = appends.map(() => undefined);
    for (const [ord, position, recorded, salt] of rows) {
      const append = appends[Number(ord) - 1];
      // One salt is enough: an append is stored as a whole or not at all.
      if (salt !== null && (salt as Buffer).equals(append.events[0].salt)) {
        found[Number(ord) - 1] = placeOf(append, BigInt(position as string), recordedText(BigInt(recorded as string)));
      }
    }
    return found;
  }

  /** A hint to whoever listens; lost when the connection is. */
  async tell(): Promise<void> {
    await this.pool.query(NOTIFY);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /**
   * @param numbers how many columns precede those of the event; they are the same in each row. Only a page has them, and
   * ends with the event that takes its data to the limit, whatever the server goes on to send.
   */
  private events(question: Question, numbers = 0): Promise<Told> {
    const bytesMax = numbers > 0 ? PAGE_BYTES_MAX : Number.POSITIVE_INFINITY;
    return this.rows(question, () => {
      const found = { told: [] as number[], events: [] as EventRow[], dataBytes: 0 };
      const take: TakeRow = (row, at) => {
        if (found.dataBytes >= bytesMax) return;
        if (found.events.length === 0)
          for (let nth = 0; nth < numbers; nth++) found.told[nth] = wholeNumberAt(row, at + nth * INT8_COLUMN_BYTES);
        const eventAt = at + numbers * INT8_COLUMN_BYTES;
        if (isNullAt(row, eventAt)) return;
        const event = new EventRow(row, eventAt);
        found.events.push(event);
        found.dataBytes += event.dataBytes;
      };
      return { found, take };
    });
  }

  /** @param begin is called for each attempt: rows of an answer that broke off are forgotten. */
  private rows<T>(question: Question, begin: () => { readonly found: T; readonly take: TakeRow }): Promise<T> {
    return this.persist(async () => {
      const { found, take } = begin();
      await askForRows(this.pool, question, take);
      return found;
    });
  }

  private async ask(name: string, text: string, values: unknown[]): Promise<(readonly unknown[])[]> {
    return this.persist(async () => (await this.pool.query<unknown[]>({ name, text, values, rowMode: 'array' })).rows);
  }

  private async persist<T>(question: () => Promise<T>): Promise<T> {
    const end = performance.now() + ANSWER_TIMEOUT_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await question();
      } catch (error) {
        const fault = faultOf(error);
        if (!fault.isUnknown || attempt === READS_MAX || performance.now() > end) throw fault.failure;
        this.onMetric({ name: 'reconnect', connection: 'read' });
        await pause(RETRY_PAUSE_MS * attempt * (1 + Math.random()));
      }
    }
  }
}

/** What a page says of itself, and its events. */
interface Told {
  readonly told: readonly number[];
  readonly events: readonly EventRow[];
  readonly dataBytes: number;
}

function pageQuestion(start: bigint, max: number, filter: Filter): Question {
  const values: unknown[] = [String(start), max];
  if ('types' in filter)
    return { name: 'types', text: sql.READ_TYPES, values: [...values, [...new Set(filter.types)]] };
  return { name: 'categories', text: sql.READ_CATEGORIES, values: [...values, [...filter.categories]] };
}

function pageOf(events: readonly StoredEvent[], start: bigint, seen: bigint, head: bigint): ReadPage {
  const next = seen > start ? seen : start;
  return { events, next: next < 0n ? undefined : next, atHead: next >= head };
}

/** A hole would be skipped for ever by whoever reads on, so nobody reads on. */
function assertDense(
  { events, dataBytes }: Told,
  { start, head, max }: Readonly<Record<'start' | 'head', bigint> & { max: number }>,
): void {
  const left = head - start;
  const due = left <= 0n ? 0 : left < BigInt(max) ? Number(left) : max;
  let wanted = Number(start);
  for (const { positionNumber } of events)
    if (positionNumber !== ++wanted) throw corrupt(`position ${wanted} is missing`);
  const isCut = dataBytes >= PAGE_BYTES_MAX;
  if (events.length > due || (events.length < due && !isCut)) {
    throw corrupt(`${events.length} events after position ${start} where ${due} are due`);
  }
}

function assertWhole(stream: string, events: readonly EventRow[]): void {
  let due = 0;
  for (const { revisionNumber } of events) {
    if (revisionNumber !== due++) throw corrupt(`${stream} has revision ${revisionNumber} where ${due - 1} is due`);
  }
}

const corrupt = (reason: string) => refuse('store.corrupt', { params: { reason } });
