import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream } from '../stream.js';
import { type CostComponent, type CostFact, costEvents } from './cost.events.js';

export type Cost =
  | { readonly is: 'none' }
  | {
      readonly is: 'reported';
      /** As they were told first: whoever tells them again says nothing new. */
      readonly reported: readonly CostComponent[];
      /** As restated. */
      readonly current: readonly CostComponent[];
    }
  | { readonly is: 'withdrawn' };

export const costDecider: Decider<CostFact, Cost> = {
  initial: { is: 'none' },
  decide(fact, cost) {
    assertPeriod(fact.data.periodStart, fact.data.periodEnd);
    switch (fact.type) {
      case 'gov.sijill.cost.reported.v1':
        // What was withdrawn has no figures, so that it is reported anew like a period of which nothing was told.
        if (cost.is !== 'reported') return [fact];
        if (sameContent(cost.reported, fact.data.components)) return [];
        throw refuseExists('cost', costId(fact.data));
      case 'gov.sijill.cost.restated.v1':
        if (cost.is !== 'reported') throw refuseUnknown('cost', costId(fact.data));
        return sameContent(cost.current, fact.data.components) ? [] : [fact];
      case 'gov.sijill.cost.withdrawn.v1':
        if (cost.is === 'none') throw refuseUnknown('cost', costId(fact.data));
        return cost.is === 'withdrawn' ? [] : [fact];
    }
  },
  evolve(cost, { type, data }) {
    switch (type) {
      case 'gov.sijill.cost.reported.v1':
        return { is: 'reported', reported: data.components, current: data.components };
      case 'gov.sijill.cost.restated.v1':
        return cost.is === 'reported' ? { ...cost, current: data.components } : cost;
      case 'gov.sijill.cost.withdrawn.v1':
        return { is: 'withdrawn' };
    }
  },
};

const costId = ({ entityId, serviceId, periodStart, periodEnd }: CostFact['data']): string =>
  `${entityId}:${serviceId}:${periodStart}..${periodEnd}`;

export const costStream = defineStream<CostFact, Cost>({
  category: 'cost',
  title: { ar: 'تكلفة', en: 'Cost' },
  events: costEvents,
  opening: ['gov.sijill.cost.reported.v1'],
  stewardOnly: [],
  id: costId,
  references: ({ data: { entityId, serviceId } }) => [
    { category: 'entity', id: entityId, pointer: '#/data/entityId' },
    { category: 'service', id: serviceId, pointer: '#/data/serviceId' },
  ],
  owners: ({ data }) => [data.entityId],
  decider: costDecider,
});
