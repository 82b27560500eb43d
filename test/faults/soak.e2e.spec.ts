import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, kills, wireFaults } from './faults.js';
import { inShort } from './length.js';
import { rowsOver } from './rows.js';
import { underLoad } from './runner.js';
import { SHORT_LEASE_WORKER } from './stack.js';

const SECONDS = inShort(25, 120);
const HOLD_MS = 400;
/** Eight clients who pause: about two thirds of what they can do. */
const PACE = { clients: 8, events: 5, pauseMs: 30 };
const SEED = Number(process.env.SIJILL_FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Found out by the limit of an answer alone: too slow to come in dozens. */
const isSlow = ({ name }: Fault): boolean => name.startsWith('half-open');
const faults: readonly Fault[] = [
  ...Object.entries(kills).map(([name, inject]): Fault => ({ name, inject })),
  ...wireFaults.filter((fault) => !isSlow(fault)),
];

/** Numerical Recipes, section 7.1: the same faults in the same order for the same seed. */
const randomOf = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

describe('A ledger that is hurt again and again', () => {
  const row = rowsOver({ workerScripts: [SHORT_LEASE_WORKER] });

  row('soak: holds every promise, whatever happens in whatever order', async (stack) => {
    process.stdout.write(`soak: SIJILL_FAULT_SEED=${SEED}\n`);
    const random = randomOf(SEED);
    const done: string[] = [];
    const seen = await underLoad(
      stack,
      async (load) => {
        for (const end = Date.now() + SECONDS * 1_000; Date.now() < end; ) {
          const fault = faults[random(faults.length)]!;
          stack.history.note(fault.name);
          done.push(fault.name);
          await fault.inject(stack);
          await pause(HOLD_MS);
          await fault.heal?.(stack);
          await pause(random(1_000));
        }
        await load.percentile99();
      },
      PACE,
    );
    expect(seen).toEqual([]);
    return { seed: SEED, seconds: SECONDS, faults: done.length, kinds: new Set(done).size };
  });
});
