import { type Day, dayNumber, dayOfNumber, type Period, weekdayOfNumber } from './day.js';
import { DUBAI } from './instant.js';

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

/** Rule of the week from a day on, until the next rule. */
export interface WeekRule {
  readonly from: Day;
  readonly weekStart: Weekday;
  /** All days on which people work, half days among them. */
  readonly workingDays: readonly Weekday[];
  readonly halfDays: readonly Weekday[];
}

/** Working calendar. `weeks` rise by `from`; the first rule also holds for the days before it. */
export interface WorkingCalendar {
  readonly calendarId: string;
  readonly version: number;
  readonly zone: string;
  readonly weeks: readonly [WeekRule, ...WeekRule[]];
  readonly holidays: ReadonlySet<Day>;
}

export type WorkingDay = 'full' | 'half' | 'off';

export interface Week extends Period {
  /** 7, but for a week in which the rule changed. */
  readonly days: number;
  /** Not 7 days long: left out of week-on-week comparison. */
  readonly isIrregular: boolean;
}

/** ISO weekday - 1 → name. */
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** `ae-du@1`. Holidays are declared events, so none is built in; see {@link withHolidays}. */
export const AE_DU: WorkingCalendar = {
  calendarId: 'ae-du',
  version: 1,
  zone: DUBAI,
  weeks: [
    {
      from: '1900-01-01',
      weekStart: 'sunday',
      workingDays: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday'],
      halfDays: [],
    },
    {
      from: '2022-01-01',
      weekStart: 'monday',
      workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      halfDays: ['friday'],
    },
  ],
  holidays: new Set(),
};

/** The same calendar with exactly these holidays. */
export const withHolidays = (calendar: WorkingCalendar, holidays: Iterable<Day>): WorkingCalendar => ({
  ...calendar,
  holidays: new Set(holidays),
});

/** Zone in which a jurisdiction (ISO 3166 code) counts its days. Dubai where we know none. */
export const zoneOf = (jurisdiction: string): string => ZONES.get(jurisdiction) ?? DUBAI;

const ZONES = new Map([
  ['AE', DUBAI],
  ['AE-DU', DUBAI],
  ['CA', 'America/Toronto'],
  ['GB', 'Europe/London'],
]);

/** Whether people work on this day; a holiday is `off` whatever its weekday. */
export const workingDay = (day: Day, calendar: WorkingCalendar = AE_DU): WorkingDay => {
  if (calendar.holidays.has(day)) return 'off';
  const rule = ruleOn(day, calendar);
  const weekday = weekdayName(dayNumber(day));
  if (!rule.workingDays.includes(weekday)) return 'off';
  return rule.halfDays.includes(weekday) ? 'half' : 'full';
};

/** True on full and on half days. */
export const isWorkingDay = (day: Day, calendar: WorkingCalendar = AE_DU): boolean =>
  workingDay(day, calendar) !== 'off';

/** Week of a day: from a start day under the rule in force on it to the day before the next start day. Label = first day. */
export const weekOf = (day: Day, calendar: WorkingCalendar = AE_DU): Week => {
  const number = dayNumber(day);
  let first = number;
  while (!startsWeek(first, calendar)) first--;
  let next = number + 1;
  while (!startsWeek(next, calendar)) next++;
  const start = dayOfNumber(first);
  return { label: start, start, end: dayOfNumber(next - 1), days: next - first, isIrregular: next - first !== 7 };
};

const startsWeek = (number: number, calendar: WorkingCalendar): boolean =>
  weekdayName(number) === ruleOn(dayOfNumber(number), calendar).weekStart;

const ruleOn = (day: Day, { weeks }: WorkingCalendar): WeekRule =>
  weeks.findLast((rule) => rule.from <= day) ?? weeks[0];

const weekdayName = (number: number): Weekday => WEEKDAYS[weekdayOfNumber(number) - 1] as Weekday;
