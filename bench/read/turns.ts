import { type Called, type Instruments, measure } from '../measure.js';
import { type Measured, percentile } from '../statistics.js';

/**
 * Sides that are compared take turns until each has worked for `seconds`: a machine that changes its pace meanwhile changes it for
 * all of them.
 *
 * @param sides each does its turn, the same work every time. @returns one measurement a side, its turns added up.
 */
export async function measureInTurns(
  instruments: Instruments,
  seconds: number,
  sides: readonly (() => Promise<Called>)[],
): Promise<readonly Measured[]> {
  const turns = sides.map((): Measured[] => []);
  const latenciesMs = sides.map((): number[] => []);
  do {
    for (const [nth, work] of sides.entries()) {
      const turn = await measure(instruments, async () => {
        const called = await work();
        for (const latencyMs of called.latenciesMs) latenciesMs[nth]!.push(latencyMs);
        return called;
      });
      turns[nth]!.push(turn);
    }
  } while (turns.some((of) => secondsOf(of) < seconds));
  return turns.map((of, nth) => addedUp(of, latenciesMs[nth]!));
}

const secondsOf = (turns: readonly Measured[]): number => turns.reduce((sum, { seconds }) => sum + seconds, 0);

const addedUp = (turns: readonly Measured[], latenciesMs: readonly number[]): Measured => {
  const sum = (of: (turn: Measured) => number): number => turns.reduce((total, turn) => total + of(turn), 0);
  const sumOrNull = (of: (turn: Measured) => number | null): number | null =>
    turns.every((turn) => of(turn) !== null) ? sum((turn) => of(turn) ?? 0) : null;
  return {
    events: sum(({ events }) => events),
    seconds: secondsOf(turns),
    p50Ms: latenciesMs.length > 0 ? percentile(latenciesMs, 0.5) : null,
    p99Ms: latenciesMs.length > 0 ? percentile(latenciesMs, 0.99) : null,
    clientCpuSeconds: sum(({ clientCpuSeconds }) => clientCpuSeconds),
    serverCpuSeconds: sumOrNull(({ serverCpuSeconds }) => serverCpuSeconds),
    othersCpuSeconds: sumOrNull(({ othersCpuSeconds }) => othersCpuSeconds),
    walBytes: sum(({ walBytes }) => walBytes),
    storageBytesPerEvent: null,
  };
};
