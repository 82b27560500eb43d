import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { wireFaults } from './faults.js';
import { inShort } from './length.js';
import { settle } from './load.js';
import { rowsOver } from './rows.js';
import { hurt, underLoad } from './runner.js';
import { SHORT_LEASE_WORKER } from './stack.js';

const APPEND = 'sijill append';
/** Longer than the adapter waits for an answer, so that its own limits are what ends the wait. */
const STALL_MS = inShort(1_000, 6_000);
const HOLD_MS = inShort(500, 2_000);
/** Found out by nothing but the limit of an answer: 20 s for a client, half a minute for a page of events. */
const SLOW = /^half-open (client|worker)/;
const tooSlow = inShort('it takes half a minute, npm run test:faults has it', undefined);

describe('A ledger whose connections fail', () => {
  const row = rowsOver({ workerScripts: [SHORT_LEASE_WORKER] });

  row(
    'cut-answers: an answer of the database that breaks off at any byte loses nothing and doubles nothing',
    async (stack) => {
      const one = () => settle(stack, 'client 0', stack.lanes.next(0, 1));
      for (let warm = 0; warm < 10; warm++) await one(); // both connections are there, their statements prepared
      const before = stack.apiWire.bytesAnswered(APPEND);
      await one();
      const bytes = stack.apiWire.bytesAnswered(APPEND) - before;
      expect(bytes).toBeGreaterThan(20);
      let cuts = 0;
      for (let after = 0; after < bytes; after += inShort(9, 1)) {
        stack.apiWire.loseAnswerAfter(after, APPEND);
        await one();
        await until('the answer was cut', () => stack.apiWire.hasLost);
        cuts++;
        for (let warm = 0; warm < 4; warm++) await one();
      }
      expect(await underLoad(stack, () => pause(200))).toEqual([]);
      return { 'bytes of an answer': bytes, cuts };
    },
  );

  row('cut-replies: a reply of the api that breaks off is settled by the same ids, as what it was', async (stack) => {
    for (let after = 0; after < 400; after += inShort(80, 10)) {
      stack.door.wire.loseAnswerAfter(after);
      await settle(stack, 'client 1', stack.lanes.next(1, 3));
    }
    expect(await underLoad(stack, () => pause(200))).toEqual([]);
    expect(stack.history.figures.wasThere).toBeGreaterThan(0);
    return {};
  });

  for (const fault of wireFaults)
    row(
      `wire ${fault.name}: loses nothing, stays bounded, and requests are answered as before once it is over`,
      async (stack) => {
        const holdMs = fault.name.startsWith('stall') ? STALL_MS : HOLD_MS;
        let recovered = {};
        const faults = await underLoad(stack, async (load) => {
          recovered = await hurt(stack, load, fault, holdMs);
        });
        expect(faults).toEqual([]);
        return recovered;
      },
      { missing: SLOW.test(fault.name) ? tooSlow : undefined },
    );
});
