import { type NewEvent, PostgresEventStore } from '#event-store';
import { type Call, callAll, measure } from './measure.js';
import type { Options } from './options.js';
import { insertMany, insertOne, makeRawTable, Raw } from './raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from './report.js';
import { SAMPLE_DATA_BYTES, sampleEvent, sampleStream } from './sample.js';
import type { BenchServer, Ledger } from './server.js';
import { rateOf } from './statistics.js';

/** Callers at once; the appends that each makes at once and waits for together; events of each append. */
interface Load {
  readonly callers: number;
  readonly appends: number;
  readonly events: number;
}

const LOADS: readonly Load[] = [
  ...[1, 16, 64, 512].map((callers) => ({ callers, appends: 1, events: 1 })),
  { callers: 16, appends: 1, events: 100 },
  { callers: 1, appends: 500, events: 1 },
];
const RAW_CONNECTIONS = 16;
/** A store lives for weeks: code that is not compiled yet is no part of it. Databases are new each time, and warm up sooner. */
const FIRST_WARM_UP_SECONDS = 3;
const WARM_UP_SECONDS = 1;

/** Something that writes calls, and what must hold of its table afterwards. */
interface Side {
  readonly table: string;
  /** Writes one call. @returns events written. */
  readonly call: Call;
  close(): Promise<void>;
}

/** The journal against the same rows without rules: each pair of measurements on fresh databases, in turns. */
export async function benchAppend(
  server: BenchServer,
  { rounds, seconds }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  findings.notes.push(
    `${SAMPLE_DATA_BYTES} bytes of data an event, a new stream each call; p50 and p99 are of a call`,
    `raw: prepared INSERT over ${RAW_CONNECTIONS} connections into a table with the columns and indexes of the journal`,
    'every measurement has a database of its own; callers run in the process that is called client',
  );
  for (let round = 1; round <= rounds; round++) {
    for (const load of LOADS) {
      const sides = [openRaw, openStore];
      // Who goes first changes, so that neither always meets the disk the other has just left.
      if (round % 2 === 0) sides.reverse();
      for (const open of sides) await measureSide(server, { load, open, seconds, round }, findings, say);
    }
  }
}

interface Turn {
  readonly load: Load;
  readonly open: (ledger: Ledger, load: Load) => Promise<Side>;
  readonly seconds: number;
  readonly round: number;
}

async function measureSide(
  server: BenchServer,
  { load, open, seconds, round }: Turn,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const ledger = await server.freshLedger();
  const side = await open(ledger, load);
  const isRaw = open === openRaw;
  const name = `${nameOf(load)}, ${isRaw ? 'raw' : 'journal'}`;
  const { callers } = load;
  const warmUp = await callAll(callers, round === 1 ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS, side.call);
  const instruments = { admin: ledger.admin, postmaster: server.postmaster, table: side.table };
  const measured = await measure(instruments, () => callAll(callers, seconds, side.call));
  await side.close();
  caseOf(findings, name, isRaw ? undefined : `${nameOf(load)}, raw`).rounds.push(measured);
  say(roundLine(round, name, measured));
  const label = `round ${round}, ${name}`;
  await checkTable(
    ledger,
    { table: side.table, load, isRaw, label, events: warmUp.events + measured.events },
    findings,
  );
  if (rateOf(measured) === 0) throw new Error(`${label}: nothing was written`);
  await ledger.drop();
}

const nameOf = ({ callers, appends, events }: Load): string => {
  if (appends > 1) return `${appends} appends at once`;
  return `${callers} ${callers === 1 ? 'caller' : 'callers'}${events === 1 ? '' : ` of ${events} events`}`;
};

const openRaw = async (ledger: Ledger, { appends, events }: Load): Promise<Side> => {
  await makeRawTable(ledger.admin);
  const raw = new Raw(ledger.adminUrl, RAW_CONNECTIONS);
  const next = newStreams(events);
  const one = async (): Promise<number> => {
    const {
      stream,
      events: [event],
    } = next();
    await insertOne(raw, { stream, revision: 0, event: event! });
    return 1;
  };
  const many = async (): Promise<number> => {
    const rows = Array.from({ length: appends }, next).flatMap(({ stream, events: own }) =>
      own.map((event, revision) => ({ stream, revision, event })),
    );
    await insertMany(raw, rows);
    return rows.length;
  };
  return { table: 'bench.event', call: appends * events === 1 ? one : many, close: () => raw.close() };
};

const openStore = async (ledger: Ledger, { appends, events }: Load): Promise<Side> => {
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

const COUNTS = (table: string) => `select count(*)::int8::text as events, min(position)::text as first,
  max(position)::text as last, count(distinct stream)::text as streams from ${table}`;
const BROKEN = (table: string) => `select count(*)::int as streams from (select from ${table} group by stream
  having count(*) <> $1 or min(revision) <> 0 or max(revision) <> $1 - 1) broken`;

interface Expectation {
  readonly table: string;
  readonly load: Load;
  readonly isRaw: boolean;
  readonly label: string;
  /** Acknowledged ones. */
  readonly events: number;
}

/** What was acknowledged is there, once; revisions are whole; positions of the journal have no hole. */
async function checkTable(
  { admin }: Ledger,
  { table, load, isRaw, label, events }: Expectation,
  findings: Findings,
): Promise<void> {
  const counts = await admin.row<{ events: string; first: string; last: string; streams: string }>(COUNTS(table));
  expectEqual(findings, `${label}: events stored are events acknowledged`, counts.events, String(events));
  expectEqual(findings, `${label}: a stream an append`, counts.streams, String(events / load.events));
  const broken = await admin.row<{ streams: number }>(BROKEN(table), [load.events]);
  expectEqual(findings, `${label}: streams whose revisions are not 0 to ${load.events - 1}`, broken.streams, 0);
  if (isRaw) return; // its sequence promises nothing
  const span = [counts.first, counts.last];
  expectEqual(findings, `${label}: positions without a hole`, span, ['0', String(events - 1)]);
}
