import { AE_DU, withHolidays } from '#kernel';
import { type CampaignPolicy, daysOfPlan, planOf, type Span } from './days.js';

const policy: CampaignPolicy = {
  baselines: ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'],
  ...{ weeksBack: 4, lookBackWeeksMax: 8, pullDays: 7, persistenceWeeks: [4, 12] },
};
const week: Span = { firstDay: '2018-10-21', lastDay: '2018-10-25' };
interface Asked {
  readonly of?: Span;
  readonly editions?: readonly Span[];
  readonly holidays?: readonly string[];
  readonly more?: Partial<CampaignPolicy>;
}
const plan = ({ of = week, editions = [of], holidays = [], more = {} }: Asked = {}) =>
  planOf(of, { calendar: withHolidays(AE_DU, holidays), policy: { ...policy, ...more }, editions });
const daysBack = (first: string, last: string) => [first, last];

describe('The days of an edition', () => {
  test('[CAM-2] of 2018 are five working days, Sunday to Thursday', () =>
    expect(plan().days).toEqual(['2018-10-21', '2018-10-22', '2018-10-23', '2018-10-24', '2018-10-25']));
  test('are working days alone', () => {
    const twoWeeks = { firstDay: '2018-10-21', lastDay: '2018-11-01' };
    expect(plan({ of: twoWeeks }).days).toHaveLength(10);
    expect(plan({ holidays: ['2018-10-23'] }).days).toHaveLength(4);
  });
  test('are set against as many working days just before, in order', () => {
    expect(plan().bases.previousDay).toEqual(['14', '15', '16', '17', '18'].map((day) => [`2018-10-${day}`]));
    expect(plan({ holidays: ['2018-10-15', '2018-10-18'] }).bases.previousDay?.flat()).toEqual([
      ...daysBack('2018-10-10', '2018-10-11'),
      ...['2018-10-14', '2018-10-16', '2018-10-17'],
    ]);
  });
  test('are set against the same weekdays a week and 52 weeks before, where people worked on them', () => {
    const { previousWeek, sameWeekLastYear } = plan({ holidays: ['2018-10-15', '2017-10-26'] }).bases;
    expect(previousWeek).toEqual([['2018-10-14'], undefined, ['2018-10-16'], ['2018-10-17'], ['2018-10-18']]);
    expect(sameWeekLastYear).toEqual([['2017-10-22'], ['2017-10-23'], ['2017-10-24'], ['2017-10-25'], undefined]);
  });
  test('are set against the nearest four earlier same weekdays, without holidays and other editions', () => {
    expect(plan().bases.matchedWeekdays?.[0]).toEqual(['2018-10-14', '2018-10-07', '2018-09-30', '2018-09-23']);
    const other = { firstDay: '2018-10-07', lastDay: '2018-10-07' };
    expect(plan({ editions: [week, other], holidays: ['2018-09-30'] }).bases.matchedWeekdays?.[0]).toEqual([
      ...['2018-10-14', '2018-09-23', '2018-09-16', '2018-09-09'],
    ]);
  });
  test('have no matched weekdays where eight weeks have too few', () => {
    const other = { firstDay: '2018-09-01', lastDay: '2018-10-20' };
    expect(plan({ editions: [week, other] }).bases.matchedWeekdays).toEqual(Array(5).fill(undefined));
    expect(plan({ more: { weeksBack: 5, lookBackWeeksMax: 4 } }).bases.matchedWeekdays?.[0]).toBeUndefined();
  });
  test('of a long edition are never their own baseline', () => {
    const twoWeeks = { firstDay: '2018-10-21', lastDay: '2018-11-01' };
    expect(plan({ of: twoWeeks }).bases.matchedWeekdays?.[5]?.[0]).toBe('2018-10-14');
  });
  test('have working days of a week before and after them, each with its matched weekdays', () => {
    const { before, after } = plan();
    expect(before.map(({ day }) => day)).toEqual(plan().bases.previousDay?.flat());
    expect(after.map(({ day }) => day)).toEqual(['2018-10-28', '2018-10-29', '2018-10-30', '2018-10-31', '2018-11-01']);
    expect(after[0]?.base).toEqual(['2018-10-14', '2018-10-07', '2018-09-30', '2018-09-23']);
  });
  test('return 4 and 12 weeks later, but for holidays', () => {
    const { later } = plan({ holidays: ['2018-11-19'] });
    expect(later['4']).toEqual(['2018-11-18', '2018-11-20', '2018-11-21', '2018-11-22']);
    expect(later['12']?.[0]).toBe('2019-01-13');
  });
  test('follow the policy: its baselines, its weeks', () => {
    const { bases, later } = plan({ more: { baselines: ['previousDay'], persistenceWeeks: [1] } });
    expect([Object.keys(bases), Object.keys(later)]).toEqual([['previousDay'], ['1']]);
  });
  test('are each asked for once', () => {
    const days = daysOfPlan(plan());
    expect(new Set(days).size).toBe(days.length);
    expect(days).toEqual([...days].sort());
  });
});
