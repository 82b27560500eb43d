import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { programmeDecider, programmeStream } from './programme.decider.js';

const programme = given(programmeStream);
const programmeId = 'ae-du.paperless';
const registeredData = {
  programmeId,
  ownerEntityId: 'ae-du.sdd',
  title: { ar: 'استراتيجية دبي للمعاملات اللاورقية', en: 'Dubai Paperless Strategy' },
  kind: 'strategy' as const,
  parentId: 'ae-du.development-track',
  targetDay: '2021-12',
};
const registered = fact('gov.sijill.programme.registered.v1', registeredData);
const milestone = (day: string, id = 'half-way') =>
  fact('gov.sijill.programme.milestoneReached.v1', { programmeId, milestone: id, day });
const held = (data: object = {}) =>
  fact('gov.sijill.programme.activityHeld.v1', {
    programmeId,
    activityId: 'forum-2',
    kind: 'forum' as const,
    title: { ar: 'الملتقى الثاني', en: 'Second forum' },
    day: '2012-05-20',
    participants: 200,
    entityIds: ['ae-du.police', 'ae-du.dm'],
    ...data,
  });

describe('A programme', () => {
  test('[SAV-1] is a record with owner, title, parent and target day, registered once', () => {
    programme().when(registered).isRecorded();
    programme(registered).when(registered).isAlreadySo();
    programme(registered)
      .when(fact('gov.sijill.programme.registered.v1', { ...registeredData, targetDay: '2022-12' }))
      .refuses('programme.exists');
  });
  test.each([milestone('2020-01-01'), held()])('that is not registered has no $type', (fact) =>
    programme().when(fact).refuses('programme.unknown'),
  );
  test('[SAV-16] nests in a programme that is recorded, and never in itself', () => {
    expect(programmeStream.references(registered)).toEqual([
      { category: 'entity', id: 'ae-du.sdd', pointer: '#/data/ownerEntityId' },
      { category: 'programme', id: 'ae-du.development-track', pointer: '#/data/parentId' },
    ]);
    const self = fact('gov.sijill.programme.registered.v1', { ...registeredData, parentId: programmeId });
    expect(programmeStream.references(self).map(({ category }) => category)).toEqual(['entity']);
    programme().when(self).refuses('programme.selfParent', { programmeId });
  });
  test('reaches a milestone on one day', () => {
    programme(registered).when(milestone('2020-01-01')).isRecorded();
    programme(registered, milestone('2020-01-01')).when(milestone('2020-01-01')).isAlreadySo();
    programme(registered, milestone('2020-01-01')).when(milestone('2020-01-02')).refuses('entry.exists', {
      id: 'half-way',
    });
    programme(registered, milestone('2020-01-01')).when(milestone('2020-01-02', 'done')).isRecorded();
  });
  test('[CAT-19] holds forums and workshops, each told once with its 200 participants', () => {
    programme(registered).when(held()).isRecorded();
    programme(registered, held()).when(held()).isAlreadySo();
    programme(registered, held())
      .when(held({ participants: 201 }))
      .refuses('entry.exists', { id: 'forum-2' });
    programme(registered, held())
      .when(held({ activityId: 'workshop-1', kind: 'workshop', customerCategory: 'business' }))
      .isRecorded();
  });
  test('holds acts of awareness', () =>
    programme(registered)
      .when(held({ activityId: 'remote-services', kind: 'awareness', day: '2020-04-01' }))
      .isRecorded());
  test('may give a milestone and an activity the same id', () =>
    programme(registered, milestone('2020-01-01', 'forum-2')).when(held()).isRecorded());
  test('[CAM-23, CAT-26] names the strategic axes and goals that it serves', () =>
    programme()
      .when(
        fact('gov.sijill.programme.registered.v1', {
          ...registeredData,
          axes: [{ ar: 'حكومة رائدة', en: 'Pioneering government' }, { ar: 'مجتمع المعرفة واقتصاد المعرفة' }],
        }),
      )
      .isRecorded());
  test('names the entities that took part', () =>
    expect(programmeStream.references(held()).map(({ id, pointer }) => [id, pointer])).toEqual([
      ['ae-du.police', '#/data/entityIds/0'],
      ['ae-du.dm', '#/data/entityIds/1'],
    ]));
  test('is a matter of stewards, and shows others its owner and kind', () => {
    expect([...programmeStream.stewardOnly].sort()).toEqual(Object.keys(programmeStream.events).sort());
    const state = stateAfter(programmeDecider, [registered]);
    expect(programmeStream.facts?.(state)).toEqual({ ownerEntityId: 'ae-du.sdd', kind: 'strategy' });
    expect(programmeStream.facts?.(programmeDecider.initial)).toBeUndefined();
    expect(programmeStream.owners(milestone('2020-01-01'), state, contextOf())).toEqual(['ae-du.sdd']);
  });
});
