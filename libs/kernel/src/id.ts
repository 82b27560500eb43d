import { BP_MAX, COUNT_MAX, DEC_PATTERN, FILS_PATTERN, ID_PATTERN, NUMBER_PATTERN, SHEETS_MAX } from './patterns.js';

export const isId = (value: unknown): value is string => typeof value === 'string' && ID_PATTERN.test(value);
export const isNumber = (value: unknown): value is string => typeof value === 'string' && NUMBER_PATTERN.test(value);
export const isFils = (value: unknown): value is string => typeof value === 'string' && FILS_PATTERN.test(value);
export const isDec = (value: unknown): value is string => typeof value === 'string' && DEC_PATTERN.test(value);

export const isCount = (value: unknown): value is number => isWithin(value, COUNT_MAX);
export const isSheets = (value: unknown): value is number => isWithin(value, SHEETS_MAX);
export const isBp = (value: unknown): value is number => isWithin(value, BP_MAX);

const isWithin = (value: unknown, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max && !Object.is(value, -0);
