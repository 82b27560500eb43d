import type { FailureTable } from '#kernel';
import { QUALIFIERS, type Qualifier } from '../codes.js';
import { Absent, IsDay, IsDec, IsEither, IsId, IsLang, IsOneOf, IsPart, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** Units of claims whose value is a point in time and no amount. */
export const DATE_UNITS = ['year', 'year-month', 'day'] as const;

const KINDS = ['measured', 'target', 'forecast'] as const;
/** What was said to be so, what is to be reached, what was expected. */
export type ClaimKind = (typeof KINDS)[number];

/** A decimal number, or a year, month or day where the unit is one of {@link DATE_UNITS}. */
const IsStated = () => IsEither(IsDec(), IsPart());

/** A figure that somebody made public. It is kept as it was said and is never taken for a measurement. */
export class ClaimPublished {
  @IsId() claimId!: string;
  /** Who made it public, in their own spelling. */
  @IsText(120) publisher!: string;
  /** Whom or what it is about: a free name, because claims speak of groups that no register knows. */
  @IsId() scope!: string;
  @IsId() metric!: string;
  /** With the decimals of the source: they say how exactly it is meant. */
  @IsStated() value!: string;
  @IsId() unit!: string;
  @IsOneOf(QUALIFIERS) qualifier!: Qualifier;
  /** The period in the words of the source. */
  @Absent() @IsText(80) period?: string;
  /** First and last day, both inside, where the words can be dated. */
  @Absent() @IsDay() periodStart?: string;
  @Absent() @IsDay() periodEnd?: string;
  @IsOneOf(KINDS) kind!: ClaimKind;
  /** When it was made public: then its knowledge day. */
  @Absent() @IsPart() publishedOn?: string;
  @IsText(300) source!: string;
}

/** What the publisher said instead, or what had been copied wrongly. What is left out stays as it was. */
export class ClaimCorrected {
  @IsId() claimId!: string;
  @Absent() @IsStated() value?: string;
  @Absent() @IsOneOf(QUALIFIERS) qualifier?: Qualifier;
  @Absent() @IsPart() publishedOn?: string;
  @IsLang(1000) reason!: Lang;
}

/** The publisher took it back, or never said it. */
export class ClaimWithdrawn {
  @IsId() claimId!: string;
  @Absent() @IsPart() publishedOn?: string;
  @IsLang(1000) reason!: Lang;
}

export const claimEvents = {
  'gov.sijill.claim.published.v1': ClaimPublished,
  'gov.sijill.claim.corrected.v1': ClaimCorrected,
  'gov.sijill.claim.withdrawn.v1': ClaimWithdrawn,
} as const satisfies EventRegister;
export type ClaimFact = FactOf<typeof claimEvents>;

export const claimFailures = {
  'claim.withdrawn': {
    kind: 'conflict',
    en: 'The claim {claimId} was withdrawn.',
    ar: 'سُحب الرقم المعلن {claimId}.',
  },
} as const satisfies FailureTable;
