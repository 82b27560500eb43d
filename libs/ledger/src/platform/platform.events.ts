import type { FailureTable } from '#kernel';
import { PLATFORM_AUDIENCES, type PlatformAudience } from '../codes.js';
import { IsDay, IsId, IsLang, IsListOf, IsOneOf, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** One door to services of many entities. */
export class PlatformLaunched {
  @IsId() platformId!: string;
  @IsId() operatorEntityId!: string;
  @IsLang(200) title!: Lang;
  @IsListOf(IsOneOf(PLATFORM_AUDIENCES), 3, { min: 1, isUnique: true }) audience!: readonly PlatformAudience[];
  @IsDay() from!: string;
}

/** A service on which transactions can be made here. */
export class PlatformServiceAdded {
  @IsId() platformId!: string;
  @IsId() serviceId!: string;
  @IsDay() from!: string;
}

export class PlatformServiceRemoved {
  @IsId() platformId!: string;
  @IsId() serviceId!: string;
  @IsDay() from!: string;
}

/** Something to read. It is viewed, never transacted. */
export class PlatformInformationAdded {
  @IsId() platformId!: string;
  @IsId() infoId!: string;
  @IsLang(200) title!: Lang;
  @IsText(80) topic!: string;
  @IsDay() from!: string;
}

export class PlatformInformationRemoved {
  @IsId() platformId!: string;
  @IsId() infoId!: string;
  @IsDay() from!: string;
}

export class PlatformClosed {
  @IsId() platformId!: string;
  @IsDay() from!: string;
}

export const platformEvents = {
  'gov.sijill.platform.launched.v1': PlatformLaunched,
  'gov.sijill.platform.serviceAdded.v1': PlatformServiceAdded,
  'gov.sijill.platform.serviceRemoved.v1': PlatformServiceRemoved,
  'gov.sijill.platform.informationAdded.v1': PlatformInformationAdded,
  'gov.sijill.platform.informationRemoved.v1': PlatformInformationRemoved,
  'gov.sijill.platform.closed.v1': PlatformClosed,
} as const satisfies EventRegister;
export type PlatformFact = FactOf<typeof platformEvents>;

export const platformFailures = {
  'platform.closed': {
    kind: 'refused',
    en: 'The platform {platformId} is closed.',
    ar: 'المنصة {platformId} مغلقة.',
  },
  'platform.notTransactional': {
    kind: 'refused',
    en: 'The service {serviceId} only informs. Add it to the platform as information, not as a service.',
    ar: 'الخدمة {serviceId} معلوماتية، فأضفها إلى المنصة بوصفها معلومة لا بوصفها خدمة.',
  },
} as const satisfies FailureTable;
