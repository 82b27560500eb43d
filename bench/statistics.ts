/** Pure arithmetic over measurements: no clock, no machine. */

/** Middle value; the mean of the middle two of an even number. @throws RangeError without values. */
export const median = (values: readonly number[]): number => {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Nearest rank: the smallest value that at least `share` of all values do not exceed.
 * @param share above 0, at most 1. @throws RangeError without values or for another share.
 */
export const percentile = (values: readonly number[], share: number): number => {
  if (values.length === 0 || !(share > 0 && share <= 1)) throw new RangeError('no values, or share outside (0, 1]');
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(share * sorted.length) - 1]!;
};

/** What one measurement came to. CPU seconds are null where the system does not tell. */
export interface Measured {
  readonly events: number;
  readonly seconds: number;
  /** Of a call: an append, a request, a page. Null where there are no calls to time. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** This process and, where the ledger runs in one of its own, that one as well. */
  readonly clientCpuSeconds: number;
  readonly serverCpuSeconds: number | null;
  /** Everything on the machine that was neither: how much the measurement was disturbed. */
  readonly othersCpuSeconds: number | null;
  readonly walBytes: number;
  /** Table with its indexes after the measurement, an event; null where nothing is stored. */
  readonly storageBytesPerEvent: number | null;
}

export const rateOf = ({ events, seconds }: Measured): number => events / seconds;

/** Medians over the rounds of one case. */
export interface Summary {
  readonly eventsPerSecond: number;
  /** Median of the ratios within a round, so that a machine that drifts from round to round does not matter. */
  readonly ratio: number | null;
  /** The same of the CPU that an event costs client and server together: holds where others use the machine as well. */
  readonly cpuRatio: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly clientCpuMicrosPerEvent: number;
  readonly serverCpuMicrosPerEvent: number | null;
  readonly othersCpuCores: number | null;
  readonly walBytesPerEvent: number;
  readonly storageBytesPerEvent: number | null;
}

/** @param limit rounds of the case that bounds this one, in the same order; undefined: it is a limit itself. */
export const summaryOf = (rounds: readonly Measured[], limit?: readonly Measured[]): Summary => {
  const middle = (value: (round: Measured) => number): number => median(rounds.map(value));
  const middleOrNull = (value: (round: Measured) => number | null): number | null => {
    const values = rounds.map(value).filter((one) => one !== null);
    return values.length < rounds.length ? null : median(values);
  };
  const microsPerEvent = (seconds: number | null, { events }: Measured) =>
    seconds === null ? null : (seconds * 1e6) / events;
  return {
    eventsPerSecond: middle(rateOf),
    ratio: limit ? median(rounds.map((round, nth) => rateOf(round) / rateOf(limit[nth]!))) : null,
    cpuRatio: limit ? cpuRatioOf(rounds, limit) : null,
    p50Ms: middleOrNull(({ p50Ms }) => p50Ms),
    p99Ms: middleOrNull(({ p99Ms }) => p99Ms),
    clientCpuMicrosPerEvent: middle(({ clientCpuSeconds, events }) => (clientCpuSeconds * 1e6) / events),
    serverCpuMicrosPerEvent: middleOrNull((round) => microsPerEvent(round.serverCpuSeconds, round)),
    othersCpuCores: middleOrNull(({ othersCpuSeconds, seconds }) =>
      othersCpuSeconds === null ? null : othersCpuSeconds / seconds,
    ),
    walBytesPerEvent: middle(({ walBytes, events }) => walBytes / events),
    storageBytesPerEvent: middleOrNull((round) => round.storageBytesPerEvent),
  };
};

/** CPU of an event of `limit` over that of an event of `rounds`: above 1, ours is the cheaper one. */
const cpuRatioOf = (rounds: readonly Measured[], limit: readonly Measured[]): number | null => {
  const ratios = rounds.map((round, nth) => {
    const [ours, theirs] = [cpuSecondsPerEvent(round), cpuSecondsPerEvent(limit[nth]!)];
    return ours === null || theirs === null ? null : theirs / ours;
  });
  const known = ratios.filter((ratio) => ratio !== null);
  return known.length < ratios.length ? null : median(known);
};

const cpuSecondsPerEvent = ({ clientCpuSeconds, serverCpuSeconds, events }: Measured): number | null =>
  serverCpuSeconds === null ? null : (clientCpuSeconds + serverCpuSeconds) / events;
