import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { centreDecider, centreStream } from './centre.decider.js';

const centre = given(centreStream);
const centreId = 'ae-du.dof.main';
const openedData = { centreId, entityId: 'ae-du.dof', title: { ar: 'المركز الرئيسي' }, from: '2018-01-01' };
const opened = fact('gov.sijill.centre.opened.v1', openedData);
const mode = (name: 'serving' | 'awareness' | 'suspended', time: string) =>
  fact('gov.sijill.centre.modeChanged.v1', { centreId, mode: name }, { time });
const closed = (from: string) => fact('gov.sijill.centre.closed.v1', { centreId, from });
const reopened = (from: string) => fact('gov.sijill.centre.reopened.v1', { centreId, from });
const awareness = mode('awareness', '2018-10-21T07:30:00+04:00');

describe('A service centre', () => {
  test('is opened once however often it is sent', () => {
    centre().when(opened).isRecorded();
    centre(opened).when(opened).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    centre(opened)
      .when(fact('gov.sijill.centre.opened.v1', { ...openedData, windows: 4 }))
      .refuses('centre.exists'));
  test.each([awareness, closed('2019-01-01'), reopened('2019-01-01')])('that was never opened has no $type', (fact) =>
    centre().when(fact).refuses('centre.unknown'),
  );

  test('opens in mode serving', () => centre(opened).when(mode('serving', '2018-02-01T08:00:00+04:00')).isAlreadySo());
  test('changes its mode to the minute (CAM)', () => {
    centre(opened).when(awareness).isRecorded();
    centre(opened, awareness).when(mode('awareness', '2018-10-22T07:30:00+04:00')).isAlreadySo();
    const later = mode('serving', '2018-10-21T07:31:00+04:00');
    centre(opened, awareness).when(later).isRecorded();
  });
  test('has no change before the last one', () => {
    centre(opened, awareness).when(mode('serving', '2018-10-21T07:29:59+04:00')).refuses('time.beforeLast');
    centre(opened, awareness).when(closed('2018-10-20')).refuses('time.beforeLast', { last: '2018-10-21' });
    centre(opened).when(mode('suspended', '2017-12-31T23:59:00+04:00')).refuses('time.beforeLast');
  });
  test('compares instants and not their texts', () => {
    centre(opened, awareness).when(mode('serving', '2018-10-21T03:29:00Z')).refuses('time.beforeLast');
    const later = mode('serving', '2018-10-21T03:31:00Z');
    centre(opened, awareness).when(later).isRecorded();
  });
  test('may close on the day on which its mode changed', () =>
    centre(opened, awareness).when(closed('2018-10-21')).isRecorded());
  test('has no mode while it is closed', () =>
    centre(opened, closed('2019-01-01'))
      .when(mode('suspended', '2019-02-01T08:00:00+04:00'))
      .refuses('centre.closed', { centreId }));
  test('is closed and reopened once at a time', () => {
    centre(opened, closed('2019-01-01')).when(closed('2019-02-01')).isAlreadySo();
    centre(opened).when(reopened('2019-02-01')).isAlreadySo();
    centre(opened, closed('2019-01-01')).when(reopened('2019-02-01')).isRecorded();
  });
  test('serves when it is reopened', () =>
    centre(opened, awareness, closed('2019-01-01'), reopened('2019-02-01'))
      .when(mode('serving', '2019-03-01T08:00:00+04:00'))
      .isAlreadySo());

  test('[CAM-6] changes its mode on account of a campaign that must exist', () => {
    const turned = { ...awareness, data: { ...awareness.data, campaignId: 'no-centres-2018' } };
    centre(opened).when(turned).isRecorded();
    expect(centreStream.references(turned)).toEqual([
      { category: 'campaign', id: 'no-centres-2018', pointer: '#/data/campaignId' },
    ]);
    expect(centreStream.references(awareness)).toEqual([]);
  });

  test('belongs to the entity that opened it', () => {
    expect(centreStream.owners(opened, centreDecider.initial, contextOf())).toEqual(['ae-du.dof']);
    expect(centreStream.owners(awareness, stateAfter(centreDecider, [opened]), contextOf())).toEqual(['ae-du.dof']);
    expect(centreStream.facts?.(stateAfter(centreDecider, [opened]))).toEqual({ entityId: 'ae-du.dof' });
  });
});
