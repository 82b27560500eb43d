import fc from 'fast-check';
import { decimalOfRatio, decimalText, ratioOfDecimal } from './decimal.js';
import { add, compare, divide, multiply, type Ratio, ratio, reduce, subtract } from './exact.js';

const big = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const ratios = fc.tuple(big, fc.bigInt({ min: 1n, max: 10n ** 20n })).map(([num, den]) => ratio(num, den));
const isSame = (left: Ratio, right: Ratio) => compare(left, right) === 0;

describe('A ratio', () => {
  test('keeps its parts as given, with the sign above', () => {
    expect(ratio(2, 4)).toEqual({ num: 2n, den: 4n });
    expect(ratio(1n, -3n)).toEqual({ num: -1n, den: 3n });
    expect(ratio(7)).toEqual({ num: 7n, den: 1n });
    expect(reduce(ratio(-6, 4))).toEqual({ num: -3n, den: 2n });
    expect(reduce(ratio(0, 5))).toEqual({ num: 0n, den: 1n });
  });

  test('has no denominator of 0, neither made nor by division, and no fraction for a part', () => {
    expect(() => ratio(1, 0)).toThrow(RangeError);
    expect(() => divide(ratio(1), ratio(0))).toThrow(RangeError);
    expect(() => ratio(0.5)).toThrow(RangeError);
  });

  test('obeys the laws of arithmetic exactly', () =>
    fc.assert(
      fc.property(ratios, ratios, ratios, (a, b, c) => {
        expect(isSame(subtract(add(a, b), b), a)).toBe(true);
        expect(isSame(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
        if (b.num !== 0n) expect(isSame(multiply(divide(a, b), b), a)).toBe(true);
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        expect(isSame(reduce(a), a)).toBe(true);
        for (const made of [add(a, b), subtract(a, b), multiply(a, b)]) expect(made.den > 0n).toBe(true);
      }),
      { seed: 41 },
    ));

  test('is compared by value', () => {
    expect([
      compare(ratio(1, 2), ratio(2, 4)),
      compare(ratio(-1, 2), ratio(1, 3)),
      compare(ratio(1, 3), ratio(333, 1000)),
    ]).toEqual([0, -1, 1]);
  });
});

describe('The decimal text of a ratio', () => {
  test.each([
    [1, 3, 6, '0.333333'],
    [2, 3, 6, '0.666667'],
    [1, 8, 2, '0.12'],
    [3, 8, 2, '0.38'],
    [-1, 8, 2, '-0.12'],
    [-3, 8, 2, '-0.38'],
    [1, 2, 0, '0'],
    [3, 2, 0, '2'],
    [5, 2, 0, '2'],
    [-1, 2, 0, '0'],
    [-5, 2, 0, '-2'],
    [1, 4, 6, '0.25'],
    [100, 1, 6, '100'],
    [1000, 10, 2, '100'],
    [0, 7, 6, '0'],
    [-1, 10_000_000, 6, '0'],
    [5, 10_000_000, 6, '0'],
    [15, 10_000_000, 6, '0.000002'],
    [999_999_9, 10_000_000, 6, '1'],
    [1, 1_000_000, 6, '0.000001'],
    [778_713_544, 867_827_569, 6, '0.897314'],
  ])('%s/%s at %s decimals is %s', (num, den, digits, text) => {
    expect(decimalText(ratio(num, den), digits)).toBe(text);
  });

  test('lies within half a unit of the last decimal and is the even one of two', () =>
    fc.assert(
      fc.property(ratios, fc.integer({ min: 0, max: 6 }), (value, digits) => {
        const text = decimalText(value, digits);
        expect(text).toMatch(/^(?!-0$)-?(0|[1-9]\d*)(\.\d{0,5}[1-9])?$/);
        const error = subtract(ratioOfDecimal(text), value);
        const half = ratio(1, 2n * 10n ** BigInt(digits));
        const side = compare(error.num < 0n ? { num: -error.num, den: error.den } : error, half);
        expect(side).not.toBe(1);
        if (side === 0)
          expect(((ratioOfDecimal(text).num * 10n ** BigInt(digits)) / ratioOfDecimal(text).den) % 2n).toBe(0n);
      }),
      { seed: 42, numRuns: 1000 },
    ));
});

describe('A decimal number', () => {
  test.each([
    ['12.34', 1234n, 100n],
    ['-0.5', -5n, 10n],
    ['7', 7n, 1n],
    ['-0', 0n, 1n],
    ['007.10', 710n, 100n],
  ])('%s is read exactly', (text, num, den) => {
    expect(ratioOfDecimal(text)).toEqual({ num, den });
  });

  test.each(['', '.5', '5.', '1e3', '+1', '1,5', '٣', '1 ', '--1', '0x1', 'NaN', '9'.repeat(201)])(
    '%p is refused',
    (text) => {
      expect(() => ratioOfDecimal(text)).toThrow(expect.objectContaining({ code: 'decimal.invalid' }));
    },
  );

  test.each([
    [1, 8, '0.125'],
    [-1, 8, '-0.125'],
    [1, 3, undefined],
    [2, 6, undefined],
    [3, 6, '0.5'],
    [10, 1, '10'],
    [0, 3, '0'],
    [1, 1024, '0.0009765625'],
  ])('%s/%s is exactly %s', (num, den, text) => {
    expect(decimalOfRatio(ratio(num, den))).toBe(text);
  });

  test('is the same after writing and reading', () =>
    fc.assert(
      fc.property(big, fc.integer({ min: 0, max: 12 }), (num, decimals) => {
        const value = ratio(num, 10n ** BigInt(decimals));
        expect(isSame(ratioOfDecimal(decimalOfRatio(value) ?? ''), value)).toBe(true);
      }),
      { seed: 43 },
    ));
});
