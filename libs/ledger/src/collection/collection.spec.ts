import { fact, given } from '../given.contract.js';
import { collectionStream } from './collection.decider.js';
import type { CollectionExempted, CollectionRequested } from './collection.events.js';

const collection = given(collectionStream);
const where = { publisher: 'gb.transactions', dataset: 'services' };
const cell = { measure: 'volume', freq: 'Q', periodStart: '2017-01-01', periodEnd: '2017-03-31' } as const;
const request = (part: number, more: Partial<CollectionRequested>) =>
  fact('gov.sijill.collection.requested.v1', { ...where, part, cells: [cell], ...more });
const first = request(1, { serviceIds: ['gb.a', 'gb.b'] });
const second = request(2, { entityIds: ['gb.hmrc'] });
const exempt = (more: Partial<CollectionExempted>) => {
  const { measure, freq, periodStart } = cell;
  const data = { ...where, measure, freq, periodStart, status: 'notApplicable' as const, ...more };
  return fact('gov.sijill.collection.exempted.v1', data);
};

describe('A collection', () => {
  test('asks for a grid of cells, in parts', () => {
    collection().when(first).isRecorded();
    collection(first).when(second).isRecorded();
    collection(second).when(first).isRecorded();
  });
  test('has a part once', () => {
    collection(first, second).when(first).isAlreadySo();
    collection(first)
      .when(request(1, { serviceIds: ['gb.c'] }))
      .refuses('entry.exists');
  });
  test('asks services or entities, never both and never none', () => {
    collection().when(request(1, {})).refuses('event.invalid');
    collection()
      .when(request(1, { serviceIds: ['gb.a'], entityIds: ['gb.hmrc'] }))
      .refuses('event.invalid');
  });
  test('has no cell that ends before it starts', () =>
    collection()
      .when(request(1, { serviceIds: ['gb.a'], cells: [{ ...cell, periodEnd: '2016-12-31' }] }))
      .refuses('period.invalid'));
  test('is backdated by stewards alone', () => {
    const old = request(1, { serviceIds: ['gb.a'], publishedOn: '2018-09-19' });
    collection().when(old).refuses('knowledge.backdated');
    collection().when(old, { isSteward: true }).isRecorded();
  });

  test('exempts a cell of its grid', () => {
    const exempted = exempt({ serviceId: 'gb.b' });
    collection(first).when(exempted).isRecorded();
    collection(first, exempted).when(exempted).isAlreadySo();
    const ofEntity = exempt({ entityId: 'gb.hmrc' });
    collection(first, second, exempted).when(ofEntity).isRecorded();
  });
  test('exempts a cell again for another reason', () => {
    const [notApplicable, notRequested] = [
      exempt({ serviceId: 'gb.b' }),
      exempt({ serviceId: 'gb.b', status: 'notRequested' }),
    ];
    collection(first, notApplicable).when(notRequested).isRecorded();
    collection(first, notApplicable, notRequested).when(notApplicable).isRecorded();
  });
  test.each([
    { serviceId: 'gb.c' },
    { entityId: 'gb.hmrc' },
    { serviceId: 'gb.a', measure: 'volume_digital' },
    { serviceId: 'gb.a', freq: 'R' as const },
    { serviceId: 'gb.a', periodStart: '2017-04-01' },
  ])('exempts nothing outside its grid: %j', (more) =>
    collection(first).when(exempt(more)).refuses('collection.outside'),
  );
  test('that asked for nothing exempts nothing', () =>
    collection()
      .when(exempt({ serviceId: 'gb.a' }))
      .refuses('collection.unknown'));

  test('names each of its services as a reference', () => {
    expect(collectionStream.references(first)).toEqual([
      { category: 'service', id: 'gb.a', pointer: '#/data/serviceIds/0' },
      { category: 'service', id: 'gb.b', pointer: '#/data/serviceIds/1' },
    ]);
    expect(collectionStream.references(exempt({ serviceId: 'gb.a' }))).toEqual([]);
    expect(collectionStream.id(first.data)).toBe('gb.transactions:services');
  });
});
