import { readModels } from '#read-models';
import type { Options } from '../options.js';
import { checkTotals } from '../project.js';
import { expectEqual, type Findings } from '../report.js';
import type { BenchServer, Ledger } from '../server.js';
import { FILLER } from './fill.js';
import { type FilledLedger, filledLedger, yearsOf } from './filled-ledger.js';
import { checkPartitions, PARTITION_EVENTS } from './partitions.js';

/** Smaller relations are left out of the list and counted together. */
const BYTES_PER_EVENT_MIN = 1;

/** A ledger of a size that a year of a city comes to: how long it takes to fill, what it weighs, and that nothing is missing. */
export async function benchSize(
  server: BenchServer,
  { events }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const filled = await filledLedger(server, events, say);
  findings.notes.push(
    `${events.toLocaleString('en')} simulated events of ${yearsOf(events)} years; the journal is told the day, so that figures as known then have an answer`,
    'registers are recorded through the api, transactions by the store itself, the events that one has on a day in one append',
    'bytes are an event of the journal, after vacuum',
    `the journal is in partitions of ${PARTITION_EVENTS.toLocaleString('en')} events`,
  );
  const figure = (name: string, value: number, unit: string) => findings.figures.push({ name, value, unit });
  figure('recording', filled.events / filled.fillSeconds, 'events/s');
  figure('recording took', filled.fillSeconds, 's');
  figure('WAL of recording, an event', filled.fillWalBytes / filled.events, 'B');
  figure('projecting all models', filled.events / filled.projectSeconds, 'events/s');
  figure('projecting took', filled.projectSeconds, 's');
  figure('WAL of projecting, an event', filled.projectWalBytes / filled.events, 'B');
  await weigh(filled, figure);
  await check(filled, findings);
}

const RELATIONS = String.raw`
select c.oid::regclass::text as name, (case when c.relkind = 'i' then pg_relation_size(c.oid) else pg_table_size(c.oid) end)::float8 as bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where (n.nspname in ('journal', 'projector') or n.nspname like 'p\_%') and c.relkind in ('r', 'i', 'm')
 order by 2 desc`;

async function weigh(
  { ledger, events }: FilledLedger,
  figure: (name: string, value: number, unit: string) => void,
): Promise<void> {
  const relations = await ledger.admin.rows<{ name: string; bytes: number }>(RELATIONS);
  const bytesOf = (prefix: string) =>
    relations.filter(({ name }) => name.startsWith(prefix)).reduce((sum, { bytes }) => sum + bytes, 0);
  figure('the journal, an event', bytesOf('journal.') / events, 'B');
  figure('the read models, an event', bytesOf('p_') / events, 'B');
  for (const { name, bytes } of relations) {
    if (bytes / events >= BYTES_PER_EVENT_MIN) figure(`  ${name}`, bytes / events, 'B');
  }
}

const SPAN = `select count(*)::int as events, count(*) = max(position) + 1 and min(position) = 0 as "isDense" from journal.event`;
const BROKEN = `select count(*)::int as streams from (select from journal.event group by stream
  having count(*) <> max(revision) + 1 or min(revision) <> 0) broken`;
const TYPES = `select type, count(*)::int as events from journal.event where actor = '${FILLER}' or actor like 'development-%'
  group by type order by type collate "C"`;
const KNOWN = `select coalesce(sum(received), 0)::text as received, coalesce(sum(completed), 0)::text as completed,
       coalesce(sum(voided), 0)::text as voided, coalesce(sum(settled), 0)::text as settled_fils
  from p_channel_volume.channel_volume_day where basis = 'event' and known_day <= $1`;

async function check({ ledger, counts, types, middle }: FilledLedger, findings: Findings): Promise<void> {
  const { admin } = ledger;
  const { isDense, events } = await admin.row<{ isDense: boolean; events: number }>(SPAN);
  expectEqual(findings, 'positions without a hole', isDense, true);
  expectEqual(
    findings,
    'streams whose revisions have a hole',
    (await admin.row<{ streams: number }>(BROKEN)).streams,
    0,
  );
  const stored = await admin.rows<{ type: string; events: number }>(TYPES);
  const wanted = Object.entries(types).sort(([one], [other]) => (one < other ? -1 : 1));
  expectEqual(
    findings,
    'events of each type',
    stored.map(({ type, events }) => [type, events]),
    wanted,
  );
  await checkPartitions(ledger, events, findings);
  await checkTotals(ledger, { counts }, readModels, { findings, label: 'as known now' });
  await checkKnown(ledger, middle, findings);
}

/** Figures as known then are the counts that the simulation had then. */
async function checkKnown(
  { admin }: Ledger,
  { day, counts }: FilledLedger['middle'],
  findings: Findings,
): Promise<void> {
  const row = await admin.row<Record<string, string>>(KNOWN, [day]);
  const expected = Object.fromEntries(Object.keys(row).map((name) => [name, String(counts[name] ?? 0)]));
  expectEqual(findings, `as known on ${day}: ${Object.keys(row).join(', ')}`, row, expected);
}
