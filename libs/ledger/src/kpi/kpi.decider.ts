import { failingWith } from '#kernel';
import { sameContent } from '../failures.js';
import { assertExactlyOne } from '../rules/structure.js';
import {
  isNewRetirement,
  isNextVersion,
  type Register,
  versionsOf,
  withRetirement,
  withVersion,
} from '../rules/versions.js';
import { type Decider, defineStream } from '../stream.js';
import {
  type KpiDefined,
  type KpiFact,
  type KpiRetired,
  kpiEvents,
  kpiFailures,
  type MeasureExpression,
} from './kpi.events.js';

export type Kpi = Register<KpiDefined, KpiRetired>;

const refuse = failingWith(kpiFailures);

export const kpiDecider: Decider<KpiFact, Kpi> = {
  initial: { is: 'none' },
  decide(fact, kpi) {
    switch (fact.type) {
      case 'gov.sijill.kpi.defined.v1':
        assertPart(fact.type, fact.data.numerator, 'numerator');
        assertPart(fact.type, fact.data.denominator ?? [], 'denominator');
        assertPaired(fact.data);
        return isNextVersion(versionsOf(kpi), fact.data) ? [fact] : [];
      case 'gov.sijill.kpi.retired.v1':
        return isNewRetirement(kpi, { category: 'kpi', id: fact.data.kpiId }, fact.data) ? [fact] : [];
    }
  },
  evolve(kpi, { type, data }) {
    switch (type) {
      case 'gov.sijill.kpi.defined.v1':
        return withVersion(kpi, data);
      case 'gov.sijill.kpi.retired.v1':
        return withRetirement(kpi, data);
    }
  },
};

const assertPart = (type: string, part: readonly MeasureExpression[], member: 'numerator' | 'denominator'): void => {
  const datasets = new Set<string>();
  for (const [at, { dataset, terms, procedure }] of part.entries()) {
    assertExactlyOne(type, { terms, procedure }, `#/data/${member}/${at}`);
    if (datasets.has(dataset)) throw refuse('kpi.datasetRepeated', { params: { dataset } });
    datasets.add(dataset);
  }
};

/** A ratio needs both parts from the same data set; a procedure brings its own. */
const assertPaired = ({ numerator, denominator }: Readonly<KpiDefined>): void => {
  if (denominator === undefined) return;
  const summed = numerator.filter(({ terms }) => terms !== undefined).map(({ dataset }) => dataset);
  const divided = denominator.map(({ dataset }) => dataset);
  if (!sameContent(summed.sort(), divided.sort()))
    throw refuse('kpi.denominatorMismatch', { params: { expected: summed.join(', ') } });
};

export const kpiStream = defineStream<KpiFact, Kpi>({
  category: 'kpi',
  title: { ar: 'مؤشر أداء', en: 'Indicator' },
  events: kpiEvents,
  opening: ['gov.sijill.kpi.defined.v1'],
  stewardOnly: ['gov.sijill.kpi.defined.v1', 'gov.sijill.kpi.retired.v1'],
  id: ({ kpiId }) => kpiId,
  references: () => [],
  owners: () => [],
  decider: kpiDecider,
});
