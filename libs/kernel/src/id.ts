/** Forms of texts (domain.md, section 3.1), for schemas too. */
export const PATTERNS = {
  /** Never made from a person's data. */
  id: /^[a-z0-9][a-z0-9._-]{0,199}$/,
  /** Number of a transaction, a receipt, a request. */
  number: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  /** Money in fils, a hundredth of a dirham: 0 to 999,999,999,999,999,999. */
  fils: /^(?:0|[1-9][0-9]{0,17})$/,
  /** Up to 18 digits before the point, up to 6 behind it, optional minus, never minus zero. */
  dec: /^(?!-0(?:\.0+)?$)-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,6})?$/,
} as const;

export const SHEETS_MAX = 1_000_000_000;
/** Hundredths of a per cent. */
export const BP_MAX = 10_000;
export const COUNT_MAX = Number.MAX_SAFE_INTEGER;

export const isId = (value: unknown): value is string => typeof value === 'string' && PATTERNS.id.test(value);
export const isNumber = (value: unknown): value is string => typeof value === 'string' && PATTERNS.number.test(value);
export const isFils = (value: unknown): value is string => typeof value === 'string' && PATTERNS.fils.test(value);
export const isDec = (value: unknown): value is string => typeof value === 'string' && PATTERNS.dec.test(value);

export const isCount = (value: unknown): value is number => isWithin(value, COUNT_MAX);
export const isSheets = (value: unknown): value is number => isWithin(value, SHEETS_MAX);
export const isBp = (value: unknown): value is number => isWithin(value, BP_MAX);

const isWithin = (value: unknown, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max && !Object.is(value, -0);
