import { refuseUnknown, sameContent } from '../failures.js';
import { assertPeriod } from '../rules/structure.js';
import { isNextVersion, refuseUnknownVersion } from '../rules/versions.js';
import { type Decider, defineStream } from '../stream.js';
import { type FactorAdopted, type FactorFact, type FactorRetired, factorEvents } from './factor.events.js';

export type Factor =
  | { readonly is: 'none' }
  | {
      readonly is: 'adopted';
      readonly versions: readonly Readonly<FactorAdopted>[];
      /** Retirements as they were told; of two for one version the later counts. */
      readonly retired: readonly Readonly<FactorRetired>[];
    };

export const factorDecider: Decider<FactorFact, Factor> = {
  initial: { is: 'none' },
  decide(fact, factor) {
    const versions = factor.is === 'none' ? [] : factor.versions;
    switch (fact.type) {
      case 'gov.sijill.factor.adopted.v1':
        if (fact.data.until !== undefined) assertPeriod(fact.data.from, fact.data.until);
        return isNextVersion(versions, fact.data) ? [fact] : [];
      case 'gov.sijill.factor.retired.v1': {
        const { factorId, version } = fact.data;
        if (factor.is === 'none') throw refuseUnknown('factor', factorId);
        if (!versions.some((known) => known.version === version)) throw refuseUnknownVersion(factorId, version);
        const before = factor.retired.findLast((known) => known.version === version);
        return sameContent(before, fact.data) ? [] : [fact];
      }
    }
  },
  evolve(factor, { type, data }) {
    const { versions, retired } = factor.is === 'none' ? NOTHING : factor;
    switch (type) {
      case 'gov.sijill.factor.adopted.v1':
        return { is: 'adopted', versions: [...versions, data], retired };
      case 'gov.sijill.factor.retired.v1':
        return { is: 'adopted', versions, retired: [...retired, data] };
    }
  },
};

const NOTHING = { versions: [], retired: [] };

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
