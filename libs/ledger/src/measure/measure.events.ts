import { CHANNELS, type Channel } from '../codes.js';
import { Absent, IsBool, IsDay, IsId, IsLang, IsListOf, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const MEASURE_EFFECTS = [
  'channelClosed',
  'hoursReduced',
  'centreClosed',
  'movedRemote',
  'staffRemote',
  'other',
] as const;
export const MEASURE_REASONS = ['safety', 'order', 'technical', 'other'] as const;
export const COORDINATIONS = ['agreed', 'amended', 'objected'] as const;

/** What an entity does that affects how its services can be reached, told to the office that coordinates all of them. */
export class MeasureNotified {
  @IsId() entityId!: string;
  @IsId() measureId!: string;
  @Absent() @IsId() disruptionId?: string;
  @IsLang(300) title!: Lang;
  /** `movedRemote` and `staffRemote` take no channel away from customers; the others restrict those named. */
  @IsOneOf(MEASURE_EFFECTS) effect!: (typeof MEASURE_EFFECTS)[number];
  /** Services and channels affected: each service on each of the channels. An empty list affects none. */
  @IsListOf(IsId(), 500, { isUnique: true }) serviceIds!: readonly string[];
  @IsListOf(IsOneOf(CHANNELS), 14, { isUnique: true }) channels!: readonly Channel[];
  @Absent() @IsListOf(IsId(), 500, { isUnique: true }) centreIds?: readonly string[];
  /** Whether customers were offered another way that needs no visit. */
  @IsBool() remoteAlternative!: boolean;
  @IsOneOf(MEASURE_REASONS) reason!: (typeof MEASURE_REASONS)[number];
  /** First and last day, both inside. Left out: until it is lifted. */
  @IsDay() from!: string;
  @Absent() @IsDay() until?: string;
}

/** What the coordinating office says of it. */
export class MeasureCoordinated {
  @IsId() entityId!: string;
  @IsId() measureId!: string;
  @IsOneOf(COORDINATIONS) decision!: (typeof COORDINATIONS)[number];
  @Absent() @IsLang(1000) note?: Lang;
}

export class MeasureLifted {
  @IsId() entityId!: string;
  @IsId() measureId!: string;
  /** Last day on which it affected anybody. Before its first day: it never did. */
  @IsDay() on!: string;
}

export const measureEvents = {
  'gov.sijill.measure.notified.v1': MeasureNotified,
  'gov.sijill.measure.coordinated.v1': MeasureCoordinated,
  'gov.sijill.measure.lifted.v1': MeasureLifted,
} as const satisfies EventRegister;
export type MeasureFact = FactOf<typeof measureEvents>;
