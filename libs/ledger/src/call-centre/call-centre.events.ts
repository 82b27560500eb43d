import type { FailureTable } from '#kernel';
import { Absent, type Hours, IsHours, IsId, IsLang, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A desk reached by telephone. All of its events hold from the day of their `time`. */
export class CallCentreOpened {
  @IsId() callCentreId!: string;
  @IsId() entityId!: string;
  @IsLang(200) title!: Lang;
  /** The number customers dial, as published. */
  @IsText(20) phone!: string;
  @IsHours() hours!: Hours;
  /** Shared service through which several entities answer here. */
  @Absent() @IsId() sharedServiceId?: string;
}

export class CallCentreHoursSet {
  @IsId() callCentreId!: string;
  @IsHours() hours!: Hours;
}

export class CallCentreClosed {
  @IsId() callCentreId!: string;
}

export const callCentreEvents = {
  'gov.sijill.callCentre.opened.v1': CallCentreOpened,
  'gov.sijill.callCentre.hoursSet.v1': CallCentreHoursSet,
  'gov.sijill.callCentre.closed.v1': CallCentreClosed,
} as const satisfies EventRegister;
export type CallCentreFact = FactOf<typeof callCentreEvents>;

export const callCentreFailures = {
  'callCentre.closed': {
    kind: 'refused',
    en: 'The call centre {callCentreId} is closed.',
    ar: 'مركز الاتصال {callCentreId} مغلق.',
  },
} as const satisfies FailureTable;
