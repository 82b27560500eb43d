import { noFindings } from '../bench/report.js';
import { judge } from '../bench/soak/judgement.js';
import { blocksOf, chartLine, type Point, slopeOf, trendOf } from '../bench/soak/slope.js';

describe('Twenty minutes of a soak', () => {
  const MIB = 2 ** 20;
  const process = (seconds: number, keptMib: number, garbageMib: number) => ({
    rssBytes: (200 + garbageMib + (Math.floor(seconds / 60) % 3) * 20) * MIB,
    heapBytes: (keptMib + garbageMib) * MIB,
    outsideBytes: 4 * MIB,
    loopDelayMsMax: 1,
    cpuSeconds: seconds,
    uptimeSeconds: seconds,
  });

  test.each<[risesMibPerHour: number, trend: string]>([
    [0, 'flat'],
    [40, 'flat'],
    [90, 'rising'],
  ])('say of memory that rises by %d MiB an hour that it is %s, whatever the garbage', (risesMibPerHour, trend) => {
    const findings = noFindings();
    const moments = Array.from({ length: 1_000 }, (_, nth) => {
      const seconds = nth * 1.2;
      const isCollected = nth % 10 === 9;
      const work = (Math.imul(nth + 1, 2_654_435_761) >>> 0) / 2 ** 32; // on its way in this moment, some MiB
      const kept = 80 + (risesMibPerHour * seconds) / 3_600 + 4 * work;
      const garbage = (nth % 25) * 6 * (1 + seconds / 1_200); // a collector that takes its time, and ever more of it
      const sampled = process(seconds, kept, isCollected ? 0 : garbage);
      return { seconds, isCollected, api: sampled, worker: sampled, lagEvents: 0, queueEvents: 0, dueEvents: 0 };
    });
    judge(moments, findings);
    for (const name of ['api', 'worker'])
      expect(findings.drawings).toContainEqual(expect.stringMatching(`^memory of the ${name} is ${trend}, `));
  });
});

describe('A slope', () => {
  const line = (rise: number, noise: (nth: number) => number): Point[] =>
    Array.from({ length: 80 }, (_, nth) => ({ seconds: nth * 10, value: 100 + rise * nth * 10 + noise(nth) }));
  const random = (seed: number) => (nth: number) =>
    ((Math.imul(nth + 1, 2_654_435_761 + seed * 40_503) >>> 0) / 2 ** 32 - 0.5) * 8;

  test('is that of a line, whatever a fifth of the points does', () => {
    const slope = slopeOf(line(0.25, (nth) => (nth % 5 === 0 ? 1_000 * (nth % 3) : 0)));
    expect(slope.perSecond).toBeCloseTo(0.25, 2);
    expect(slopeOf(line(-2, () => 0))).toEqual({ perSecond: -2, low: -2, high: -2 });
  });

  test('lies within its bounds in about 95 of 100 noisy series', () => {
    const inside = Array.from({ length: 200 }, (_, seed) => slopeOf(line(0.01, random(seed)))).filter(
      ({ low, high }) => low <= 0.01 && 0.01 <= high,
    ).length;
    expect(inside).toBeGreaterThan(180);
    expect(inside).toBeLessThanOrEqual(200);
  });

  test.each<[rise: number, trend: string]>([
    [0, 'flat'],
    [0.05, 'undecided'],
    [0.2, 'rising'],
  ])('of %d a second is %s against 0.05 a second', (rise, trend) => {
    expect(trendOf(slopeOf(line(rise, random(7))), 0.05)).toBe(trend);
  });

  test('needs three points in the order of time', () => {
    expect(() => slopeOf(line(1, () => 0).slice(0, 2))).toThrow(RangeError);
    expect(() => slopeOf(line(1, () => 0).reverse())).toThrow(RangeError);
  });

  test('is taken over blocks, of which the last that is not whole is left out', () => {
    const points = [5, 1, 9, 4, 4].map((value, seconds) => ({ seconds, value }));
    expect(blocksOf(points, 2, (values) => Math.min(...values))).toEqual([
      { seconds: 0, value: 1 },
      { seconds: 2, value: 4 },
    ]);
  });

  test('is drawn in one line from the lowest to the highest', () => {
    expect(chartLine('memory', [1, 2, 3], 'MiB')).toMatch(/^memory +▁▅█ 1 to 3 MiB$/);
    expect(chartLine('queue', [0, 0], '')).toMatch(/▁▁ 0 to 0$/);
    expect(
      [
        ...chartLine(
          'long',
          Array.from({ length: 1_200 }, (_, nth) => nth),
          '',
        ),
      ].length,
    ).toBeLessThan(100);
  });
});
