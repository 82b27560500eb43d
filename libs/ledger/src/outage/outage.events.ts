import { CHANNELS, type Channel } from '../codes.js';
import { Absent, IsId, IsLang, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A service could not be used, from the time of this event. */
export class OutageStarted {
  @IsId() serviceId!: string;
  @IsId() outageId!: string;
  /** Left out: on every channel. */
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @Absent() @IsLang(1000) cause?: Lang;
}

/** It can be used again, from the time of this event. */
export class OutageEnded {
  @IsId() serviceId!: string;
  @IsId() outageId!: string;
  /** What it was, where that is known by now. */
  @Absent() @IsLang(1000) cause?: Lang;
}

export const outageEvents = {
  'gov.sijill.outage.started.v1': OutageStarted,
  'gov.sijill.outage.ended.v1': OutageEnded,
} as const satisfies EventRegister;
export type OutageFact = FactOf<typeof outageEvents>;
