import { civilDayNumber, type Day, dayOfNumber, digits, isDay, twoDigits } from './day.js';
import { refuseText } from './kernel-failures.js';

/** Zone of the jurisdictions AE and AE-DU: UTC+4 the whole year, so its days need no zone table. */
export const DUBAI = 'Asia/Dubai';

const DUBAI_OFFSET_SECONDS = 4 * 3600;
const SECONDS_PER_DAY = 86_400;
const MICROS_PER_SECOND = 1_000_000n;
const INSTANT =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,6}))?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

/**
 * True for an RFC 3339 date and time as events may carry it: upper-case T, `Z` or `±hh:mm` up to 14:00, at most
 * 3 fraction digits, a day that exists, no leap second (the ledger's arithmetic has none).
 */
export const isInstant = (text: unknown): text is string => {
  const fraction = typeof text === 'string' ? fractionDigits(text) : undefined;
  return fraction !== undefined && fraction <= 3;
};

/** Microseconds since 1970-01-01T00:00Z. Reads {@link isInstant} texts and such with up to 6 fraction digits. */
export const instantMicros = (text: string): bigint => {
  const fraction = fractionDigits(text);
  if (fraction === undefined) throw refuseText('instant.invalid', String(text));
  const micros = fraction === 0 ? 0 : digits(text, 20, 20 + fraction) * 10 ** (6 - fraction);
  return BigInt(utcSeconds(text)) * MICROS_PER_SECOND + BigInt(micros);
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
  if (fractionDigits(text) === undefined) throw refuseText('instant.invalid', String(text));
  const seconds = utcSeconds(text);
  if (zone === DUBAI) return dayOfNumber(Math.floor((seconds + DUBAI_OFFSET_SECONDS) / SECONDS_PER_DAY));
  const parts = formatterOf(zone).formatToParts(seconds * 1000);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
};

/** Number of fraction digits of a well-formed instant with an existing day; undefined for every other text. */
const fractionDigits = (text: string): number | undefined => {
  const match = INSTANT.exec(text);
  if (!match || !isDay(match[1])) return undefined;
  return match[3]?.length ?? 0;
};

/** Whole seconds since 1970 UTC of a text that was found well-formed. */
const utcSeconds = (text: string): number => {
  const days = civilDayNumber(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  const local = days * SECONDS_PER_DAY + digits(text, 11, 13) * 3600 + digits(text, 14, 16) * 60 + digits(text, 17, 19);
  if (text.endsWith('Z')) return local;
  const sign = text.at(-6) === '-' ? -1 : 1;
  return (
    local -
    sign * (digits(text, text.length - 5, text.length - 3) * 3600 + digits(text, text.length - 2, text.length) * 60)
  );
};

const formatters = new Map<string, Intl.DateTimeFormat>(); // making one takes about a hundred times as long as using it

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  let formatter = formatters.get(zone);
  if (!formatter) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    formatter = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone: zone, ...fields });
    formatters.set(zone, formatter);
  }
  return formatter;
};
