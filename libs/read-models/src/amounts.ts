/** A whole number, exact: a bigint only where a number would round. */
export type Amount = number | bigint;

/** Measure property → amount. */
export type Amounts = Readonly<Record<string, Amount>>;

/** Whole number of a decimal text. */
export const exact = (text: string): Amount => safe(Number(text)) ?? BigInt(text);

/** The same amount as a number where that is exact. @throws TypeError for what is no whole number. */
export const exactly = (amount: Amount): Amount => {
  if (typeof amount === 'bigint') return isSafe(amount) ? Number(amount) : amount;
  if (!Number.isSafeInteger(amount)) throw new TypeError(`${amount} is not exact`);
  return amount;
};

/** `one + sign * other`, exact. */
export const sumOf = (one: Amount, other: Amount, sign: 1 | -1 = 1): Amount => {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + sign * other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return exactly(BigInt(one) + BigInt(sign) * BigInt(other));
};

const safe = (number: number): number | undefined => (Number.isSafeInteger(number) ? number : undefined);

const isSafe = (whole: bigint): boolean => whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER;
