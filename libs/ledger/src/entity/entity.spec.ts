import { contextOf, factOf, given, stateAfter } from '../../../../test/support/decider.js';
import type { EntityKind } from '../codes.js';
import { entityDecider, entityStream } from './entity.decider.js';

const entity = given(entityDecider);
const entityId = 'ae-du.dof';
const registeredData = {
  entityId,
  title: { ar: 'دائرة المالية', en: 'Department of Finance' },
  kind: 'government' as EntityKind,
  jurisdiction: 'AE-DU',
  from: '1995-01-01',
};
const registered = factOf('gov.sijill.entity.registered.v1', registeredData);
const renamed = (en: string, from: string) => factOf('gov.sijill.entity.renamed.v1', { entityId, title: { en }, from });
const merged = (intoEntityId: string, from = '2022-01-01') =>
  factOf('gov.sijill.entity.merged.v1', { entityId, intoEntityId, from });
const closed = factOf('gov.sijill.entity.closed.v1', { entityId, from: '2023-01-01', reason: { en: 'Task ended' } });

describe('An entity', () => {
  test('is registered once however often it is sent', () => {
    entity().when(registered).gives(registered);
    entity(registered).when(registered).gives();
  });
  test('keeps its id: other content under it is refused', () =>
    entity(registered)
      .when(factOf('gov.sijill.entity.registered.v1', { ...registeredData, kind: 'private' as EntityKind }))
      .refuses('entity.exists'));
  test.each([renamed('Finance', '2020-01-01'), merged('ae-du.other'), closed])(
    'that is not registered has no $type',
    (fact) => entity().when(fact).refuses('entity.unknown'),
  );

  test('is renamed from a day on', () =>
    entity(registered).when(renamed('Finance', '2020-01-01')).gives(renamed('Finance', '2020-01-01')));
  test('bears a title already when it is in force on that day', () =>
    entity(registered, renamed('Finance', '2020-01-01')).when(renamed('Finance', '2021-01-01')).gives());
  test('may learn late that it was renamed earlier than the last time', () =>
    entity(registered, renamed('Finance', '2020-01-01'))
      .when(renamed('Treasury', '2010-01-01'))
      .gives(renamed('Treasury', '2010-01-01')));

  test('may learn late that it bore its present title before', () =>
    entity(registered, renamed('Finance', '2020-01-01'))
      .when(renamed('Finance', '2010-01-01'))
      .gives(renamed('Finance', '2010-01-01')));

  test('is never merged into itself', () => entity(registered).when(merged(entityId)).refuses('entity.selfMerge'));
  test('ends with its merger', () => {
    entity(registered).when(merged('ae-du.other')).gives(merged('ae-du.other'));
    entity(registered, merged('ae-du.other')).when(merged('ae-du.other')).gives();
    entity(registered, merged('ae-du.other')).when(merged('ae-du.third')).refuses('entity.closed', { entityId });
    entity(registered, merged('ae-du.other')).when(closed).refuses('entity.closed');
    entity(registered, merged('ae-du.other')).when(renamed('Finance', '2020-01-01')).refuses('entity.closed');
  });
  test('is closed once', () => {
    entity(registered).when(closed).gives(closed);
    entity(registered, closed).when(closed).gives();
    entity(registered, closed).when(merged('ae-du.other')).refuses('entity.closed');
  });

  test('shows others its kind and whether it is closed', () => {
    expect(entityStream.facts?.(stateAfter(entityDecider, []))).toBeUndefined();
    expect(entityStream.facts?.(stateAfter(entityDecider, [registered]))).toEqual({
      kind: 'government' as EntityKind,
      isClosed: false,
    });
    expect(entityStream.facts?.(stateAfter(entityDecider, [registered, closed]))).toMatchObject({ isClosed: true });
  });
  test('names its parent and its successor as references', () => {
    const child = factOf('gov.sijill.entity.registered.v1', { ...registeredData, parentId: 'ae-du' });
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
