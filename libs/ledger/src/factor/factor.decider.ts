import { assertPeriod } from '../rules/structure.js';
import {
  isNewRetirement,
  isNextVersion,
  type Register,
  versionsOf,
  withRetirement,
  withVersion,
} from '../rules/versions.js';
import { type Decider, defineStream } from '../stream.js';
import { type FactorAdopted, type FactorFact, type FactorRetired, factorEvents } from './factor.events.js';

export type Factor = Register<FactorAdopted, FactorRetired>;

export const factorDecider: Decider<FactorFact, Factor> = {
  initial: { is: 'none' },
  decide(fact, factor) {
    switch (fact.type) {
      case 'gov.sijill.factor.adopted.v1':
        if (fact.data.until !== undefined) assertPeriod(fact.data.from, fact.data.until);
        return isNextVersion(versionsOf(factor), fact.data) ? [fact] : [];
      case 'gov.sijill.factor.retired.v1':
        return isNewRetirement(factor, { category: 'factor', id: fact.data.factorId }, fact.data) ? [fact] : [];
    }
  },
  evolve(factor, { type, data }) {
    switch (type) {
      case 'gov.sijill.factor.adopted.v1':
        return withVersion(factor, data);
      case 'gov.sijill.factor.retired.v1':
        return withRetirement(factor, data);
    }
  },
};

export const factorStream = defineStream<FactorFact, Factor>({
  category: 'factor',
  title: { ar: 'معامل تحويل', en: 'Conversion factor' },
  events: factorEvents,
  opening: ['gov.sijill.factor.adopted.v1'],
  stewardOnly: ['gov.sijill.factor.adopted.v1', 'gov.sijill.factor.retired.v1'],
  id: ({ factorId }) => factorId,
  references: () => [],
  owners: () => [],
  decider: factorDecider,
});
