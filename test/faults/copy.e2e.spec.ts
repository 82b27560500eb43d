import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import { dumpHash, readModels } from '#read-models';
import { faultsOf } from './checks.js';
import type { Cluster } from './cluster.js';
import { postRegisters, settle } from './load.js';
import { row, withStack } from './rows.js';
import { figuresOf, underLoad } from './runner.js';
import { SHORT_LEASE_WORKER, type Stack } from './stack.js';

/** Every table of the ledger; a partition comes with its parent. */
const TABLES = `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition
    and n.nspname not in ('pg_catalog', 'information_schema', 'migration') and n.nspname !~ '^pg_' order by 1`;
/** Transactions of the old cluster, so that its counter is far ahead of the young one's. */
const AGE = 'do $$ begin for n in 1..20000 loop perform pg_current_xact_id(); commit; end loop; end $$';
const XID = 'select pg_current_xact_id()::text::bigint as xid';

const hashesOf = async ({ cluster }: Stack): Promise<readonly string[]> => {
  const client = new pg.Client(cluster.url('sijill_worker', 'sijill'));
  await client.connect();
  try {
    const hashes: string[] = [];
    for (const model of readModels) hashes.push(await dumpHash(client, model, `p_${model.name}`));
    return hashes;
  } finally {
    await client.end();
  }
};

/** Over the driver alone, table by table, as an operator without PostgreSQL's own tools would. @returns rows */
const copyAll = async (old: Cluster, young: Cluster): Promise<number> => {
  const [source, target] = [old, young].map((cluster) => new pg.Client(cluster.url('sijill', 'sijill'))) as [
    pg.Client,
    pg.Client,
  ];
  await Promise.all([source.connect(), target.connect()]);
  try {
    await source.query('begin isolation level repeatable read');
    await target.query('set session_replication_role = replica'); // the journal refuses to be emptied otherwise
    const { rows } = await source.query<{ name: string }>(TABLES);
    const names = rows.map(({ name }) => name);
    await target.query(`truncate ${names.join(', ')}`);
    let copied = 0;
    for (const name of names) {
      const into = target.query(from(`copy ${name} from stdin`));
      await pipeline(source.query(to(`copy (select * from ${name}) to stdout`)), into);
      copied += into.rowCount ?? 0;
    }
    return copied;
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
};

/** @param young has tables of its own, which go */
const move = async (old: Stack, young: Stack) => {
  await postRegisters(old);
  for (let lane = 0; lane < 4; lane++) await settle(old, `client ${lane}`, old.lanes.next(lane, 100));
  expect(await faultsOf(old)).toEqual([]);
  const before = await hashesOf(old);
  await old.cluster.ask(AGE);
  const [aged, fresh] = await Promise.all(
    [old, young].map(async ({ cluster }) => (await cluster.ask<{ xid: string }>(XID))[0]!.xid),
  );
  expect(Number(aged)).toBeGreaterThan(Number(fresh) + 10_000);

  for (const { api } of young.doors) await api.end('SIGTERM');
  for (const worker of young.workers.splice(0)) await worker.end('SIGTERM');
  const rows = await copyAll(old.cluster, young.cluster);
  expect(await hashesOf(young)).toEqual(before);

  await young.startApi(young.door);
  young.addWorker(SHORT_LEASE_WORKER);
  young.history.acknowledged.push(...old.history.acknowledged);
  for (const id of old.history.sent) young.history.sent.add(id);
  young.lanes = old.lanes;
  expect(await underLoad(young, async (load) => void (await load.percentile99()))).toEqual([]);
  return { rows, 'transactions ahead': Number(aged) - Number(fresh), ...figuresOf(young) };
};

describe('A ledger that moves to a young cluster', () => {
  const options = { workerScripts: [SHORT_LEASE_WORKER] };
  row('copy: table by table it has the same hashes there, nothing depends on transaction numbers, and it goes on', () =>
    withStack(options, (old) => withStack(options, (young) => move(old, young))),
  );
});
