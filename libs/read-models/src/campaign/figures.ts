import { add, type Day, divide, type Ratio, ratio, reduce, subtract } from '#kernel';
import type { Base, Matched, Method, Plan } from './days.js';

export type CampaignMeasure = 'received' | 'settled';
/** What is counted of each day: sheets are no measure of a campaign, they are what it may save. */
export type Counted = CampaignMeasure | 'sheets';

/** What is in scope on one day, by class of channel. */
export type ClassSums = ReadonlyMap<string, Readonly<Record<Counted, bigint>>>;

/** Days of which anything is recorded in scope. A day that is missing is not covered: nobody knows that it was 0. */
export type DaySums = ReadonlyMap<Day, ClassSums>;

/** Classes that take the place of the counter. */
const SUBSTITUTES: ReadonlySet<string> = new Set(['digital', 'remote']);
const COUNTER = 'counter';

/** What one row is about. Classes: undefined for all of them. */
export interface Asked {
  readonly method: Method;
  readonly measure: Counted;
  readonly classes: ReadonlySet<string> | undefined;
}

/** Exact figures of one edition by one yardstick; null as kpis.md, section 3.3, says. In transactions, or fils. */
export interface Figures {
  readonly actual: bigint;
  readonly baseline: Ratio | null;
  readonly uplift: Ratio | null;
  /** Counter: base less actual. */
  readonly displaced: Ratio | null;
  /** Digital and remote: actual less base. */
  readonly substituted: Ratio | null;
  readonly substitution: Ratio | null;
  readonly pullBefore: Ratio | null;
  readonly pullAfter: Ratio | null;
  /** Weeks later → what is left of the change of share. */
  readonly persistence: Readonly<Record<string, Ratio | null>>;
  readonly coveredDays: number;
}

export const figuresOf = (sums: DaySums, plan: Plan, { method, measure, classes }: Asked): Figures => {
  const isAsked = (name: string) => classes === undefined || classes.has(name);
  const at = (days: readonly Day[], isIn: (name: string) => boolean) => sumOf(sums, days, measure, isIn);
  const baseOf = (isIn: (name: string) => boolean, bases = plan.bases[method] ?? []) =>
    total(bases.map((base) => meanOf(sums, base, measure, isIn)));
  const actual = at(plan.days, isAsked);
  const baseline = baseOf(isAsked);
  const isCounter = (name: string) => name === COUNTER && isAsked(name);
  const isSubstitute = (name: string) => SUBSTITUTES.has(name) && isAsked(name);
  const displaced = less(baseOf(isCounter), ratio(at(plan.days, isCounter)));
  const substituted = less(ratio(at(plan.days, isSubstitute)), baseOf(isSubstitute));
  const pulled = (days: readonly Matched[], of: (x: Ratio, base: Ratio | null) => Ratio | null) =>
    total(
      days.map(({ day, base }) =>
        sums.has(day) ? of(ratio(at([day], isAsked)), meanOf(sums, base, measure, isAsked)) : null,
      ),
    );
  const isWhole = classes === undefined;
  return {
    actual,
    baseline,
    uplift: baseline && baseline.num > 0n ? divide(subtract(ratio(actual), baseline), baseline) : null,
    displaced: isWhole || classes.has(COUNTER) ? displaced : null,
    substituted: isWhole || [...classes].some((name) => SUBSTITUTES.has(name)) ? substituted : null,
    substitution: isWhole && displaced && substituted && displaced.num > 0n ? divide(substituted, displaced) : null,
    pullBefore: pulled(plan.before, (x, base) => less(x, base)),
    pullAfter: pulled(plan.after, (x, base) => less(base, x)),
    persistence: isWhole ? persistenceOf(sums, plan, measure) : {},
    coveredDays: plan.days.filter((day) => sums.has(day)).length,
  };
};

/** Of the change of the share without a counter, from matched weekdays to the edition, what is left some weeks later. */
const persistenceOf = (sums: DaySums, plan: Plan, measure: Counted): Figures['persistence'] => {
  const share = (without: Ratio | null, whole: Ratio | null) =>
    without && whole && whole.num > 0n ? divide(without, whole) : null;
  const isRemote = (name: string) => name !== COUNTER;
  const all = () => true;
  const bases = plan.bases.matchedWeekdays ?? [undefined];
  const mean = (isIn: (name: string) => boolean) => total(bases.map((base) => meanOf(sums, base, measure, isIn)));
  const shareOn = (days: readonly Day[]) =>
    days.length > 0 && days.every((day) => sums.has(day))
      ? share(ratio(sumOf(sums, days, measure, isRemote)), ratio(sumOf(sums, days, measure, all)))
      : null;
  const base = share(mean(isRemote), mean(all));
  const moved = less(shareOn(plan.days), base);
  return Object.fromEntries(
    Object.entries(plan.later).map(([weeks, days]) => {
      const left = less(shareOn(days), base);
      return [weeks, moved && left && moved.num !== 0n ? divide(left, moved) : null];
    }),
  );
};

const sumOf = (sums: DaySums, days: readonly Day[], measure: Counted, isIn: (name: string) => boolean): bigint => {
  let sum = 0n;
  for (const day of days) for (const [name, of] of sums.get(day) ?? []) if (isIn(name)) sum += of[measure];
  return sum;
};

/** Mean of the days of a base; null where there is none or one of its days is not covered. */
const meanOf = (sums: DaySums, base: Base, measure: Counted, isIn: (name: string) => boolean): Ratio | null =>
  base?.every((day) => sums.has(day)) ? ratio(sumOf(sums, base, measure, isIn), base.length) : null;

/** Null where one is. */
const total = (values: readonly (Ratio | null)[]): Ratio | null =>
  values.reduce<Ratio | null>((sum, value) => (sum && value ? reduce(add(sum, value)) : null), ratio(0n));

const less = (one: Ratio | null, other: Ratio | null): Ratio | null => (one && other ? subtract(one, other) : null);
