import { type Demand, HOURS_A_WEEK, meanRate, shapeOf } from '../bench/scale/demand.js';
import { DESIGNS } from '../bench/scale/designs.js';
import { type Figures, figuresOf, measuredFigures } from '../bench/scale/figures.js';
import { ASSUMED, costOfMillion, pageOf, withTables } from '../bench/scale/page.js';
import { holdsUpTo, simulateWeek } from '../bench/scale/week.js';
import { ROOT, sourceOf } from './support/repository.js';

const figures: Figures = {
  intakeMicros: 30,
  journalMicros: 10,
  journalRate: 100_000,
  foldMicros: 40,
  foldOneMicros: 30,
  projectMicros: 20,
  walBytes: 2_000,
  journalBytes: 600,
  readModelBytes: 800,
  answerMicros: 40_000,
};
/** Even all week, one event a transaction, nobody asks. */
const even = (perSecond: number): Demand => ({
  people: perSecond,
  perHead: 365 * 24 * 3_600,
  eventsPerTransaction: 1,
  profile: new Array<number>(HOURS_A_WEEK).fill(1),
  questionsPerMillion: 0,
});
const small = DESIGNS[0]!;

describe('The simulation of scale', () => {
  test('takes its figures from the page of the benchmarks, and says which one is missing', () => {
    const page = sourceOf('docs/PERFORMANCE.md');
    const { intakeMicros, journalBytes, foldMicros, foldOneMicros } = measuredFigures(ROOT);
    const [, client] = /^HTTP, rules, journal(?:\s+\S+){5}\s+(\S+)/m.exec(page)!;
    expect(intakeMicros).toBe(Number(client));
    expect(page).toContain(`weighs ${journalBytes} bytes in the`);
    expect(foldOneMicros).toBeLessThanOrEqual(foldMicros);
    expect(() => figuresOf(page.replaceAll('HTTP, rules, journal', 'HTTP'))).toThrow('"HTTP, rules, journal"');
  });

  test('the tables of docs/SCALE.md are what it says of those figures', () => {
    const page = sourceOf('docs/SCALE.md');
    expect(withTables(page, pageOf(measuredFigures(ROOT), ASSUMED))).toBe(page);
    expect(() => withTables('a page', '')).toThrow('has no');
  });

  test('the demand has the mean that was asked for, in a week that is uneven', () => {
    const { profile, eventsPerTransaction } = shapeOf();
    const mean = profile.reduce((sum, hour) => sum + hour, 0) / HOURS_A_WEEK;
    expect(mean).toBeGreaterThanOrEqual(1); // the busiest month is no quieter than the year
    expect(mean).toBeLessThan(1.5);
    expect(Math.max(...profile)).toBeGreaterThan(1.5);
    expect(eventsPerTransaction).toBeGreaterThan(3);
    expect(meanRate(even(7))).toBeCloseTo(7);
  });

  test('what arrives is taken in and projected, and nothing is lost or made', () => {
    const { done, lateSeconds, breaks } = simulateWeek(small, even(10), figures);
    expect(done).toBeCloseTo(1, 12);
    expect(lateSeconds).toBeLessThan(60);
    expect(breaks).toEqual([]);
  });

  test('two cores at 80 % with 100 µs an event keep up with 16,000 events a second and not with more', () => {
    // 30 + 10 + 40 + 20 µs: intake alone would go further, figures would not.
    expect(simulateWeek(small, even(15_800), figures).breaks).not.toContain('figures');
    expect(simulateWeek(small, even(16_500), figures).breaks).toContain('figures');
    expect(simulateWeek(small, even(16_500), figures).breaks).not.toContain('intake');
    expect(simulateWeek(small, even(16_500), figures).done).toBeLessThan(1);
  });

  test('the half minute without any process is caught up with', () => {
    const { waitSeconds, lateSeconds, done } = simulateWeek(small, even(10_000), figures);
    expect(waitSeconds).toBe(30);
    expect(lateSeconds).toBeLessThan(60);
    expect(done).toBeCloseTo(1, 12);
  });

  test.each<[limit: 'rebuild' | 'storage', change: Partial<Figures>, share: number]>([
    ['rebuild', { foldMicros: 80, foldOneMicros: 80, projectMicros: 40 }, 0.5],
    ['storage', { journalBytes: 1_200, readModelBytes: 1_600 }, 0.5],
  ])('%s gives in at half the people when an event costs twice as much', (limit, change, share) => {
    const before = holdsUpTo(small, even(1), figures, [limit]);
    const after = holdsUpTo(small, even(1), { ...figures, ...change }, [limit]);
    expect(before).toBeGreaterThan(0);
    expect(after / before).toBeGreaterThan(share * 0.85);
    expect(after / before).toBeLessThan(share * 1.15);
  });

  test('a million transactions cost what cores and bytes cost', () => {
    const prices = { ...ASSUMED, coreHour: 1, gigabyteMonth: 0 };
    const year = 365 * 24;
    expect(costOfMillion(small, even(1), figures, prices)).toBeCloseTo((2 * year) / ((year * 3_600) / 1e6));
    const stored = { ...ASSUMED, coreHour: 0, gigabyteMonth: 1 };
    expect(costOfMillion(small, even(1), figures, stored)).toBeCloseTo(((1e6 * 1_400) / 1e9) * 6);
  });
});
