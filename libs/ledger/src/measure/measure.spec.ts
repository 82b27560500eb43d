import { contextOf, fact, given } from '../given.contract.js';
import { measureDecider, measureStream } from './measure.decider.js';
import { MEASURE_EFFECTS, MEASURE_REASONS } from './measure.events.js';

const measure = given(measureStream);
const id = { entityId: 'ae.moi', measureId: 'm-1' };
const notified = fact('gov.sijill.measure.notified.v1', {
  ...id,
  disruptionId: 'covid-19',
  title: { ar: 'إغلاق شبابيك مراكز الخدمة', en: 'Counters closed' },
  effect: 'channelClosed' as const,
  serviceIds: ['ae.moi.licence', 'ae.moi.visa'],
  channels: ['counter'] as const,
  centreIds: ['ae.moi.deira'],
  remoteAlternative: true,
  reason: 'safety' as const,
  from: '2020-03-24',
});
const changed = (data: Partial<typeof notified.data> & { until?: string }) => ({
  ...notified,
  data: { ...notified.data, ...data },
});
const coordinated = (decision: 'agreed' | 'amended' | 'objected', note?: { en: string }) =>
  fact('gov.sijill.measure.coordinated.v1', { ...id, decision, ...(note && { note }) });
const lifted = (on: string) => fact('gov.sijill.measure.lifted.v1', { ...id, on });

describe('A measure that affects services', () => {
  test('[CON-2] is notified once however often it is sent', () => {
    measure().when(notified).isRecorded();
    measure(notified).when(notified).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    measure(notified)
      .when(changed({ reason: 'order' as never }))
      .refuses('measure.exists', { id: 'ae.moi:m-1' }));
  test.each(MEASURE_EFFECTS)('[CON-7] may have the effect %s', (effect) =>
    measure()
      .when(changed({ effect: effect as never }))
      .isRecorded(),
  );
  test.each(MEASURE_REASONS)('[CON-12] says its reason: %s', (reason) =>
    measure()
      .when(changed({ reason: reason as never }))
      .isRecorded(),
  );
  test('ends on its first day or later', () => {
    measure()
      .when(changed({ until: '2020-03-24' }))
      .isRecorded();
    measure()
      .when(changed({ until: '2020-03-23' }))
      .refuses('period.invalid', { start: '2020-03-24', end: '2020-03-23' });
  });
  test.each([coordinated('agreed'), lifted('2020-04-24')])('that nobody notified has no $type', (fact) =>
    measure().when(fact).refuses('measure.unknown'),
  );

  test('[CON-2] is coordinated; another decision follows, the same one says nothing new', () => {
    measure(notified).when(coordinated('objected')).isRecorded();
    measure(notified, coordinated('objected')).when(coordinated('objected')).isAlreadySo();
    measure(notified, coordinated('objected')).when(coordinated('agreed')).isRecorded();
    measure(notified, coordinated('objected'), coordinated('agreed')).when(coordinated('agreed')).isAlreadySo();
    measure(notified, coordinated('agreed'))
      .when(coordinated('agreed', { en: 'With a telephone number' }))
      .isRecorded();
  });
  test('[CON-1] is notified by its entity and coordinated by the committee alone', () => {
    expect(measureStream.stewardOnly).toEqual(['gov.sijill.measure.coordinated.v1']);
    expect(measureStream.owners(notified, measureDecider.initial, contextOf())).toEqual(['ae.moi']);
  });
  test('is lifted once, before it began as well', () => {
    measure(notified).when(lifted('2020-04-24')).isRecorded();
    measure(notified).when(lifted('2020-03-20')).isRecorded();
    measure(notified, lifted('2020-04-24')).when(lifted('2020-04-25')).isAlreadySo();
    measure(notified, lifted('2020-04-24')).when(coordinated('agreed')).isRecorded();
  });
  test('names its entity, its disruption and every service and centre, all of which must exist', () => {
    expect(measureStream.references(notified)).toEqual([
      { category: 'entity', id: 'ae.moi', pointer: '#/data/entityId' },
      { category: 'disruption', id: 'covid-19', pointer: '#/data/disruptionId' },
      { category: 'service', id: 'ae.moi.licence', pointer: '#/data/serviceIds/0' },
      { category: 'service', id: 'ae.moi.visa', pointer: '#/data/serviceIds/1' },
      { category: 'centre', id: 'ae.moi.deira', pointer: '#/data/centreIds/0' },
    ]);
    const { disruptionId: _, centreIds: __, ...alone } = notified.data;
    expect(measureStream.references({ ...notified, data: alone })).toHaveLength(3);
    expect(measureStream.references(lifted('2020-04-24'))).toEqual([]);
    expect(measureStream.id(notified.data)).toBe('ae.moi:m-1');
  });
});
