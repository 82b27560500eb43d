import { factOf, given, stateAfter } from '../../../../test/support/decider.js';
import { kioskDecider, kioskStream } from './kiosk.decider.js';

const kiosk = given(kioskDecider);
const kioskId = 'ae-du.kiosk.7';
const installedData = { kioskId, entityId: 'ae-du.dof', area: 'Deira', from: '2018-01-01' };
const installed = factOf('gov.sijill.kiosk.installed.v1', installedData);
const moved = (area: string, from: string, centreId?: string) =>
  factOf(
    'gov.sijill.kiosk.moved.v1',
    centreId === undefined ? { kioskId, area, from } : { kioskId, area, from, centreId },
  );
const removed = (from: string) => factOf('gov.sijill.kiosk.removed.v1', { kioskId, from });

describe('A kiosk', () => {
  test('is installed once however often it is sent', () => {
    kiosk().when(installed).gives(installed);
    kiosk(installed).when(installed).gives();
  });
  test('keeps its id: other content under it is refused', () =>
    kiosk(installed)
      .when(factOf('gov.sijill.kiosk.installed.v1', { ...installedData, area: 'Karama' }))
      .refuses('kiosk.exists'));
  test('that was never installed neither moves nor goes', () => {
    kiosk().when(moved('Karama', '2019-01-01')).refuses('kiosk.unknown');
    kiosk().when(removed('2019-01-01')).refuses('kiosk.unknown');
  });
  test('moves only to another place', () => {
    kiosk(installed).when(moved('Karama', '2019-01-01')).gives(moved('Karama', '2019-01-01'));
    kiosk(installed).when(moved('Deira', '2019-01-01')).gives();
    kiosk(installed)
      .when(moved('Deira', '2019-01-01', 'ae-du.centre'))
      .gives(moved('Deira', '2019-01-01', 'ae-du.centre'));
  });
  test('may learn late where it stood before its last move', () =>
    kiosk(installed, moved('Karama', '2020-01-01'))
      .when(moved('Karama', '2019-01-01'))
      .gives(moved('Karama', '2019-01-01')));
  test('is removed once and for good', () => {
    kiosk(installed).when(removed('2020-01-01')).gives(removed('2020-01-01'));
    kiosk(installed, removed('2020-01-01')).when(removed('2020-01-02')).gives();
    kiosk(installed, removed('2020-01-01')).when(moved('Karama', '2021-01-01')).refuses('kiosk.removed', { kioskId });
    kiosk(installed, removed('2020-01-01')).when(installed).refuses('kiosk.removed');
  });
  test('names the centre in which it stands', () => {
    const inCentre = factOf('gov.sijill.kiosk.installed.v1', { ...installedData, centreId: 'ae-du.centre' });
    expect(kioskStream.references(inCentre).map(({ pointer }) => pointer)).toEqual([
      '#/data/entityId',
      '#/data/centreId',
    ]);
    expect(kioskStream.references(moved('Deira', '2019-01-01'))).toEqual([]);
    expect(kioskStream.facts?.(stateAfter(kioskDecider, [installed]))).toEqual({ entityId: 'ae-du.dof' });
  });
});
