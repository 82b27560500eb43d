import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { assertPeriod } from '../rules/structure.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import {
  PAPER_DAYS_MAX,
  type PaperConsumed,
  type PaperCorrected,
  type PaperFact,
  paperEvents,
  paperFailures,
} from './paper.events.js';

export type Paper =
  | { readonly is: 'none' }
  | {
      readonly is: 'recorded';
      /** As it was told first: whoever tells it again says nothing new. */
      readonly consumed: Readonly<PaperConsumed>;
      /** As corrected. */
      readonly current: Readonly<PaperConsumed>;
    }
  | { readonly is: 'voided' };

const refuse = failingWith(paperFailures);

export const paperDecider: Decider<PaperFact, Paper> = {
  initial: { is: 'none' },
  decide(fact, paper) {
    if (paper.is === 'voided' && fact.type !== 'gov.sijill.paper.voided.v1')
      throw refuse('paper.voided', { params: { recordId: fact.data.recordId } });
    switch (fact.type) {
      case 'gov.sijill.paper.consumed.v1':
        assertPeriod(fact.data.periodStart, fact.data.periodEnd, PAPER_DAYS_MAX);
        if (paper.is !== 'recorded') return [fact];
        if (sameContent(paper.consumed, fact.data)) return [];
        throw refuseExists('paper', paperId(fact.data));
      case 'gov.sijill.paper.corrected.v1':
        if (paper.is !== 'recorded') throw refuseUnknown('paper', paperId(fact.data));
        return sameContent(paper.current, correctedPaper(paper.current, fact.data)) ? [] : [fact];
      case 'gov.sijill.paper.voided.v1':
        if (paper.is === 'none') throw refuseUnknown('paper', paperId(fact.data));
        return paper.is === 'voided' ? [] : [fact];
    }
  },
  evolve(paper, { type, data }) {
    switch (type) {
      case 'gov.sijill.paper.consumed.v1':
        return { is: 'recorded', consumed: data, current: data };
      case 'gov.sijill.paper.corrected.v1':
        return paper.is === 'recorded' ? { ...paper, current: correctedPaper(paper.current, data) } : paper;
      case 'gov.sijill.paper.voided.v1':
        return { is: 'voided' };
    }
  },
};

/** A record with one correction: what the correction leaves out stays. */
export const correctedPaper = (
  paper: Readonly<PaperConsumed>,
  { sheets, kind = paper.kind, serviceId = paper.serviceId }: Readonly<PaperCorrected>,
): Readonly<PaperConsumed> => ({ ...paper, sheets, kind, ...(serviceId === undefined ? {} : { serviceId }) });

const paperId = ({ entityId, recordId }: PaperFact['data']): string => `${entityId}:${recordId}`;

export const paperStream = defineStream<PaperFact, Paper>({
  category: 'paper',
  title: { ar: 'سجل ورق', en: 'Paper record' },
  events: paperEvents,
  opening: ['gov.sijill.paper.consumed.v1'],
  stewardOnly: [],
  id: paperId,
  references: ({ type, data }) => {
    const entity: Reference = { category: 'entity', id: data.entityId, pointer: '#/data/entityId' };
    if (type === 'gov.sijill.paper.voided.v1' || data.serviceId === undefined) return [entity];
    return [entity, { category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }];
  },
  owners: ({ data }) => [data.entityId],
  decider: paperDecider,
});
