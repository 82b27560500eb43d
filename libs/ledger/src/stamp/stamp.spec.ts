import { faultsOfData } from '../acceptance.js';
import { type Circumstances, contextOf, fact, given, stateAfter } from '../given.contract.js';
import { stampDecider, stampStream } from './stamp.decider.js';
import { AssessmentReopened, type AssessmentResultAnnounced } from './stamp.events.js';

const stamp = given(stampStream);
const entityId = 'ae-du.customs';
const H1 = { entityId, half: '2021-H1' } as const;
const known = (kind: 'government' | 'semiGovernment' | 'private' | 'federal'): Circumstances => ({
  known: { entity: { [entityId]: { kind, isClosed: false } } },
});
const reason = { ar: 'سجل ورقي متأخر', en: 'A late paper record' };
const opened = fact('gov.sijill.assessment.opened.v1', { ...H1, periodEvent: '41' });
const attested = (note = 'على القنوات الرقمية') =>
  fact('gov.sijill.assessment.attested.v1', {
    ...{ ...H1, serviceId: 'declaration', criterion: 'channels' as const },
    note: { ar: note },
  });
const waived = (waiverId = 'w-1', maxSheets = 12) =>
  fact('gov.sijill.assessment.waiverGranted.v1', {
    ...{ ...H1, waiverId, serviceId: 'declaration', maxSheets, reason },
    ...{ approvedBy: 'المجلس التنفيذي', until: '2021-06-30' },
  });
const revoked = (waiverId = 'w-1', half = '2021-H1') =>
  fact('gov.sijill.assessment.waiverRevoked.v1', { entityId, half, waiverId, reason });
const announced = (more: Partial<AssessmentResultAnnounced> = {}) =>
  fact('gov.sijill.assessment.resultAnnounced.v1', {
    ...{ ...H1, atPosition: '41', sizeClass: 'large' as const, announcedOn: '2021-08-02' },
    ...{ services: { num: '30', den: '30' }, internal: { num: '12', den: '12' }, ...more },
  });
const reopened = fact('gov.sijill.assessment.reopened.v1', { ...H1, reason, causePositions: ['57'] });
const conferred = (sizeClass: 'large' | 'medium' | 'small' = 'large') =>
  fact('gov.sijill.stamp.conferred.v1', { ...H1, sizeClass });
const turned = { ...H1, reason, causePositions: ['57'] };
const suspended = fact('gov.sijill.stamp.suspended.v1', turned);
const reinstated = fact('gov.sijill.stamp.reinstated.v1', { ...H1, reason });
const withdrawn = fact('gov.sijill.stamp.withdrawn.v1', { ...H1, reason });
const ANNOUNCED = [opened, announced()] as const;
const HELD = [...ANNOUNCED, conferred()] as const;

describe('An assessment', () => {
  test('is opened once for each half', () => {
    stamp().when(opened, known('government')).isRecorded();
    stamp(opened).when(opened, known('government')).isAlreadySo();
    stamp(opened)
      .when(fact('gov.sijill.assessment.opened.v1', { entityId, half: '2021-H2' }), known('government'))
      .isRecorded();
  });
  test.each(['semiGovernment', 'private', 'federal'] as const)(
    '[STP-10] is for entities of the government only, and %s is refused',
    (kind) => stamp().when(opened, known(kind)).refuses('stamp.notGovernment', { entityId, kind }),
  );
  test('takes attestations once it is open, each note once', () => {
    stamp().when(attested()).refuses('assessment.notOpen', { half: '2021-H1' });
    stamp(opened).when(attested()).isRecorded();
    stamp(opened, attested()).when(attested()).isAlreadySo();
    stamp(opened, attested()).when(attested('كتبت من جديد')).isRecorded();
  });

  test('[STP-12] takes waivers, each with a unit, a reason, the office that approved it and its last day', () => {
    stamp().when(waived()).refuses('assessment.notOpen');
    stamp(opened).when(waived()).isRecorded();
    stamp(opened, waived()).when(waived()).isAlreadySo();
    stamp(opened, waived()).when(waived('w-1', 13)).refuses('entry.exists', { id: 'w-1' });
    stamp(opened, waived()).when(waived('w-2')).isRecorded();
  });
  test('[STP-12] loses a waiver once, and for good', () => {
    stamp(opened).when(revoked()).refuses('entry.unknown', { id: 'w-1' });
    stamp(opened, waived()).when(revoked()).isRecorded();
    stamp(opened, waived(), revoked()).when(revoked()).isAlreadySo();
    stamp(opened, waived()).when(revoked('w-1', '2021-H2')).refuses('entry.unknown');
    stamp(opened, waived(), revoked()).when(waived()).refuses('entry.exists');
  });
  test('[STP-12] may be granted a waiver after the mark was conferred', () =>
    stamp(...HELD)
      .when(waived())
      .isRecorded());

  test('[STP-6] has one announced result a half', () => {
    stamp().when(announced()).refuses('assessment.notOpen');
    stamp(opened).when(announced()).isRecorded();
    stamp(...ANNOUNCED)
      .when(announced())
      .isAlreadySo();
    stamp(...ANNOUNCED)
      .when(announced({ sizeClass: 'small' }))
      .refuses('assessment.announced', { announcedOn: '2021-08-02' });
    stamp(...ANNOUNCED)
      .when(announced({ half: '2021-H2' }))
      .refuses('assessment.notOpen', { half: '2021-H2' });
  });
  test('[STP-9] may be announced below 100 %, without a mark', () =>
    stamp(opened)
      .when(announced({ services: { num: '21', den: '30' } }))
      .isRecorded());
  test('is reopened after it was announced, and then announced anew', () => {
    stamp(opened).when(reopened).refuses('assessment.notAnnounced', { half: '2021-H1' });
    stamp(...ANNOUNCED)
      .when(reopened)
      .isRecorded();
    stamp(...ANNOUNCED, reopened)
      .when(reopened)
      .refuses('assessment.notAnnounced');
    stamp(...ANNOUNCED, reopened)
      .when(announced({ sizeClass: 'small' }))
      .isRecorded();
  });
});

describe('The stamp', () => {
  test('[STP-7] follows an announced result of the same half and never precedes it', () => {
    stamp().when(conferred()).refuses('stamp.notAnnounced', { half: '2021-H1' });
    stamp(opened).when(conferred()).refuses('stamp.notAnnounced');
    stamp(...ANNOUNCED)
      .when(conferred())
      .isRecorded();
    stamp(...ANNOUNCED)
      .when(fact('gov.sijill.stamp.conferred.v1', { ...conferred().data, half: '2021-H2' }))
      .refuses('stamp.notAnnounced', { half: '2021-H2' });
    stamp(...ANNOUNCED, reopened)
      .when(conferred())
      .refuses('stamp.notAnnounced');
  });
  test.each([
    ['services', { services: { num: '9999999', den: '10000000' } }],
    ['internal', { internal: { num: '11', den: '12' } }],
  ] as const)('[STP-2, STP-3] is refused where %s is not whole: nothing is rounded', (_, below) =>
    stamp(opened, announced(below)).when(conferred()).refuses('stamp.belowWhole'),
  );
  test('[STP-4] is conferred in the class in which the entity was assessed', () =>
    stamp(...ANNOUNCED)
      .when(conferred('small'))
      .refuses('stamp.wrongClass', { announced: 'large', wanted: 'small' }));
  test('is conferred once', () => {
    stamp(...HELD)
      .when(conferred())
      .isAlreadySo();
    stamp(...HELD, suspended)
      .when(conferred())
      .isAlreadySo();
  });

  test('[STP-15] is suspended by an event where it is held', () => {
    stamp(...ANNOUNCED)
      .when(suspended)
      .refuses('stamp.notHeld', { mark: 'none' });
    stamp(...HELD)
      .when(suspended)
      .isRecorded();
    stamp(...HELD, suspended)
      .when(suspended)
      .isAlreadySo();
    stamp(...HELD, suspended)
      .when(fact('gov.sijill.stamp.suspended.v1', { ...turned, causePositions: ['58'] }))
      .refuses('stamp.notHeld', { mark: 'suspended' });
    stamp().when(suspended).refuses('stamp.notHeld');
  });
  test('[STP-15] is reinstated only after an event suspended it: a derived suspension is mended, not reinstated', () => {
    stamp(...HELD)
      .when(reinstated)
      .refuses('stamp.notSuspended', { mark: 'held' });
    stamp(...HELD, suspended)
      .when(reinstated)
      .isRecorded();
    stamp(...HELD, suspended, reinstated)
      .when(reinstated)
      .isAlreadySo();
    stamp(...HELD, suspended, reinstated)
      .when(suspended)
      .isRecorded();
  });
  test('[STP-15] is withdrawn for good: only the mark of another half can be conferred', () => {
    stamp(...ANNOUNCED)
      .when(withdrawn)
      .refuses('stamp.notHeld');
    for (const history of [HELD, [...HELD, suspended]])
      stamp(...history)
        .when(withdrawn)
        .isRecorded();
    const gone = [...HELD, withdrawn];
    stamp(...gone)
      .when(withdrawn)
      .isAlreadySo();
    stamp(...gone)
      .when(conferred())
      .refuses('stamp.withdrawn', { half: '2021-H1' });
    stamp(...gone)
      .when(reinstated)
      .refuses('stamp.notSuspended', { mark: 'withdrawn' });
    stamp(...gone)
      .when(suspended)
      .refuses('stamp.notHeld', { mark: 'withdrawn' });
    const H2 = { half: '2021-H2' } as const;
    const next = [
      fact('gov.sijill.assessment.opened.v1', { entityId, ...H2 }),
      fact('gov.sijill.assessment.resultAnnounced.v1', { ...announced().data, ...H2 }),
    ];
    stamp(...gone, ...next)
      .when(fact('gov.sijill.stamp.conferred.v1', { ...conferred().data, ...H2 }))
      .isRecorded();
  });

  test.each([[[]], [['01']], [['-1']], [['57', '57']], [[57]]])('has no causes %j: positions, each once', (causes) =>
    expect(faultsOfData(AssessmentReopened, { ...reopened.data, causePositions: causes })).toMatchObject([
      { pointer: expect.stringMatching('^#/data/causePositions') },
    ]),
  );
  test('leaves the state before a decision as it was', () => {
    const before = stateAfter(stampDecider, [opened]);
    stampDecider.evolve(before, waived());
    stampDecider.evolve(before, announced());
    expect(before).toEqual(stateAfter(stampDecider, [opened]));
  });
  test('is a matter of stewards, but for what an entity attests of itself', () => {
    const types = Object.keys(stampStream.events);
    expect(types.filter((type) => !stampStream.stewardOnly.includes(type))).toEqual([
      'gov.sijill.assessment.attested.v1',
    ]);
    expect(stampStream.owners(attested(), stampDecider.initial, contextOf())).toEqual([entityId]);
    expect(stampStream.references(opened)).toEqual([{ category: 'entity', id: entityId, pointer: '#/data/entityId' }]);
    for (const named of [attested(), waived()])
      expect(stampStream.references(named)).toEqual([
        { category: 'service', id: 'declaration', pointer: '#/data/serviceId' },
      ]);
    expect(stampStream.references(conferred())).toEqual([]);
  });
});
