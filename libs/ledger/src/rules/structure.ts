import { daysFromTo, type Failure, type Fault } from '#kernel';
import { refuse } from '../failures.js';

/**
 * Both days belong to the period; one day is a period.
 *
 * @param daysMax days that it may have
 * @throws Failure `period.invalid`.
 */
export const assertPeriod = (start: string, end: string, daysMax = Number.POSITIVE_INFINITY): void => {
  if (end < start || daysFromTo(start, end) > daysMax) throw refuse('period.invalid', { params: { start, end } });
};

/**
 * Of the members given, exactly one must have a value.
 *
 * @throws Failure `event.invalid` with a fault for the first missing or for each one too many.
 */
export const assertExactlyOne = (
  type: string,
  members: Readonly<Record<string, unknown>>,
  pointer = '#/data',
): void => {
  const names = Object.keys(members);
  const given = names.filter((name) => members[name] !== undefined);
  if (given.length === 1) return;
  const wrong = given.length === 0 ? names.slice(0, 1) : given.slice(1);
  throw refuseInvalid(
    type,
    wrong.map((name) => ({
      pointer: `${pointer}/${name}`,
      ...EXACTLY_ONE,
      expected: `exactly one of ${names.join(', ')}`,
    })),
  );
};

/** The data of a known type have faults that only several members together show. */
export const refuseInvalid = (type: string, faults: readonly Fault[]): Failure =>
  refuse('event.invalid', { params: { type }, faults });

const EXACTLY_ONE = {
  code: 'member.exactlyOne',
  text: { ar: 'يلزم حقل واحد فقط من هذه الحقول', en: 'Exactly one of these members is needed' },
} as const;
