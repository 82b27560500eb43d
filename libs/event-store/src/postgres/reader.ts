import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';
import type { Appended, Filter, Position, ReadPage, Revision, StoredEvent } from '../port.js';
import { EVENT_DATA_BYTES_MAX, STREAM_EVENTS_MAX } from '../port.js';
import { recordedText } from '../recorded.js';
import type { WaitingAppend } from './append-queue.js';
import { int8Array, textArray } from './binary-arrays.js';
import { copyOut } from './copy-out.js';
import { faultOf } from './driver-faults.js';
import { placeOf } from './flush.js';
import { eventOf, type Row } from './rows.js';
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
      onConnect: (client) => client.query(sql.PREPARE_SESSION).then(() => undefined),
    });
    // An idle connection was cut; the pool has dropped it and makes another one when needed.
    this.pool.on('error', () => this.onMetric({ name: 'reconnect', connection: 'read' }));
  }

  async all(after: Position | undefined, max: number, filter: Filter | undefined): Promise<ReadPage> {
    const start = after ?? -1n;
    if (filter === undefined) return this.everything(start, max);
    const rows = await this.ask(...pageQuestion(start, max, filter));
    const [head, reach, matches] = rows[0].slice(0, 3).map((value) => BigInt(value as string));
    const events = rows[0][3] === null ? [] : rows.map((row) => eventOf(row, 3));
    const isCut = BigInt(events.length) < matches || events.length === max;
    return pageOf(events, start, isCut ? (events.at(-1)?.position ?? start) : reach, head);
  }

  private async everything(start: bigint, max: number): Promise<ReadPage> {
    const { events, head, dataBytes } = await this.persist(() => copyOut(this.pool, sql.COPY_ALL(start, max)));
    assertDense(events, { start, head, max, isCut: dataBytes > sql.PAGE_BYTES_MAX - EVENT_DATA_BYTES_MAX });
    return pageOf(events, start, events.at(-1)?.position ?? start, head);
  }

  async stream(stream: string, from: Revision | undefined, max: number, backwards: boolean) {
    const text = backwards ? sql.READ_STREAM_BACKWARDS : sql.READ_STREAM;
    const start = from ?? (backwards ? BigInt(STREAM_EVENTS_MAX) : 0n);
    const rows = await this.ask(backwards ? 'stream_backwards' : 'stream', text, [stream, String(start), max]);
    return rows.map((row) => eventOf(row));
  }

  /** Each stream whole, in the order asked. */
  async wholes(streams: readonly string[]): Promise<readonly (readonly StoredEvent[])[]> {
    const found = streams.map((): StoredEvent[] => []);
    const rows = await this.ask('wholes', sql.READ_WHOLES, [textArray(streams), STREAM_EVENTS_MAX]);
    for (const row of rows) found[Number(row[0]) - 1].push(eventOf(row, 1));
    return found;
  }

  async at(position: Position): Promise<StoredEvent | undefined> {
    const [row] = await this.ask('at', sql.READ_AT, [String(position)]);
    return row && eventOf(row);
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

  private async ask(name: string, text: string, values: unknown[]): Promise<Row[]> {
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

function pageQuestion(start: bigint, max: number, filter: Filter): [string, string, unknown[]] {
  const values: unknown[] = [String(start), max];
  if ('types' in filter) return ['types', sql.READ_TYPES, [...values, [...new Set(filter.types)]]];
  return ['categories', sql.READ_CATEGORIES, [...values, [...filter.categories]]];
}

function pageOf(events: readonly StoredEvent[], start: bigint, seen: bigint, head: bigint): ReadPage {
  const next = seen > start ? seen : start;
  return { events, next: next < 0n ? undefined : next, atHead: next >= head };
}

interface Due {
  readonly start: bigint;
  readonly head: bigint;
  readonly max: number;
  /** The page may have ended for its size. */
  readonly isCut: boolean;
}

/** A hole would be skipped for ever by whoever reads on, so nobody reads on. */
function assertDense(events: readonly StoredEvent[], { start, head, max, isCut }: Due): void {
  const left = head - start;
  const due = left <= 0n ? 0 : left < BigInt(max) ? Number(left) : max;
  let wanted = start;
  for (const { position } of events) if (position !== ++wanted) throw corrupt(`position ${wanted} is missing`);
  if (events.length > due || (events.length < due && !isCut)) {
    throw corrupt(`${events.length} events after position ${start} where ${due} are due`);
  }
}

const corrupt = (reason: string) => refuse('store.corrupt', { params: { reason } });
