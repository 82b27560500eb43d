import { add, type Ratio, ratio, ratioOfDecimal, subtract } from '#kernel';

/** Between two numbers, both inside. An end without limit has the denominator 0 and its sign in the numerator. */
export interface Bounds {
  readonly low: Ratio;
  readonly high: Ratio;
}

const ENDLESS: Bounds = { low: { num: -1n, den: 0n }, high: { num: 1n, den: 0n } };
const isEndless = ({ den }: Ratio): boolean => den === 0n;

/** A finite end; undefined: there is no limit on that side. */
export const limitOf = (end: Ratio): Ratio | undefined => (isEndless(end) ? undefined : end);

export const point = (value: Ratio): Bounds => ({ low: value, high: value });

/** What a qualified figure says of the number behind it (kpis.md, section 3.5). */
export const boundsOf = (text: string, qualifier: string, aboutTolerance: Ratio): Bounds => {
  const value = ratioOfDecimal(text);
  switch (qualifier) {
    case 'more_than':
    case 'by':
      return { low: value, high: ENDLESS.high };
    case 'up_to':
      return { low: ENDLESS.low, high: value };
    case 'exact':
      return point(value);
    default:
      return times(point(value), {
        low: subtract(ratio(1n), aboutTolerance),
        high: add(ratio(1n), aboutTolerance),
      });
  }
};

/** Bounds of `left operator right`. */
export const combine = (operator: '+' | '-' | '*' | '/', left: Bounds, right: Bounds): Bounds => {
  switch (operator) {
    case '+':
      return { low: add(left.low, right.low), high: add(left.high, right.high) };
    case '-':
      return combine('+', left, { low: negated(right.high), high: negated(right.low) });
    case '*':
      return times(left, right);
    case '/':
      return isBeside0(right) ? times(left, { low: inverse(right.high), high: inverse(right.low) }) : ENDLESS;
  }
};

const negated = ({ num, den }: Ratio): Ratio => ({ num: -num, den });

/** Everything divided by what may be 0 may be anything. */
const isBeside0 = ({ low, high }: Bounds): boolean => low.num > 0n || high.num < 0n;

const inverse = ({ num, den }: Ratio): Ratio => (num < 0n ? { num: -den, den: -num } : { num: den, den: num });

const times = (left: Bounds, right: Bounds): Bounds => {
  const products = [left.low, left.high].flatMap((one) => [product(one, right.low), product(one, right.high)]);
  const [first = ratio(0n), ...others] = products;
  return others.reduce<Bounds>(
    ({ low, high }, one) => ({ low: isBelow(one, low) ? one : low, high: isBelow(high, one) ? one : high }),
    point(first),
  );
};

/** Nothing without limit is still nothing. */
const product = (one: Ratio, other: Ratio): Ratio =>
  one.num === 0n || other.num === 0n ? ratio(0n) : { num: one.num * other.num, den: one.den * other.den };

const isBelow = (one: Ratio, other: Ratio): boolean =>
  isEndless(one) && isEndless(other) ? one.num < other.num : one.num * other.den < other.num * one.den;
