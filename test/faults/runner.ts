import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { faultsOf } from './checks.js';
import type { Fault } from './faults.js';
import { inShort } from './length.js';
import { Load } from './load.js';
import type { Stack } from './stack.js';
import { Watch } from './watch.js';

/** The short form runs beside other specs, on a machine that may be much slower by then than when the load began. */
const RECOVERY_SECONDS_MAX = inShort(120, 30);
/** "As before": a fault shows as answers that wait for a limit, and every limit is longer than the least here. */
const BASELINE_FACTOR = 5;
const BASELINE_MS_MIN = inShort(2_000, 500);

/** Of the 99th of 100 requests, in milliseconds. */
export const isAsBefore = (before: number, after: number): boolean =>
  after < Math.max(before * BASELINE_FACTOR, BASELINE_MS_MIN);

/**
 * Does it while events are posted, and waits until fifty requests in a row are answered as before.
 *
 * @returns seconds that this took, and the 99th of 100 requests in milliseconds before and after
 */
export const hurt = async (stack: Stack, load: Load, { name, inject, heal }: Fault, holdMs: number) => {
  const before = await load.percentile99();
  stack.history.note(name);
  await inject(stack);
  await pause(holdMs);
  await heal?.(stack);
  stack.history.note(`${name} is over`);
  const over = Date.now();
  let after = 0;
  await until(
    () => `requests are answered as before ${name}: ${after} ms, before it ${before} ms`,
    async () => {
      after = await load.percentile99();
      return isAsBefore(before, after);
    },
    RECOVERY_SECONDS_MAX,
  );
  const seconds = (Date.now() - over) / 1_000;
  if (seconds > RECOVERY_SECONDS_MAX) throw new Error(`recovered from ${name} after ${seconds} s`);
  return {
    'seconds to recover': seconds.toFixed(1),
    'p99 ms before': Math.round(before),
    'p99 ms after': Math.round(after),
  };
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
