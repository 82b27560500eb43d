import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { type Counts, simulate, sumCounts } from '#simulation';
import { startApiProcess, startChild } from '../harness/child.js';
import type { BenchServer, Ledger } from '../server.js';
import { tellClock, tellTime, untellClock } from './clock.js';
import { appendsOf, byDay, type Day, postRegisters, Revisions, writeDay } from './fill.js';
import { PARTITION_EVENTS, waitUntilFrozen } from './partitions.js';

/** Every day is waited for, so fewer events have fewer of them. */
export const yearsOf = (events: number): number => (events < 500_000 ? 2 : 5);
const SEED = 'size';
const SAY_EVERY_MS = 5_000;

/** What the simulation says of its own events, and how long it took to record them. */
export interface Filling {
  readonly events: number;
  readonly counts: Counts;
  readonly types: Readonly<Record<string, number>>;
  /** A day in the middle, and the counts as they stood at its end. */
  readonly middle: { readonly day: string; readonly counts: Counts };
  readonly fillSeconds: number;
  readonly fillWalBytes: number;
  readonly projectSeconds: number;
  readonly projectWalBytes: number;
}

export interface FilledLedger extends Filling {
  readonly ledger: Ledger;
}

/** How far a filling is: survives an interruption. `done`: everything of it; `until`: the last day that is whole. */
interface Progress {
  readonly events: number;
  readonly until: string | null;
  readonly seconds: number;
  readonly walBytes: number;
  readonly done: Filling | null;
}

const PROGRESS_TABLE = `create table if not exists bench.filling (events int not null, until text, seconds float8 not null default 0,
  wal_before pg_lsn not null default pg_current_wal_insert_lsn(), done jsonb)`;
const PROGRESS = `select events, until, seconds, done,
  pg_wal_lsn_diff(pg_current_wal_insert_lsn(), wal_before)::float8 as "walBytes" from bench.filling`;
const DAY_IS_WHOLE = 'update bench.filling set until = $1, seconds = seconds + $2';

/**
 * A ledger with simulated years, recorded day by day through the real store and projected by the worker. In a kept folder an
 * interrupted filling goes on where it was, and a finished one is there at once; one with partitions of another size is another one.
 */
export async function filledLedger(
  server: BenchServer,
  events: number,
  say: (line: string) => void,
): Promise<FilledLedger> {
  const ledger = await server.ledgerNamed(`filled_${events}_by_${PARTITION_EVENTS}`, PARTITION_EVENTS);
  const { admin } = ledger;
  await admin.rows('create schema if not exists bench');
  await admin.rows(PROGRESS_TABLE);
  await admin.rows('insert into bench.filling (events) select $1 where not exists (select from bench.filling)', [
    events,
  ]);
  const { done } = await admin.row<Progress>(PROGRESS);
  if (done !== null) return { ledger, ...done };
  await tellClock(admin);
  const told = await fill(server, ledger, events, say);
  await untellClock(admin);
  const { seconds: fillSeconds, walBytes: fillWalBytes } = await admin.row<Progress>(PROGRESS);
  const start = performance.now();
  await project(server, ledger, say);
  const projectSeconds = (performance.now() - start) / 1_000;
  const { walBytes } = await admin.row<Progress>(PROGRESS);
  await waitUntilFrozen(ledger, say); // before a vacuum that is asked for: it would take away what calls the server's own
  await admin.rows('vacuum (analyze)');
  const filling = { ...told, fillSeconds, fillWalBytes, projectSeconds, projectWalBytes: walBytes - fillWalBytes };
  await admin.rows('update bench.filling set done = $1', [JSON.stringify(filling)]);
  return { ledger, ...filling };
}

type Told = Pick<Filling, 'events' | 'counts' | 'types' | 'middle'>;

async function fill(server: BenchServer, ledger: Ledger, events: number, say: (line: string) => void): Promise<Told> {
  const { until } = await ledger.admin.row<Progress>(PROGRESS);
  const store = await PostgresEventStore.open({ connectionString: ledger.apiUrl });
  const revisions = new Revisions();
  const types: Record<string, number> = {};
  const tellProgress = progressOf('recorded', events, say);
  let counts: Counts = {};
  let middle = { day: '', counts };
  let seen = 0;
  for (const day of byDay(simulate({ seed: SEED, events, years: yearsOf(events) }))) {
    const start = performance.now();
    const isThere = until !== null && (day.day === undefined || day.day <= until);
    if (day.day === undefined) await (isThere || record(server, ledger, day));
    else {
      const appends = appendsOf(day, revisions);
      if (!isThere) {
        await tellTime(ledger.admin, `${day.day}T21:00:00+04:00`);
        await writeDay(store, appends);
      }
    }
    if (!isThere) {
      const seconds = (performance.now() - start) / 1_000;
      await ledger.admin.rows(DAY_IS_WHOLE, [day.day ?? '', seconds]);
    }
    for (const { event, effect } of day.arrivals) {
      counts = sumCounts(counts, effect);
      types[event.type] = (types[event.type] ?? 0) + 1;
    }
    if (seen < events / 2 && day.day !== undefined) middle = { day: day.day, counts };
    seen += day.arrivals.length;
    tellProgress(seen, isThere ? day.arrivals.length : 0);
  }
  await store.close();
  return { events: seen, counts, types, middle };
}

/** Registers are judged by the api itself, a month before the first transaction. */
async function record(server: BenchServer, ledger: Ledger, { arrivals }: Day): Promise<void> {
  await tellTime(ledger.admin, arrivals[0]!.event.time);
  const api = await startApiProcess(server, ledger);
  await postRegisters(api, arrivals);
  await api.stop();
}

const HEAD = 'select next_position::int as events from journal.head';
const LOWEST = `select coalesce(min(position), -1)::int + 1 as taken, coalesce(bool_or(state = 'parked'), false) as "isParked"
  from projector.projection`;
const POLL_MS = 500;

/** By the worker as it is, in a process of its own. */
async function project(server: BenchServer, { admin, workerUrl }: Ledger, say: (line: string) => void): Promise<void> {
  const { events } = await admin.row<{ events: number }>(HEAD);
  const worker = await startChild(server, './worker.js', [workerUrl, 'bench']);
  const tellProgress = progressOf('projected', events, say);
  for (let before = 0; ; await pause(POLL_MS)) {
    const { taken, isParked } = await admin.row<{ taken: number; isParked: boolean }>(LOWEST);
    if (isParked) throw new Error('a projection is parked');
    tellProgress(taken, 0);
    if (taken === events && before === events) break;
    before = taken;
  }
  await worker.stop();
}

/** Says at most each {@link SAY_EVERY_MS} how far it is, how fast, and how long yet. Skipped ones do not count as speed. */
const progressOf = (what: string, all: number, say: (line: string) => void) => {
  const start = performance.now();
  let saidAt = start;
  let skipped = 0;
  return (done: number, skippedNow: number): void => {
    skipped += skippedNow;
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS) return;
    saidAt = now;
    const rate = (done - skipped) / ((now - start) / 1_000);
    const left = rate > 0 ? `${Math.ceil((all - done) / rate)} s left` : '';
    const count = (value: number) => Math.round(value).toLocaleString('en');
    say(`${what} ${count(done)} of ${count(all)} events, ${count(rate)} a second, ${left}`);
  };
};
