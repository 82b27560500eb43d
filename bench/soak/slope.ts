import { median } from '../statistics.js';

/** How fast a series rises, and within what the true slope lies with 95 % confidence. */
export interface Slope {
  readonly perSecond: number;
  readonly low: number;
  readonly high: number;
}

export interface Point {
  readonly seconds: number;
  readonly value: number;
}

/** Two-sided, of a normal distribution. */
const Z_95 = 1.96;

/**
 * Theil and Sen: the median of the slopes of all pairs, which a fifth of wild values does not move. The bounds are the slopes whose
 * ranks Kendall's variance leaves in doubt (Sen 1968).
 * @throws RangeError below three points, or for points that are not in the order of time.
 */
export const slopeOf = (points: readonly Point[]): Slope => {
  if (points.length < 3) throw new RangeError(`a slope of ${points.length} points`);
  const slopes: number[] = [];
  for (const [at, later] of points.entries()) {
    for (const earlier of points.slice(0, at)) {
      const seconds = later.seconds - earlier.seconds;
      if (!(seconds > 0)) throw new RangeError('points in the order of time');
      slopes.push((later.value - earlier.value) / seconds);
    }
  }
  slopes.sort((one, other) => one - other);
  const { length: count } = points;
  const doubt = Z_95 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const rank = (place: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(place)))]!;
  return {
    perSecond: median(slopes),
    low: rank((slopes.length - doubt) / 2),
    high: rank((slopes.length + doubt) / 2),
  };
};

/** One point for each `size` of them: garbage is collected in between, and neighbours in time are alike. */
export const blocksOf = (
  points: readonly Point[],
  size: number,
  value: (values: readonly number[]) => number,
): readonly Point[] =>
  Array.from({ length: Math.floor(points.length / size) }, (_, nth) => {
    const block = points.slice(nth * size, (nth + 1) * size);
    return { seconds: block[0]!.seconds, value: value(block.map((point) => point.value)) };
  });

export type Trend = 'flat' | 'rising' | 'undecided';

/** `flat`: even the upper bound is below `most`. `rising`: even the lower one is not. */
export const trendOf = ({ low, high }: Slope, mostPerSecond: number): Trend =>
  high < mostPerSecond ? 'flat' : low >= mostPerSecond ? 'rising' : 'undecided';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const CHART_COLUMNS = 60;

/** One line: the series from its lowest to its highest, as many columns as fit, each the highest of its time. */
export const chartLine = (name: string, values: readonly number[], unit: string): string => {
  if (values.length === 0) return `${name}: nothing`;
  const columns = Math.min(CHART_COLUMNS, values.length);
  const highest = Array.from({ length: columns }, (_, column) =>
    Math.max(
      ...values.slice(
        Math.floor((column * values.length) / columns),
        Math.floor(((column + 1) * values.length) / columns),
      ),
    ),
  );
  const [low, high] = [Math.min(...highest), Math.max(...highest)];
  const bars = highest.map((value) => BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * 7)]);
  const text = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
  return `${name.padEnd(22)} ${bars.join('')} ${text(low)} to ${text(high)}${unit && ` ${unit}`}`;
};
