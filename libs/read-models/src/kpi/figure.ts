import { decimalText, type Ratio, ratio, ratioOfDecimal } from '#kernel';

/**
 * A ratio as served: both parts exact decimal text, the value half to even with at most 6 decimals, null where the
 * denominator is 0 or a part is not known. A type and not an interface: it is a value of an answer row.
 */
export type RatioFigure = {
  readonly num: string | null;
  readonly den: string | null;
  readonly value: string | null;
};

/** An amount as served: exact decimal text, null where nothing is known. */
export type Amount = string | null;

/** Reported values have at most 6 decimals (domain.md, type Dec): sums of whole millionths are exact. */
const MILLION = 1_000_000n;

/** Decimal text with at most 6 decimals → millionths. */
export const millionths = (text: string): bigint => {
  const { num, den } = ratioOfDecimal(text);
  if (MILLION % den !== 0n) throw new RangeError(`more than 6 decimals: ${text}`);
  return num * (MILLION / den);
};

/** Millionths → exact decimal text. */
export const amountText = (value: bigint): string => decimalText(ratio(value, MILLION));

/** Digits that a part of a ratio may have in an answer; longer ones are left to the value. */
const PART_DIGITS_MAX = 60;

/** `num / den` of whole numbers. Both parts are shown as they are, not reduced. */
export const figureOf = (num: bigint, den: bigint): RatioFigure => {
  const parts = { num: num.toString(), den: den.toString() };
  const isShort = parts.num.length <= PART_DIGITS_MAX && parts.den.length <= PART_DIGITS_MAX;
  return { ...(isShort ? parts : { num: null, den: null }), value: den === 0n ? null : decimalText(ratio(num, den)) };
};

/** The same of sums in millionths. */
export const figureOfMillionths = (num: bigint, den: bigint): RatioFigure => ({
  num: amountText(num),
  den: amountText(den),
  value: den === 0n ? null : decimalText(ratio(num, den)),
});

/** A signed exact ratio, such as a part of a change of a share. */
export const figureOfRatio = (value: Ratio | undefined): RatioFigure =>
  value === undefined ? NO_FIGURE : figureOf(value.num, value.den);

/** Parts without a provided cell: not 0, not anything. */
export const NO_FIGURE: RatioFigure = { num: null, den: null, value: null };
