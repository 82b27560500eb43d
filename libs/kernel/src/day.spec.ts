import fc from 'fast-check';
import { addDays, dayNumber, dayOfNumber, daysFromTo, isDay, isPart, lastDayOfPart, weekdayOf } from './day.js';

const FIRST = -25_567; // 1900-01-01
const LAST = 84_370; // 2200-12-31

describe('A day', () => {
  test.each(['1900-01-01', '2200-12-31', '2000-02-29', '2024-02-29', '2021-12-31'])('%s exists', (day) => {
    expect(isDay(day)).toBe(true);
    expect(dayOfNumber(dayNumber(day))).toBe(day);
  });

  test.each([
    '1899-12-31',
    '2201-01-01',
    '1900-02-29',
    '2100-02-29',
    '2021-02-29',
    '2021-04-31',
    '2021-13-01',
    '2021-00-10',
    '2021-01-00',
    '2021-1-01',
    '2021-01-1',
    '20210101',
    '2021-01-01T',
    ' 2021-01-0',
    '2021/01/01',
    '٢٠٢١-٠١-٠١',
    '',
  ])('%p does not', (text) => {
    expect(isDay(text)).toBe(false);
    expect(() => dayNumber(text)).toThrow(expect.objectContaining({ code: 'day.invalid' }));
  });

  test.each([20210101, null, undefined, {}])('%p is none', (value) => {
    expect(isDay(value)).toBe(false);
  });

  test('is numbered from 1970-01-01, the same as the runtime counts, from the first to the last', () => {
    expect([dayNumber('1900-01-01'), dayNumber('1970-01-01'), dayNumber('2200-12-31')]).toEqual([FIRST, 0, LAST]);
    for (let number = FIRST; number <= LAST; number++) {
      const day = new Date(number * 86_400_000).toISOString().slice(0, 10);
      if (dayOfNumber(number) !== day || dayNumber(day) !== number) throw new Error(`${number} is not ${day}`);
    }
  });

  test('outside 1900 to 2200 is refused and not wrapped', () => {
    for (const number of [FIRST - 1, LAST + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => dayOfNumber(number)).toThrow(expect.objectContaining({ code: 'day.invalid' }));
    expect(() => addDays('2200-12-31', 1)).toThrow(expect.objectContaining({ code: 'day.invalid' }));
  });

  test('counts inclusively', () => {
    expect(daysFromTo('2021-01-01', '2021-12-31')).toBe(365);
    expect(daysFromTo('2021-01-01', '2021-01-01')).toBe(1);
    expect(daysFromTo('2021-01-02', '2021-01-01')).toBe(0);
  });

  test('moves there and back', () =>
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), fc.integer({ min: FIRST, max: LAST }), (from, to) => {
        const day = dayOfNumber(from);
        expect(addDays(day, to - from)).toBe(dayOfNumber(to));
        expect(daysFromTo(day, dayOfNumber(to))).toBe(to - from + 1);
        expect(day < dayOfNumber(to)).toBe(from < to);
      }),
      { seed: 1 },
    ));

  test('has an ISO weekday', () => {
    expect(['1970-01-01', '2021-12-26', '2022-01-03', '1900-01-01'].map(weekdayOf)).toEqual([4, 7, 1, 1]);
  });
});

describe('A part of the calendar', () => {
  test.each([
    ['2021', '2021-12-31'],
    ['2021-02', '2021-02-28'],
    ['2024-02', '2024-02-29'],
    ['2021-12', '2021-12-31'],
    ['2021-12-05', '2021-12-05'],
    ['2200', '2200-12-31'],
  ])('%s counts as %s', (part, day) => {
    expect(isPart(part)).toBe(true);
    expect(lastDayOfPart(part)).toBe(day);
  });

  test.each(['1899', '2201', '2021-13', '2021-00', '2021-1', '21', '2021-', '2021-Q1', '2021-02-29', ''])(
    '%p is none',
    (text) => {
      expect(isPart(text)).toBe(false);
      expect(() => lastDayOfPart(text)).toThrow(expect.objectContaining({ code: 'period.unknown' }));
    },
  );
});
