import { fact, given } from '../given.contract.js';
import { callCentreStream } from './call-centre.decider.js';

const callCentre = given(callCentreStream);
const callCentreId = 'ae-du.600';
const openedData = {
  callCentreId,
  entityId: 'ae-du.dof',
  title: { ar: 'مركز الاتصال', en: 'Call centre' },
  phone: '600560000',
  hours: 'always',
} as const;
const opened = fact('gov.sijill.callCentre.opened.v1', openedData);
const weekly = { weekly: [{ day: 'sunday', opens: '07:30', closes: '21:00' }] } as const;
const hours = (value: 'always' | typeof weekly, time: string) =>
  fact('gov.sijill.callCentre.hoursSet.v1', { callCentreId, hours: value }, { time });
const closed = fact('gov.sijill.callCentre.closed.v1', { callCentreId });
const LATER = '2024-07-01T00:00:00+04:00';

describe('A call centre', () => {
  test('is opened once however often it is sent', () => {
    callCentre().when(opened).isRecorded();
    callCentre(opened).when(opened).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    callCentre(opened)
      .when(fact('gov.sijill.callCentre.opened.v1', { ...openedData, phone: '800' }))
      .refuses('callCentre.exists'));
  test('that was never opened has neither hours nor an end', () => {
    callCentre().when(hours('always', LATER)).refuses('callCentre.unknown');
    callCentre().when(closed).refuses('callCentre.unknown');
  });
  test('sets only hours that are not in force', () => {
    callCentre(opened).when(hours('always', LATER)).isAlreadySo();
    callCentre(opened).when(hours(weekly, LATER)).isRecorded();
    callCentre(opened, hours(weekly, LATER)).when(hours(weekly, LATER)).isAlreadySo();
  });
  test('that is closed sets no hours, and is closed once', () => {
    callCentre(opened).when(closed).isRecorded();
    callCentre(opened, closed).when(hours(weekly, LATER)).refuses('callCentre.closed', { callCentreId });
    callCentre(opened, closed).when(closed).isAlreadySo();
  });
  test('names the shared service behind it', () => {
    const shared = fact('gov.sijill.callCentre.opened.v1', { ...openedData, sharedServiceId: 'ae-du.calls' });
    expect(callCentreStream.references(shared).map(({ category }) => category)).toEqual(['entity', 'service']);
    expect(callCentreStream.references(hours(weekly, LATER))).toEqual([]);
  });
});
