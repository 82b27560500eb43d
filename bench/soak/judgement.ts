import type { Findings } from '../report.js';
import { percentile } from '../statistics.js';
import { blocksOf, chartLine, type Point, slopeOf, trendOf } from './slope.js';
import type { Moment } from './soak.js';

/** Above this a process would double within some days of steady work. */
export const RISE_MIB_PER_HOUR_MAX = 64;
/** Pools fill, code is compiled, caches reach their bound. */
const WARM_UP_SHARE = 0.25;
/** Samples after a collection that make one point: the least of them, because work on its way is no growth. */
const BLOCK_SAMPLES = 3;
const POINTS_MIN = 3;
const MIB = 2 ** 20;
const SECONDS_PER_HOUR = 3_600;

/** Does anything grow? Charts of everything, slopes of memory, worst cases of the rest. */
export function judge(moments: readonly Moment[], { figures, drawings }: Findings): void {
  const settled = moments.slice(Math.floor(moments.length * WARM_UP_SHARE)).filter(({ isCollected }) => isCollected);
  for (const name of ['api', 'worker'] as const) {
    const blocks = (bytesOf: (moment: Moment) => number) =>
      blocksOf(
        settled.map((moment): Point => ({ seconds: moment.seconds, value: bytesOf(moment) / MIB })),
        BLOCK_SAMPLES,
        (values) => Math.min(...values),
      );
    const measured = {
      memory: blocks(({ [name]: { heapBytes, outsideBytes } }) => heapBytes + outsideBytes),
      // What the system lends: the allocator keeps some of it, so it wanders by tens of megabytes without a leak.
      'resident memory': blocks(({ [name]: { rssBytes } }) => rssBytes),
    };
    for (const [what, points] of Object.entries(measured)) {
      if (points.length < POINTS_MIN) {
        drawings.push(`${what} of the ${name} is undecided: ${points.length} points of ${POINTS_MIN} at least`);
        continue;
      }
      const slope = slopeOf(points);
      const perHour = (value: number) => value * SECONDS_PER_HOUR;
      figures.push(
        { name: `${what} of the ${name}, slope`, value: perHour(slope.perSecond), unit: 'MiB/h' },
        { name: `${what} of the ${name}, lower bound of its slope`, value: perHour(slope.low), unit: 'MiB/h' },
        { name: `${what} of the ${name}, upper bound of its slope`, value: perHour(slope.high), unit: 'MiB/h' },
      );
      const trend = trendOf(slope, RISE_MIB_PER_HOUR_MAX / SECONDS_PER_HOUR);
      drawings.push(
        `${what} of the ${name} is ${trend}, measured against ${RISE_MIB_PER_HOUR_MAX} MiB/h, 95 % confidence`,
      );
    }
    const values = (of: (moment: Moment) => number) => moments.map(of);
    drawings.push(
      chartLine(
        `${name}, resident`,
        values((moment) => moment[name].rssBytes / MIB),
        'MiB',
      ),
      chartLine(
        `${name}, heap`,
        values((moment) => moment[name].heapBytes / MIB),
        'MiB',
      ),
      chartLine(
        `${name}, event loop`,
        values((moment) => moment[name].loopDelayMsMax),
        'ms at most',
      ),
    );
  }
  for (const [name, of] of OTHERS) {
    const values = moments.map(of);
    drawings.push(chartLine(name, values, 'events'));
    if (values.length > 0) figures.push({ name: `${name}, p99`, value: percentile(values, 0.99), unit: 'events' });
  }
}

const OTHERS: readonly (readonly [name: string, of: (moment: Moment) => number])[] = [
  ['projections behind', ({ lagEvents }) => lagEvents],
  ['waiting to commit', ({ queueEvents }) => queueEvents],
  ['due and not sent', ({ dueEvents }) => dueEvents],
];
