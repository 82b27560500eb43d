import { AE_DU, addDays } from '#kernel';
import { randomOf } from '../../../../test/support/transaction-history.js';
import { type CampaignPolicy, type Method, type Plan, planOf } from './days.js';
import { type ClassSums, type DaySums, figuresOf } from './figures.js';
import { savedOf } from './saved.js';

const SEED = 20_181_025;
const TIMES = 200;
const METHODS: readonly Method[] = ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'];
const policy: CampaignPolicy = {
  ...{ baselines: METHODS, weeksBack: 4, lookBackWeeksMax: 8, pullDays: 7, persistenceWeeks: [4, 12] },
};
const edition = { firstDay: '2018-10-21', lastDay: '2018-10-25' };
const plan: Plan = planOf(edition, { calendar: AE_DU, policy, editions: [edition] });

/** Requests of every class on most days of two years around; some days are not covered. */
const drawn = (seed: number): DaySums => {
  const random = randomOf(seed);
  const days = new Map<string, ClassSums>();
  for (let day = '2017-09-01'; day <= '2019-02-01'; day = addDays(day, 1)) {
    if (random.next() < 0.002) continue;
    const [of9, of900] = [() => BigInt(random.upTo(9)), () => BigInt(random.upTo(900))];
    const of = (name: string) => [name, { received: of9(), settled: of900(), sheets: of9() }] as const;
    days.set(day, new Map([of('counter'), of('digital'), of('remote'), of('postal')]));
  }
  return days;
};

type Sum = (day: string, isIn?: (name: string) => boolean, what?: 'received' | 'sheets') => number | null;
type Which = [isIn?: (name: string) => boolean, what?: 'received' | 'sheets'];

/** By the words of the definition, in plain numbers; NaN stands for what is not known. */
const recounted = (sums: DaySums, method: Method) => {
  const at: Sum = (day, isIn = () => true, what = 'received') => {
    const ofDay = sums.get(day);
    if (!ofDay) return null;
    return [...ofDay].filter(([name]) => isIn(name)).reduce((sum, [, counted]) => sum + Number(counted[what]), 0);
  };
  const D = ['2018-10-21', '2018-10-22', '2018-10-23', '2018-10-24', '2018-10-25'];
  const weeks = (day: string) =>
    [1, 2, 3, 4, 5, 6].map((back) => addDays(day, -7 * back)).filter((one) => !D.includes(one));
  const matched = (day: string, ...of: Which) =>
    weeks(day)
      .slice(0, 4)
      .reduce((sum, one) => sum + (at(one, ...of) ?? Number.NaN), 0) / 4;
  const base = (day: string, ...of: Which): number => {
    if (method === 'matchedWeekdays') return matched(day, ...of);
    return at(addDays(day, method === 'sameWeekLastYear' ? -364 : -7), ...of) ?? Number.NaN; // both of the others: no holiday
  };
  const total = (days: readonly string[], of: (day: string) => number) => days.reduce((sum, day) => sum + of(day), 0);
  const is =
    (...names: string[]) =>
    (name: string) =>
      names.includes(name);
  const not = (name: string) => name !== 'counter';
  const actual = total(D, (day) => at(day) ?? 0);
  const baseline = total(D, (day) => base(day));
  const sheets = total(D, (day) => at(day, undefined, 'sheets') ?? 0);
  const expected = (total(D, (day) => base(day, undefined, 'sheets')) * actual) / baseline;
  const displaced = total(D, (day) => base(day, is('counter'))) - total(D, (day) => at(day, is('counter')) ?? 0);
  const gained =
    total(D, (day) => at(day, is('digital', 'remote')) ?? 0) - total(D, (day) => base(day, is('digital', 'remote')));
  const before = [18, 17, 16, 15, 14].map((day) => `2018-10-${day}`);
  const after = ['2018-10-28', '2018-10-29', '2018-10-30', '2018-10-31', '2018-11-01'];
  const share = (days: readonly string[]) => {
    const all = (isIn?: (name: string) => boolean) => total(days, (day) => at(day, isIn) ?? Number.NaN);
    return all(not) / all();
  };
  const shareOfBase = total(D, (day) => matched(day, not)) / total(D, (day) => matched(day));
  const later = (weeksLater: number) => D.map((day) => addDays(day, 7 * weeksLater));
  return {
    ...{ sheets, expected, net: expected - sheets, trips: displaced },
    actual,
    baseline,
    uplift: (actual - baseline) / baseline,
    displaced,
    substituted: gained,
    substitution: displaced > 0 ? gained / displaced : Number.NaN,
    pullBefore: total(before, (day) => (at(day) ?? Number.NaN) - matched(day)),
    pullAfter: total(after, (day) => matched(day) - (at(day) ?? Number.NaN)),
    persistence_4: (share(later(4)) - shareOfBase) / (share(D) - shareOfBase),
    persistence_12: (share(later(12)) - shareOfBase) / (share(D) - shareOfBase),
  };
};

const shown = (value: unknown): string => {
  if (typeof value === 'bigint') return Number(value).toFixed(9);
  const { num, den } = (value ?? { num: Number.NaN, den: 1 }) as { num: bigint; den: bigint };
  return (Number(num) / Number(den) + 0).toFixed(9);
};

describe('The figures of an edition', () => {
  test(`[CAM-18] are those of the definition in plain numbers, for ${TIMES} draws from seed ${SEED}, and null where a day is missing`, () => {
    let nulls = 0;
    for (let seed = SEED; seed < SEED + TIMES; seed++) {
      const sums = drawn(seed);
      for (const method of METHODS) {
        const all = figuresOf(sums, plan, { method, measure: 'received', classes: undefined });
        const { persistence, coveredDays, ...figures } = all;
        const saved = savedOf(all, sums, plan, { method, classes: undefined });
        const flat = { ...saved, ...figures, persistence_4: persistence['4'], persistence_12: persistence['12'] };
        const exact = Object.fromEntries(Object.entries(flat).map(([name, value]) => [name, shown(value)]));
        const plain = Object.fromEntries(
          Object.entries(recounted(sums, method)).map(([name, value]) => [name, (value + 0).toFixed(9)]),
        );
        expect([seed, method, exact]).toEqual([seed, method, plain]);
        if (figures.uplift === null) nulls++;
        expect(coveredDays).toBe(plan.days.filter((day) => sums.has(day)).length);
      }
    }
    expect(nulls).toBeGreaterThan(0);
  });

  test('of nothing are null, never 0', () => {
    const { uplift, baseline, displaced, substitution, pullBefore, persistence } = figuresOf(new Map(), plan, {
      ...{ method: 'previousDay', measure: 'received', classes: undefined },
    });
    expect([uplift, baseline, displaced, substitution, pullBefore]).toEqual([null, null, null, null, null]);
    expect(persistence).toEqual({ '4': null, '12': null });
  });
});
