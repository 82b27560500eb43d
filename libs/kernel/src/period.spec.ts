import fc from 'fast-check';
import { AE_DU } from './calendar.js';
import { addDays, dayOfNumber } from './day.js';
import { fiscalYearOf, GRAINS, halfOf, isoWeekOf, monthOf, periodOf, quarterOf, yearOf } from './period.js';

const days = fc.integer({ min: -25_000, max: 84_000 }).map(dayOfNumber);

describe('The period of a day', () => {
  test.each([
    ['day', '2021-12-31', '2021-12-31', '2021-12-31', '2021-12-31'],
    ['week', '2021-12-31', '2021-12-26', '2021-12-26', '2022-01-02'],
    ['iso_week', '2021-12-31', '2021-W52', '2021-12-27', '2022-01-02'],
    ['month', '2024-02-10', '2024-02', '2024-02-01', '2024-02-29'],
    ['quarter', '2017-03-31', '2017-Q1', '2017-01-01', '2017-03-31'],
    ['half', '2021-06-30', '2021-H1', '2021-01-01', '2021-06-30'],
    ['half', '2021-07-01', '2021-H2', '2021-07-01', '2021-12-31'],
    ['year', '2021-07-01', '2021', '2021-01-01', '2021-12-31'],
    ['fiscal_year', '2021-07-01', '2021', '2021-01-01', '2021-12-31'],
  ] as const)('%s of %s is %s', (grain, day, label, start, end) => {
    expect(periodOf(day, grain)).toMatchObject({ label, start, end });
  });

  test('holds the day, is the same for its first and last day, and the next begins right after it', () =>
    fc.assert(
      fc.property(
        days,
        fc.constantFrom(...GRAINS),
        fc.constantFrom('AE-DU', 'CA', 'GB'),
        (day, grain, jurisdiction) => {
          const rules = { jurisdiction, calendar: AE_DU };
          const period = periodOf(day, grain, rules);
          expect(period.start <= day && day <= period.end).toBe(true);
          expect(periodOf(period.start, grain, rules)).toEqual(period);
          expect(periodOf(period.end, grain, rules)).toEqual(period);
          expect(periodOf(addDays(period.end, 1), grain, rules).start).toBe(addDays(period.end, 1));
        },
      ),
      { seed: 31, numRuns: 2000 },
    ));

  test('is refused for what is no day', () => {
    for (const grain of GRAINS)
      expect(() => periodOf('2021-02-29', grain)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});

describe('An ISO week', () => {
  test.each([
    ['2018-12-31', '2019-W01'],
    ['2019-12-30', '2020-W01'],
    ['2020-12-31', '2020-W53'],
    ['2021-01-03', '2020-W53'],
    ['2021-01-04', '2021-W01'],
    ['2016-01-03', '2015-W53'],
    ['2023-01-01', '2022-W52'],
  ])('of %s is %s', (day, label) => {
    expect(isoWeekOf(day).label).toBe(label);
  });
});

describe('A period by its label', () => {
  test.each([
    [monthOf, '2021-12', '2021-12-01', '2021-12-31'],
    [quarterOf, '2017-Q1', '2017-01-01', '2017-03-31'],
    [quarterOf, '2017-Q4', '2017-10-01', '2017-12-31'],
    [halfOf, '2021-H1', '2021-01-01', '2021-06-30'],
    [yearOf, '2021', '2021-01-01', '2021-12-31'],
  ])('%p of %s runs from %s to %s', (read, label, start, end) => {
    expect(read(label)).toEqual({ label, start, end });
  });

  test.each([
    [monthOf, '2021-13'],
    [monthOf, '2021-Q1'],
    [monthOf, '2021-00'],
    [monthOf, '2021-1'],
    [monthOf, '2021'],
    [quarterOf, '2017-Q5'],
    [quarterOf, '2017-Q0'],
    [quarterOf, '2017-H1'],
    [quarterOf, '2017-03'],
    [quarterOf, '2017'],
    [halfOf, '2021-H3'],
    [halfOf, '2021-Q1'],
    [yearOf, '21'],
    [yearOf, '1899'],
    [yearOf, '2201'],
    [yearOf, '2021-12'],
    [yearOf, ''],
    [quarterOf, '2017-02-30'],
  ])('%p refuses %p', (read, label) => {
    expect(() => read(label)).toThrow(expect.objectContaining({ code: 'period.unknown' }));
  });
});

describe('A fiscal year', () => {
  test.each([
    ['2019-03-31', 'CA', '2018-2019', '2018-04-01', '2019-03-31'],
    ['2019-04-01', 'CA', '2019-2020', '2019-04-01', '2020-03-31'],
    ['2018-2019', 'CA', '2018-2019', '2018-04-01', '2019-03-31'],
    ['2019-03-31', 'AE', '2019', '2019-01-01', '2019-12-31'],
    ['2019-03-31', 'AE-DU', '2019', '2019-01-01', '2019-12-31'],
    ['2019', 'AE-DU', '2019', '2019-01-01', '2019-12-31'],
    ['2019-03-31', 'GB', '2019', '2019-01-01', '2019-12-31'],
  ])('%s in %s is %s', (given, jurisdiction, label, start, end) => {
    expect(fiscalYearOf(given, jurisdiction)).toEqual({ label, start, end });
  });

  test.each(['2018-2020', '2019-2018', '2018-19', '2018', '2018-04'])('of Canada is not named %s', (label) => {
    expect(() => fiscalYearOf(label, 'CA')).toThrow(expect.objectContaining({ code: 'period.unknown' }));
  });
});
