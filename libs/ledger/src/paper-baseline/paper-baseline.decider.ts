import { failingWith } from '#kernel';
import { refuse as refuseShared, sameContent } from '../failures.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import {
  type PaperBaselineFact,
  type PaperBaselineSet,
  paperBaselineEvents,
  paperBaselineFailures,
} from './paper-baseline.events.js';

interface YearBaseline {
  /** As it was set first: whoever sets it again says nothing new. */
  readonly set: Readonly<PaperBaselineSet>;
  /** As revised. */
  readonly current: Readonly<PaperBaselineSet>;
}

/** Baselines of one entity by year. */
export type PaperBaseline = ReadonlyMap<number, YearBaseline>;

const refuse = failingWith(paperBaselineFailures);

export const paperBaselineDecider: Decider<PaperBaselineFact, PaperBaseline> = {
  initial: new Map(),
  decide(fact, baselines) {
    assertParts(fact.data);
    const { entityId, year } = fact.data;
    const known = baselines.get(year);
    const params = { entityId, year: String(year) };
    switch (fact.type) {
      case 'gov.sijill.paperBaseline.set.v1':
        if (known === undefined) return [fact];
        if (sameContent(known.set, fact.data)) return [];
        throw refuse('baseline.exists', { params });
      case 'gov.sijill.paperBaseline.revised.v1':
        if (known === undefined) throw refuse('baseline.unknown', { params });
        return sameContent(known.current, fact.data, ['reason']) ? [] : [fact];
    }
  },
  evolve(baselines, { type, data }) {
    const set = type === 'gov.sijill.paperBaseline.set.v1' ? data : baselines.get(data.year)?.set;
    return set === undefined ? baselines : new Map(baselines).set(data.year, { set, current: data });
  },
};

/** Months are the year exactly; services may leave a rest that belongs to none. */
const assertParts = ({ sheets, monthly, perService }: PaperBaselineFact['data']): void => {
  const ofMonths = monthly === undefined ? sheets : total(monthly);
  if (ofMonths !== sheets) throw mismatch('monthly', ofMonths, sheets);
  if (perService === undefined) return;
  const seen = new Set<string>();
  for (const { serviceId } of perService) {
    if (seen.has(serviceId)) throw refuseShared('list.repeated', { params: { id: serviceId } });
    seen.add(serviceId);
  }
  const ofServices = total(perService.map((one) => one.sheets));
  if (ofServices > sheets) throw mismatch('perService', ofServices, sheets);
};

const total = (sheets: readonly number[]): number => sheets.reduce((sum, one) => sum + one, 0);

const mismatch = (member: string, sum: number, sheets: number) =>
  refuse('baseline.sumMismatch', { params: { member, sum: String(sum), sheets: String(sheets) } });

export const paperBaselineStream = defineStream<PaperBaselineFact, PaperBaseline>({
  category: 'paperBaseline',
  title: { ar: 'خط أساس الورق', en: 'Paper baseline' },
  events: paperBaselineEvents,
  opening: ['gov.sijill.paperBaseline.set.v1'],
  stewardOnly: [],
  id: ({ entityId }) => entityId,
  references: ({ data: { entityId, perService = [] } }) => [
    { category: 'entity', id: entityId, pointer: '#/data/entityId' },
    ...perService.map(
      ({ serviceId }, at): Reference => ({
        category: 'service',
        id: serviceId,
        pointer: `#/data/perService/${at}/serviceId`,
      }),
    ),
  ],
  owners: ({ data }) => [data.entityId],
  decider: paperBaselineDecider,
});
