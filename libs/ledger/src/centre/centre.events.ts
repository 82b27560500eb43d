import type { FailureTable } from '#kernel';
import { CENTRE_MODES, type CentreMode } from '../codes.js';
import { Absent, type Hours, IsDay, IsHours, IsId, IsInteger, IsLang, IsOneOf, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A place where staff serve customers. It opens in mode `serving`. */
export class CentreOpened {
  @IsId() centreId!: string;
  @IsId() entityId!: string;
  @IsLang(200) title!: Lang;
  @Absent() @IsText(80) area?: string;
  /** Counter windows. */
  @Absent() @IsInteger({ min: 0, max: 500 }) windows?: number;
  @Absent() @IsHours() hours?: Hours;
  @IsDay() from!: string;
}

/** Holds from the event's `time` on, to the minute: campaigns are followed by the hour. */
export class CentreModeChanged {
  @IsId() centreId!: string;
  @IsOneOf(CENTRE_MODES) mode!: CentreMode;
  /** Campaign on whose account the mode changed. */
  @Absent() @IsId() campaignId?: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** No service from this day on. */
export class CentreClosed {
  @IsId() centreId!: string;
  @IsDay() from!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** Open again, in mode `serving`. */
export class CentreReopened {
  @IsId() centreId!: string;
  @IsDay() from!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

export const centreEvents = {
  'gov.sijill.centre.opened.v1': CentreOpened,
  'gov.sijill.centre.modeChanged.v1': CentreModeChanged,
  'gov.sijill.centre.closed.v1': CentreClosed,
  'gov.sijill.centre.reopened.v1': CentreReopened,
} as const satisfies EventRegister;
export type CentreFact = FactOf<typeof centreEvents>;

export const centreFailures = {
  'centre.closed': {
    kind: 'refused',
    en: 'The centre {centreId} is closed and has no mode until it is reopened.',
    ar: 'المركز {centreId} مغلق ولا يتغير نمط عمله حتى يعاد فتحه.',
  },
} as const satisfies FailureTable;
