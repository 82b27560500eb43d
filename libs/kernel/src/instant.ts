import { type Day, dayOfNumber, digits, leadingDayNumber, twoDigits } from './day.js';
import { refuseText } from './kernel-failures.js';

/** Zone of the jurisdictions AE and AE-DU: UTC+4 the whole year, so its days need no zone table. */
export const DUBAI = 'Asia/Dubai';

const DUBAI_OFFSET_SECONDS = 4 * 3600;
const SECONDS_PER_DAY = 86_400;
/** A midnight before every instant there is, so that what is counted from it is not negative. */
const FIRST_SECOND = -100_000 * SECONDS_PER_DAY;
const MICROS_IN_SECOND = 1_000_000;
const MICROS_PER_SECOND = BigInt(MICROS_IN_SECOND);
const SECONDS_END = 19; // `YYYY-MM-DDTHH:MM:SS`
const FRACTION_START = 20;
const OFFSET_MINUTES_MAX = 14 * 60;
const [PLUS, MINUS, POINT, COLON, T, Z] = [0x2b, 0x2d, 0x2e, 0x3a, 0x54, 0x5a];

/**
 * True for an RFC 3339 date and time as events may carry it: upper-case T, `Z` or `±hh:mm` up to 14:00, at most
 * 3 fraction digits, a day that exists, no leap second (the ledger's arithmetic has none).
 */
export const isInstant = (text: unknown): text is string =>
  typeof text === 'string' && fractionEnd(text) <= FRACTION_START + 3 && !Number.isNaN(utcSeconds(text));

/** Microseconds since 1970-01-01T00:00Z. Reads {@link isInstant} texts and such with up to 6 fraction digits. */
export const instantMicros = (text: string): bigint => BigInt(microsOfInstant(text));

/** {@link instantMicros} as a number, which is exact: 1900 to 2200 lie within 2^53 microseconds of 1970. */
export const microsOfInstant = (text: string): number => {
  const seconds = utcSeconds(text);
  if (Number.isNaN(seconds)) throw refuseText('instant.invalid', String(text));
  const end = fractionEnd(text);
  const micros = end === SECONDS_END ? 0 : digits(text, FRACTION_START, end) * 10 ** (FRACTION_START + 6 - end);
  return seconds * MICROS_IN_SECOND + micros;
};

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, exactly 6 digits, of microseconds since 1970 UTC. Fails outside 1900 to 2200. */
export const instantText = (micros: bigint): string => {
  const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = Number((micros - fraction) / MICROS_PER_SECOND);
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const rest = seconds - days * SECONDS_PER_DAY;
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(twoDigits).join(':');
  return `${dayOfNumber(days)}T${clock}.${fraction.toString().padStart(6, '0')}Z`;
};

/** Calendar day of an instant in an IANA zone. Arithmetic for Dubai; the zone tables of the runtime for others. */
export const dayOfInstant = (text: string, zone: string = DUBAI): Day => {
  const seconds = utcSeconds(text);
  if (Number.isNaN(seconds)) throw refuseText('instant.invalid', String(text));
  if (zone === DUBAI) return dayOfNumber(Math.floor((seconds + DUBAI_OFFSET_SECONDS) / SECONDS_PER_DAY));
  const parts = formatterOf(zone).formatToParts(seconds * 1000);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
};

/** Hour of the day, 0 to 23, of an instant in an IANA zone. */
export const hourOf = (text: string, zone: string = DUBAI): number => {
  const seconds = utcSeconds(text);
  if (Number.isNaN(seconds)) throw refuseText('instant.invalid', String(text));
  if (zone === DUBAI) return Math.floor((seconds + DUBAI_OFFSET_SECONDS - FIRST_SECOND) / 3600) % 24;
  return Number(
    formatterOf(zone)
      .formatToParts(seconds * 1000)
      .find(({ type }) => type === 'hour')?.value,
  );
};

/** Whole seconds since 1970 UTC, the fraction left out; NaN for a text that is no well-formed instant of an existing day. */
const utcSeconds = (text: string): number => {
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const isClock = hour <= 23 && minute <= 59 && second <= 59;
  const isDivided = text.charCodeAt(10) === T && text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON;
  if (!isClock || !isDivided || !hasFraction(text)) return Number.NaN;
  const local = leadingDayNumber(text) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
  return local - offsetSeconds(text);
};

/** Where the fraction ends and the offset begins, which is `Z` or `±hh:mm`. */
const fractionEnd = (text: string): number => text.length - (text.charCodeAt(text.length - 1) === Z ? 1 : 6);

/** Nothing, or a point and 1 to 6 digits. */
const hasFraction = (text: string): boolean => {
  const end = fractionEnd(text);
  if (end === SECONDS_END) return true;
  const length = end - FRACTION_START;
  return length >= 1 && length <= 6 && text.charCodeAt(SECONDS_END) === POINT && digits(text, FRACTION_START, end) >= 0;
};

/** NaN for another text than `Z` or `±hh:mm` up to 14:00. */
const offsetSeconds = (text: string): number => {
  const at = fractionEnd(text);
  if (at === text.length - 1) return 0;
  const sign = text.charCodeAt(at);
  const [hours, minutes] = [digits(text, at + 1, at + 3), digits(text, at + 4, at + 6)];
  const isOffset = text.charCodeAt(at + 3) === COLON && minutes <= 59 && hours * 60 + minutes <= OFFSET_MINUTES_MAX;
  if (!isOffset || (sign !== PLUS && sign !== MINUS)) return Number.NaN;
  return (sign === MINUS ? -1 : 1) * (hours * 3600 + minutes * 60);
};

const formatters = new Map<string, Intl.DateTimeFormat>(); // making one takes about a hundred times as long as using it

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  let formatter = formatters.get(zone);
  if (!formatter) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' } as const;
    formatter = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone: zone, ...fields });
    formatters.set(zone, formatter);
  }
  return formatter;
};
