import { decimalText, type Ratio, ratio } from '#kernel';
import { boundsOf, combine, limitOf, point } from './bounds.js';

const ABOUT = ratio(1n, 20n);
const of = (value: string, qualifier: string) => boundsOf(value, qualifier, ABOUT);
const shown = (end: Ratio) => {
  const limit = limitOf(end);
  return limit === undefined ? null : decimalText(limit);
};
const ends = ({ low, high }: ReturnType<typeof of>) => [shown(low), shown(high)];

describe('The bounds of qualified figures', () => {
  test.each([
    ['exact', ['100', '100']],
    ['more_than', ['100', null]],
    ['by', ['100', null]],
    ['up_to', [null, '100']],
    ['about', ['95', '105']],
    ['forecast', ['95', '105']],
  ])('of %s 100 are %j', (qualifier, expected) => expect(ends(of('100', qualifier))).toEqual(expected));

  test('of a mean value: up to 50,000,000 over more than 100,000 is 500 at most, and nothing is said below', () =>
    expect(ends(combine('/', of('50000000', 'up_to'), of('100000', 'more_than')))).toEqual([null, '500']));

  test('of sums, differences and products take the ends that lie furthest out', () => {
    const [low, high] = [of('10', 'more_than'), of('4', 'up_to')];
    expect(ends(combine('+', low, point(ratio(5n))))).toEqual(['15', null]);
    expect(ends(combine('-', low, high))).toEqual(['6', null]);
    expect(ends(combine('-', high, low))).toEqual([null, '-6']);
    expect(ends(combine('*', of('-100', 'about'), point(ratio(2n))))).toEqual(['-210', '-190']);
    expect(ends(combine('*', low, high))).toEqual([null, null]);
    expect(ends(combine('*', low, point(ratio(0n))))).toEqual(['0', '0']);
  });
  test('of a quotient have none where the divisor may be 0', () => {
    expect(ends(combine('/', point(ratio(1n)), of('4', 'up_to')))).toEqual([null, null]);
    expect(ends(combine('/', point(ratio(1n)), of('-4', 'up_to')))).toEqual(['-0.25', '0']);
    expect(ends(combine('/', point(ratio(192n)), of('1100', 'more_than')))).toEqual(['0', '0.174545']);
  });
});
