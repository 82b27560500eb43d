import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { faultsOf } from './checks.js';
import { settle } from './load.js';
import { rowsOver } from './rows.js';
import { SHORT_LEASE_WORKER, type Stack } from './stack.js';

const STATUS = `select name, state, position, parked_position, parked_code from projector.projection where state <> 'building' order by name`;
const EVENT_OF = 'select stream, position from journal.event where id = $1';
const POISONED = 'channel_volume';

interface Row {
  readonly name: string;
  readonly state: string;
  readonly position: string;
  readonly parked_position: string | null;
  readonly parked_code: string | null;
}

const rowsOf = ({ cluster }: Stack) => cluster.ask<Row>(STATUS);
/** An event that no worker has taken, and where it is. */
const next = async (stack: Stack, lane: number): Promise<{ stream: string; position: string }> => {
  for (const worker of stack.workers.splice(0)) await worker.end('SIGKILL');
  const events = stack.lanes.next(lane, 1);
  await settle(stack, `client ${lane}`, events);
  return (await stack.cluster.ask<{ stream: string; position: string }>(EVENT_OF, [events[0]!.id]))[0]!;
};

describe('Projections that meet what should not be', () => {
  const row = rowsOver({ workerScripts: [SHORT_LEASE_WORKER] });

  row(
    'poison: an event that cannot be folded parks one projection; the others go on; it resumes when it can be',
    async (stack) => {
      const rows = () => rowsOf(stack);
      const { stream, position } = await next(stack, 5);
      await stack.replaceWorkers(SHORT_LEASE_WORKER, { POISON: `${POISONED} ${stream}` });
      await until('it is parked', async () => (await rows()).some(({ state }) => state === 'parked'), 60);
      await settle(stack, 'client 6', stack.lanes.next(6, 40));
      const head = (await stack.cluster.ask<{ head: string }>('select next_position - 1 as head from journal.head'))[0]!
        .head;
      await until(
        'the others are at the head',
        async () => (await rows()).every((row) => row.name === POISONED || row.position === head),
        60,
      );
      const parked = (await rows()).find(({ name }) => name === POISONED)!;
      expect(parked).toMatchObject({ state: 'parked', parked_position: position, parked_code: 'fold.failed' });
      expect(BigInt(parked.position)).toBe(BigInt(position) - 1n);
      const headers = { authorization: `Bearer ${stack.token('operator')}` };
      expect(await (await fetch(`${stack.door.url}/v1/projections`, { headers })).text()).toContain('fold.failed');
      await stack.replaceWorkers(SHORT_LEASE_WORKER);
      await until('nothing is parked', async () => (await rows()).every(({ state }) => state === 'live'), 60);
      expect(await faultsOf(stack)).toEqual([]);
      return { 'parked at': position };
    },
  );

  row(
    'restored: a backup of an hour ago is served as what it is, and no projection is further than its journal',
    async (stack) => {
      const rows = () => rowsOf(stack);
      const backup = `${stack.cluster.data}.backup`;
      await stack.replaceWorkers(SHORT_LEASE_WORKER);
      await stack.cluster.end('SIGINT');
      execFileSync('cp', ['-a', stack.cluster.data, backup]);
      await stack.cluster.comeBack();
      await settle(stack, 'client 5', stack.lanes.next(5, 50));
      expect(await faultsOf(stack)).toEqual([]);
      const last = stack.history.acknowledged.at(-1)!;

      // The journal alone is put back: the projections have seen what is no more.
      for (const worker of stack.workers.splice(0)) await worker.end('SIGKILL');
      const cut = BigInt(last.position) - 10n;
      await stack.cluster.ask(
        `set session_replication_role = replica; delete from journal.event where position > ${cut}; update journal.head set next_position = ${cut + 1n}`,
      );
      stack.addWorker(SHORT_LEASE_WORKER);
      await until(
        'every projection is parked',
        async () => (await rows()).every(({ state }) => state === 'parked'),
        60,
      );
      expect(new Set((await rows()).map(({ parked_code: code }) => code))).toEqual(new Set(['journal.rolledBack']));
      const before = await rows();
      await settle(stack, 'client 6', stack.lanes.next(6, 40)); // the journal grows past what they have seen
      await pause(3_000);
      expect(await rows()).toEqual(before);
      expect((await faultsOf(stack)).join('\n')).toMatch(/was acknowledged and is not there/); // I1 knows, the database does not

      // The whole database is put back: journal and projections agree, and nothing in it tells that there was more.
      await stack.cluster.end('SIGINT');
      rmSync(stack.cluster.data, { recursive: true });
      execFileSync('mv', [backup, stack.cluster.data]);
      await stack.cluster.comeBack();
      stack.crashes += 2;
      const kept = await stack.cluster.ask<{ id: string }>('select id from journal.event');
      const ids = new Set(kept.map(({ id }) => id));
      const lost = stack.history.acknowledged.filter(({ id }) => !ids.has(id));
      expect(lost.length).toBeGreaterThan(0);
      stack.history.acknowledged.splice(0, Infinity, ...stack.history.acknowledged.filter(({ id }) => ids.has(id)));
      await settle(stack, 'client 7', stack.lanes.next(7, 20));
      expect(await faultsOf(stack)).toEqual([]);
      return { 'events lost by the backup, found by their receipts': lost.length };
    },
  );

  row('restored whole: that a whole backup is older is told', async () => ({}), {
    missing: 'a transparency log alone can tell it',
  });

  row('control skip: a worker that passes over an event it cannot fold is found out', async (stack) => {
    const { stream } = await next(stack, 4); // nothing of this client was lost
    await stack.replaceWorkers(SHORT_LEASE_WORKER, { POISON: `${POISONED} ${stream}`, FAULTS: 'skip' });
    expect((await faultsOf(stack)).join('\n')).toMatch(new RegExp(`${POISONED} differs from a fresh fold`));
    return { found: 1 };
  });
});
