import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { faultsOf } from './checks.js';
import type { Fault } from './faults.js';
import { Load } from './load.js';
import type { Stack } from './stack.js';
import { Watch } from './watch.js';

const RECOVERY_SECONDS_MAX = 30;
/** "Back at baseline" on a machine that others use, too. */
const BASELINE_FACTOR = 5;
const BASELINE_MS_MIN = 500;

/** Does it while events are posted, and waits until requests are answered as fast as before. */
export const hurt = async (stack: Stack, load: Load, { name, inject, heal }: Fault, holdMs: number): Promise<void> => {
  const baselineMs = await load.percentile99();
  stack.history.note(name);
  await inject(stack);
  await pause(holdMs);
  await heal?.(stack);
  stack.history.note(`${name} is over`);
  let slowestMs = 0;
  await until(
    () => `requests are answered as before ${name}: ${slowestMs} ms, before it ${baselineMs} ms`,
    async () => {
      slowestMs = await load.percentile99();
      return slowestMs < Math.max(baselineMs * BASELINE_FACTOR, BASELINE_MS_MIN);
    },
    RECOVERY_SECONDS_MAX,
  );
};

/** Runs `work` under load and under watch. @returns everything that does not hold afterwards; empty: it holds */
export const underLoad = async (
  stack: Stack,
  work: (load: Load) => Promise<void>,
  pace?: ConstructorParameters<typeof Load>[1],
): Promise<string[]> => {
  const watch = new Watch(stack);
  const load = new Load(stack, pace);
  const ended: unknown[] = [];
  await work(load).catch((error) => ended.push(error));
  await load.stop().catch((error) => ended.push(error));
  const seen = await watch.stop();
  return [...ended.map(String), ...seen.slice(0, 20), ...(await faultsOf(stack))];
};

/** The figures that every row reports. */
export const figuresOf = ({ history: { figures } }: Stack): Record<string, number> => ({
  requests: figures.requests,
  acknowledged: figures.acknowledged,
  unknown: figures.unknown,
  'settled as there': figures.wasThere,
  'settled as new': figures.wasNew,
  refused: figures.refused,
});
