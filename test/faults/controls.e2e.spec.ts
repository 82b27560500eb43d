import { simulate, type WireEvent } from '#simulation';
import { until } from '../support/processes.js';
import { faultsOf, journalFaultsOf } from './checks.js';
import { Cluster } from './cluster.js';
import { post, postRegisters, settle } from './load.js';
import { row, rowsOver, withStack } from './rows.js';
import { SHORT_LEASE_WORKER } from './stack.js';
import { awaken, pagesUnderWay } from './zombie.js';

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

describe('What is broken on purpose is found out', () => {
  row('control early-answer: an api that acknowledges before the commit', () =>
    withStack(
      { apiScript: FAULTY_API, apiEnvironment: { FAULT: 'early answer' }, workerScripts: [] },
      async (stack) => {
        await settle(stack, 'client', strangers(100));
        await stack.killApi();
        const found = await journalFaultsOf(stack);
        expect(found.join()).toMatch(/was acknowledged and is not there/);
        return { found: found.length };
      },
    ),
  );

  const unsynced = {
    apiScript: FAULTY_API,
    apiEnvironment: { FAULT: 'unsynced' },
    workerScripts: [],
    postgres: (directory: string) => Cluster.start(directory, 'none'),
  };
  row('control unsynced: a database that acknowledges what is not on disk', () =>
    withStack(unsynced, async (stack) => {
      await stack.cluster.ask(`alter system set wal_writer_delay = '10s'`);
      await stack.cluster.ask('select pg_reload_conf()');
      await stack.cluster.ask('select pg_sleep(0.5)');
      await settle(stack, 'client', strangers(100));
      await stack.crash('SIGKILL');
      const found = await journalFaultsOf(stack);
      expect(found.join()).toMatch(/was acknowledged and is not there/);
      return { found: found.length };
    }),
  );

  row('control early-reading: two apis that read revisions before they hold the head of the journal', () =>
    withStack({ apis: 2, workerScripts: [] }, async (stack) => {
      await postRegisters(stack);
      for (const { table, name } of await stack.cluster.ask<{ table: string; name: string }>(UNIQUE)) {
        await stack.cluster.ask(`alter table ${table} drop constraint ${name}`);
      }
      await stack.replaceApis(FAULTY_API, { FAULT: 'early reading', ADMIN_URL: stack.cluster.url('sijill', 'sijill') });
      for (let request = 0; request < 5; request++) {
        const events = stack.lanes.next(3, 5);
        // Where one stream has two events of one revision, the apis themselves find it out and refuse the next.
        await Promise.allSettled([0, 1].map((door) => post(stack, `client at door ${door}`, events, door)));
      }
      const found = await journalFaultsOf(stack);
      expect(found.join()).toMatch(/is there 2 times/);
      return { found: found.length };
    }),
  );
});

describe('Workers that are broken on purpose are found out', () => {
  const rowOfWorkers = rowsOver({ workerScripts: [SHORT_LEASE_WORKER] });

  rowOfWorkers('zombie: a worker that wakes up after its leases were taken over moves nothing', async (stack) => {
    expect(await faultsOf(stack)).toEqual([]);
    const slow = await awaken(stack, '', true);
    expect(slow.after).toEqual(slow.before);
    await awaken(stack, '', false);
    stack.addWorker(SHORT_LEASE_WORKER);
    expect(await faultsOf(stack)).toEqual([]);
    return { awakenings: 2 };
  });

  rowOfWorkers('control token: without the check of the token it moves what is not its own', async (stack) => {
    const { before, after, zombie } = await awaken(stack, 'token unchecked', true);
    expect(zombie.output).not.toContain('nothing to rewrite');
    expect(after).not.toEqual(before);
    expect(after.map(({ owner }) => owner)).toEqual(before.map(({ owner }) => owner));
    return { 'moved by a zombie': after.filter(({ position }, at) => position !== before[at]!.position).length };
  });

  rowOfWorkers('late-copy: a page that arrives twice is taken once', async (stack) => {
    await stack.replaceWorkers(SHORT_LEASE_WORKER, { FAULTS: 'late copy' });
    await settle(stack, 'client 4', stack.lanes.next(4, 30));
    expect(await faultsOf(stack)).toEqual([]);
    return {};
  });

  rowOfWorkers('control position: without the check of the position it is taken twice', async (stack) => {
    const worker = await stack.replaceWorkers(SHORT_LEASE_WORKER, { FAULTS: 'late copy,position unchecked' });
    await settle(stack, 'client 4', stack.lanes.next(4, 30));
    await faultsOf(stack); // the first copies are there
    await until('the late copies are there', () => pagesUnderWay(worker) === 0);
    const found = await faultsOf(stack);
    expect(worker.output).not.toContain('nothing to rewrite');
    expect(found.join('\n')).toMatch(/differs from a fresh fold/);
    return { found: found.length };
  });
});
