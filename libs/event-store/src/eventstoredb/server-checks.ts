import { refuse } from '../failures.js';
import type { StoreMetric } from '../metrics.js';

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)/;
/** Before it a server may send checkpoints beyond what it has sent. */
const VERSION_MIN = [24, 10, 5] as const;
/** Lines whose answers the stand-in of the tests is written after. What comes later may differ. */
const YEARS_KNOWN: readonly number[] = [24, 25, 26];
/** An append carries the time by which the server must have begun it, by our clock: at 10 s all of them would be refused. */
const CLOCK_DIFFERENCE_MS_MAX = 5_000;

/**
 * Whether this server will do.
 *
 * @throws Failure `store.unsafe` when it is older than 24.10.5.
 */
export function checkServer(
  { version, timeMs }: { readonly version: string; readonly timeMs: number | undefined },
  nowMs: number,
  onMetric: (metric: StoreMetric) => void,
): void {
  const numbers = VERSION.exec(version)?.slice(1).map(Number);
  if (numbers && isOlder(numbers)) {
    throw refuse('store.unsafe', { params: { setting: 'server version', value: version, needed: '24.10.5 or newer' } });
  }
  if (!numbers || !YEARS_KNOWN.includes(numbers[0])) {
    onMetric({ name: 'warning', setting: 'server version', value: version });
  }
  if (timeMs === undefined) return;
  const aheadMs = timeMs - nowMs;
  if (Math.abs(aheadMs) > CLOCK_DIFFERENCE_MS_MAX) {
    onMetric({
      name: 'warning',
      setting: 'clock of the server, seconds ahead of ours',
      value: (aheadMs / 1_000).toFixed(1),
    });
  }
}

function isOlder(version: readonly number[]): boolean {
  const first = VERSION_MIN.findIndex((least, nth) => version[nth] !== least);
  return first >= 0 && version[first] < VERSION_MIN[first];
}
