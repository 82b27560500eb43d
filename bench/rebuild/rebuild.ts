import { setTimeout as pause } from 'node:timers/promises';
import { readModels } from '#read-models';
import { type ApiProcess, startApiProcess, startChild } from '../harness/child.js';
import { type Called, measure } from '../measure.js';
import type { Options } from '../options.js';
import type { Raw } from '../raw.js';
import { caseOf, expectEqual, type Findings, roundLine } from '../report.js';
import type { BenchServer, Ledger } from '../server.js';
import { filledLedger } from '../size/filled-ledger.js';

const POLL_MS = 50;

/** Every projection built anew beside the live one, compared row by row and put into its place, while the worker runs on. */
export async function benchRebuild(
  server: BenchServer,
  { rounds, events }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const { ledger } = await filledLedger(server, events, say);
  findings.notes.push(
    'a rebuild, as an operator asks for it: from the first event, then compared with the live tables row by row, then swapped; client is the worker',
    'the limit copies the finished tables, indexes and all, into empty ones: the writing alone, without an event being read',
  );
  const api = await startApiProcess(server, ledger);
  const worker = await startChild(server, './worker.js', [ledger.workerUrl, 'bench']);
  const journal = await ledger.admin.row<{ events: number }>('select next_position::int as events from journal.head');
  const instruments = { admin: ledger.admin, postmaster: server.postmaster };
  for (let round = 1; round <= rounds; round++) {
    for (const { name } of readModels) {
      const [limit, ours] = [`${name}: its tables copied`, `${name}: rebuilt`];
      const copied = await measure(instruments, () => timed(journal.events, () => copyTables(ledger.admin, name)));
      caseOf(findings, limit).rounds.push(copied);
      say(roundLine(round, limit, copied));
      await ledger.admin.rows('drop schema if exists bench_copy cascade');
      const before = await rowsOf(ledger, name);
      const looks = { ...instruments, ledger: worker.pid };
      let told: Rebuild | undefined;
      const rebuilt = await measure(looks, () =>
        timed(journal.events, async () => {
          told = await rebuild(api, name);
        }),
      );
      caseOf(findings, ours, limit).rounds.push(rebuilt);
      say(roundLine(round, ours, rebuilt));
      const label = `round ${round}, ${ours}`;
      // Expired: the tables that it replaced are gone already.
      const isDone = told?.state === 'done' || told?.state === 'expired';
      expectEqual(findings, `${label}: done, and equal to the live one`, [isDone, told?.parity?.isEqual], [true, true]);
      expectEqual(findings, `${label}: rows`, await rowsOf(ledger, name), before);
    }
  }
  await worker.stop();
  await api.stop();
}

const timed = async (events: number, work: () => Promise<void>): Promise<Called> => {
  const start = performance.now();
  await work();
  return { events, seconds: (performance.now() - start) / 1_000, latenciesMs: [] };
};

const TABLES = `select c.relname as name from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'r' order by 1`;

const tablesOf = async (admin: Raw, model: string): Promise<readonly string[]> =>
  (await admin.rows<{ name: string }>(TABLES, [`p_${model}`])).map(({ name }) => name);

async function copyTables(admin: Raw, model: string): Promise<void> {
  await admin.rows('create schema bench_copy');
  for (const table of await tablesOf(admin, model)) {
    await admin.rows(`create table bench_copy.${table} (like p_${model}.${table} including all)`);
    await admin.rows(`insert into bench_copy.${table} select * from p_${model}.${table}`);
  }
}

async function rowsOf({ admin }: Ledger, model: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of await tablesOf(admin, model)) {
    const { rows } = await admin.row<{ rows: number }>(`select count(*)::int as rows from p_${model}.${table}`);
    counts[table] = rows;
  }
  return counts;
}

interface Rebuild {
  readonly id: string;
  readonly state: string;
  readonly parity?: { readonly isEqual: boolean } | null;
}

/** Asks for it and waits for its end, whatever it is. */
async function rebuild(api: ApiProcess, model: string): Promise<Rebuild> {
  const path = `/v1/projections/${model}/rebuilds`;
  const bytes = Buffer.from(JSON.stringify({ drop_old: true }));
  const { status, body } = await api.post(path, 'operator', { type: 'application/json', bytes });
  let told = JSON.parse(body.toString()) as Rebuild;
  if (told.id === undefined) throw new Error(`POST ${path}: ${status} ${body.toString().slice(0, 500)}`);
  while (told.state === 'waiting' || told.state === 'running') {
    await pause(POLL_MS);
    told = JSON.parse((await api.get(`${path}/${told.id}`, 'operator')).toString()) as Rebuild;
  }
  return told;
}
