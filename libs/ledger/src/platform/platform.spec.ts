import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { platformDecider, platformStream } from './platform.decider.js';

const platform = given(platformStream);
const platformId = 'ae-du.dubainow';
const launched = fact('gov.sijill.platform.launched.v1', {
  platformId,
  operatorEntityId: 'ae-du.sdd',
  title: { ar: 'دبي الآن', en: 'DubaiNow' },
  audience: ['public'] as const,
  from: '2015-12-01',
});
const serviceId = 'ae-du.pay-fine';
const added = (from: string) => fact('gov.sijill.platform.serviceAdded.v1', { platformId, serviceId, from });
const removed = (from: string) => fact('gov.sijill.platform.serviceRemoved.v1', { platformId, serviceId, from });
const page = (en: string, from: string) =>
  fact('gov.sijill.platform.informationAdded.v1', {
    platformId,
    infoId: 'prayer',
    title: { en },
    topic: 'times',
    from,
  });
const unpaged = (from: string) =>
  fact('gov.sijill.platform.informationRemoved.v1', { platformId, infoId: 'prayer', from });
const closed = fact('gov.sijill.platform.closed.v1', { platformId, from: '2030-01-01' });
const service = (kind: 'transactional' | 'informational') =>
  ({ known: { service: { [serviceId]: { ownerEntityId: 'ae-du.rta', kind, flow: 'customer' } } } }) as const;

describe('A platform', () => {
  test('is launched once however often it is sent', () => {
    platform().when(launched).isRecorded();
    platform(launched).when(launched).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    platform(launched)
      .when({ ...launched, data: { ...launched.data, from: '2016-01-01' } })
      .refuses('platform.exists'));
  test.each([
    added('2016-01-01'),
    removed('2016-01-01'),
    page('Prayer times', '2016-01-01'),
    unpaged('2016-01-01'),
    closed,
  ])('that was never launched has no $type', (fact) => platform().when(fact).refuses('platform.unknown'));

  test('lists services with which one can transact', () => {
    platform(launched).when(added('2016-01-01'), service('transactional')).isRecorded();
    platform(launched)
      .when(added('2016-01-01'), service('informational'))
      .refuses('platform.notTransactional', { serviceId });
  });
  test('has a service on its list once', () => {
    platform(launched, added('2016-01-01')).when(added('2016-05-01')).isAlreadySo();
    platform(launched).when(removed('2016-05-01')).isAlreadySo();
    platform(launched, added('2016-01-01')).when(removed('2016-05-01')).isRecorded();
    platform(launched, added('2016-01-01'), removed('2016-05-01')).when(removed('2016-06-01')).isAlreadySo();
    platform(launched, added('2016-01-01'), removed('2016-05-01')).when(added('2016-06-01')).isRecorded();
  });
  test('may learn late that a service was listed before', () =>
    platform(launched, added('2017-01-01')).when(added('2016-01-01')).isRecorded());
  test('lists a page of information once, and again under another title', () => {
    platform(launched).when(page('Prayer times', '2016-01-01')).isRecorded();
    platform(launched, page('Prayer times', '2016-01-01')).when(page('Prayer times', '2017-01-01')).isAlreadySo();
    platform(launched, page('Prayer times', '2016-01-01')).when(page('Prayers', '2017-01-01')).isRecorded();
    platform(launched, page('Prayer times', '2016-01-01')).when(unpaged('2017-01-01')).isRecorded();
    platform(launched).when(unpaged('2017-01-01')).isAlreadySo();
  });
  test('changes no list after it closed', () => {
    platform(launched).when(closed).isRecorded();
    platform(launched, closed).when(closed).isAlreadySo();
    platform(launched, closed)
      .when(added('2031-01-01'), service('transactional'))
      .refuses('platform.closed', { platformId });
    platform(launched, closed).when(unpaged('2031-01-01')).refuses('platform.closed');
  });
  test('leaves the state before a decision as it was', () => {
    const before = stateAfter(platformDecider, [launched]);
    platformDecider.evolve(before, added('2016-01-01'));
    expect(before).toEqual(stateAfter(platformDecider, [launched]));
  });
  test('is spoken for by its operator', () => {
    expect(platformStream.owners(added('2016-01-01'), stateAfter(platformDecider, [launched]), contextOf())).toEqual([
      'ae-du.sdd',
    ]);
    expect(platformStream.references(launched)).toEqual([
      { category: 'entity', id: 'ae-du.sdd', pointer: '#/data/operatorEntityId' },
    ]);
    expect(platformStream.references(added('2016-01-01'))).toMatchObject([{ category: 'service', id: serviceId }]);
  });
});
