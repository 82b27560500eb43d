import { contextOf, fact, given } from '../given.contract.js';
import { outageDecider, outageStream } from './outage.decider.js';

const outage = given(outageStream);
const id = { serviceId: 'ae.moi.visa', outageId: 'o-1' };
const started = fact('gov.sijill.outage.started.v1', {
  ...id,
  channel: 'app' as const,
  cause: { ar: 'عطل في الخادم' },
});
const endedAt = (time: string) =>
  fact('gov.sijill.outage.ended.v1', { ...id, cause: { en: 'Certificate expired' } }, { time });

describe('An outage', () => {
  test('starts once however often it is sent', () => {
    outage().when(started).isRecorded();
    outage(started).when(started).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    outage(started)
      .when({ ...started, data: { ...started.data, channel: 'web' } })
      .refuses('outage.exists', { id: 'ae.moi.visa:o-1' }));
  test('may be on every channel, and of a cause that nobody knows', () =>
    outage()
      .when({ ...started, data: id })
      .isRecorded());
  test('that never started does not end', () =>
    outage().when(endedAt('2020-04-13T10:00:00+04:00')).refuses('outage.unknown'));
  test('ends at its start at the earliest, by the clock and not by the text of the time', () => {
    outage(started).when(endedAt('2020-04-13T05:00:00Z')).isRecorded();
    outage(started)
      .when(endedAt('2020-04-13T04:59:59Z'))
      .refuses('time.beforeLast', { last: '2020-04-13T09:00:00+04:00' });
  });
  test('ends once', () =>
    outage(started, endedAt('2020-04-13T10:00:00+04:00')).when(endedAt('2020-04-13T11:00:00+04:00')).isAlreadySo());
  test('is told by the owner of the service', () => {
    const known = { service: { 'ae.moi.visa': { ownerEntityId: 'ae.moi', kind: 'transactional', flow: 'customer' } } };
    expect(outageStream.owners(started, outageDecider.initial, contextOf({ known: known as never }))).toEqual([
      'ae.moi',
    ]);
    expect(outageStream.owners(started, outageDecider.initial, contextOf())).toEqual([]);
    expect(outageStream.references(started)).toEqual([
      { category: 'service', id: 'ae.moi.visa', pointer: '#/data/serviceId' },
    ]);
    expect(outageStream.id(started.data)).toBe('ae.moi.visa:o-1');
  });
});
