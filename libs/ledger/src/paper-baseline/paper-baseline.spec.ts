import { contextOf, fact, given } from '../given.contract.js';
import { paperBaselineDecider, paperBaselineStream } from './paper-baseline.decider.js';
import type { PaperBaselineSet } from './paper-baseline.events.js';

const baseline = given(paperBaselineStream);
const data: PaperBaselineSet = {
  entityId: 'ae-du.customs',
  year: 2018,
  sheets: 40_600_000,
  method: 'measured',
  source: 'Printers and stores of 2018',
};
const set = (more: Partial<PaperBaselineSet> = {}) => fact('gov.sijill.paperBaseline.set.v1', { ...data, ...more });
const revised = (more: Partial<PaperBaselineSet> = {}, en = 'A store was missing') =>
  fact('gov.sijill.paperBaseline.revised.v1', { ...data, ...more, reason: { en } });
const services = (...sheets: readonly number[]) =>
  sheets.map((one, at) => ({ serviceId: `service-${at}`, sheets: one, transactions: 10 }));

describe('A paper baseline', () => {
  test('is set once a year of the entity', () => {
    baseline().when(set()).isRecorded();
    baseline(set()).when(set()).isAlreadySo();
    baseline(set())
      .when(set({ year: 2019 }))
      .isRecorded();
    baseline(set(), revised({ sheets: 41_000_000 }))
      .when(set())
      .isAlreadySo();
  });
  test('is not set again otherwise', () =>
    baseline(set())
      .when(set({ sheets: 41_000_000 }))
      .refuses('baseline.exists', { year: '2018', entityId: 'ae-du.customs' }));
  test('is revised after it was set', () => {
    baseline().when(revised()).refuses('baseline.unknown', { year: '2018' });
    baseline(set())
      .when(revised({ year: 2019 }))
      .refuses('baseline.unknown', { year: '2019' });
    baseline(set())
      .when(revised({ sheets: 41_000_000 }))
      .isRecorded();
  });
  test('that is revised to what it is stays without an event, whatever the reason', () => {
    const other = revised({ sheets: 41_000_000 });
    baseline(set()).when(revised()).isAlreadySo();
    baseline(set(), other)
      .when(revised({ sheets: 41_000_000 }, 'Again'))
      .isAlreadySo();
    baseline(set(), other).when(revised()).isRecorded();
  });
});

describe('The parts of a paper baseline', () => {
  const months = (last: number) => [...Array(11).fill(3_400_000), last];
  test('by month are the year exactly', () => {
    baseline()
      .when(set({ monthly: months(3_200_000) }))
      .isRecorded();
    for (const last of [3_199_999, 3_200_001])
      baseline()
        .when(set({ monthly: months(last) }))
        .refuses('baseline.sumMismatch', { member: 'monthly', sum: String(37_400_000 + last), sheets: '40600000' });
  });
  test('by month are twelve', () =>
    expect(() => baseline().when(set({ monthly: months(3_200_000).slice(1) }))).toThrow());
  test('by service are the year at most', () => {
    baseline()
      .when(set({ perService: services(40_000_000, 600_000) }))
      .isRecorded();
    baseline()
      .when(set({ perService: services(40_000_000, 600_001) }))
      .refuses('baseline.sumMismatch', { member: 'perService', sum: '40600001' });
    baseline(set())
      .when(revised({ perService: services(40_600_001) }))
      .refuses('baseline.sumMismatch');
  });
  test('name a service once', () =>
    baseline()
      .when(set({ perService: [...services(1), ...services(2)] }))
      .refuses('list.repeated', { id: 'service-0' }));
});

describe('The stream of paper baselines', () => {
  test('is one an entity, told by it', () => {
    expect(paperBaselineStream.id(set().data)).toBe('ae-du.customs');
    expect(paperBaselineStream.owners(set(), paperBaselineDecider.initial, contextOf())).toEqual(['ae-du.customs']);
  });
  test('names the entity and every service with a part', () =>
    expect(paperBaselineStream.references(set({ perService: services(1, 2) }))).toEqual([
      { category: 'entity', id: 'ae-du.customs', pointer: '#/data/entityId' },
      { category: 'service', id: 'service-0', pointer: '#/data/perService/0/serviceId' },
      { category: 'service', id: 'service-1', pointer: '#/data/perService/1/serviceId' },
    ]));
});
