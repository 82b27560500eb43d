import { contextOf, fact, given } from '../given.contract.js';
import { paperStockDecider, paperStockStream } from './paper-stock.decider.js';
import type { PaperStockIssued } from './paper-stock.events.js';

const stock = given(paperStockStream);
const id = { entityId: 'ae-du.customs', recordId: 's-1' };
const issued = (more: Partial<PaperStockIssued> = {}) =>
  fact('gov.sijill.paperStock.issued.v1', { ...id, sheets: 2500, day: '2021-03-01', ...more });
const voided = fact('gov.sijill.paperStock.voided.v1', { ...id, reason: { en: 'Counted twice' } });

describe('Paper issued from stock', () => {
  test('is recorded once however often it is sent', () => {
    stock().when(issued()).isRecorded();
    stock(issued()).when(issued()).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    stock(issued())
      .when(issued({ sheets: 2000 }))
      .refuses('paperStock.exists'));
  test('is voided once, after it was issued', () => {
    stock().when(voided).refuses('paperStock.unknown');
    stock(issued()).when(voided).isRecorded();
    stock(issued(), voided).when(voided).isAlreadySo();
    stock(issued(), voided).when(issued()).refuses('paperStock.voided', { recordId: 's-1' });
  });
  test('is told by the entity that it names', () => {
    const entity = { category: 'entity', id: 'ae-du.customs', pointer: '#/data/entityId' };
    expect(paperStockStream.id(voided.data)).toBe('ae-du.customs:s-1');
    expect(paperStockStream.owners(issued(), paperStockDecider.initial, contextOf())).toEqual(['ae-du.customs']);
    expect(paperStockStream.references(voided)).toEqual([entity]);
    expect(paperStockStream.references(issued())).toEqual([entity]);
    expect(paperStockStream.references(issued({ serviceId: 'customs-permit' }))).toEqual([
      entity,
      { category: 'service', id: 'customs-permit', pointer: '#/data/serviceId' },
    ]);
  });
});
