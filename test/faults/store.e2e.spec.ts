import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { journalFaultsOf } from './checks.js';
import { inShort } from './length.js';
import { postRegisters, settle } from './load.js';
import { row, rowsOver, withStack } from './rows.js';
import { underLoad } from './runner.js';
import type { Stack } from './stack.js';
import { Diary, storeFaults, unseenFaultsOf } from './store-faults.js';

const FAULTY_API = 'test/faults/api.mjs';
const ROUNDS = inShort(1, 6);
const MINUTES = Number(process.env.SIJILL_FAULT_MINUTES ?? 0);
/** Acknowledged appends that the store forgets. */
const TAIL = 5;

const PARKED = `select name from projector.projection where parked_code = 'journal.rolledBack'`;

describe('A ledger on EventStoreDB whose cluster is hurt under load', () => {
  const rowOf = rowsOver({ storeNodes: 3 });

  for (const { name, inject, heal, holdMs } of storeFaults)
    rowOf(
      `${name}: nothing that was acknowledged is lost, doubled or out of order, and all goes on by itself`,
      async (stack) => {
        const processes = [stack.door.api.pid, stack.worker.pid];
        const faults = await underLoad(stack, async (load) => {
          for (let nth = 0; nth < ROUNDS; nth++) {
            stack.history.note(name);
            await inject(stack);
            await pause(holdMs);
            await heal?.(stack);
            await load.percentile99(); // fifty more requests are settled
          }
        });
        expect([...faults, ...(await unseenFaultsOf(stack))]).toEqual([]);
        expect([stack.door.api.pid, stack.worker.pid]).toEqual(processes); // they found their way back
        return { rounds: ROUNDS };
      },
    );

  rowOf(
    'store-tail: a store that comes back without what it acknowledged is found out, and nothing is folded past it',
    async (stack) => {
      const head = async () => {
        const store = await stack.openStore();
        return store.head().finally(() => store.close());
      };
      await until('the projections have come to the head', async () => {
        const [{ lowest }] = (await stack.cluster.ask('select min(position) as lowest from projector.projection')) as [
          { lowest: string },
        ];
        return BigInt(lowest) === (await head());
      });
      await stack.store.loseTail(TAIL);
      await until('projections that are ahead park', async () => (await stack.cluster.ask(PARKED)).length > 0, 90);
      expect((await journalFaultsOf(stack)).join()).toMatch(/was acknowledged and is not there/);
      return { 'projections parked': (await stack.cluster.ask(PARKED)).length };
    },
  );
});

describe('What is broken on purpose on EventStoreDB is found out', () => {
  const broken = { storeNodes: 1, workerScripts: [] };
  const client = async (stack: Stack): Promise<void> => {
    await postRegisters(stack);
    await settle(stack, 'client 1', stack.lanes.next(1, 50));
  };

  row('control store-early-answer: an api that acknowledges before the store does', () =>
    withStack({ ...broken, apiScript: FAULTY_API, apiEnvironment: { FAULT: 'early answer' } }, async (stack) => {
      await settle(stack, 'client', stack.lanes.registers.slice(0, 1));
      await stack.killApi();
      const found = await journalFaultsOf(stack);
      expect(found.join()).toMatch(/was acknowledged and is not there/);
      return { found: found.length };
    }),
  );

  row('control store-forgets: a store that loses its last appends', () =>
    withStack(broken, async (stack) => {
      await client(stack);
      expect(await journalFaultsOf(stack)).toEqual([]);
      await stack.store.loseTail(TAIL);
      const found = await journalFaultsOf(stack);
      expect(found.join()).toMatch(/was acknowledged and is not there/);
      return { found: found.length };
    }),
  );

  row('control store-scavenged: a store from which an event was taken away', () =>
    withStack(broken, async (stack) => {
      await client(stack);
      const { position } = stack.history.acknowledged.at(-1)!;
      await stack.store.remove(BigInt(position));
      const found = await journalFaultsOf(stack);
      expect(found.join()).toMatch(/was acknowledged and is not there/);
      return { found: found.length };
    }),
  );
});

/** By its name and with `--minutes` alone: kills, freezes, dropped connections and leader changes, one after the other. */
describe('A ledger on EventStoreDB that is hurt for an hour', () => {
  const rowOf = rowsOver({ storeNodes: 3 });
  const limits = { minutes: MINUTES + 5, missing: MINUTES > 0 ? undefined : 'ask for it with --minutes' };

  rowOf(
    'eventstoredb-hour: no promise is broken, no rejection unhandled, no call left open, nothing stands still',
    async (stack) => {
      const processes = [stack.door.api.pid, stack.worker.pid];
      const diary = new Diary(stack);
      const faults = await underLoad(
        stack,
        async (load) => {
          for (const end = Date.now() + MINUTES * 60_000; Date.now() < end; ) {
            const { name, inject, heal, holdMs } = storeFaults[Math.floor(Math.random() * storeFaults.length)]!;
            stack.history.note(name);
            await inject(stack);
            await pause(Math.random() * holdMs);
            await heal?.(stack);
            await load.percentile99();
            await diary.note(name);
          }
        },
        { clients: 8, events: 2, pauseMs: 100 },
      );
      expect([...faults, ...(await diary.faults())]).toEqual([]);
      expect([stack.door.api.pid, stack.worker.pid]).toEqual(processes);
      const open = (await stack.store.openCalls()).length;
      return { minutes: MINUTES, ...diary.figures, 'calls open at the end': open };
    },
    limits,
  );
});
