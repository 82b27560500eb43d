import { add, type Ratio, ratio } from '#kernel';

/** Sums over the units of a group that have one denominator. Whole numbers as decimal text. */
export interface PartSums {
  readonly what: 'unit' | 'replaced';
  readonly den: string;
  /** Numerators of what was expected, of what was avoided, of what came on top; of `replaced` the visits. */
  readonly expected: string | null;
  readonly gross: string | null;
  readonly rebound: string | null;
  readonly replaced: string | null;
  readonly baseline: string | null;
  readonly process: string | null;
  readonly habit: string | null;
  /** Units and periods with a baseline, of an entity that was heard of in the period. */
  readonly measured: string | null;
  readonly units: string | null;
}

/** What the units of a group saved together, exactly. */
export interface Saved {
  /** Sheets of the baselines' years. */
  readonly baseline: bigint;
  readonly process: bigint;
  readonly habit: bigint;
  readonly expected: Ratio;
  readonly gross: Ratio;
  readonly rebound: Ratio;
  /** Undefined: of no unit is anything known. */
  readonly measured: bigint;
  readonly units: bigint;
  /** Visits replaced; undefined where no service had transactions in its baseline's year. */
  readonly replaced: Ratio | undefined;
}

/** One figure out of its parts. They have few denominators, and what is added has the least common one. */
export const savedOf = (parts: readonly PartSums[]): Saved => {
  const units = parts.filter(({ what }) => what === 'unit');
  const replaced = parts.filter(({ what }) => what === 'replaced');
  const whole = (member: keyof PartSums) => units.reduce((sum, part) => sum + BigInt(part[member] ?? 0), 0n);
  return {
    ...{ baseline: whole('baseline'), process: whole('process'), habit: whole('habit') },
    ...{ measured: whole('measured'), units: whole('units') },
    ...{ expected: total(units, 'expected'), gross: total(units, 'gross'), rebound: total(units, 'rebound') },
    replaced: replaced.length === 0 ? undefined : total(replaced, 'replaced'),
  };
};

const total = (parts: readonly PartSums[], member: 'expected' | 'gross' | 'rebound' | 'replaced'): Ratio => {
  const dens = parts.map(({ den }) => BigInt(den));
  const den = dens.reduce(leastCommon, 1n);
  const num = parts.reduce((sum, part, at) => sum + BigInt(part[member] ?? 0) * (den / (dens[at] as bigint)), 0n);
  return ratio(num, den);
};

const leastCommon = (one: bigint, other: bigint): bigint => {
  let [divisor, rest] = [other, one % other];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return one * (other / divisor);
};

/** Avoided less what came on top: the sum of all differences, negative where more paper was used than expected. */
export const netOf = ({ gross, rebound }: Saved): Ratio => add(gross, { num: -rebound.num, den: rebound.den });
