import { addDays, type Day, daysFromTo, isWorkingDay, type WorkingCalendar } from '#kernel';
import type { PolicyParameters } from '#ledger';

/** Days of another edition, both inside. */
export interface Span {
  readonly firstDay: Day;
  readonly lastDay: Day;
}

export type CampaignPolicy = PolicyParameters['campaign'];
export type Method = CampaignPolicy['baselines'][number];

/** What the days of an edition are set against by. */
export interface Surroundings {
  readonly calendar: WorkingCalendar;
  readonly policy: CampaignPolicy;
  /** All editions, the one itself among them. */
  readonly editions: readonly Span[];
}

/** Days whose mean stands against one day; undefined: there is no such base. */
export type Base = readonly Day[] | undefined;

/** A day and what it is set against by matched weekdays. */
export interface Matched {
  readonly day: Day;
  readonly base: Base;
}

/** Every day that the figures of an edition need (kpis.md, section 3.3). */
export interface Plan {
  /** Working days of the edition. */
  readonly days: readonly Day[];
  /** By method, for each of `days` its base. */
  readonly bases: Readonly<Partial<Record<Method, readonly Base[]>>>;
  /** Working days among the days just before and just after the edition. */
  readonly before: readonly Matched[];
  readonly after: readonly Matched[];
  /** Weeks later → `days` that many weeks later, those on which people work. */
  readonly later: Readonly<Record<string, readonly Day[]>>;
}

const YEAR_DAYS = 364; // whole weeks, so that weekdays match
const WEEK_DAYS = 7;
/** An edition has at most 92 days, so its working days before lie within this. */
const BACK_DAYS_MAX = 366;

export const planOf = ({ firstDay, lastDay }: Span, around: Surroundings): Plan => {
  const { calendar, policy } = around;
  const days = workingDays(firstDay, lastDay, calendar);
  const working = (day: Day): Base => (isWorkingDay(day, calendar) ? [day] : undefined);
  const matched = (day: Day): Matched => ({ day, base: matchedBase(day, around) });
  const methods: Readonly<Record<Method, () => readonly Base[]>> = {
    previousDay: () => previousDays(days.length, firstDay, calendar),
    previousWeek: () => days.map((day) => working(addDays(day, -WEEK_DAYS))),
    sameWeekLastYear: () => days.map((day) => working(addDays(day, -YEAR_DAYS))),
    matchedWeekdays: () => days.map((day) => matched(day).base),
  };
  const laterBy = (weeks: number) => days.map((day) => addDays(day, weeks * WEEK_DAYS)).filter((day) => working(day));
  return {
    days,
    bases: Object.fromEntries(policy.baselines.map((method) => [method, methods[method]()])),
    before: workingDays(addDays(firstDay, -policy.pullDays), addDays(firstDay, -1), calendar).map(matched),
    after: workingDays(addDays(lastDay, 1), addDays(lastDay, policy.pullDays), calendar).map(matched),
    later: Object.fromEntries(policy.persistenceWeeks.map((weeks) => [String(weeks), laterBy(weeks)])),
  };
};

/** All days of a plan, each once. */
export const daysOfPlan = ({ days, bases, before, after, later }: Plan): readonly Day[] => {
  const pulled = [...before, ...after].flatMap(({ day, base = [] }) => [day, ...base]);
  const based = Object.values(bases).flatMap((ofMethod) => ofMethod.flatMap((base) => base ?? []));
  return [...new Set([...days, ...based, ...pulled, ...Object.values(later).flat()])].sort();
};

const workingDays = (first: Day, last: Day, calendar: WorkingCalendar): readonly Day[] =>
  Array.from({ length: daysFromTo(first, last) }, (_, at) => addDays(first, at)).filter((day) =>
    isWorkingDay(day, calendar),
  );

/** The working days just before, in their order. */
const previousDays = (count: number, firstDay: Day, calendar: WorkingCalendar): readonly Base[] => {
  const found: Base[] = [];
  for (let back = 1; found.length < count && back <= BACK_DAYS_MAX; back++) {
    const day = addDays(firstDay, -back);
    if (isWorkingDay(day, calendar)) found.unshift([day]);
  }
  return found.length === count ? found : Array.from({ length: count }, () => undefined);
};

/** The nearest earlier same weekdays that are working days and in no edition: as many as the policy says, or none. */
const matchedBase = (day: Day, { calendar, policy, editions }: Surroundings): Base => {
  const found: Day[] = [];
  for (let weeks = 1; found.length < policy.weeksBack && weeks <= policy.lookBackWeeksMax; weeks++) {
    const earlier = addDays(day, -weeks * WEEK_DAYS);
    const isOfEdition = editions.some(({ firstDay, lastDay }) => firstDay <= earlier && earlier <= lastDay);
    if (isWorkingDay(earlier, calendar) && !isOfEdition) found.push(earlier);
  }
  return found.length === policy.weeksBack ? found : undefined;
};
