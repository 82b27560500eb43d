import type { FailureTable } from '#kernel';
import {
  Absent,
  IsId,
  IsInteger,
  IsLang,
  IsOneOf,
  IsRatioValue,
  IsText,
  type Lang,
  type RatioValue,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const RELATIONS = ['equals', 'within', 'atMost', 'atLeast'] as const;
/**
 * `equals`: the same, rounded half up to the decimals with which a single claim or number is stated. `within`:
 * |left − expected| ≤ tolerance × |expected|.
 */
export type Relation = (typeof RELATIONS)[number];

/** Arithmetic over claims that ought to agree, or that shows what they imply. */
export class ClaimCheckAdopted {
  @IsId() checkId!: string;
  @IsInteger({ min: 1, max: 9999 }) version!: number;
  /** `p26 + p28 + p30`: claim ids, decimal numbers, `+ - * /` between spaces, parentheses. */
  @IsText(2000) expression!: string;
  /** With `expected`, or neither: a figure that is only shown. */
  @Absent() @IsOneOf(RELATIONS) relation?: Relation;
  /** A decimal number, or an expression like the other side. */
  @Absent() @IsText(2000) expected?: string;
  /** For `within`. */
  @Absent() @IsRatioValue() tolerance?: RatioValue;
  @IsLang(300) title!: Lang;
}

export const claimCheckEvents = {
  'gov.sijill.claimCheck.adopted.v1': ClaimCheckAdopted,
} as const satisfies EventRegister;
export type ClaimCheckFact = FactOf<typeof claimCheckEvents>;

export const claimCheckFailures = {
  'claimCheck.invalid': {
    kind: 'refused',
    en: 'The check {checkId} cannot be computed: see the faults.',
    ar: 'لا يمكن حساب التحقق {checkId}. راجع الأخطاء المذكورة.',
  },
} as const satisfies FailureTable;
