import type { EntityKind } from '../codes.js';
import { contextOf, fact, given, stateAfter } from '../given.contract.js';
import { entityDecider, entityStream } from './entity.decider.js';

const entity = given(entityStream);
const entityId = 'ae-du.dof';
const registeredData = {
  entityId,
  title: { ar: 'دائرة المالية', en: 'Department of Finance' },
  kind: 'government' as EntityKind,
  jurisdiction: 'AE-DU',
  from: '1995-01-01',
};
const registered = fact('gov.sijill.entity.registered.v1', registeredData);
const renamed = (en: string, from: string) => fact('gov.sijill.entity.renamed.v1', { entityId, title: { en }, from });
const merged = (intoEntityId: string, from = '2022-01-01') =>
  fact('gov.sijill.entity.merged.v1', { entityId, intoEntityId, from });
const closed = fact('gov.sijill.entity.closed.v1', { entityId, from: '2023-01-01', reason: { en: 'Task ended' } });

describe('An entity', () => {
  test('is registered once however often it is sent', () => {
    entity().when(registered).isRecorded();
    entity(registered).when(registered).isAlreadySo();
  });
  test('keeps its id: other content under it is refused', () =>
    entity(registered)
      .when(fact('gov.sijill.entity.registered.v1', { ...registeredData, kind: 'private' as EntityKind }))
      .refuses('entity.exists'));
  test.each([renamed('Finance', '2020-01-01'), merged('ae-du.other'), closed])(
    'that is not registered has no $type',
    (fact) => entity().when(fact).refuses('entity.unknown'),
  );

  test('is renamed from a day on', () => entity(registered).when(renamed('Finance', '2020-01-01')).isRecorded());
  test('bears a title already when it is in force on that day', () =>
    entity(registered, renamed('Finance', '2020-01-01')).when(renamed('Finance', '2021-01-01')).isAlreadySo());
  test('may learn late that it was renamed earlier than the last time', () =>
    entity(registered, renamed('Finance', '2020-01-01')).when(renamed('Treasury', '2010-01-01')).isRecorded());

  test('may learn late that it bore its present title before', () =>
    entity(registered, renamed('Finance', '2020-01-01')).when(renamed('Finance', '2010-01-01')).isRecorded());

  test('is never merged into itself', () => entity(registered).when(merged(entityId)).refuses('entity.selfMerge'));
  test('ends with its merger', () => {
    entity(registered).when(merged('ae-du.other')).isRecorded();
    entity(registered, merged('ae-du.other')).when(merged('ae-du.other')).isAlreadySo();
    entity(registered, merged('ae-du.other')).when(merged('ae-du.third')).refuses('entity.closed', { entityId });
    entity(registered, merged('ae-du.other')).when(closed).refuses('entity.closed');
    entity(registered, merged('ae-du.other')).when(renamed('Finance', '2020-01-01')).refuses('entity.closed');
  });
  test('goes up in none that went up in another one itself, so that mergers never go round in a circle', () => {
    const known = { entity: { 'ae-du.other': { kind: 'government', isClosed: true, successorId: entityId } as const } };
    entity(registered)
      .when(merged('ae-du.other'), { known })
      .refuses('entity.intoMerged', { intoEntityId: 'ae-du.other', successorId: entityId });
    // Told again, it is so already, whatever became of its successor.
    entity(registered, merged('ae-du.other')).when(merged('ae-du.other'), { known }).isAlreadySo();
    const closedAlone = { entity: { 'ae-du.other': { kind: 'government', isClosed: true } as const } };
    entity(registered).when(merged('ae-du.other'), { known: closedAlone }).isRecorded();
  });
  test('is closed once', () => {
    entity(registered).when(closed).isRecorded();
    entity(registered, closed).when(closed).isAlreadySo();
    entity(registered, closed).when(merged('ae-du.other')).refuses('entity.closed');
  });

  test('shows others its kind, whether it is closed, and its successor', () => {
    expect(entityStream.facts?.(stateAfter(entityDecider, []))).toBeUndefined();
    expect(entityStream.facts?.(stateAfter(entityDecider, [registered]))).toEqual({
      kind: 'government' as EntityKind,
      isClosed: false,
    });
    expect(entityStream.facts?.(stateAfter(entityDecider, [registered, closed]))).toEqual({
      ...{ kind: 'government', isClosed: true },
    });
    expect(entityStream.facts?.(stateAfter(entityDecider, [registered, merged('ae-du.other')]))).toEqual({
      ...{ kind: 'government', isClosed: true, successorId: 'ae-du.other' },
    });
  });
  test('names its parent and its successor as references', () => {
    const child = fact('gov.sijill.entity.registered.v1', { ...registeredData, parentId: 'ae-du' });
    expect(entityStream.references(child)).toEqual([{ category: 'entity', id: 'ae-du', pointer: '#/data/parentId' }]);
    expect(entityStream.references(merged('ae-du.other'))).toEqual([
      { category: 'entity', id: 'ae-du.other', pointer: '#/data/intoEntityId' },
    ]);
    expect(entityStream.references(registered)).toEqual([]);
  });
  test('is a matter of stewards alone', () => {
    expect([...entityStream.stewardOnly].sort()).toEqual(Object.keys(entityStream.events).sort());
    expect(entityStream.owners(registered, entityDecider.initial, contextOf())).toEqual([entityId]);
  });
});
