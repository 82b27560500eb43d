import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { type Fault, wireFaults } from './faults.js';
import { postRegisters, settle } from './load.js';
import { figuresOf, hurt, underLoad } from './runner.js';
import { inShort, isLong, report, skipped } from './scale.js';
import { SHORT_LEASE_WORKER, Stack } from './stack.js';

const APPEND = 'sijill append';
/** Longer than the adapter waits for an answer, so that its own limits are what ends the wait. */
const STALL_MS = inShort(1_000, 6_000);
const HOLD_MS = inShort(500, 2_000);

/** Found out by nothing but the limit of an answer: 20 s for a client, half a minute for a page of events. */
const isSlow = ({ name }: Fault): boolean => /^half-open (client|worker)/.test(name);
const wireFaultsOfRun = wireFaults.filter((fault) => isLong || !isSlow(fault));
if (!isLong) skipped('half-open client-api, worker-database', 'half a minute each; npm run test:faults has them');

describe('A ledger whose connections fail', () => {
  let stack: Stack;
  let isWell = true;

  beforeAll(async () => {
    stack = await Stack.open({ workerScripts: [SHORT_LEASE_WORKER] });
    await postRegisters(stack);
  }, 180_000);
  afterAll(() => stack.close(!isWell));

  test('cut-answers: an answer of the database that breaks off at any byte loses nothing and doubles nothing', async () => {
    isWell = false;
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
    report('cut-answers', { 'bytes of an answer': bytes, cuts, ...figuresOf(stack) });
    isWell = true;
  }, 600_000);

  test('cut-replies: a reply of the api that breaks off is settled by the same ids, as what it was', async () => {
    isWell = false;
    for (let after = 0; after < 400; after += inShort(80, 10)) {
      stack.door.wire.loseAnswerAfter(after);
      await settle(stack, 'client 1', stack.lanes.next(1, 3));
    }
    expect(await underLoad(stack, () => pause(200))).toEqual([]);
    expect(stack.history.figures.wasThere).toBeGreaterThan(0);
    report('cut-replies', figuresOf(stack));
    isWell = true;
  }, 300_000);

  test.each(wireFaultsOfRun)(
    'wire $name: loses nothing, stays bounded, and is as fast as before within half a minute',
    async (fault) => {
      isWell = false;
      expect(
        await underLoad(stack, (load) => hurt(stack, load, fault, fault.name.startsWith('stall') ? STALL_MS : HOLD_MS)),
      ).toEqual([]);
      report(fault.name, figuresOf(stack));
      isWell = true;
    },
    240_000,
  );
});
