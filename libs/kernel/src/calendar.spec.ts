import fc from 'fast-check';
import { AE_DU, isWorkingDay, type WorkingCalendar, weekOf, withHolidays, workingDay, zoneOf } from './calendar.js';
import { addDays, dayNumber, dayOfNumber, weekdayOf } from './day.js';

describe('The calendar ae-du@1', () => {
  test.each([
    ['2021-12-23', 'full', 'Thursday under the old rule'],
    ['2021-12-24', 'off', 'Friday under the old rule'],
    ['2021-12-25', 'off', 'Saturday'],
    ['2021-12-26', 'full', 'Sunday under the old rule'],
    ['2021-12-31', 'off', 'the last Friday off'],
    ['2022-01-01', 'off', 'Saturday'],
    ['2022-01-02', 'off', 'the first Sunday off'],
    ['2022-01-03', 'full', 'the first Monday that begins a week'],
    ['2022-01-07', 'half', 'the first Friday worked half'],
  ])('%s is %s: %s', (day, expected) => {
    expect(workingDay(day)).toBe(expected);
    expect(isWorkingDay(day)).toBe(expected !== 'off');
  });

  test('has no work on a declared holiday and work again when it is revoked', () => {
    const declared = withHolidays(AE_DU, ['2021-12-02', '2022-01-07']);
    expect([workingDay('2021-12-02', declared), workingDay('2022-01-07', declared)]).toEqual(['off', 'off']);
    expect(workingDay('2021-12-02', withHolidays(declared, []))).toBe('full');
    expect(workingDay('2021-12-02')).toBe('full');
  });

  test.each([
    ['2021-12-19', '2021-12-19', '2021-12-25', 7],
    ['2021-12-25', '2021-12-19', '2021-12-25', 7],
    ['2021-12-26', '2021-12-26', '2022-01-02', 8],
    ['2021-12-31', '2021-12-26', '2022-01-02', 8],
    ['2022-01-01', '2021-12-26', '2022-01-02', 8],
    ['2022-01-02', '2021-12-26', '2022-01-02', 8],
    ['2022-01-03', '2022-01-03', '2022-01-09', 7],
    ['2018-10-22', '2018-10-21', '2018-10-27', 7],
  ])('%s lies in the week of %s to %s with %s days', (day, start, end, days) => {
    expect(weekOf(day)).toEqual({ label: start, start, end, days, isIrregular: days !== 7 });
  });

  test('puts every day into exactly one week, and weeks follow each other without gap', () => {
    let start = weekOf('2015-01-01').start;
    let irregular = 0;
    while (start < '2026-01-01') {
      const week = weekOf(start);
      expect(week.start).toBe(start);
      for (let at = 0; at < week.days; at++) expect(weekOf(addDays(start, at))).toEqual(week);
      if (week.isIrregular) irregular++;
      start = addDays(week.end, 1);
    }
    expect(irregular).toBe(1);
  });
});

describe('A week', () => {
  const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  const rules = fc.record({ from: fc.integer({ min: 18_000, max: 18_100 }), weekStart: fc.constantFrom(...names) });

  test('holds its day and begins on a start day of the rule then in force, whatever the rules', () =>
    fc.assert(
      fc.property(
        fc.array(rules, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 18_000, max: 18_120 }),
        (list, number) => {
          const weeks = list
            .sort((left, right) => left.from - right.from)
            .map((rule) => ({
              from: dayOfNumber(rule.from),
              weekStart: rule.weekStart,
              workingDays: names,
              halfDays: [],
            }));
          const calendar = { ...AE_DU, weeks } as unknown as WorkingCalendar;
          const day = dayOfNumber(number);
          const { start, end, days } = weekOf(day, calendar);
          expect(start <= day && day <= end).toBe(true);
          expect(dayNumber(end) - dayNumber(start) + 1).toBe(days);
          const inForce = weeks.findLast((rule) => rule.from <= start) ?? weeks[0];
          expect(names[weekdayOf(start) - 1]).toBe(inForce?.weekStart);
          expect(weekOf(addDays(end, 1), calendar).start).toBe(addDays(end, 1));
        },
      ),
      { seed: 21, numRuns: 1000 },
    ));
});

describe('The zone of a jurisdiction', () => {
  test.each([
    ['AE', 'Asia/Dubai'],
    ['AE-DU', 'Asia/Dubai'],
    ['GB', 'Europe/London'],
    ['CA', 'America/Toronto'],
    ['SA', 'Asia/Dubai'],
  ])('%s is %s', (jurisdiction, zone) => {
    expect(zoneOf(jurisdiction)).toBe(zone);
  });

  test('is never an inherited property', () => {
    expect(zoneOf('constructor')).toBe('Asia/Dubai');
  });
});
