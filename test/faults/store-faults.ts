import { setTimeout as pause } from 'node:timers/promises';
import type { TestProcess } from '../support/processes.js';
import type { Fault } from './faults.js';
import type { Stack } from './stack.js';
import { residentBytes } from './watch.js';

export interface StoreFault extends Fault {
  /** How long it lasts. */
  readonly holdMs: number;
}

/** Of each quarter of a second it works a tenth. */
const STANDS_MS = 225;
const WORKS_MS = 25;
/** Beyond the ten seconds that an append may be under way by the clock of the server. */
const CLOCK_AHEAD_MS = 60_000;

const slowness = (): Pick<StoreFault, 'inject' | 'heal'> => {
  let timer: NodeJS.Timeout | undefined;
  return {
    inject: ({ store }) => {
      timer = setInterval(() => {
        store.freeze();
        setTimeout(() => store.thaw(), STANDS_MS);
      }, STANDS_MS + WORKS_MS);
    },
    heal: async ({ store }) => {
      clearInterval(timer);
      await pause(STANDS_MS + WORKS_MS);
      store.thaw();
    },
  };
};

/** One node is gone, perhaps the one that led, and another leads. */
const absence = (): Pick<StoreFault, 'inject' | 'heal'> => {
  let gone = 0;
  return {
    inject: async ({ store }) => {
      gone = Math.floor(Math.random() * 3);
      await store.takeDown(gone);
      await store.elect((gone + 1) % 3);
    },
    heal: ({ store }) => store.bringUp(gone),
  };
};

/** What is done to the cluster that holds the journal. */
export const storeFaults: readonly StoreFault[] = [
  { name: 'store-kill', holdMs: 1_500, inject: ({ store }) => store.kill(), heal: ({ store }) => store.restart() },
  { name: 'store-freeze', holdMs: 8_000, inject: ({ store }) => store.freeze(), heal: ({ store }) => store.thaw() },
  { name: 'store-leader', holdMs: 500, inject: ({ store }) => store.elect(Math.floor(Math.random() * 3)) },
  { name: 'store-drop', holdMs: 200, inject: ({ store }) => store.dropConnections() },
  { name: 'store-answers', holdMs: 500, inject: ({ store }) => store.loseAnswers(3) },
  { name: 'store-node', holdMs: 2_000, ...absence() },
  { name: 'store-slow', holdMs: 3_000, ...slowness() },
  { name: 'store-mute', holdMs: 12_000, inject: ({ store }) => store.mute(), heal: ({ store }) => store.unmute() },
  {
    name: 'store-clock',
    holdMs: 3_000,
    inject: ({ store }) => store.stepClock(CLOCK_AHEAD_MS),
    heal: ({ store }) => store.stepClock(-CLOCK_AHEAD_MS),
  },
];

/** Of an api and a worker at rest: a call to append and a subscription each, and what they read in that moment. */
const CALLS_MAX = 8;
const CALLS_LOOKS_MAX = 100;
const LOOK_MS = 100;
const UNHANDLED = /unhandled|uncaught|MaxListenersExceeded/i;

const processesOf = ({ doors, workers }: Stack): readonly TestProcess[] => [...doors.map(({ api }) => api), ...workers];
const unhandledIn = (output: string): readonly string[] => output.split('\n').filter((line) => UNHANDLED.test(line));

/** What no client sees: rejections that nobody took, and calls left open on the servers. Empty: none. */
export const unseenFaultsOf = async (stack: Stack): Promise<string[]> => {
  const said = processesOf(stack).flatMap(({ output }) => unhandledIn(output));
  let calls: readonly string[] = [];
  for (let looks = 0; looks < CALLS_LOOKS_MAX; looks++) {
    calls = await stack.store.openCalls();
    if (calls.length <= CALLS_MAX) return said;
    await pause(LOOK_MS);
  }
  return [...said, `${calls.length} calls are open: ${calls.slice(0, 10).join()}`];
};

const MIB = 1024 * 1024;
const TOLD_EVERY_MS = 10 * 60_000;
/** Far longer than any fault lasts, on a machine that has other things to do. */
const STANDSTILL_MS_MAX = 120_000;
const LOWEST = `select min(position)::text as lowest from projector.projection where state <> 'building'`;

/** Of a run so long that nobody keeps all that the processes say: what was done to them, and whether they grow or stand still. */
export class Diary {
  private readonly seen: string[] = [];
  private readonly memory: string[] = [];
  private readonly said = new Map<TestProcess, number>();
  private readonly times = new Map<string, number>();
  private toldAt = Date.now();
  private lowest = '';
  private movedAt = Date.now();

  constructor(private readonly stack: Stack) {
    this.memory.push(memoryOf(stack));
  }

  /** Call it after each fault. */
  async note(fault: string): Promise<void> {
    this.times.set(fault, (this.times.get(fault) ?? 0) + 1);
    for (const one of processesOf(this.stack)) {
      this.seen.push(...unhandledIn(one.outputSince(this.said.get(one) ?? 0)));
      this.said.set(one, one.said);
    }
    await this.noteStandstill();
    if (Date.now() - this.toldAt < TOLD_EVERY_MS) return;
    this.toldAt = Date.now();
    this.memory.push(memoryOf(this.stack));
    const { acknowledged } = this.stack.history.figures;
    process.stdout.write(`${new Date().toISOString()} ${JSON.stringify({ ...this.figures, acknowledged })}\n`);
  }

  /** Rejections that nobody took, calls left open, projections that stood still. Empty: none. */
  async faults(): Promise<string[]> {
    this.memory.push(memoryOf(this.stack));
    return [...this.seen, ...(await unseenFaultsOf(this.stack))];
  }

  get figures() {
    const times = Object.fromEntries([...this.times].map(([fault, count]) => [`${fault} times`, count]));
    return { ...times, 'MiB of api and worker': this.memory.join(', ') };
  }

  /** Events are posted all the time, so the projection that is furthest behind moves as well. */
  private async noteStandstill(): Promise<void> {
    const [{ lowest }] = (await this.stack.cluster.ask(LOWEST)) as [{ lowest: string }];
    const now = Date.now();
    if (lowest === this.lowest && now - this.movedAt > STANDSTILL_MS_MAX)
      this.seen.push(`a projection has stood at ${lowest} for ${now - this.movedAt} ms`);
    if (lowest !== this.lowest) this.movedAt = now;
    this.lowest = lowest;
  }
}

const memoryOf = (stack: Stack): string =>
  processesOf(stack)
    .map(({ pid }) => Math.round(residentBytes(pid) / MIB))
    .join(' and ');
