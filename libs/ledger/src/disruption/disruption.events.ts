import { IsDay, IsId, IsJurisdiction, IsLang, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const DISRUPTION_KINDS = ['epidemic', 'weather', 'technical', 'security', 'other'] as const;

/** Something that keeps people or offices from going on as usual, in one jurisdiction. */
export class DisruptionDeclared {
  @IsId() disruptionId!: string;
  /** Whose services are looked at: federal ones (`AE`) apart from those of an emirate (`AE-DU`). */
  @IsJurisdiction() jurisdiction!: string;
  @IsOneOf(DISRUPTION_KINDS) kind!: (typeof DISRUPTION_KINDS)[number];
  @IsLang(300) title!: Lang;
  /** First day. */
  @IsDay() from!: string;
}

export class DisruptionEnded {
  @IsId() disruptionId!: string;
  /** Last day: a disruption of one day ends on the day on which it began. */
  @IsDay() on!: string;
}

export const disruptionEvents = {
  'gov.sijill.disruption.declared.v1': DisruptionDeclared,
  'gov.sijill.disruption.ended.v1': DisruptionEnded,
} as const satisfies EventRegister;
export type DisruptionFact = FactOf<typeof disruptionEvents>;
