import { type NewEvent, PostgresEventStore } from '#event-store';
import type { Call } from '../measure.js';
import { type EventRow, insertMany, insertOne, makeRawTable, Raw } from '../raw.js';
import { sampleEvent, sampleStream } from '../sample.js';
import type { Ledger } from '../server.js';
import { copyMany } from './copy-in.js';

/** Callers at once; the appends that each makes at once and waits for together; events of each append. */
export interface Load {
  readonly callers: number;
  readonly appends: number;
  readonly events: number;
}

/** Something that writes calls, and what must hold of its table afterwards. */
export interface Side {
  readonly table: string;
  /** Writes one call. @returns events written. */
  readonly call: Call;
  close(): Promise<void>;
}

export const RAW_CONNECTIONS = 16;

export const openRaw = async (ledger: Ledger, { appends, events }: Load): Promise<Side> => {
  if (appends * events > 1) return openRows(ledger, { appends, events }, insertMany);
  const raw = await openTable(ledger);
  const next = newStreams(events);
  const call = async (): Promise<number> => {
    const {
      stream,
      events: [event],
    } = next();
    await insertOne(raw, { stream, revision: 0, event: event! });
    return 1;
  };
  return { table: RAW_TABLE, call, close: () => raw.close() };
};

/** The rows of a call by one COPY, which takes them as a file: it can neither refuse a row of them nor answer with one. */
export const openCopy = (ledger: Ledger, load: Load): Promise<Side> => openRows(ledger, load, copyMany);

async function openRows(
  ledger: Ledger,
  { appends, events }: Pick<Load, 'appends' | 'events'>,
  write: (raw: Raw, rows: readonly EventRow[]) => Promise<void>,
): Promise<Side> {
  const raw = await openTable(ledger);
  const next = newStreams(events);
  const call = async (): Promise<number> => {
    const rows = Array.from({ length: appends }, next).flatMap(({ stream, events: own }) =>
      own.map((event, revision) => ({ stream, revision, event })),
    );
    await write(raw, rows);
    return rows.length;
  };
  return { table: RAW_TABLE, call, close: () => raw.close() };
}

const RAW_TABLE = 'bench.event';
const openTable = async (ledger: Ledger): Promise<Raw> => {
  await makeRawTable(ledger.admin);
  return new Raw(ledger.adminUrl, RAW_CONNECTIONS);
};

export const openStore = async (ledger: Ledger, { appends, events }: Load): Promise<Side> => {
  const store = await PostgresEventStore.open({ connectionString: ledger.apiUrl });
  const next = newStreams(events);
  const one = async (): Promise<number> => {
    const { stream, events: own } = next();
    const { revision } = await store.append(stream, 'empty', own);
    if (revision !== BigInt(events - 1)) throw new Error(`${stream} acknowledged at revision ${revision}`);
    return events;
  };
  const many = async (): Promise<number> => {
    await Promise.all(Array.from({ length: appends }, one));
    return appends * events;
  };
  return { table: 'journal.event', call: appends === 1 ? one : many, close: () => store.close() };
};

interface NewStream {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

/** Made before, for making them is no part of storing them; more than are ever on their way at once. */
const EVENTS: readonly NewEvent[] = Array.from({ length: 8_192 }, (_, number) => sampleEvent(number));

/** A new stream each time. */
const newStreams = (events: number) => {
  let number = 0;
  const next = (): NewEvent => EVENTS[number++ % EVENTS.length]!;
  return (): NewStream => ({ stream: sampleStream(number), events: Array.from({ length: events }, next) });
};
