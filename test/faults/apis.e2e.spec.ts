import { until } from '../support/processes.js';
import { inShort } from './length.js';
import { post } from './load.js';
import { rowsOver } from './rows.js';
import { underLoad } from './runner.js';
import { type Door, SHORT_LEASE_WORKER, type Stack } from './stack.js';
import { RULES, storyOf, tellOutOfOrder, tellTwice } from './twins.js';

const REQUESTS = inShort(15, 60);
const STOPS = inShort(2, 5);
/** Acknowledged while one api stands still, and after it goes on. */
const EVENTS_MEANWHILE = 100;

/** Waits until so many more events are acknowledged, by whichever api. */
const goesOn = async ({ history: { acknowledged } }: Stack, who: string): Promise<void> => {
  const before = acknowledged.length;
  await until(`${who} goes on`, () => acknowledged.length > before + EVENTS_MEANWHILE, 120);
};

/** Each client tells its own transactions, either as load or twice. */
describe('Two apis over one journal', () => {
  const row = rowsOver({ apis: 2, workerScripts: [SHORT_LEASE_WORKER] });

  row('twins: the same events, posted to both apis at once, are there once, and both say where', async (stack) => {
    const twins = { events: 0, created: 0, faults: [] as string[] };
    const tell = async () => void Object.assign(twins, await tellTwice(stack, [1, 2, 3, 4, 5, 6, 7], REQUESTS));
    const faults = await underLoad(stack, tell, { clients: 1 });
    expect([...twins.faults, ...faults]).toEqual([]);
    expect(twins.created).toBe(twins.events);
    return { 'told twice': twins.events };
  });

  row(
    'stopped-api: one that stands still with events on their way holds nobody up, and doubles nothing later',
    async (stack) => {
      const twins = { events: 0, faults: [] as string[] };
      const stop = async (door: Door): Promise<void> => {
        stack.history.note('an api is stopped');
        door.isAway = true;
        process.kill(door.api.pid!, 'SIGSTOP');
        await goesOn(stack, 'the other api');
        process.kill(door.api.pid!, 'SIGCONT');
        await stack.startApi(door);
        await goesOn(stack, 'one of both');
      };
      const faults = await underLoad(
        stack,
        async () => {
          const telling = tellTwice(stack, [6, 7], REQUESTS);
          for (let nth = 0; nth < STOPS; nth++) await stop(stack.doors[1]!);
          Object.assign(twins, await telling);
        },
        { clients: 6 },
      );
      expect([...twins.faults, ...faults]).toEqual([]);
      return { stops: STOPS, 'told twice': twins.events };
    },
  );

  row(
    'reordered: two apis are told one story out of order, and nothing of it is there half or twice',
    async (stack) => {
      const story = storyOf(stack, 1, inShort(60, 300));
      const codes = await tellOutOfOrder(stack, story);
      const refused = codes.length;
      expect(refused).toBeGreaterThan(0);
      // Told again in order, at either door: what is there is a repeat.
      for (const [at, event] of story.entries())
        for (const { problem } of await post(stack, `teller of ${event.id}`, [event], at % 2))
          if (problem) codes.push(problem.code);
      expect(codes.filter((code) => !RULES.test(code))).toEqual([]);
      expect(await underLoad(stack, async (load) => void (await load.percentile99()), { clients: 1 })).toEqual([]);
      return { 'refused by rules': refused };
    },
  );
});
