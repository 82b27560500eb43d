import { refuseInvalid } from '../rules/structure.js';
import { isNextVersion } from '../rules/versions.js';
import { type Decider, defineStream } from '../stream.js';
import { faultsOf } from '../vocabulary/shape.js';
import { type PolicyAdopted, type PolicyFact, policyEvents } from './policy.events.js';
import { policyShapes } from './policy.parameters.js';

/** Versions in order, 1 first. Empty: not adopted yet. */
export type Policy = readonly Readonly<PolicyAdopted>[];

export const policyDecider: Decider<PolicyFact, Policy> = {
  initial: [],
  decide(fact, versions) {
    const { policyId, parameters } = fact.data;
    const faults = faultsOf(policyShapes[policyId].shape, '#/data/parameters', parameters);
    if (faults.length > 0) throw refuseInvalid(fact.type, faults);
    return isNextVersion(versions, fact.data) ? [fact] : [];
  },
  evolve: (versions, { data }) => [...versions, data],
};

export const policyStream = defineStream<PolicyFact, Policy>({
  category: 'policy',
  title: { ar: 'سياسة', en: 'Policy' },
  events: policyEvents,
  opening: ['gov.sijill.policy.adopted.v1'],
  stewardOnly: ['gov.sijill.policy.adopted.v1'],
  id: ({ policyId }) => policyId,
  references: () => [],
  owners: () => [],
  decider: policyDecider,
});
