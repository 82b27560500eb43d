import { type Ratio, reduce } from './exact.js';
import { refuseText } from './kernel-failures.js';

const DECIMAL = /^(-?)(\d{1,200})(?:\.(\d{1,200}))?$/;

/** For display: at most `digits` decimals, half to even, no trailing zeros, never `-0`. */
export const decimalText = ({ num, den }: Ratio, digits = 6): string => {
  const scaled = (num < 0n ? -num : num) * 10n ** BigInt(digits);
  const whole = scaled / den;
  const twice = (scaled % den) * 2n;
  const isUp = twice > den || (twice === den && whole % 2n === 1n);
  return pointed(isUp ? whole + 1n : whole, digits, num < 0n);
};

/** Reads `12.34`, `-0.5`, `7`: digits on both sides of the point, at most 200. Sheds no digit; den is a power of ten. */
export const ratioOfDecimal = (text: string): Ratio => {
  const match = DECIMAL.exec(text);
  if (!match) throw refuseText('decimal.invalid', String(text));
  const [, sign, whole = '', fraction = ''] = match;
  return { num: BigInt(`${sign}${whole}${fraction}`), den: 10n ** BigInt(fraction.length) };
};

/** Exact decimal text, or undefined where none ends: 1/8 → `0.125`, 1/3 → undefined. */
export const decimalOfRatio = (value: Ratio): string | undefined => {
  const { num, den } = reduce(value);
  let rest = den;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  if (rest !== 1n) return undefined;
  const decimals = Math.max(twos, fives);
  return pointed(((num < 0n ? -num : num) * 10n ** BigInt(decimals)) / den, decimals, num < 0n);
};

/**
 * Totals of which `part` is the published share: all whole numbers `t` from `least` to `most`, for which 100 × part / t, rounded
 * half up to the decimals of `percent`, is `percent`. 180 at `95` → 189 to 190.
 *
 * @param part 1 or more. @param percent Decimal text above 0, as published: `95` and `95.0` say different things.
 * @returns undefined where no total gives that share. A RangeError for a share that rounds down to 0: then any larger total would do.
 */
export const totalsOfShare = (
  part: bigint,
  percent: string,
): { readonly least: bigint; readonly most: bigint } | undefined => {
  const { num, den } = ratioOfDecimal(percent);
  if (part < 1n || num < 1n) throw new RangeError(`no share of anything: ${part} at ${percent} %`);
  // num - ½ <= 100 × part × den / t < num + ½, with both sides doubled.
  const doubled = 200n * part * den;
  const above = doubled / (2n * num + 1n) + 1n;
  const least = above < part ? part : above;
  const most = doubled / (2n * num - 1n);
  return least > most ? undefined : { least, most };
};

const pointed = (scaled: bigint, decimals: number, isNegative: boolean): string => {
  const text = scaled.toString().padStart(decimals + 1, '0');
  const fraction = text.slice(text.length - decimals).replace(/0+$/, '');
  const whole = text.slice(0, text.length - decimals);
  const sign = isNegative && scaled !== 0n ? '-' : '';
  return decimals > 0 && fraction !== '' ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
};
