import { type Ratio, ratio, reduce, subtract } from '#kernel';

/** Volume and digital part of one service in one period, in any common whole unit. */
export interface Part {
  readonly volume: bigint;
  readonly digital: bigint;
}

/** One service that has both parts in both periods. */
export interface CommonService {
  readonly before: Part;
  readonly after: Part;
}

/** Exact parts of the change of a share: `rate + mix + membership = change = whole1 - whole0`. Lowest terms. */
export interface Decomposition {
  /** Services became more digital at the weight they have. */
  readonly rate: Ratio;
  /** Weight moved between services of different share. */
  readonly mix: Ratio;
  /** Services left or joined the figure. */
  readonly membership: Ratio;
  readonly change: Ratio;
}

/**
 * Splits a change of a share into rate, mix and membership (kpis.md, section 3.1), symmetric in both periods.
 *
 * @param common Services paired in both periods; those without a transaction in both carry no weight.
 * @param whole0 Share over all paired services of period 0; `whole1` of period 1.
 * @returns undefined where a share is not defined: no transaction in a period, or none among the common services.
 */
export const decompose = (
  common: readonly CommonService[],
  whole0: Ratio | undefined,
  whole1: Ratio | undefined,
): Decomposition | undefined => {
  const before = total(common.map((service) => service.before));
  const after = total(common.map((service) => service.after));
  if (!whole0 || !whole1 || before.volume === 0n || after.volume === 0n) return undefined;
  const like0 = ratio(before.digital, before.volume);
  const like1 = ratio(after.digital, after.volume);
  const likeForLike = subtract(like1, like0);
  const weighted = sumOf(common.flatMap((service) => rateOf(service, before.volume, after.volume)));
  const rate = reduce({ num: weighted.num, den: weighted.den * 2n * before.volume * after.volume });
  const change = reduce(subtract(whole1, whole0));
  return {
    rate,
    // Rate and mix of each service add up to the change of weight × share, so mix is the rest: one long sum instead of two.
    mix: reduce(subtract(likeForLike, rate)),
    membership: reduce(subtract(subtract(whole1, like1), subtract(whole0, like0))),
    change,
  };
};

/** ½ (w0 + w1) (r1 - r0), times 2 × volume0 × volume1. A share that one period lacks (no volume) is that of the other. */
const rateOf = ({ before, after }: CommonService, volume0: bigint, volume1: bigint): Ratio[] => {
  // Without volume in a period its share is the other period's, so nothing changed.
  if (before.volume === 0n || after.volume === 0n) return [];
  const moved = after.digital * before.volume - before.digital * after.volume;
  if (moved === 0n) return [];
  const weight = before.volume * volume1 + after.volume * volume0;
  return [reduce({ num: weight * moved, den: before.volume * after.volume })];
};

/** By halves: fractions of like size meet, which is what keeps long sums of unlike denominators affordable. */
const sumOf = (values: readonly Ratio[]): Ratio => {
  if (values.length === 0) return ratio(0n);
  if (values.length === 1) return values[0] as Ratio;
  const middle = values.length >> 1;
  const [left, right] = [sumOf(values.slice(0, middle)), sumOf(values.slice(middle))];
  return { num: left.num * right.den + right.num * left.den, den: left.den * right.den };
};

const total = (parts: readonly Part[]): Part => ({
  volume: parts.reduce((sum, { volume }) => sum + volume, 0n),
  digital: parts.reduce((sum, { digital }) => sum + digital, 0n),
});
