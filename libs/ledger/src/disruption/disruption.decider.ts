import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream } from '../stream.js';
import { type DisruptionDeclared, type DisruptionFact, disruptionEvents } from './disruption.events.js';

export type Disruption =
  | { readonly is: 'none' }
  | { readonly is: 'declared' | 'ended'; readonly declared: Readonly<DisruptionDeclared> };

export const disruptionDecider: Decider<DisruptionFact, Disruption> = {
  initial: { is: 'none' },
  decide(fact, disruption) {
    switch (fact.type) {
      case 'gov.sijill.disruption.declared.v1':
        if (disruption.is === 'none') return [fact];
        if (sameContent(disruption.declared, fact.data)) return [];
        throw refuseExists('disruption', fact.data.disruptionId);
      case 'gov.sijill.disruption.ended.v1':
        if (disruption.is === 'none') throw refuseUnknown('disruption', fact.data.disruptionId);
        if (disruption.is === 'ended') return [];
        assertPeriod(disruption.declared.from, fact.data.on);
        return [fact];
    }
  },
  evolve(disruption, { type, data }) {
    switch (type) {
      case 'gov.sijill.disruption.declared.v1':
        return { is: 'declared', declared: data };
      case 'gov.sijill.disruption.ended.v1':
        return disruption.is === 'none' ? disruption : { ...disruption, is: 'ended' };
    }
  },
};

export const disruptionStream = defineStream<DisruptionFact, Disruption>({
  category: 'disruption',
  title: { ar: 'تعطل', en: 'Disruption' },
  events: disruptionEvents,
  opening: ['gov.sijill.disruption.declared.v1'],
  stewardOnly: ['gov.sijill.disruption.declared.v1', 'gov.sijill.disruption.ended.v1'],
  id: ({ disruptionId }) => disruptionId,
  references: () => [],
  owners: () => [],
  facts: (disruption) => (disruption.is === 'none' ? undefined : { jurisdiction: disruption.declared.jurisdiction }),
  decider: disruptionDecider,
});
