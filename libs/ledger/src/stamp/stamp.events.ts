import { CRITERIA, type Criterion, SIZE_CLASSES, type SizeClass } from '../codes.js';
import {
  Absent,
  IsDay,
  IsForm,
  IsHalf,
  IsId,
  IsLang,
  IsListOf,
  IsOneOf,
  IsRatioValue,
  IsSheets,
  IsText,
  type Lang,
  type RatioValue,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

const IsPosition = () =>
  IsForm({
    name: 'isPosition',
    code: 'position.format',
    ar: 'موضع الحدث في السجل: أرقام فقط بلا أصفار بادئة',
    en: 'A position in the journal: digits alone, no leading zero',
    expected: '0 or 1-18 digits',
    pattern: /^(0|[1-9][0-9]{0,17})$/,
  });
const CAUSES_MAX = 100;
const areCauses = (min = 0) => IsListOf(IsPosition(), CAUSES_MAX, { min, isUnique: true });

/** An entity of the government is judged for a half: its services, and the processes inside it. */
export class AssessmentOpened {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  /** Position of the `period.frozen` that the assessment goes by. */
  @Absent() @IsPosition() periodEvent?: string;
}

/** The entity says that a service meets a criterion. Shows activity; never outweighs a recorded sheet. */
export class AssessmentAttested {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsId() serviceId!: string;
  @IsOneOf(CRITERIA) criterion!: Criterion;
  @IsLang(1000) note!: Lang;
}

/** Sheets of a service that do not stand in the way of the mark. */
export class AssessmentWaiverGranted {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsId() waiverId!: string;
  @IsId() serviceId!: string;
  /** Of the half, up to and including `until`. */
  @IsSheets() maxSheets!: number;
  @IsLang(1000) reason!: Lang;
  @IsText(120) approvedBy!: string;
  /** Last day whose sheets it covers. */
  @IsDay() until!: string;
}

export class AssessmentWaiverRevoked {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsId() waiverId!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** What the owner of the programme announced. It is a claim: the derived figures stand beside it. */
export class AssessmentResultAnnounced {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  /** Position up to which the figures were made. */
  @IsPosition() atPosition!: string;
  @IsOneOf(SIZE_CLASSES) sizeClass!: SizeClass;
  /** Units that passed, of those that passed or failed. */
  @IsRatioValue() services!: RatioValue;
  @IsRatioValue() internal!: RatioValue;
  @IsDay() announcedOn!: string;
}

/** Takes the announced result back; another one may follow. */
export class AssessmentReopened {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsLang(1000) reason!: Lang;
  @areCauses(1) causePositions!: readonly string[];
}

export class StampConferred {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsOneOf(SIZE_CLASSES) sizeClass!: SizeClass;
}

export class StampSuspended {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsLang(1000) reason!: Lang;
  @Absent() @areCauses() causePositions?: readonly string[];
}

export class StampReinstated {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsLang(1000) reason!: Lang;
  @Absent() @areCauses() causePositions?: readonly string[];
}

export class StampWithdrawn {
  @IsId() entityId!: string;
  @IsHalf() half!: string;
  @IsLang(1000) reason!: Lang;
  @Absent() @areCauses() causePositions?: readonly string[];
}

export const stampEvents = {
  'gov.sijill.assessment.opened.v1': AssessmentOpened,
  'gov.sijill.assessment.attested.v1': AssessmentAttested,
  'gov.sijill.assessment.waiverGranted.v1': AssessmentWaiverGranted,
  'gov.sijill.assessment.waiverRevoked.v1': AssessmentWaiverRevoked,
  'gov.sijill.assessment.resultAnnounced.v1': AssessmentResultAnnounced,
  'gov.sijill.assessment.reopened.v1': AssessmentReopened,
  'gov.sijill.stamp.conferred.v1': StampConferred,
  'gov.sijill.stamp.suspended.v1': StampSuspended,
  'gov.sijill.stamp.reinstated.v1': StampReinstated,
  'gov.sijill.stamp.withdrawn.v1': StampWithdrawn,
} as const satisfies EventRegister;
export type StampFact = FactOf<typeof stampEvents>;
