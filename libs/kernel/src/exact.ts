/** Exact rational number. The sign is in `num`; `den` is 1 or more. Not reduced unless {@link reduce} did it. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

/** `num / den`. A denominator of 0 is a RangeError: callers decide what an undefined ratio means (kpis.md: null). */
export const ratio = (num: bigint | number, den: bigint | number = 1n): Ratio => {
  const top = BigInt(num);
  const bottom = BigInt(den);
  if (bottom === 0n) throw new RangeError('a ratio needs a denominator other than 0');
  return bottom < 0n ? { num: -top, den: -bottom } : { num: top, den: bottom };
};

export const add = (left: Ratio, right: Ratio): Ratio =>
  left.den === right.den
    ? { num: left.num + right.num, den: left.den }
    : { num: left.num * right.den + right.num * left.den, den: left.den * right.den };

export const subtract = (left: Ratio, right: Ratio): Ratio => add(left, { num: -right.num, den: right.den });

export const multiply = (left: Ratio, right: Ratio): Ratio => ({
  num: left.num * right.num,
  den: left.den * right.den,
});

/** Fails with a RangeError when `right` is 0. */
export const divide = (left: Ratio, right: Ratio): Ratio => ratio(left.num * right.den, left.den * right.num);

/** -1, 0 or 1, by value: 1/2 and 2/4 are equal. */
export const compare = (left: Ratio, right: Ratio): -1 | 0 | 1 => {
  const difference = left.num * right.den - right.num * left.den;
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
};

/** The same value in lowest terms. */
export const reduce = ({ num, den }: Ratio): Ratio => {
  let [divisor, rest] = [num < 0n ? -num : num, den];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return { num: num / divisor, den: den / divisor };
};
