import { callAll, measure } from '../measure.js';
import type { Options } from '../options.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import { SAMPLE_DATA_BYTES } from '../sample.js';
import type { BenchServer, Ledger } from '../server.js';
import { rateOf } from '../statistics.js';
import { type Load, openCopy, openRaw, openStore, RAW_CONNECTIONS, type Side } from './sides.js';
import { SIXTH_BEGINS_AT, SIXTH_NOTES, SIXTH_PARTITION, sixthPartition } from './sixth-partition.js';

const LOADS: readonly Load[] = [
  ...[1, 16, 64, 512].map((callers) => ({ callers, appends: 1, events: 1 })),
  { callers: 16, appends: 1, events: 100 },
  { callers: 1, appends: 500, events: 1 },
];
const CALLERS_OF_SIXTH_MAX = 64;
/** A store lives for weeks: code that is not compiled yet is no part of it. Databases are new each time, and warm up sooner. */
const FIRST_WARM_UP_SECONDS = 3;
const WARM_UP_SECONDS = 1;

/** Who writes a load, and where. */
interface Way {
  readonly name: 'raw' | 'COPY' | 'journal' | 'sixth partition';
  readonly open: (ledger: Ledger, load: Load) => Promise<Side>;
  readonly makeLedger: () => Promise<Ledger>;
  /** Position of the first event that is written; undefined: a sequence gives them, which promises nothing. */
  readonly first?: number;
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
    `raw: prepared INSERT over ${RAW_CONNECTIONS} connections into a table with the columns and indexes of the journal; COPY: the same rows as a binary file`,
    ...SIXTH_NOTES,
    'every measurement has a database of its own; callers run in the process that is called client',
  );
  const copySixth = await sixthPartition(server, say);
  const fresh = () => server.freshLedger();
  const waysOf = ({ callers, appends, events }: Load): readonly Way[] => [
    { name: 'raw', open: openRaw, makeLedger: fresh },
    ...(appends * events > 1 ? [{ name: 'COPY', open: openCopy, makeLedger: fresh } as const] : []),
    { name: 'journal', open: openStore, makeLedger: fresh, first: 0 },
    ...(appends * events === 1 && callers <= CALLERS_OF_SIXTH_MAX
      ? [{ name: 'sixth partition', open: openStore, makeLedger: copySixth, first: SIXTH_BEGINS_AT } as const]
      : []),
  ];
  for (let round = 1; round <= rounds; round++) {
    for (const load of LOADS) {
      const ways = [...waysOf(load)];
      // Who goes first changes, so that neither always meets the disk the other has just left.
      if (round % 2 === 0) ways.reverse();
      for (const way of ways) await measureWay(server, { load, way, seconds, round }, findings, say);
    }
  }
}

interface Turn {
  readonly load: Load;
  readonly way: Way;
  readonly seconds: number;
  readonly round: number;
}

async function measureWay(
  server: BenchServer,
  { load, way, seconds, round }: Turn,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const ledger = await way.makeLedger();
  const side = await way.open(ledger, load);
  const name = `${nameOf(load)}, ${way.name}`;
  const { callers } = load;
  const warmUp = await callAll(callers, round === 1 ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS, side.call);
  const instruments = { admin: ledger.admin, postmaster: server.postmaster, table: side.table };
  const measured = await measure(instruments, () => callAll(callers, seconds, side.call));
  await side.close();
  caseOf(findings, name, way.first === undefined ? undefined : `${nameOf(load)}, raw`).rounds.push(measured);
  say(roundLine(round, name, measured));
  const label = `round ${round}, ${name}`;
  const events = warmUp.events + measured.events;
  await checkTable(ledger, { table: side.table, load, first: way.first, label, events }, findings);
  if (way.first === SIXTH_BEGINS_AT) await checkPlace(ledger, events, label, findings);
  if (rateOf(measured) === 0) throw new Error(`${label}: nothing was written`);
  await ledger.drop();
}

const nameOf = ({ callers, appends, events }: Load): string => {
  if (appends > 1) return `${appends} appends at once`;
  return `${callers} ${callers === 1 ? 'caller' : 'callers'}${events === 1 ? '' : ` of ${events} events`}`;
};

const COUNTS = (table: string) => `select count(*)::int8::text as events, min(position)::text as first,
  max(position)::text as last, count(distinct stream)::text as streams from ${table} where position >= $1`;
const BROKEN = (table: string) => `select count(*)::int as streams from (select from ${table} where position >= $1
  group by stream having count(*) <> $2 or min(revision) <> 0 or max(revision) <> $2 - 1) broken`;

interface Expectation {
  readonly table: string;
  readonly load: Load;
  readonly first: number | undefined;
  readonly label: string;
  /** Acknowledged ones. */
  readonly events: number;
}

/** What was acknowledged is there, once; revisions are whole; positions of the journal have no hole. */
async function checkTable(
  { admin }: Ledger,
  { table, load, first, label, events }: Expectation,
  findings: Findings,
): Promise<void> {
  const from = first ?? 0;
  const counts = await admin.row<{ events: string; first: string; last: string; streams: string }>(COUNTS(table), [
    from,
  ]);
  expectEqual(findings, `${label}: events stored are events acknowledged`, counts.events, String(events));
  expectEqual(findings, `${label}: a stream an append`, counts.streams, String(events / load.events));
  const broken = await admin.row<{ streams: number }>(BROKEN(table), [from, load.events]);
  expectEqual(findings, `${label}: streams whose revisions are not 0 to ${load.events - 1}`, broken.streams, 0);
  if (first === undefined) return;
  const span = [counts.first, counts.last];
  expectEqual(findings, `${label}: positions without a hole`, span, [String(first), String(first + events - 1)]);
}

/** Nothing of it went into a seventh one. */
async function checkPlace({ admin }: Ledger, events: number, label: string, findings: Findings): Promise<void> {
  const inSixth = await admin.row<{ events: number }>(`select count(*)::int as events from ${SIXTH_PARTITION}`);
  expectEqual(findings, `${label}: events of the sixth partition`, inSixth.events, events);
}
