import { AE_DU, type WorkingCalendar, weekOf } from './calendar.js';
import {
  type Day,
  dayNumber,
  dayOfNumber,
  isDay,
  isPart,
  lastDayOfMonth,
  lastDayOfPart,
  type Period,
  twoDigits,
  weekdayOfNumber,
} from './day.js';
import { refuseText } from './kernel-failures.js';

export const GRAINS = ['day', 'week', 'iso_week', 'month', 'quarter', 'half', 'year', 'fiscal_year'] as const;
export type Grain = (typeof GRAINS)[number];

/** Month (1 to 12) in which the fiscal year begins, where it is not January. GB is counted by calendar years. */
const FISCAL_YEAR_STARTS = new Map([['CA', 4]]);

/**
 * Period of a grain that holds the day. Labels: day and week `2021-12-26` (first day of the week), `2021-W52`,
 * `2021-12`, `2021-Q4`, `2021-H2`, `2021`, fiscal year `2021` or `2021-2022`.
 */
export const periodOf = (
  day: Day,
  grain: Grain,
  { jurisdiction = 'AE-DU', calendar = AE_DU }: PeriodRules = {},
): Period => {
  switch (grain) {
    case 'day':
      return { label: dayOfNumber(dayNumber(day)), start: day, end: day };
    case 'week':
      return weekOf(day, calendar);
    case 'iso_week':
      return isoWeekOf(day);
    case 'month':
      return monthOf(day);
    case 'quarter':
      return quarterOf(day);
    case 'half':
      return halfOf(day);
    case 'year':
      return yearOf(day);
    case 'fiscal_year':
      return fiscalYearOf(day, jurisdiction);
  }
};

export interface PeriodRules {
  /** ISO 3166 code; rules the fiscal year. Default AE-DU. */
  readonly jurisdiction?: string;
  /** Rules the week. Default `ae-du@1`. */
  readonly calendar?: WorkingCalendar;
}

/** ISO 8601 week, Monday to Sunday, labelled `2021-W52`; the year is that of its Thursday. */
export const isoWeekOf = (day: Day): Period => {
  const number = dayNumber(day);
  const monday = number - weekdayOfNumber(number) + 1;
  const year = dayOfNumber(monday + 3).slice(0, 4);
  const week = Math.floor((monday + 3 - dayNumber(`${year}-01-01`)) / 7) + 1;
  return { label: `${year}-W${twoDigits(week)}`, start: dayOfNumber(monday), end: dayOfNumber(monday + 6) };
};

/** Month of a day, or the month so labelled: `2021-12`. */
export const monthOf = (dayOrLabel: string): Period => months(dayOrLabel, 1, (year, at) => `${year}-${twoDigits(at)}`);

/** Quarter of a day, or the quarter so labelled: `2017-Q1`. */
export const quarterOf = (dayOrLabel: string): Period => months(dayOrLabel, 3, (year, at) => `${year}-Q${at}`);

/** Half-year of a day, or the half so labelled: `2021-H1` is January to June. */
export const halfOf = (dayOrLabel: string): Period => months(dayOrLabel, 6, (year, at) => `${year}-H${at}`);

/** Calendar year of a day, or the year so labelled: `2021`. */
export const yearOf = (dayOrLabel: string): Period => months(dayOrLabel, 12, (year) => String(year));

/**
 * Fiscal year of a day, or the one so labelled. Canada: 1 April to 31 March, labelled `2018-2019`.
 * All others, the Emirates and the United Kingdom among them: the calendar year.
 */
export const fiscalYearOf = (dayOrLabel: string, jurisdiction: string): Period => {
  const first = FISCAL_YEAR_STARTS.get(jurisdiction) ?? 1;
  if (first === 1) return yearOf(dayOrLabel);
  const label = /^(\d{4})-(\d{4})$/.exec(dayOrLabel);
  const day = label ? `${label[1]}-${twoDigits(first)}-01` : dayOrLabel;
  const isKnown = isDay(day) && (!label || Number(label[1]) + 1 === Number(label[2]));
  if (!isKnown) throw refuseText('period.unknown', dayOrLabel);
  const year = Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < first ? 1 : 0);
  const start = `${year}-${twoDigits(first)}-01`;
  return { label: `${year}-${year + 1}`, start, end: lastDayOfMonth(year + 1, first - 1) };
};

/** Period of `length` months; the labelled form carries its 1-based place in the year. */
const months = (dayOrLabel: string, length: number, labelOf: (year: number, at: number) => string): Period => {
  const named = /^(\d{4})(?:-[QH]?(\d\d?))?$/.exec(dayOrLabel);
  const year = Number(named ? named[1] : lastDayOfPart(dayOrLabel).slice(0, 4));
  const at = named ? Number(named[2] ?? 1) : Math.ceil(Number(dayOrLabel.slice(5, 7)) / length);
  const label = labelOf(year, at);
  const isKnown = isPart(String(year)) && at >= 1 && at * length <= 12 && (!named || label === dayOrLabel);
  if (!isKnown) throw refuseText('period.unknown', dayOrLabel);
  return { label, start: `${year}-${twoDigits((at - 1) * length + 1)}-01`, end: lastDayOfMonth(year, at * length) };
};
