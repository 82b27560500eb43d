import type { FailureTable } from '#kernel';
import { Absent, IsDay, IsId, IsText } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A self-service machine, in a centre or on its own. */
export class KioskInstalled {
  @IsId() kioskId!: string;
  @IsId() entityId!: string;
  @IsText(80) area!: string;
  @Absent() @IsId() centreId?: string;
  @IsDay() from!: string;
}

/** Stands elsewhere from a day on. Without `centreId` it stands in no centre. */
export class KioskMoved {
  @IsId() kioskId!: string;
  @IsText(80) area!: string;
  @Absent() @IsId() centreId?: string;
  @IsDay() from!: string;
}

/** Gone for good: the machine that replaces it has an id of its own. */
export class KioskRemoved {
  @IsId() kioskId!: string;
  @IsDay() from!: string;
}

export const kioskEvents = {
  'gov.sijill.kiosk.installed.v1': KioskInstalled,
  'gov.sijill.kiosk.moved.v1': KioskMoved,
  'gov.sijill.kiosk.removed.v1': KioskRemoved,
} as const satisfies EventRegister;
export type KioskFact = FactOf<typeof kioskEvents>;

export const kioskFailures = {
  'kiosk.removed': {
    kind: 'refused',
    en: 'The kiosk {kioskId} was removed. A machine installed in its place needs an id of its own.',
    ar: 'جهاز الخدمة الذاتية {kioskId} أزيل من موقعه، والجهاز الذي يحل محله يحتاج إلى رقم خاص به.',
  },
} as const satisfies FailureTable;
