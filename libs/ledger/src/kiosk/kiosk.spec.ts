import { fact, given, stateAfter } from '../given.contract.js';
import { kioskDecider, kioskStream } from './kiosk.decider.js';

const kiosk = given(kioskStream);
const kioskId = 'ae-du.kiosk.7';
const installedData = { kioskId, entityId: 'ae-du.dof', area: 'Deira', from: '2018-01-01' };
const installed = fact('gov.sijill.kiosk.installed.v1', installedData);
const moved = (area: string, from: string, centreId?: string) =>
  fact(
    'gov.sijill.kiosk.moved.v1',
    centreId === undefined ? { kioskId, area, from } : { kioskId, area, from, centreId },
  );
const removed = (from: string) => fact('gov.sijill.kiosk.removed.v1', { kioskId, from });

describe('A kiosk', () => {
  test('is installed once however often it is sent', () => {
    kiosk().when(installed).isRecorded();
    kiosk(installed).when(installed).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    kiosk(installed)
      .when(fact('gov.sijill.kiosk.installed.v1', { ...installedData, area: 'Karama' }))
      .refuses('kiosk.exists'));
  test('that was never installed neither moves nor goes', () => {
    kiosk().when(moved('Karama', '2019-01-01')).refuses('kiosk.unknown');
    kiosk().when(removed('2019-01-01')).refuses('kiosk.unknown');
  });
  test('moves only to another place', () => {
    kiosk(installed).when(moved('Karama', '2019-01-01')).isRecorded();
    kiosk(installed).when(moved('Deira', '2019-01-01')).isAlreadySo();
    kiosk(installed)
      .when(moved('Deira', '2019-01-01', 'ae-du.centre'))
      .isRecorded();
  });
  test('may learn late where it stood before its last move', () =>
    kiosk(installed, moved('Karama', '2020-01-01')).when(moved('Karama', '2019-01-01')).isRecorded());
  test('is removed once and for good', () => {
    kiosk(installed).when(removed('2020-01-01')).isRecorded();
    kiosk(installed, removed('2020-01-01')).when(removed('2020-01-02')).isAlreadySo();
    kiosk(installed, removed('2020-01-01')).when(moved('Karama', '2021-01-01')).refuses('kiosk.removed', { kioskId });
    kiosk(installed, removed('2020-01-01')).when(installed).refuses('kiosk.removed');
  });
  test('names the centre in which it stands', () => {
    const inCentre = fact('gov.sijill.kiosk.installed.v1', { ...installedData, centreId: 'ae-du.centre' });
    expect(kioskStream.references(inCentre).map(({ pointer }) => pointer)).toEqual([
      '#/data/entityId',
      '#/data/centreId',
    ]);
    expect(kioskStream.references(moved('Deira', '2019-01-01'))).toEqual([]);
    expect(kioskStream.facts?.(stateAfter(kioskDecider, [installed]))).toEqual({ entityId: 'ae-du.dof' });
  });
});
