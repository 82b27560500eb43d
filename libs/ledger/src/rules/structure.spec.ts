import type { Failure } from '#kernel';
import { IsDay, IsId } from '../shapes.js';
import { faultsOf } from '../vocabulary/shape.js';
import { IsClosed } from './closed.js';
import { assertExactlyOne, assertPeriod } from './structure.js';
import { isNextVersion } from './versions.js';

const failureOf = (run: () => unknown): Failure => {
  try {
    run();
  } catch (error) {
    return error as Failure;
  }
  throw new Error('nothing was refused');
};

describe('A period', () => {
  test('may be one day', () => expect(() => assertPeriod('2024-01-01', '2024-01-01')).not.toThrow());
  test('does not end before it starts', () =>
    expect(() => assertPeriod('2024-01-02', '2024-01-01')).toThrow(
      expect.objectContaining({ code: 'period.invalid' }),
    ));
});

describe('Members of which exactly one is needed', () => {
  const check = (members: object) => () =>
    assertExactlyOne('gov.sijill.test.done.v1', members as Record<string, unknown>);
  test('may be one', () => expect(check({ serviceId: 'a', entityId: undefined })).not.toThrow());
  test('are not none: the first is missing', () =>
    expect(failureOf(check({ serviceId: undefined, entityId: undefined }))).toMatchObject({
      code: 'event.invalid',
      faults: [{ pointer: '#/data/serviceId', code: 'member.exactlyOne' }],
    }));
  test('are not two: the second is too many', () =>
    expect(failureOf(check({ serviceId: 'a', entityId: 'b' })).faults).toMatchObject([{ pointer: '#/data/entityId' }]));
});

describe('A version', () => {
  const one = { version: 1, value: 'a' };
  const two = { version: 2, value: 'b' };
  test('follows the last', () => {
    expect(isNextVersion([], one)).toBe(true);
    expect(isNextVersion([one], two)).toBe(true);
  });
  test('that is there with the same content is not new', () => {
    expect(isNextVersion([one, two], one)).toBe(false);
    expect(isNextVersion([one, two], two)).toBe(false);
  });
  test.each([
    [[], two, '1'],
    [[one], { version: 3 }, '2'],
    [[one, two], { version: 1, value: 'other' }, '3'],
  ])('leaves no gap and replaces none', (versions, wanted, expected) =>
    expect(failureOf(() => isNextVersion(versions, wanted))).toMatchObject({
      code: 'version.gap',
      params: { expected },
    }),
  );
});

describe('A closed object', () => {
  const { shape } = IsClosed({ id: IsId(), span: IsClosed({ from: IsDay() }) });
  const faults = (value: unknown) => faultsOf(shape, '#/data/x', value).map(({ pointer, code }) => [pointer, code]);
  test('holds exactly its members', () => {
    expect(faults({ id: 'a', span: { from: '2024-01-01' } })).toEqual([]);
    expect(faults(null)).toEqual([['#/data/x', 'object.type']]);
    expect(faults([])).toEqual([['#/data/x', 'object.type']]);
  });
  test('names every fault where it stands', () =>
    expect(faults({ id: 'A', more: 1, span: { from: '2024-02-30' } })).toEqual([
      ['#/data/x/more', 'member.unknown'],
      ['#/data/x/id', 'id.format'],
      ['#/data/x/span/from', 'day.format'],
    ]));
  test('has no member that is missing', () =>
    expect(faults({ id: 'a' })).toEqual([['#/data/x/span', 'member.missing']]));
});
