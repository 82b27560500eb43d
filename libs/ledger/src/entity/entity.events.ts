import type { FailureTable } from '#kernel';
import { ENTITY_KINDS, type EntityKind } from '../codes.js';
import { Absent, IsDay, IsId, IsJurisdiction, IsLang, IsOneOf, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A department, company or other body that offers services. Owns its services, places and records. */
export class EntityRegistered {
  @IsId() entityId!: string;
  @IsLang(200) title!: Lang;
  @IsOneOf(ENTITY_KINDS) kind!: EntityKind;
  /** ISO 3166 code, for example `AE-DU`. Decides the zone in which its days are counted. */
  @IsJurisdiction() jurisdiction!: string;
  @Absent() @IsId() parentId?: string;
  @Absent() @IsText(20) abbreviation?: string;
  /** First day of its existence under this title. */
  @IsDay() from!: string;
}

/** Another title from a day on. The identity stays. */
export class EntityRenamed {
  @IsId() entityId!: string;
  @IsLang(200) title!: Lang;
  @IsDay() from!: string;
}

/** Ends by going up in another entity: from that day its figures appear under the successor. */
export class EntityMerged {
  @IsId() entityId!: string;
  @IsId() intoEntityId!: string;
  @IsDay() from!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** Ends without a successor. */
export class EntityClosed {
  @IsId() entityId!: string;
  @IsDay() from!: string;
  @IsLang(1000) reason!: Lang;
}

export const entityEvents = {
  'gov.sijill.entity.registered.v1': EntityRegistered,
  'gov.sijill.entity.renamed.v1': EntityRenamed,
  'gov.sijill.entity.merged.v1': EntityMerged,
  'gov.sijill.entity.closed.v1': EntityClosed,
} as const satisfies EventRegister;
export type EntityFact = FactOf<typeof entityEvents>;

export const entityFailures = {
  'entity.closed': {
    kind: 'refused',
    en: 'The entity {entityId} was merged or closed and cannot change any more.',
    ar: 'الجهة {entityId} دُمجت أو أُغلقت ولا يمكن تغييرها بعد ذلك.',
  },
  'entity.selfMerge': {
    kind: 'refused',
    en: 'The entity {entityId} cannot be merged into itself.',
    ar: 'لا يمكن دمج الجهة {entityId} في نفسها.',
  },
  'entity.intoMerged': {
    kind: 'refused',
    en: 'The entity {intoEntityId} went up in {successorId} itself, and none can be merged into it any more.',
    ar: 'الجهة {intoEntityId} نفسها دُمجت في {successorId}، ولا يمكن دمج جهة أخرى فيها بعد ذلك.',
  },
} as const satisfies FailureTable;
