import { faultsOfData } from '../acceptance.js';
import { fact, given } from '../given.contract.js';
import { policyDecider, policyStream } from './policy.decider.js';
import { PolicyAdopted } from './policy.events.js';
import type { PolicyId, PolicyParameters } from './policy.parameters.js';

const policy = given(policyStream);
const adopted = (version: number, parameters: object, policyId: PolicyId = 'size-class') =>
  fact('gov.sijill.policy.adopted.v1', {
    policyId,
    version,
    parameters: parameters as PolicyParameters[PolicyId],
    from: '1900-01-01',
    reason: { ar: 'حد غير منشور' },
  });
const BORDERS = { largeAboveSheets: 10_000_000, mediumAboveSheets: 1_000_000 };

describe('A policy', () => {
  test('is adopted version by version', () => {
    policy().when(adopted(1, BORDERS)).isRecorded();
    policy(adopted(1, BORDERS)).when(adopted(1, BORDERS)).isAlreadySo();
    policy(adopted(1, BORDERS))
      .when(adopted(1, { ...BORDERS, mediumAboveSheets: 2 }))
      .refuses('version.gap');
    policy(adopted(1, BORDERS)).when(adopted(3, BORDERS)).refuses('version.gap');
  });
  test('has no parameters of another policy', () =>
    policy()
      .when(adopted(1, { days: 30 }))
      .refuses('event.invalid'));
  test.each([
    ['one more', { ...BORDERS, smallAboveSheets: 1 }],
    ['one less', { largeAboveSheets: 10_000_000 }],
    ['a wrong value', { ...BORDERS, mediumAboveSheets: '1000000' }],
  ])('has no parameters with %s', (_, parameters) =>
    expect(faultsOfData(PolicyAdopted, adopted(1, parameters).data)).toMatchObject([{ pointer: '#/data/parameters' }]),
  );
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
