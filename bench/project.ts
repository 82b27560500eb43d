import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { Projector, type ReadModel, readModels } from '#read-models';
import { VOLUME_COUNTS } from '#simulation';
import { recordYear } from './intake.js';
import { type Called, measure } from './measure.js';
import type { Options } from './options.js';
import { counter } from './project/counter.js';
import { measureFreshness } from './project/freshness.js';
import { Raw } from './raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from './report.js';
import type { BenchServer, Ledger } from './server.js';
import type { Measured } from './statistics.js';
import { prepareYear, type Year } from './year.js';

const IN_SQL = 'counts, all in SQL';
const COUNTER = 'simple counter';
const VOLUME = 'channel_volume';
const ALL = `all ${readModels.length} models`;
const POLL_MS = 5;
const PAGE_EVENTS = 5_000;

/** The projector from an empty checkpoint to the head, against the server counting the same events for itself. */
export async function benchProject(
  server: BenchServer,
  { rounds, events, seconds }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  say(`recording ${events} simulated events`);
  const { ledger, ...year } = await record(server, events, findings);
  await ledger.admin.rows('vacuum (analyze) journal.event');
  findings.notes.push(
    `${events} simulated events recorded through the api; the projector runs in the process that is called client`,
    `"${IN_SQL}" counts events by type, service, day and channel, page by page with a checkpoint, and nothing else: no`,
    'corrections, no knowledge days, no contributions; synchronous_commit is off on both sides',
  );
  const models = {
    [COUNTER]: [counter],
    [VOLUME]: readModels.filter(({ name }) => name === VOLUME),
    [ALL]: readModels,
  };
  for (let round = 1; round <= rounds; round++) {
    const inSql = await measureInSql(server, ledger, year, findings, round);
    caseOf(findings, IN_SQL).rounds.push(inSql);
    say(roundLine(round, IN_SQL, inSql));
    for (const [name, some] of Object.entries(models)) {
      await forget(ledger);
      const instruments = { admin: ledger.admin, postmaster: server.postmaster };
      const measured = await measure(instruments, () => project(ledger, some));
      caseOf(findings, name, IN_SQL).rounds.push(measured);
      say(roundLine(round, name, measured));
      const label = `round ${round}, ${name}`;
      if (name === COUNTER) await checkCounter(ledger, findings, label);
      else await checkTotals(ledger, year, some, { findings, label });
    }
  }
  await ledger.drop();
  await measureFreshness(server, seconds, findings, say);
}

/** Lets go of the simulated events: a worker does not hold a year in memory, and whoever collects garbage looks at all of it. */
async function record(server: BenchServer, events: number, findings: Findings) {
  const year = prepareYear(events);
  const { counts, types } = year;
  return { counts, types, ledger: await recordYear(server, year, findings) };
}

const HEAD = 'select next_position::int as events from journal.head';
const BEHIND = `select count(*)::int as count from projector.projection where position < $1 - 1 or state <> 'live'`;

/** From nothing to the head. Starting the projector, its leases and tables are part of it. */
async function project({ workerUrl, admin }: Ledger, models: readonly ReadModel[]): Promise<Called> {
  const { events } = await admin.row<{ events: number }>(HEAD);
  const faults: unknown[] = [];
  const store = await PostgresEventStore.open({ connectionString: workerUrl });
  const projector = new Projector({
    store,
    connectionString: workerUrl,
    models,
    owner: 'bench',
    onMetric: ({ name, error }) => name !== 'page' && faults.push(error ?? name),
  });
  const start = performance.now();
  await projector.start();
  while ((await admin.row<{ count: number }>(BEHIND, [events])).count > 0) {
    if (faults.length > 0) throw faults[0];
    await pause(POLL_MS);
  }
  const seconds = (performance.now() - start) / 1_000;
  await projector.stop();
  await store.close();
  return { events, seconds, latenciesMs: [] };
}

const PROJECTED = String.raw`select nspname as name from pg_namespace where nspname like 'p\_%'`;

async function forget({ admin }: Ledger): Promise<void> {
  for (const { name } of await admin.rows<{ name: string }>(PROJECTED))
    await admin.rows(`drop schema "${name}" cascade`);
  await admin.rows('delete from projector.projection');
}

const STEPS: Readonly<Record<string, string>> = { steps_electronic: 'steps_electronic', steps_manual: 'steps_manual' };
const CELLS = `select count(*) as cells_provided, sum(value) filter (where measure = 'volume') as aggregate_volume
  from p_aggregates.aggregate_entry`;
const totalsOf = (measures: Readonly<Record<string, string>>, table: string): string => {
  const sums = Object.entries(measures).map(([measure, count]) => `coalesce(sum(${measure}), 0) as ${count}`);
  return `select ${sums.join(', ')} from p_channel_volume.${table}`;
};

/** The totals of the read models are the counts that the simulation kept of its own events. */
export async function checkTotals(
  { admin }: Ledger,
  { counts }: Pick<Year, 'counts'>,
  models: readonly ReadModel[],
  { findings, label }: { readonly findings: Findings; readonly label: string },
): Promise<void> {
  const totals = [
    `${totalsOf(VOLUME_COUNTS, 'channel_volume_day')} where basis = 'event'`,
    totalsOf(STEPS, 'electronic_share_day'),
  ];
  if (models.length > 1) totals.push(CELLS);
  for (const sql of totals) {
    const row = await admin.row<Record<string, string>>(sql);
    const expected = Object.fromEntries(Object.keys(row).map((name) => [name, String(counts[name] ?? 0)]));
    expectEqual(findings, `${label}: ${Object.keys(row).join(', ')}`, row, expected);
  }
}

const UNLIKE = `select count(*)::int as rows from bench.counted one full join p_counter.counted other using (type, service, day, channel)
  where one.events is distinct from other.events`;

/** The model counts row by row what the server counted for itself. */
async function checkCounter({ admin }: Ledger, findings: Findings, label: string): Promise<void> {
  const { rows } = await admin.row<{ rows: number }>(UNLIKE);
  expectEqual(findings, `${label}: rows unlike those counted in SQL`, rows, 0);
}

const COUNT_TABLES = `
create table bench.counted (type text collate "C", service text collate "C", day text collate "C", channel text collate "C",
                            events bigint not null, primary key (type, service, day, channel));
create table bench.checkpoint (position bigint not null);
insert into bench.checkpoint values (-1)`;
const COUNT_PAGE = `
with page as materialized (
  select position, type, left(time, 10) as day, convert_from(data, 'UTF8')::json as data
    from journal.event where position > $1 order by position limit ${PAGE_EVENTS}),
added as (
  insert into bench.counted
  select type, coalesce(data->>'serviceId', ''), day, coalesce(data->>'channel', ''), count(*)
    from page group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (type, service, day, channel) do update set events = counted.events + excluded.events),
moved as (update bench.checkpoint set position = (select max(position) from page) where exists (select from page))
select count(*)::int as events, max(position)::int as last from page`;
const COUNTED = `select type, sum(events)::int as events from bench.counted group by type`;

async function measureInSql(
  server: BenchServer,
  { admin, adminUrl }: Ledger,
  { types }: Pick<Year, 'types'>,
  findings: Findings,
  round: number,
): Promise<Measured> {
  await admin.rows('drop schema if exists bench cascade');
  await admin.rows('create schema bench');
  await admin.rows(COUNT_TABLES);
  const raw = new Raw(adminUrl, 1, ['synchronous_commit=off', 'jit=off']);
  const instruments = { admin, postmaster: server.postmaster };
  const measured = await measure(instruments, () => countInSql(raw));
  await raw.close();
  const counted = await admin.rows<{ type: string; events: number }>(COUNTED);
  const found = Object.fromEntries(counted.map(({ type, events }) => [type, events]));
  const simulated = Object.fromEntries(Object.keys(types).map((type) => [type, found[type]]));
  // The registers of a fresh ledger are counted as well; only what was simulated has a count to compare with.
  expectEqual(findings, `round ${round}, ${IN_SQL}: events of each type`, simulated, types);
  return measured;
}

async function countInSql(raw: Raw): Promise<Called> {
  const start = performance.now();
  let events = 0;
  for (let last = -1; ; ) {
    const [page] = await raw.prepared<{ events: number; last: number }>('count_page', COUNT_PAGE, [last]);
    if (!page || page.events === 0) break;
    events += page.events;
    last = page.last;
  }
  return { events, seconds: (performance.now() - start) / 1_000, latenciesMs: [] };
}
