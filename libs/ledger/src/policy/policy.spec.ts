import { factOf, given } from '../../../../test/support/decider.js';
import { faultsOfData } from '../acceptance.js';
import { policyDecider } from './policy.decider.js';
import { PolicyAdopted } from './policy.events.js';
import type { PolicyId, PolicyParameters } from './policy.parameters.js';

const policy = given(policyDecider);
const adopted = (version: number, parameters: object, policyId: PolicyId = 'size-class') =>
  factOf('gov.sijill.policy.adopted.v1', {
    policyId,
    version,
    parameters: parameters as PolicyParameters[PolicyId],
    from: '1900-01-01',
    reason: { ar: 'حد غير منشور' },
  });
const BORDERS = { largeAboveSheets: 10_000_000, mediumAboveSheets: 1_000_000 };

describe('A policy (REG-1)', () => {
  test('is adopted version by version', () => {
    policy().when(adopted(1, BORDERS)).gives(adopted(1, BORDERS));
    policy(adopted(1, BORDERS)).when(adopted(1, BORDERS)).gives();
    policy(adopted(1, BORDERS))
      .when(adopted(1, { ...BORDERS, mediumAboveSheets: 2 }))
      .refuses('version.gap');
    policy(adopted(1, BORDERS)).when(adopted(3, BORDERS)).refuses('version.gap');
  });
  test.each([
    ['of another policy', { days: 30 }],
    ['with one more', { ...BORDERS, smallAboveSheets: 1 }],
    ['with one less', { largeAboveSheets: 10_000_000 }],
    ['with a wrong value', { ...BORDERS, mediumAboveSheets: '1000000' }],
  ])('has no parameters %s', (_, parameters) => policy().when(adopted(1, parameters)).refuses('event.invalid'));
  test('says where its parameters are wrong', () => {
    const decide = () =>
      policyDecider.decide(adopted(1, { days: 30 }), [], { isSteward: true, refer: () => undefined });
    const pointers = [
      '#/data/parameters/days',
      '#/data/parameters/largeAboveSheets',
      '#/data/parameters/mediumAboveSheets',
    ];
    expect(decide).toThrow(
      expect.objectContaining({ faults: pointers.map((pointer) => expect.objectContaining({ pointer })) }),
    );
  });
  test('is one of the house', () =>
    expect(faultsOfData(PolicyAdopted, { ...adopted(1, BORDERS).data, policyId: 'weather' })).toMatchObject([
      { pointer: '#/data/policyId', code: 'code.unknown' },
    ]));
});
