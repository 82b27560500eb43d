import { readModels } from '#read-models';
import { until } from '../support/processes.js';
import { faultsOf } from './checks.js';
import { Jobs, type Kill, killWorkerAt, readAll } from './jobs.js';
import { inShort } from './length.js';
import { settle } from './load.js';
import { rowsOver } from './rows.js';
import { underLoad } from './runner.js';
import { SHORT_LEASE_WORKER } from './stack.js';

const ROUNDS = inShort(4, 8);
/** Each place is a mark in what the worker says; undefined: wherever it is. */
const PLACES: readonly Kill[] = [undefined, 'a swap is on its way', 'a swap awaits its commit', undefined];
const REPLAYING = { REPLAYS: 'replays of the test', SWAP_PAUSE_MS: '300' };
/** So that folding it all anew is done in seconds. */
const PACE = { clients: 8, events: 2, pauseMs: 100 };
const names = readModels.map(({ name }) => name);

describe('A ledger whose projections are built anew under load', () => {
  const row = rowsOver({ workerScripts: [SHORT_LEASE_WORKER], workerEnvironment: REPLAYING });

  row(
    'rebuild: goes on where a worker was killed, also at the swap; readers see one build or the other',
    async (stack) => {
      const jobs = new Jobs(stack);
      const killed = { anywhere: 0, 'at the swap': 0, api: 0 };
      const faults = await underLoad(
        stack,
        async (load) => {
          const reading = readAll(stack);
          for (let round = 0; round < ROUNDS; round++) {
            await load.percentile99();
            const place = PLACES[round % PLACES.length];
            const kill = place === undefined ? undefined : killWorkerAt(stack, place); // a small table is swapped at once
            kill?.catch(() => undefined); // awaited below
            const rebuild = await jobs.rebuild(names[round % names.length]!);
            const replay = await jobs.replay(names[(round + 1) % names.length]!);
            const given = round % 2 === 0 ? await jobs.replay(names[(round + 2) % names.length]!) : undefined;
            await (kill ?? killWorkerAt(stack, undefined));
            killed[place === undefined ? 'anywhere' : 'at the swap']++;
            if (given) await jobs.cancel(given);
            if (round % 2 === 0) {
              await stack.killApi();
              killed.api++;
            }
            expect(await jobs.end(rebuild)).toMatchObject({ state: 'done', parity: { isEqual: true } });
            expect(await jobs.end(replay)).toMatchObject({ state: 'done' });
            if (given) expect(await jobs.end(given)).toMatchObject({ state: 'cancelled' });
          }
          expect(await reading.stop()).toEqual([]);
        },
        PACE,
      );
      expect(faults).toEqual([]);
      await jobs.expire();
      await until(
        'nothing but the live tables is left',
        async () =>
          (await jobs.schemas()).join() ===
          names
            .map((name) => `p_${name}`)
            .sort()
            .join(),
        120,
      );
      return { rounds: ROUNDS, ...killed };
    },
    { minutes: 6 },
  );

  row('control half-swap: tables that change places in two transactions are found out', async (stack) => {
    const jobs = new Jobs(stack);
    await stack.replaceWorkers(SHORT_LEASE_WORKER, { ...REPLAYING, FAULTS: 'half swap', SWAP_PAUSE_MS: '1000' });
    await settle(stack, 'client 4', stack.lanes.next(4, 30));
    await jobs.rebuild('channel_volume');
    const reading = readAll(stack);
    await killWorkerAt(stack, 'half a swap is there');
    await until('a reader has met half a swap', () => reading.faults.length > 0);
    const found = [...(await reading.stop()), ...(await faultsOf(stack))];
    expect(found.join('\n')).toMatch(/channel_volume/);
    return { found: found.length };
  });
});
