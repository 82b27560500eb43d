/** Forms of domain.md, section 3.1, for checks and schemas alike. An id is never made from a person's data. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,199}$/;
/** Number of a transaction, a receipt, a request. */
export const NUMBER_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Money in fils, a hundredth of a dirham: 0 to 999,999,999,999,999,999. */
export const FILS_PATTERN = /^(?:0|[1-9][0-9]{0,17})$/;
/** Decimal number: up to 18 digits before the point, up to 6 behind it, optional minus, never minus zero. */
export const DEC_PATTERN = /^(?!-0(?:\.0+)?$)-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,6})?$/;

export const SHEETS_MAX = 1_000_000_000;
/** Hundredths of a per cent. */
export const BP_MAX = 10_000;
export const COUNT_MAX = Number.MAX_SAFE_INTEGER;
