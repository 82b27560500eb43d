import type { Weekday } from '#kernel';
import { IsDay, IsForm, IsId, IsLang, IsListOf, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';
import { WEEKDAYS } from '../vocabulary/compounds.js';

const IsZone = () =>
  IsForm({
    name: 'isZone',
    code: 'zone.format',
    ar: 'اسم منطقة زمنية وفق IANA',
    en: 'A time zone is an IANA name',
    expected: 'Asia/Dubai',
    pattern: /^[A-Za-z]{1,20}(?:[/_+-][A-Za-z0-9]{1,20}){0,6}$/,
  });
const IsMonthDay = () =>
  IsForm({
    name: 'isMonthDay',
    code: 'monthDay.format',
    ar: 'شهر ويوم بالصيغة MM-DD',
    en: 'A month and a day read MM-DD',
    expected: 'MM-DD, 01-01 to 12-28',
    // Days that every month has, so that a fiscal year begins once a year.
    pattern: /^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$/,
  });

/** Rule of the week from a day on, until the next rule. */
export class CalendarWeekSet {
  @IsId() calendarId!: string;
  @IsZone() zone!: string;
  /** All days on which people work, half days among them. */
  @IsListOf(IsOneOf(WEEKDAYS), 7, { min: 1, isUnique: true }) workingDays!: readonly Weekday[];
  @IsListOf(IsOneOf(WEEKDAYS), 7, { isUnique: true }) halfDays!: readonly Weekday[];
  @IsOneOf(WEEKDAYS) weekStart!: Weekday;
  @IsMonthDay() fiscalYearStart!: string;
  @IsDay() from!: string;
}

/** Nobody works on this day, whatever its weekday. May be learnt late: baselines are restated then. */
export class CalendarHolidayDeclared {
  @IsId() calendarId!: string;
  @IsDay() day!: string;
  @IsLang(200) title!: Lang;
}

export class CalendarHolidayRevoked {
  @IsId() calendarId!: string;
  @IsDay() day!: string;
}

export const calendarEvents = {
  'gov.sijill.calendar.weekSet.v1': CalendarWeekSet,
  'gov.sijill.calendar.holidayDeclared.v1': CalendarHolidayDeclared,
  'gov.sijill.calendar.holidayRevoked.v1': CalendarHolidayRevoked,
} as const satisfies EventRegister;
export type CalendarFact = FactOf<typeof calendarEvents>;
