import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { personalMembers, subjectMember } from '../vocabulary/shape.js';
import { sharingDecider, sharingStream } from './sharing.decider.js';
import { type SharingAudience, type SharingDelivered, SharingProposed } from './sharing.events.js';

const sharing = given(sharingStream);
const id = { agreementId: 'dubai-pulse-1' };
const proposed = (more: Partial<SharingProposed> = {}) =>
  fact('gov.sijill.sharing.proposed.v1', {
    ...id,
    providerEntityId: 'rta',
    party: { kind: 'private' as const, title: { en: 'A mapping company' } },
    audience: 'innovator' as const,
    dataset: 'traffic-counts',
    purpose: { ar: 'تخطيط المسارات', en: 'Planning of routes' },
    legalBasis: 'Law 26 of 2015',
    personalData: false,
    partner: 'Nesta',
    ...more,
  });
const personal = proposed({ personalData: true });
const reviewed = (result: 'passed' | 'refused') =>
  fact('gov.sijill.sharing.ethicsReviewed.v1', { ...id, result, by: 'Dubai Data' });
const activated = (from = '2020-05-01') => fact('gov.sijill.sharing.activated.v1', { ...id, from });
const ended = (on = '2020-12-31') => fact('gov.sijill.sharing.ended.v1', { ...id, on });
const obstacle = (more: object = {}) =>
  fact('gov.sijill.sharing.obstacleReported.v1', {
    ...id,
    obstacleId: 'o-1',
    kind: 'legal' as const,
    note: { en: 'No basis yet' },
    ...more,
  });
const cleared = (obstacleId = 'o-1') => fact('gov.sijill.sharing.obstacleCleared.v1', { ...id, obstacleId });
const delivered = (more: Partial<SharingDelivered> = {}) =>
  fact('gov.sijill.sharing.delivered.v1', {
    ...id,
    deliveryId: 'd-1',
    day: '2020-06-01',
    rows: 10,
    bytes: 400,
    sha256: 'ab'.repeat(32),
    format: 'csv',
    ...more,
  });

describe('A sharing agreement', () => {
  const isMadeFor = (audience: SharingAudience) => sharing().when(proposed({ audience })).isRecorded();
  test('[SHR-1] is made for innovators and people curious about sharing', () => isMadeFor('innovator'));
  test('[SHR-2] is made for organisations, institutions and companies without profit', () => isMadeFor('organisation'));
  test('[SHR-3] is made for people and bodies who know data', () => isMadeFor('dataLiterate'));
  test('[SHR-4] is made for those whose cooperation starts slowly', () => isMadeFor('slowStarter'));
  test.each(['individual', 'government', 'private', 'international', 'nonProfit'] as const)(
    '[SHR-6] may be with a party of kind %s',
    (kind) =>
      sharing()
        .when(proposed({ party: { kind } }))
        .isRecorded(),
  );
  test('says how people are protected and for how long data are kept, in whole days of at most a hundred years', () => {
    const safeguards = { ar: 'أسماء مستعارة', en: 'Pseudonyms' };
    sharing()
      .when(proposed({ safeguards, retentionDays: 365 }))
      .isRecorded();
    for (const retentionDays of [-1, 0.5, 36_526]) expect(() => sharing().when(proposed({ retentionDays }))).toThrow();
    sharing(proposed({ retentionDays: 365 }))
      .when(proposed({ retentionDays: 30 }))
      .refuses('sharing.exists');
  });
  test('is proposed once; the reference of a person is encrypted and not compared', () => {
    sharing(proposed()).when(proposed()).isAlreadySo();
    sharing(proposed({ partyRef: 'sealed' }))
      .when(proposed({ partyRef: 'sealed anew' }))
      .isAlreadySo();
    sharing(proposed())
      .when(proposed({ dataset: 'other' }))
      .refuses('sharing.exists');
    expect([personalMembers(SharingProposed), subjectMember(SharingProposed)]).toEqual([['partyRef'], 'partyRef']);
  });
  test('[SHR-5] says its purpose and legal basis, and moves personal data only after a review passed', () => {
    sharing(personal).when(activated()).refuses('sharing.ethicsMissing', { agreementId: 'dubai-pulse-1' });
    sharing(personal, reviewed('refused')).when(activated()).refuses('sharing.ethicsMissing');
    sharing(personal, reviewed('refused'), reviewed('passed')).when(activated()).isRecorded();
    sharing(proposed()).when(activated()).isRecorded();
  });
  test('[SHR-5] stops deliveries of personal data when a later review refuses it', () => {
    const active = [personal, reviewed('passed'), activated()];
    sharing(...active)
      .when(delivered())
      .isRecorded();
    sharing(...active, reviewed('refused'))
      .when(delivered())
      .refuses('sharing.ethicsMissing');
  });
  test('is reviewed by a steward', () =>
    expect(sharingStream.stewardOnly).toEqual(['gov.sijill.sharing.ethicsReviewed.v1']));
  test('is activated and ended once', () => {
    sharing(proposed(), activated()).when(activated()).isAlreadySo();
    sharing(proposed(), activated()).when(activated('2020-06-01')).refuses('sharing.active', { from: '2020-05-01' });
    sharing(proposed(), activated()).when(ended()).isRecorded();
    sharing(proposed(), activated(), ended()).when(ended()).isAlreadySo();
    sharing(proposed(), activated()).when(ended('2020-04-30')).refuses('period.invalid');
    sharing(proposed()).when(ended()).isRecorded();
  });
  test('is over when it ended', () => {
    const over = sharing(proposed(), activated(), obstacle(), ended());
    for (const late of [reviewed('passed'), activated('2021-01-01'), ended('2021-01-01'), cleared()])
      over.when(late).refuses('sharing.ended', { on: '2020-12-31' });
    over.when(obstacle({ obstacleId: 'o-2' })).refuses('sharing.ended');
  });
  test.each([reviewed('passed'), activated(), ended(), obstacle(), cleared(), delivered()])(
    'is proposed before anything else is said of it: $type',
    (early) => sharing().when(early).refuses('sharing.unknown'),
  );
});

describe('An obstacle to sharing', () => {
  test('[SHR-4] is reported with its kind and cleared', () => {
    for (const kind of ['legal', 'technical', 'quality', 'cost', 'willingness', 'other'] as const)
      sharing(proposed()).when(obstacle({ kind })).isRecorded();
    sharing(proposed(), obstacle()).when(obstacle()).isAlreadySo();
    sharing(proposed(), obstacle())
      .when(obstacle({ kind: 'cost' }))
      .refuses('entry.exists', { id: 'o-1' });
    sharing(proposed(), obstacle()).when(cleared()).isRecorded();
    sharing(proposed(), obstacle(), cleared()).when(cleared()).isAlreadySo();
    sharing(proposed()).when(cleared()).refuses('entry.unknown', { id: 'o-1' });
  });
});

describe('A delivery', () => {
  const active = sharing(proposed(), activated());
  test('[SHR-7] is measured in rows and bytes, once', () => {
    active.when(delivered()).isRecorded();
    const once = sharing(proposed(), activated(), delivered());
    once.when(delivered()).isAlreadySo();
    once.when(delivered({ rows: 11 })).refuses('entry.exists', { id: 'd-1' });
  });
  test('needs an agreement in force on its day', () => {
    sharing(proposed()).when(delivered()).refuses('sharing.notActive');
    active.when(delivered({ day: '2020-04-30' })).refuses('sharing.notActive', { day: '2020-04-30' });
    active.when(delivered({ day: '2020-05-01' })).isRecorded();
    const over = sharing(proposed(), activated(), ended());
    over.when(delivered({ day: '2020-12-31' })).isRecorded();
    over.when(delivered({ day: '2021-01-01' })).refuses('sharing.notActive');
  });
  test('is told by the provider, whoever the partner is', () => {
    const state = stateAfter(sharingDecider, [proposed({ partner: 'Nesta' })]);
    expect(sharingStream.owners(delivered(), state, contextOf())).toEqual(['rta']);
    expect(sharingStream.owners(proposed(), sharingDecider.initial, contextOf())).toEqual(['rta']);
    expect(sharingStream.references(proposed({ party: { kind: 'government', entityId: 'dld' } }))).toEqual([
      { category: 'entity', id: 'rta', pointer: '#/data/providerEntityId' },
      { category: 'entity', id: 'dld', pointer: '#/data/party/entityId' },
    ]);
  });
});
