import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import {
  type PaperStockFact,
  type PaperStockIssued,
  paperStockEvents,
  paperStockFailures,
} from './paper-stock.events.js';

export type PaperStock =
  | { readonly is: 'none' }
  | { readonly is: 'issued'; readonly issued: Readonly<PaperStockIssued> }
  | { readonly is: 'voided' };

const refuse = failingWith(paperStockFailures);

export const paperStockDecider: Decider<PaperStockFact, PaperStock> = {
  initial: { is: 'none' },
  decide(fact, stock) {
    switch (fact.type) {
      case 'gov.sijill.paperStock.issued.v1':
        if (stock.is === 'none') return [fact];
        if (stock.is === 'voided') throw refuse('paperStock.voided', { params: { recordId: fact.data.recordId } });
        if (sameContent(stock.issued, fact.data)) return [];
        throw refuseExists('paperStock', paperStockId(fact.data));
      case 'gov.sijill.paperStock.voided.v1':
        if (stock.is === 'none') throw refuseUnknown('paperStock', paperStockId(fact.data));
        return stock.is === 'voided' ? [] : [fact];
    }
  },
  evolve(_stock, { type, data }) {
    switch (type) {
      case 'gov.sijill.paperStock.issued.v1':
        return { is: 'issued', issued: data };
      case 'gov.sijill.paperStock.voided.v1':
        return { is: 'voided' };
    }
  },
};

const paperStockId = ({ entityId, recordId }: PaperStockFact['data']): string => `${entityId}:${recordId}`;

export const paperStockStream = defineStream<PaperStockFact, PaperStock>({
  category: 'paperStock',
  title: { ar: 'صرف ورق', en: 'Paper issued from stock' },
  events: paperStockEvents,
  opening: ['gov.sijill.paperStock.issued.v1'],
  stewardOnly: [],
  id: paperStockId,
  references: ({ type, data }) => {
    const entity: Reference = { category: 'entity', id: data.entityId, pointer: '#/data/entityId' };
    if (type === 'gov.sijill.paperStock.voided.v1' || data.serviceId === undefined) return [entity];
    return [entity, { category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }];
  },
  owners: ({ data }) => [data.entityId],
  decider: paperStockDecider,
});
