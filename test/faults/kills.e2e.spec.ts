import { setTimeout as pause } from 'node:timers/promises';
import { kills } from './faults.js';
import { postRegisters } from './load.js';
import { figuresOf, underLoad } from './runner.js';
import { inShort, ROUNDS, report } from './scale.js';
import { SHORT_LEASE_WORKER, Stack } from './stack.js';

/** One kind of kill never takes longer, however many rounds are asked for. */
const MINUTES_MAX = 20;
const rounds: Readonly<Record<keyof typeof kills, number>> = {
  'kill-api': ROUNDS,
  'kill-worker': inShort(3, ROUNDS / 4),
  'kill-backend': inShort(2, ROUNDS / 10),
  'kill-postmaster': inShort(2, ROUNDS / 10),
  'immediate-shutdown': inShort(1, ROUNDS / 10),
};

describe('A ledger whose processes are killed under load', () => {
  let stack: Stack;
  let isWell = true;

  beforeAll(async () => {
    stack = await Stack.open({ workerScripts: [SHORT_LEASE_WORKER] });
    await postRegisters(stack);
  }, 180_000);
  afterAll(() => stack.close(!isWell));

  test.each(Object.keys(kills) as (keyof typeof kills)[])(
    '%s: every acknowledged event is there once, in order, byte-equal, in the journal and in the projections',
    async (name) => {
      isWell = false;
      let killed = 0;
      const end = Date.now() + MINUTES_MAX * 60_000;
      const faults = await underLoad(stack, async () => {
        for (; killed < rounds[name] && Date.now() < end; killed++) {
          stack.history.note(name);
          await kills[name](stack);
          if (killed % 20 === 19) process.stdout.write(`${name}: ${killed + 1} of ${rounds[name]}\n`);
        }
        await pause(500);
      });
      expect(faults).toEqual([]);
      report(name, { rounds: killed, ...figuresOf(stack) });
      isWell = true;
    },
    (MINUTES_MAX + 5) * 60_000,
  );
});
