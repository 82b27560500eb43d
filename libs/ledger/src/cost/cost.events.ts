import { CHANNELS, type Channel } from '../codes.js';
import { Absent, IsDay, IsFils, IsId, IsLang, IsObjects, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const COST_KINDS = ['staff', 'it', 'premises', 'supplier', 'other'] as const;
export type CostKind = (typeof COST_KINDS)[number];

const COMPONENTS_MAX = 20;

export class CostComponent {
  @IsOneOf(COST_KINDS) kind!: CostKind;
  /** Left out: of all channels together. */
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @IsFils() amount!: string;
}

/** What an entity spent on one service over a period. */
export class CostReported {
  @IsId() entityId!: string;
  @IsId() serviceId!: string;
  /** First and last day, both inside. */
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @IsObjects(CostComponent, COMPONENTS_MAX, { min: 1 }) components!: readonly CostComponent[];
  @Absent() @IsLang(1000) reason?: Lang;
}

/** Replaces all components of that period from the day it is known. */
export class CostRestated {
  @IsId() entityId!: string;
  @IsId() serviceId!: string;
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @IsObjects(CostComponent, COMPONENTS_MAX, { min: 1 }) components!: readonly CostComponent[];
  @Absent() @IsLang(1000) reason?: Lang;
}

/** The entity took the figures of that period back and put none in their place. */
export class CostWithdrawn {
  @IsId() entityId!: string;
  @IsId() serviceId!: string;
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

export const costEvents = {
  'gov.sijill.cost.reported.v1': CostReported,
  'gov.sijill.cost.restated.v1': CostRestated,
  'gov.sijill.cost.withdrawn.v1': CostWithdrawn,
} as const satisfies EventRegister;
export type CostFact = FactOf<typeof costEvents>;
