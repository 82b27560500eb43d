import type { FailureTable } from '#kernel';
import { Absent, IsHalf, IsJurisdiction, IsLang, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** From its own position on nothing more counts for the fixed view of a half: later knowledge is a second view. */
export class PeriodFrozen {
  @IsJurisdiction() jurisdiction!: string;
  @IsHalf() half!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** Takes the fixing back. The next freeze fixes the half anew, at its own position. */
export class PeriodReopened {
  @IsJurisdiction() jurisdiction!: string;
  @IsHalf() half!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

export const periodEvents = {
  'gov.sijill.period.frozen.v1': PeriodFrozen,
  'gov.sijill.period.reopened.v1': PeriodReopened,
} as const satisfies EventRegister;
export type PeriodFact = FactOf<typeof periodEvents>;

export const periodFailures = {
  'period.notOver': {
    kind: 'refused',
    en: 'The half {half} ends on {end}. On {day} it cannot be frozen yet.',
    ar: 'ينتهي النصف {half} في {end}، فلا يمكن تجميده في {day}.',
  },
  'period.notFrozen': {
    kind: 'refused',
    en: 'The half {half} was never frozen in {jurisdiction}: there is nothing to reopen.',
    ar: 'لم يُجمَّد النصف {half} في {jurisdiction} قط، فليس هناك ما يُعاد فتحه.',
  },
} as const satisfies FailureTable;
