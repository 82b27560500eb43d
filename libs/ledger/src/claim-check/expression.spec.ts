import { ratio, ratioOfDecimal } from '#kernel';
import { claimsOf, evaluate, exactly, expressionOf } from './expression.js';

const VALUES: Readonly<Record<string, string>> = { p1: '6', p2: '4', 'p-3': '0.5', zero: '0' };
const figureOf = (text: string) => {
  const expression = expressionOf(text);
  if (expression === undefined) return 'unreadable';
  const value = evaluate(
    expression,
    exactly((id) => (VALUES[id] === undefined ? undefined : ratioOfDecimal(VALUES[id]))),
  );
  return value && Number(value.num) / Number(value.den);
};

describe('An expression over claims', () => {
  test.each([
    ['p1', 6],
    ['42', 42],
    ['0.25 * p2', 1],
    ['p1 + p2 * 2', 14],
    ['( p1 + p2 ) * 2', 20],
    ['(p1+ p2)', 'unreadable'],
    ['p1 - p2 - 1', 1],
    ['p1 / p2 / 3', 0.5],
    ['p1 - ( p2 - 1 )', 3],
    ['p-3 * p2', 2],
    ['p1 - -2', 8],
  ])('%s is %s', (text, value) => expect(figureOf(text)).toBe(value));

  test.each(['', ' ', 'p1 +', '+ p1', 'p1 p2', '( p1', 'p1 )', 'P1', 'p1 ^ p2', '()', 'p1 + * p2', '-0'])(
    '"%s" is none',
    (text) => expect(expressionOf(text)).toBeUndefined(),
  );
  test('is not nested without end', () => {
    expect(expressionOf(`${'('.repeat(50)}p1${')'.repeat(50)}`)).toBeDefined();
    expect(expressionOf(`${'('.repeat(51)}p1${')'.repeat(51)}`)).toBeUndefined();
  });
  test('has no value without one of its claims, nor divided by zero', () => {
    expect(figureOf('p1 + p9')).toBeUndefined();
    expect(figureOf('p1 / zero')).toBeUndefined();
    expect(figureOf('p1 / ( p2 - 4 )')).toBeUndefined();
  });
  test('is exact', () => {
    const third = evaluate(
      expressionOf('1 / 3')!,
      exactly(() => undefined),
    );
    expect(third).toEqual(ratio(1n, 3n));
  });
  test('names each claim once, in order', () => {
    expect(claimsOf(expressionOf('p2 / p1 + p2 - 7'))).toEqual(['p2', 'p1']);
    expect(claimsOf(undefined)).toEqual([]);
  });
});
