import { setTimeout as pause } from 'node:timers/promises';
import { kills } from './faults.js';
import { inShort, ROUNDS } from './length.js';
import { rowsOver } from './rows.js';
import { underLoad } from './runner.js';
import { SHORT_LEASE_WORKER } from './stack.js';

/** How often, and for how long at most: the run is over in half an hour on slow machines, too. */
const kinds: Readonly<Record<keyof typeof kills, { readonly rounds: number; readonly minutes: number }>> = {
  'kill-api': { rounds: ROUNDS, minutes: 9 },
  'kill-worker': { rounds: inShort(3, ROUNDS / 8), minutes: 3 },
  'kill-backend': { rounds: inShort(2, ROUNDS / 20), minutes: 1 },
  'kill-postmaster': { rounds: inShort(2, ROUNDS / 20), minutes: 1 },
  'immediate-shutdown': { rounds: inShort(1, ROUNDS / 20), minutes: 1 },
};

describe('A ledger whose processes are killed under load', () => {
  const row = rowsOver({ workerScripts: [SHORT_LEASE_WORKER] });

  for (const [name, { rounds, minutes }] of Object.entries(kinds))
    row(
      `${name}: every acknowledged event is there once, in order, byte-equal, in the journal and in the projections`,
      async (stack) => {
        let killed = 0;
        const end = Date.now() + minutes * 60_000;
        const faults = await underLoad(stack, async () => {
          for (; killed < rounds && Date.now() < end; killed++) {
            stack.history.note(name);
            await kills[name as keyof typeof kills](stack);
          }
          await pause(500);
        });
        expect(faults).toEqual([]);
        return { rounds: `${killed} of ${rounds}` };
      },
      { minutes: minutes + 1 },
    );
});
