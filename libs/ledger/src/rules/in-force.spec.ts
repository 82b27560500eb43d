import { inForce, type Spans, withSpan } from './in-force.js';

const spans = (...entries: [from: string, value: string][]) =>
  entries.reduce<Spans<string>>((all, [from, value]) => withSpan(all, from, value), []);

describe('What is in force', () => {
  test.each([
    ['2021-12-31', undefined],
    ['2022-01-01', 'first'],
    ['2022-02-28', 'first'],
    ['2022-03-01', 'second'],
    ['2030-01-01', 'second'],
  ])('on %s is %s', (day, value) =>
    expect(inForce(spans(['2022-01-01', 'first'], ['2022-03-01', 'second']), day)).toBe(value),
  );

  test('follows the days and not the order of arrival', () =>
    expect(spans(['2022-03-01', 'second'], ['2022-01-01', 'first'])).toEqual(
      spans(['2022-01-01', 'first'], ['2022-03-01', 'second']),
    ));

  test('of one day is what was recorded last', () =>
    expect(inForce(spans(['2022-01-01', 'wrong'], ['2022-01-01', 'right']), '2022-01-01')).toBe('right'));
});
