import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { simulate, type WireEvent } from '#simulation';
import { checkJournal, wholeJournal } from '../support/checker.js';
import { faultsOf } from './checks.js';
import { Cluster } from './cluster.js';
import { postRegisters, send, settle } from './load.js';
import { report } from './scale.js';
import { SHORT_LEASE_WORKER, Stack } from './stack.js';
import { awaken } from './zombie.js';

const FAULTY_API = 'test/faults/api.mjs';
const UNIQUE = `select c.conrelid::regclass::text as "table", quote_ident(c.conname) as name from pg_constraint c
  where c.contype = 'u' and c.connamespace = 'journal'::regnamespace and c.conparentid = 0`;

const first = [...simulate({ seed: 'controls', events: 1 })][0]!.event;
/** Events that refer to nothing, so that no api has a reason to refuse one. */
const strangers = (many: number): WireEvent[] =>
  Array.from({ length: many }, (_, n) => ({
    ...first,
    id: `stranger-${n}`,
    data: { ...first.data, entityId: `stranger-${n}` },
  }));

const journalFaults = async ({ cluster, history }: Stack): Promise<string> => {
  const store = await PostgresEventStore.open({
    connectionString: cluster.url('sijill_worker', 'sijill'),
    durability: 'none',
  });
  try {
    return checkJournal(await wholeJournal(store), history.acknowledged, history.sent).join('\n');
  } finally {
    await store.close();
  }
};

const over = async (
  options: Parameters<typeof Stack.open>[0],
  work: (stack: Stack) => Promise<void>,
): Promise<void> => {
  const stack = await Stack.open(options);
  try {
    await work(stack);
  } finally {
    await stack.close();
  }
};

describe('What is broken on purpose is found out', () => {
  test(
    'control early-answer: an api that acknowledges before the commit',
    () =>
      over({ apiScript: FAULTY_API, apiEnvironment: { FAULT: 'early answer' }, workerScripts: [] }, async (stack) => {
        await settle(stack, 'client', strangers(100));
        await stack.killApi();
        const found = await journalFaults(stack);
        expect(found).toMatch(/was acknowledged and is not there/);
        report('control early-answer', { found: found.split('\n').length });
      }),
    180_000,
  );

  test(
    'control unsynced: a database that acknowledges what is not on disk',
    () =>
      over(
        {
          apiScript: FAULTY_API,
          apiEnvironment: { FAULT: 'unsynced' },
          workerScripts: [],
          postgres: (directory) => Cluster.start(directory, 'none'),
        },
        async (stack) => {
          await stack.cluster.ask(`alter system set wal_writer_delay = '10s'`);
          await stack.cluster.ask('select pg_reload_conf()');
          await stack.cluster.ask('select pg_sleep(0.5)');
          await settle(stack, 'client', strangers(100));
          await stack.crash('SIGKILL');
          const found = await journalFaults(stack);
          expect(found).toMatch(/was acknowledged and is not there/);
          report('control unsynced', { found: found.split('\n').length });
        },
      ),
    180_000,
  );

  test(
    'control early-reading: a store that reads revisions before it holds the head of the journal',
    () =>
      over({ apis: 2, workerScripts: [] }, async (stack) => {
        await postRegisters(stack);
        for (const { table, name } of await stack.cluster.ask<{ table: string; name: string }>(UNIQUE)) {
          await stack.cluster.ask(`alter table ${table} drop constraint ${name}`);
        }
        await stack.replaceApis(FAULTY_API, {
          FAULT: 'early reading',
          ADMIN_URL: stack.cluster.url('sijill', 'sijill'),
        });
        const bodies = stack.lanes.next(3, 200).map((event) => JSON.stringify([{ ...event, id: `race-${event.id}` }]));
        await Promise.all(bodies.map((body, at) => send(stack.doors[at % 2]!, stack.token('steward'), body)));
        const found = await journalFaults(stack);
        expect(found).toMatch(/has revision \d+ after/);
        report('control early-reading', { found: found.split('\n').length });
      }),
    180_000,
  );

  describe('in workers', () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = await Stack.open({ workerScripts: [SHORT_LEASE_WORKER] });
      await postRegisters(stack);
      expect(await faultsOf(stack)).toEqual([]);
    }, 180_000);
    afterAll(() => stack.close());

    test('zombie: a worker that wakes up after its leases were taken over moves nothing', async () => {
      const slow = await awaken(stack, '', true);
      expect(slow.after).toEqual(slow.before);
      await awaken(stack, '', false);
      stack.addWorker(SHORT_LEASE_WORKER);
      expect(await faultsOf(stack)).toEqual([]);
      report('zombie', { awakenings: 2 });
    }, 180_000);

    test('control token: without the check of the token it moves what is not its own', async () => {
      const { before, after, zombie } = await awaken(stack, 'token unchecked', true);
      expect(zombie.output).not.toContain('nothing to rewrite');
      expect(after).not.toEqual(before);
      expect(after.map(({ owner }) => owner)).toEqual(before.map(({ owner }) => owner));
      report('control token', {
        'moved by a zombie': after.filter((row, at) => row.position !== before[at]!.position).length,
      });
    }, 120_000);

    test('late-copy: a page that arrives twice is taken once', async () => {
      for (const worker of stack.workers.splice(0)) await worker.end('SIGKILL');
      stack.addWorker(SHORT_LEASE_WORKER, { FAULTS: 'late copy' });
      await settle(stack, 'client 4', stack.lanes.next(4, 30));
      expect(await faultsOf(stack)).toEqual([]);
    }, 120_000);

    test('control position: without the check of the position it is taken twice', async () => {
      for (const worker of stack.workers.splice(0)) await worker.end('SIGKILL');
      const worker = stack.addWorker(SHORT_LEASE_WORKER, { FAULTS: 'late copy,position unchecked' });
      await settle(stack, 'client 4', stack.lanes.next(4, 30));
      await faultsOf(stack); // the first copies are there
      await pause(500);
      const found = await faultsOf(stack);
      expect(worker.output).not.toContain('nothing to rewrite');
      expect(found.join('\n')).toMatch(/differs from a fresh fold/);
      report('control position', { found: found.length });
    }, 120_000);
  });
});
