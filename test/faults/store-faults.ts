import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './faults.js';
import type { Stack } from './stack.js';

export interface StoreFault extends Fault {
  /** How long it lasts. */
  readonly holdMs: number;
}

/** What is done to the cluster that holds the journal. */
export const storeFaults: readonly StoreFault[] = [
  { name: 'store-kill', holdMs: 1_500, inject: ({ store }) => store.kill(), heal: ({ store }) => store.restart() },
  { name: 'store-freeze', holdMs: 8_000, inject: ({ store }) => store.freeze(), heal: ({ store }) => store.thaw() },
  { name: 'store-leader', holdMs: 500, inject: ({ store }) => store.elect(Math.floor(Math.random() * 3)) },
  { name: 'store-drop', holdMs: 200, inject: ({ store }) => store.dropConnections() },
  { name: 'store-answers', holdMs: 500, inject: ({ store }) => store.loseAnswers(3) },
];

/** Of an api and a worker at rest: a call to append and a subscription each, and what they read in that moment. */
const CALLS_MAX = 8;
const CALLS_LOOKS_MAX = 100;
const LOOK_MS = 100;
const UNHANDLED = /unhandled|uncaught|MaxListenersExceeded/i;

/** What no client sees: rejections that nobody took, and calls left open on the servers. Empty: none. */
export const unseenFaultsOf = async ({ store, doors, workers }: Stack): Promise<string[]> => {
  const outputs = [...doors.map(({ api }) => api.output), ...workers.map(({ output }) => output)];
  const said = outputs.flatMap((output) => output.split('\n').filter((line) => UNHANDLED.test(line)));
  let calls: readonly string[] = [];
  for (let looks = 0; looks < CALLS_LOOKS_MAX; looks++) {
    calls = await store.openCalls();
    if (calls.length <= CALLS_MAX) return said;
    await pause(LOOK_MS);
  }
  return [...said, `${calls.length} calls are open: ${calls.slice(0, 10).join()}`];
};
