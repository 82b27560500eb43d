import { refuseText } from './kernel-failures.js';

/** Calendar day `YYYY-MM-DD`, 1900-01-01 to 2200-12-31, without a zone. Texts compare in calendar order. */
export type Day = string;

/** First and last day, both inside, with the name people know the period by. */
export interface Period {
  readonly label: string;
  readonly start: Day;
  readonly end: Day;
}

const DAYS_BEFORE_1970 = 719_468; // from 0000-03-01, where the arithmetic below starts its years
const DAYS_PER_ERA = 146_097; // 400 Gregorian years
const DASH = 0x2d;

/** True for a day that exists: 2100-02-29 does not. */
export const isDay = (text: unknown): text is Day =>
  typeof text === 'string' && text.length === 10 && !Number.isNaN(leadingDayNumber(text));

/** Days since 1970-01-01; negative before. */
export const dayNumber = (day: Day): number => {
  const number = typeof day === 'string' && day.length === 10 ? leadingDayNumber(day) : Number.NaN;
  if (Number.isNaN(number)) throw refuseText('day.invalid', String(day));
  return number;
};

/** Days since 1970-01-01 of the day that a text begins with; NaN when that is none that exists. */
export const leadingDayNumber = (text: string): number => {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const exists =
    year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month);
  return exists ? civilDayNumber(year, month, day) : Number.NaN;
};

/** Inverse of {@link dayNumber}. Fails outside 1900 to 2200. */
export const dayOfNumber = (number: number): Day => {
  let day = texts.get(number);
  if (day === undefined) {
    day = civilDay(number);
    texts.set(number, day);
  }
  return day;
};

/** One text a day: a ledger names few days, each of them very often. It holds the days of 1900 to 2200 at most. */
const texts = new Map<number, Day>();

const civilDay = (number: number): Day => {
  const shifted = number + DAYS_BEFORE_1970;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (!(year >= 1900 && year <= 2200)) throw refuseText('day.invalid', `${number} days from 1970-01-01`);
  return dayText(year, month, dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1);
};

export const addDays = (day: Day, days: number): Day => dayOfNumber(dayNumber(day) + days);

/** Number of days from `first` to `last`, both counted: 1 for the same day, 0 or less when `last` is earlier. */
export const daysFromTo = (first: Day, last: Day): number => dayNumber(last) - dayNumber(first) + 1;

/** ISO weekday: 1 Monday to 7 Sunday. */
export const weekdayOf = (day: Day): number => weekdayOfNumber(dayNumber(day));

/** ISO weekday of a day number. 1970-01-01 was a Thursday. */
export const weekdayOfNumber = (number: number): number => ((((number + 3) % 7) + 7) % 7) + 1;

/** Part of the calendar: `YYYY`, `YYYY-MM` or a day, 1900 to 2200. */
export const isPart = (text: unknown): text is string =>
  typeof text === 'string' &&
  (text.length === 10 ? isDay(text) : /^\d{4}(-\d\d)?$/.test(text) && isDay(firstDayOfPart(text)));

/** The day a {@link isPart part} counts as: `2021` → 2021-12-31, `2021-02` → 2021-02-28, a day → itself. */
export const lastDayOfPart = (part: string): Day => {
  if (!isPart(part)) throw refuseText('period.unknown', String(part));
  if (part.length === 10) return part;
  return part.length === 4 ? `${part}-12-31` : lastDayOfMonth(Number(part.slice(0, 4)), Number(part.slice(5)));
};

export const firstDayOfPart = (part: string): Day => `${part}-01-01`.slice(0, 10);

/** Month 1 to 12. */
export const lastDayOfMonth = (year: number, month: number): Day => dayText(year, month, daysOfMonth(year, month));

export const daysOfMonth = (year: number, month: number): number => {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
};

/** Days since 1970-01-01 of a proleptic Gregorian date; years begin in March, so that the leap day comes last. */
export const civilDayNumber = (year: number, month: number, day: number): number => {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_BEFORE_1970;
};

/** The decimal number in `text` from `start` up to `end`; NaN when another character is there. */
export const digits = (text: string, start: number, end: number): number => {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

const dayText = (year: number, month: number, day: number): Day => `${year}-${twoDigits(month)}-${twoDigits(day)}`;

export const twoDigits = (number: number): string => (number < 10 ? `0${number}` : String(number));
