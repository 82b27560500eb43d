import { add, compare, type Day, lastDayOfPart, multiply, type Ratio, ratio, ratioOfDecimal, subtract } from '#kernel';

/** `not_measurable`: nobody measured it, not enough of it is known, or its day has not come. */
export const VERDICTS = ['consistent', 'contradicted', 'not_measurable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A claim as far as a verdict goes. */
export interface Stated {
  readonly value: string;
  readonly unit: string;
  readonly qualifier: string;
  readonly periodEnd: Day | null;
}

/** What the ledger counted: a number, or the day on which something happened. */
export interface Measured {
  readonly value: Ratio | Day;
  /** Known part of what it counts; null: how much there is to know is not known. */
  readonly coverage: Ratio | null;
}

/** Policy `claims`, and the day of the question. */
export interface Yardstick {
  readonly today: Day;
  readonly aboutTolerance: Ratio;
  readonly minCoverage: Ratio;
}

const DATE_UNITS: ReadonlySet<string> = new Set(['year', 'year-month', 'day']);
export const isDated = ({ unit }: Pick<Stated, 'unit'>): boolean => DATE_UNITS.has(unit);

/** First day of a year, month or day. */
export const firstDayOf = (part: string): Day => `${part}-01-01`.slice(0, 10);

/** Day on which a claim is due; undefined: it names none. */
export const dueDay = (claim: Stated): Day | undefined =>
  isDated(claim) ? lastDayOfPart(claim.value) : (claim.periodEnd ?? undefined);

/** Whether what was said agrees with what was counted (kpis.md, section 3.6). */
export const verdictOf = (claim: Stated, measured: Measured | undefined, yardstick: Yardstick): Verdict => {
  if (measured === undefined || !isMature(claim, yardstick.today)) return 'not_measurable';
  const { value, coverage } = measured;
  if (coverage !== null && compare(coverage, yardstick.minCoverage) < 0) return 'not_measurable';
  const agrees = isDated(claim) ? agreesInTime(claim, value) : agreesInAmount(claim, value, yardstick);
  return agrees === undefined ? 'not_measurable' : agrees ? 'consistent' : 'contradicted';
};

/** What is to come is judged when its day is there. */
const isMature = (claim: Stated, today: Day): boolean => {
  if (claim.qualifier !== 'forecast' && claim.qualifier !== 'by') return true;
  const due = dueDay(claim);
  return due !== undefined && due <= today;
};

/**
 * A day lies where the claim says. A share, as it stood at the end of that time, tells whether the thing was reached: it was
 * when it is whole.
 */
const agreesInTime = ({ value: part, qualifier }: Stated, measured: Ratio | Day): boolean => {
  const isAfter = qualifier === 'more_than';
  if (typeof measured !== 'string') return compare(measured, WHOLE) < 0 === isAfter;
  if (isAfter) return measured > lastDayOfPart(part);
  const isOpen = qualifier === 'by' || qualifier === 'up_to';
  return measured <= lastDayOfPart(part) && (isOpen || measured >= firstDayOf(part));
};

const WHOLE = ratio(1n);

const agreesInAmount = (
  { value: text, qualifier }: Stated,
  measured: Ratio | Day,
  { aboutTolerance }: Yardstick,
): boolean | undefined => {
  if (typeof measured === 'string') return undefined;
  const value = ratioOfDecimal(text);
  switch (qualifier) {
    case 'more_than':
      return compare(measured, value) > 0;
    case 'up_to':
      return compare(measured, value) <= 0;
    case 'by':
      return compare(measured, value) >= 0;
    case 'exact':
      return compare(roundedLike(text, measured), value) === 0;
    default:
      return isWithin(measured, value, aboutTolerance);
  }
};

/** |left − right| ≤ tolerance × |right| */
export const isWithin = (left: Ratio, right: Ratio, tolerance: Ratio): boolean =>
  compare(size(subtract(left, right)), multiply(tolerance, size(right))) <= 0;

const size = ({ num, den }: Ratio): Ratio => ({ num: num < 0n ? -num : num, den });

/** Rounded half up to the decimals that `stated` has. */
export const roundedLike = (stated: string, value: Ratio): Ratio => {
  const scale = 10n ** BigInt(stated.split('.')[1]?.length ?? 0);
  const { num, den } = add(multiply(value, ratio(scale)), ratio(1n, 2n));
  const isBelow = num < 0n && num % den !== 0n;
  return ratio(num / den - (isBelow ? 1n : 0n), scale);
};
