import { IsDay, IsInteger, IsLang, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';
import { IsPolicyParameters, POLICY_IDS, type PolicyId, type PolicyParameters } from './policy.parameters.js';

/** One version of the numbers that somebody has to decide. In force from its day until the next version's. */
export class PolicyAdopted {
  @IsOneOf(POLICY_IDS) policyId!: PolicyId;
  @IsInteger({ min: 1, max: 9999 }) version!: number;
  /** The closed structure of this policy. */
  @IsPolicyParameters() parameters!: PolicyParameters[PolicyId];
  @IsDay() from!: string;
  @IsLang(1000) reason!: Lang;
}

export const policyEvents = {
  'gov.sijill.policy.adopted.v1': PolicyAdopted,
} as const satisfies EventRegister;
export type PolicyFact = FactOf<typeof policyEvents>;
