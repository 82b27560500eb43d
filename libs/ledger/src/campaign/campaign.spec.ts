import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { campaignDecider } from './campaign.decider.js';
import { campaignStream } from './campaign.stream.js';

const campaign = given(campaignStream);
const campaignId = 'no-centres-2018';
const announcedData = {
  campaignId,
  seriesId: 'no-service-centres',
  edition: 2,
  ownerEntityId: 'ae-du.dof',
  title: { ar: 'أسبوع بلا مراكز خدمة', en: 'A week without service centres' },
  ...{ firstDay: '2018-10-21', lastDay: '2018-10-25', announcedOn: '2018-10-08', feeBearingOnly: true },
  substituteChannels: ['app', 'web', 'kiosk', 'call'] as const,
  approvedBy: 'The Ruler of Dubai',
  axes: [{ ar: 'حكومة رائدة', en: 'Pioneering government' }],
};
const announced = fact('gov.sijill.campaign.announced.v1', announcedData);
const lasting = (firstDay: string, lastDay: string) => ({
  ...announced,
  data: { ...announcedData, firstDay, lastDay },
});
const scope = (part: number, lists: object = {}) =>
  fact('gov.sijill.campaign.scopeSet.v1', {
    ...{ campaignId, part, entityIds: ['ae-du.rta', 'ae-du.dm'], centreIds: ['ae-du.rta.deira'] },
    ...{ serviceIds: ['ae-du.renew'], kioskIds: ['ae-du.rta.k1'], ...lists },
  });
const joined = (entityId: string, more: object = {}) =>
  fact('gov.sijill.campaign.participantJoined.v1', { campaignId, entityId, ...more });
const left = (entityId: string) =>
  fact('gov.sijill.campaign.participantLeft.v1', { campaignId, entityId, reason: { en: 'No fees' } });
const chosen = (baselineId: string, headline: boolean) =>
  fact('gov.sijill.campaign.baselineChosen.v1', { campaignId, baselineId, method: 'previousDay', headline });
const held = (attendance: number) =>
  fact('gov.sijill.campaign.awarenessHeld.v1', {
    ...{ campaignId, activityId: 'a1', entityId: 'ae-du.rta', centreId: 'ae-du.rta.deira' },
    ...{ kind: 'booth', day: '2018-10-21', attendance },
  });
const event = (noun: 'started' | 'ended' | 'cancelled' | 'figuresFrozen') =>
  fact(`gov.sijill.campaign.${noun}.v1`, { campaignId });
const [started, ended, cancelled, frozen] = [
  ...[event('started'), event('ended'), event('cancelled'), event('figuresFrozen')],
] as const;

describe('A campaign', () => {
  test('[CAM-2, CAM-3] is announced once, with days, approving office and axes, however often it is sent', () => {
    campaign().when(announced).isRecorded();
    campaign(announced).when(announced).isAlreadySo();
    expect(announced.data).toMatchObject({ announcedOn: '2018-10-08', approvedBy: 'The Ruler of Dubai' });
  });
  test('keeps its id: other content under it is refused', () =>
    campaign(announced).when(lasting('2018-10-21', '2018-10-26')).refuses('campaign.exists'));
  test.each([
    scope(1),
    joined('ae-du.rta'),
    left('ae-du.rta'),
    chosen('b', true),
    held(1),
    started,
    ended,
    cancelled,
    frozen,
  ])('that was never announced has no $type', (fact) => campaign().when(fact).refuses('campaign.unknown'));
  test('lasts a day, a week, or at most 92 days', () => {
    campaign().when(lasting('2017-10-26', '2017-10-26')).isRecorded();
    campaign().when(lasting('2018-10-01', '2018-12-31')).isRecorded();
    campaign().when(lasting('2018-10-01', '2019-01-01')).refuses('campaign.badDates', { days: '93' });
    campaign().when(lasting('2018-10-25', '2018-10-24')).refuses('campaign.badDates', { days: '0' });
  });

  test('has a scope of entities, centres, services and devices, set in parts', () => {
    campaign(announced).when(scope(1)).isRecorded();
    campaign(announced, scope(1)).when(scope(1)).isAlreadySo();
    campaign(announced, scope(1)).when(scope(2)).isRecorded();
    campaign(announced, scope(1))
      .when(scope(1, { serviceIds: [] }))
      .isRecorded();
  });
  test('keeps its scope once its figures are frozen', () => {
    const past = [announced, scope(1), started, ended, frozen];
    campaign(...past)
      .when(scope(2))
      .refuses('campaign.frozen', { campaignId });
    campaign(...past)
      .when(scope(1))
      .isAlreadySo();
  });

  test('is joined by entities of its scope, of any part', () => {
    const past = [announced, scope(1), scope(2, { entityIds: ['ae-du.dha'] })];
    campaign(...past)
      .when(joined('ae-du.rta'))
      .isRecorded();
    campaign(...past)
      .when(joined('ae-du.dha'))
      .isRecorded();
    campaign(...past)
      .when(joined('ae-du.dewa'))
      .refuses('campaign.notInScope', { entityId: 'ae-du.dewa' });
    campaign(...past)
      .when(left('ae-du.dewa'))
      .refuses('campaign.notInScope');
    campaign(announced).when(joined('ae-du.rta')).refuses('campaign.notInScope');
  });
  test('[CAM-15] hears from a participant how many services it brings in and which channels are ready', () => {
    const ready = joined('ae-du.rta', { services: 192, readiness: [{ channel: 'app', ready: true }] });
    campaign(announced, scope(1), joined('ae-du.rta')).when(ready).isRecorded();
    campaign(announced, scope(1), ready).when(ready).isAlreadySo();
  });
  test('is left by those who joined and by those who never did, once at a time', () => {
    campaign(announced, scope(1), joined('ae-du.rta')).when(left('ae-du.rta')).isRecorded();
    campaign(announced, scope(1)).when(left('ae-du.rta')).isRecorded();
    campaign(announced, scope(1), left('ae-du.rta')).when(left('ae-du.rta')).isAlreadySo();
    campaign(announced, scope(1), joined('ae-du.rta'), left('ae-du.rta')).when(joined('ae-du.rta')).isRecorded();
  });

  test('may choose several baselines, and another headline later', () => {
    campaign(announced).when(chosen('day', true)).isRecorded();
    campaign(announced, chosen('day', true)).when(chosen('day', true)).isAlreadySo();
    campaign(announced, chosen('day', true)).when(chosen('week', true)).isRecorded();
    campaign(announced, chosen('day', true)).when(chosen('day', false)).isRecorded();
  });
  test('[CAM-20] has each act of awareness once', () => {
    campaign(announced).when(held(40)).isRecorded();
    campaign(announced, held(40)).when(held(40)).isAlreadySo();
    campaign(announced, held(40)).when(held(41)).refuses('entry.exists', { id: 'a1' });
  });

  test('starts once, ends once, and only after it started', () => {
    campaign(announced).when(started).isRecorded();
    campaign(announced, started).when(started).isAlreadySo();
    campaign(announced, started, ended).when(started).isAlreadySo();
    campaign(announced).when(ended).refuses('campaign.notStarted', { campaignId });
    campaign(announced, started).when(ended).isRecorded();
    campaign(announced, started, ended).when(ended).isAlreadySo();
  });
  test('is cancelled before it started, and never after', () => {
    campaign(announced).when(cancelled).isRecorded();
    campaign(announced, cancelled).when(cancelled).isAlreadySo();
    campaign(announced, started).when(cancelled).refuses('campaign.started', { campaignId });
    campaign(announced, started, ended).when(cancelled).refuses('campaign.started');
    campaign(announced, cancelled).when(ended).refuses('campaign.notStarted');
    campaign(announced, cancelled).when(started).isRecorded();
  });
  test('has its figures frozen after it ended, once', () => {
    campaign(announced, started).when(frozen).refuses('campaign.notEnded', { campaignId });
    campaign(announced, started, ended).when(frozen).isRecorded();
    campaign(announced, started, ended, frozen).when(frozen).isAlreadySo();
  });

  test('is spoken for by its owner, and a participant speaks for itself', () => {
    const state = stateAfter(campaignDecider, [announced, scope(1)]);
    expect(campaignStream.owners(joined('ae-du.rta'), state, contextOf())).toEqual(['ae-du.rta', 'ae-du.dof']);
    expect(campaignStream.facts?.(state)).toEqual({ ownerEntityId: 'ae-du.dof' });
    expect(campaignStream.facts?.(campaignDecider.initial)).toBeUndefined();
  });
  test('names streams that must exist', () => {
    expect(campaignStream.references(announced)).toMatchObject([
      { category: 'programme', id: 'no-service-centres' },
      { category: 'entity', id: 'ae-du.dof' },
    ]);
    expect(campaignStream.references(scope(1)).map(({ category, pointer }) => `${category} ${pointer}`)).toEqual([
      ...['entity #/data/entityIds/0', 'entity #/data/entityIds/1', 'centre #/data/centreIds/0'],
      ...['service #/data/serviceIds/0', 'kiosk #/data/kioskIds/0'],
    ]);
    expect(campaignStream.references(held(1))).toMatchObject([{ category: 'entity' }, { category: 'centre' }]);
    expect(campaignStream.references(joined('ae-du.rta'))).toEqual([]);
  });
  test('leaves the state before a decision as it was', () => {
    const before = stateAfter(campaignDecider, [announced, scope(1)]);
    campaignDecider.evolve(before, joined('ae-du.rta'));
    expect(before).toEqual(stateAfter(campaignDecider, [announced, scope(1)]));
  });
});
