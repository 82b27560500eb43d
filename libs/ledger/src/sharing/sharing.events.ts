import type { FailureTable } from '#kernel';
import { IsSha256 } from '../rules/digest.js';
import {
  Absent,
  IsBool,
  IsCount,
  IsDay,
  IsId,
  IsInteger,
  IsLang,
  IsObjectOf,
  IsOneOf,
  IsText,
  type Lang,
  Personal,
  Subject,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

const PARTY_KINDS = ['individual', 'government', 'private', 'international', 'nonProfit'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

/** Whom the toolkit is made for: the curious, organisations, people who know data, those whose cooperation starts slowly. */
const AUDIENCES = ['innovator', 'organisation', 'dataLiterate', 'slowStarter'] as const;
export type SharingAudience = (typeof AUDIENCES)[number];

const OBSTACLE_KINDS = ['legal', 'technical', 'quality', 'cost', 'willingness', 'other'] as const;
export type ObstacleKind = (typeof OBSTACLE_KINDS)[number];

/** A hundred years. */
const RETENTION_DAYS_MAX = 36_525;

const REVIEW_RESULTS = ['passed', 'refused'] as const;

/** Who receives. A person is named by `partyRef` of the event alone, which is encrypted. */
export class SharingParty {
  @IsOneOf(PARTY_KINDS) kind!: PartyKind;
  @Absent() @IsId() entityId?: string;
  @Absent() @IsLang(200) title?: Lang;
}

/** Somebody is to receive a data set, for a purpose and on a legal basis. */
export class SharingProposed {
  @IsId() agreementId!: string;
  @IsId() providerEntityId!: string;
  @IsObjectOf(SharingParty) party!: SharingParty;
  /** Reference of the provider for a person who receives. */
  @Personal() @Subject() @Absent() @IsText(128) partyRef?: string;
  @IsOneOf(AUDIENCES) audience!: SharingAudience;
  @IsId() dataset!: string;
  @IsLang(1000) purpose!: Lang;
  @IsText(300) legalBasis!: string;
  /** Personal data move only after an ethics review that passed. */
  @IsBool() personalData!: boolean;
  /** What protects the people whom the data are about: pseudonyms, suppression, who may look. */
  @Absent() @IsLang(1000) safeguards?: Lang;
  /** Days after the end of the agreement until the recipient has deleted what was delivered; 0: at once. Left out: not agreed. */
  @Absent() @IsInteger({ min: 0, max: RETENTION_DAYS_MAX }) retentionDays?: number;
  /** Who carries the agreement beside the provider. */
  @Absent() @IsText(120) partner?: string;
}

/** An office judged whether it is right to share. The latest judgement holds. */
export class SharingEthicsReviewed {
  @IsId() agreementId!: string;
  @IsOneOf(REVIEW_RESULTS) result!: (typeof REVIEW_RESULTS)[number];
  @IsText(120) by!: string;
}

export class SharingActivated {
  @IsId() agreementId!: string;
  /** First day on which data may be delivered. */
  @IsDay() from!: string;
}

export class SharingEnded {
  @IsId() agreementId!: string;
  /** Last day on which data may be delivered. */
  @IsDay() on!: string;
}

/** Something that keeps an agreement from starting or from being used. */
export class SharingObstacleReported {
  @IsId() agreementId!: string;
  @IsId() obstacleId!: string;
  @IsOneOf(OBSTACLE_KINDS) kind!: ObstacleKind;
  @IsLang(1000) note!: Lang;
}

export class SharingObstacleCleared {
  @IsId() agreementId!: string;
  @IsId() obstacleId!: string;
}

/** Data went to the party. The data themselves are not here. */
export class SharingDelivered {
  @IsId() agreementId!: string;
  @IsId() deliveryId!: string;
  @IsDay() day!: string;
  @IsCount() rows!: number;
  @IsCount() bytes!: number;
  /** Of the bytes delivered, so that either side can show what they were. */
  @Absent() @IsSha256() sha256?: string;
  /** For example `csv`. */
  @IsId() format!: string;
}

export const sharingEvents = {
  'gov.sijill.sharing.proposed.v1': SharingProposed,
  'gov.sijill.sharing.ethicsReviewed.v1': SharingEthicsReviewed,
  'gov.sijill.sharing.activated.v1': SharingActivated,
  'gov.sijill.sharing.ended.v1': SharingEnded,
  'gov.sijill.sharing.obstacleReported.v1': SharingObstacleReported,
  'gov.sijill.sharing.obstacleCleared.v1': SharingObstacleCleared,
  'gov.sijill.sharing.delivered.v1': SharingDelivered,
} as const satisfies EventRegister;
export type SharingFact = FactOf<typeof sharingEvents>;

export const sharingFailures = {
  'sharing.ethicsMissing': {
    kind: 'refused',
    en: 'The agreement {agreementId} is about personal data, and no ethics review passed it.',
    ar: 'تتعلق الاتفاقية {agreementId} ببيانات شخصية ولم تجتز مراجعة أخلاقية.',
  },
  'sharing.ended': {
    kind: 'conflict',
    en: 'The agreement {agreementId} ended on {on}.',
    ar: 'انتهت الاتفاقية {agreementId} في {on}.',
  },
  'sharing.active': {
    kind: 'conflict',
    en: 'The agreement {agreementId} is in force since {from}.',
    ar: 'الاتفاقية {agreementId} سارية منذ {from}.',
  },
  'sharing.notActive': {
    kind: 'refused',
    en: 'The agreement {agreementId} was not in force on {day}: nothing may be delivered under it.',
    ar: 'لم تكن الاتفاقية {agreementId} سارية في {day}، فلا يجوز التسليم بموجبها.',
  },
} as const satisfies FailureTable;
