import { type LedgerProcess, laneCalls, postRegisters, singleCalls, startLedgerProcess } from './ledger-process.js';
import { type Call, callAll, measure } from './measure.js';
import type { Options } from './options.js';
import { insertMany, makeRawTable, Raw } from './raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from './report.js';
import type { BenchServer, Ledger } from './server.js';
import type { Measured } from './statistics.js';
import { type Body, CALLERS, EVENTS_PER_REQUEST, LANES, prepareYear, queuesOf, type Year } from './year.js';

const LEDGER = 'HTTP, rules, journal';
const BARE = 'HTTP, schema, multi-row INSERT';
const ONE_LEDGER = 'single events, HTTP, rules, journal';
/** Of the api, behind one port. */
const SEVERAL = 2;
const several = (name: string) => `${name}, ${SEVERAL} processes`;
const ONE_BARE = 'single events, HTTP, schema, INSERT';
const LIMITS = { parse: 'HTTP + JSON.parse only', validate: 'HTTP + parse + validate only' } as const;
const INSERT = 'multi-row INSERT only';
const WARM_UP_BODIES_PER_LANE = 4;
const WARM_UP_EVENTS_PER_CALLER = 30;
const WARM_UP_SECONDS = 1;

interface Bench {
  readonly server: BenchServer;
  readonly options: Options;
  readonly year: Year;
}

/** The way in, from bytes on a socket to an event on disk, beside what its two halves would do alone. */
export async function benchIntake(
  server: BenchServer,
  options: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const year = prepareYear(options.events);
  const bytes = year.lanes.flat().reduce((sum, { lines }) => sum + lines.length, 0) / year.rows.length;
  findings.notes.push(
    `${year.events} simulated events, ${Math.round(bytes)} bytes each as sent, ${EVENTS_PER_REQUEST} a request, ${LANES} requests at once`,
    'the ledger runs in a process of its own; client is that process and the one that sends, together; p50 and p99 are of a request',
    `bare handlers check a compiled schema and INSERT what they get: no rules, no order, no repeats; ${CALLERS} connections send single events`,
    `the ratio of ${SEVERAL} processes is to one; client is all of them`,
    `registers, the first ${WARM_UP_BODIES_PER_LANE} requests of a lane and the first ${WARM_UP_EVENTS_PER_CALLER} of a caller are not timed`,
  );
  const bench = { server, options, year };
  for (let round = 1; round <= options.rounds; round++) {
    const add = (name: string, measured: Measured, limit?: string) => {
      caseOf(findings, name, limit).rounds.push(measured);
      say(roundLine(round, name, measured));
    };
    add(LIMITS.parse, await measureLimit(bench, 'parse'));
    add(LIMITS.validate, await measureLimit(bench, 'validate'));
    add(INSERT, await measureInsert(bench, findings, round));
    add(BARE, await measureStored(bench, 'bareBatches', findings, round));
    add(LEDGER, await measureStored(bench, 'ledger', findings, round), BARE);
    add(ONE_BARE, await measureStored(bench, 'bareEvents', findings, round));
    add(ONE_LEDGER, await measureStored(bench, 'ledgerEvents', findings, round), ONE_BARE);
    add(several(LEDGER), await measureStored(bench, 'ledger', findings, round, SEVERAL), LEDGER);
    add(several(ONE_LEDGER), await measureStored(bench, 'ledgerEvents', findings, round, SEVERAL), ONE_LEDGER);
  }
}

async function measureLimit({ server, options, year }: Bench, mode: keyof typeof LIMITS): Promise<Measured> {
  const ledger = await server.freshLedger();
  const served = await startLedgerProcess(server, ledger, mode);
  const places = year.lanes.map(() => 0);
  // Nothing is stored, so the same bodies come round again until the time is over.
  const call = (lane: number): Promise<number> => {
    const bodies = year.lanes[lane] as readonly Body[];
    return served.post(bodies[places[lane]!++ % bodies.length] as Body);
  };
  await callAll(LANES, WARM_UP_SECONDS, call);
  const instruments = { admin: ledger.admin, postmaster: server.postmaster, ledger: served.pid };
  const measured = await measure(instruments, () => callAll(LANES, options.seconds, call));
  await served.stop();
  await ledger.drop();
  return measured;
}

async function measureInsert({ server, year }: Bench, findings: Findings, round: number): Promise<Measured> {
  const ledger = await server.freshLedger();
  await makeRawTable(ledger.admin);
  const raw = new Raw(ledger.adminUrl, LANES);
  let at = 0;
  const call = async (): Promise<number | undefined> => {
    const rows = year.rows.slice(at, at + EVENTS_PER_REQUEST);
    at += EVENTS_PER_REQUEST;
    if (rows.length > 0) await insertMany(raw, rows);
    return rows.length || undefined;
  };
  for (let nth = 0; nth < WARM_UP_BODIES_PER_LANE * LANES; nth++) await call();
  const instruments = { admin: ledger.admin, postmaster: server.postmaster, table: 'bench.event' };
  const measured = await measure(instruments, () => callAll(LANES, Number.POSITIVE_INFINITY, call));
  await raw.close();
  await checkRows(ledger, year, findings, `round ${round}, ${INSERT}`);
  await ledger.drop();
  return measured;
}

type Stored = 'bareBatches' | 'ledger' | 'bareEvents' | 'ledgerEvents';

/** The whole year through a handler that stores it, in batches or event by event. */
async function measureStored(
  { server, year }: Bench,
  stored: Stored,
  findings: Findings,
  round: number,
  processes = 1,
): Promise<Measured> {
  const isBare = stored === 'bareBatches' || stored === 'bareEvents';
  const isBatched = stored === 'bareBatches' || stored === 'ledger';
  const ledger = await server.freshLedger();
  if (isBare) await makeRawTable(ledger.admin);
  const served = await startLedgerProcess(server, ledger, stored === 'ledgerEvents' ? 'ledger' : stored, processes);
  if (!isBare) await postRegisters(served, year);
  const call = isBatched
    ? laneCalls(year, (body) => served.post(body))
    : singleCalls(queuesOf(year), (single) => served.postOne(single));
  const callers = isBatched ? LANES : CALLERS;
  await warmUp(call, callers, isBatched ? WARM_UP_BODIES_PER_LANE : WARM_UP_EVENTS_PER_CALLER);
  const table = isBare ? 'bench.event' : 'journal.event';
  const instruments = { admin: ledger.admin, postmaster: server.postmaster, ledger: served.pid, table };
  const measured = await measure(instruments, () => callAll(callers, Number.POSITIVE_INFINITY, call));
  await served.stop();
  const name = { bareBatches: BARE, ledger: LEDGER, bareEvents: ONE_BARE, ledgerEvents: ONE_LEDGER }[stored];
  const label = `round ${round}, ${processes === 1 ? name : several(name)}`;
  if (isBare) await checkRows(ledger, year, findings, label);
  else await checkJournal(ledger, year, findings, label);
  await ledger.drop();
  return measured;
}

const warmUp = async (call: Call, callers: number, calls: number): Promise<void> => {
  const all = Array.from({ length: callers }, (_, caller) => caller);
  for (let nth = 0; nth < calls; nth++) await Promise.all(all.map(call));
};

/** Every transaction event is a row. */
async function checkRows({ admin }: Ledger, { rows }: Year, findings: Findings, label: string): Promise<void> {
  const { events } = await admin.row<{ events: number }>('select count(*)::int as events from bench.event');
  expectEqual(findings, `${label}: rows are transaction events`, events, rows.length);
}

const TYPES = `select type, count(*)::int as events from journal.event where actor like 'development-%'
  group by type order by type collate "C"`;
const SPAN = `select count(*) = max(position) + 1 and min(position) = 0 as dense from journal.event`;
const BROKEN = `select count(*)::int as streams from (select from journal.event group by stream
  having count(*) <> max(revision) + 1 or min(revision) <> 0) broken`;

/** Every simulated event is in the journal once, by type; neither positions nor revisions have a hole. */
export async function checkJournal(
  { admin }: Ledger,
  { types }: Year,
  findings: Findings,
  label: string,
): Promise<void> {
  const stored = await admin.rows<{ type: string; events: number }>(TYPES);
  const expected = Object.entries(types).sort(([one], [other]) => (one < other ? -1 : 1));
  const pairs = stored.map(({ type, events }) => [type, events]);
  expectEqual(findings, `${label}: events of each type`, pairs, expected);
  const { dense } = await admin.row<{ dense: boolean }>(SPAN);
  expectEqual(findings, `${label}: positions without a hole`, dense, true);
  const { streams } = await admin.row<{ streams: number }>(BROKEN);
  expectEqual(findings, `${label}: streams whose revisions have a hole`, streams, 0);
}

/** A ledger that holds the year, its process gone again. */
export async function recordYear(server: BenchServer, year: Year, findings: Findings): Promise<Ledger> {
  const ledger = await server.freshLedger();
  const served: LedgerProcess = await startLedgerProcess(server, ledger, 'ledger');
  await postRegisters(served, year);
  await callAll(
    LANES,
    Number.POSITIVE_INFINITY,
    laneCalls(year, (body) => served.post(body)),
  );
  await served.stop();
  await checkJournal(ledger, year, findings, 'the recorded year');
  return ledger;
}
