import type { Failure } from '#kernel';
import { contextOf, fact, given } from '../given.contract.js';
import { claimCheckDecider, claimCheckStream } from './claim-check.decider.js';
import type { ClaimCheckAdopted } from './claim-check.events.js';

const known = {
  claim: { p12: { value: '37000000' }, p11: { value: '64000000' }, zero: { value: '0' }, end: { value: '2021-12' } },
};
const check = given(claimCheckStream, { isSteward: true, known });
const adopted = (more: Partial<ClaimCheckAdopted> = {}) =>
  fact('gov.sijill.claimCheck.adopted.v1', {
    checkId: 'phase-1-share',
    version: 1,
    expression: 'p12 / p11',
    relation: 'equals' as const,
    expected: '0.57',
    title: { ar: 'حصة المرحلة الأولى', en: 'Share of phase 1' },
    ...more,
  });
const faultsOf = (more: Partial<ClaimCheckAdopted>) => {
  try {
    claimCheckDecider.decide(adopted(more), claimCheckDecider.initial, contextOf({ known }));
  } catch (error) {
    return (error as Failure).faults.map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
};

describe('A check of claims', () => {
  test('[CLM-3] is recorded arithmetic, version by version', () => {
    check().when(adopted()).isRecorded();
    check(adopted()).when(adopted()).isAlreadySo();
    check(adopted())
      .when(adopted({ version: 2, expected: '0.58' }))
      .isRecorded();
    check(adopted())
      .when(adopted({ expected: '0.58' }))
      .refuses('version.gap', { expected: '2' });
    check()
      .when(adopted({ version: 2 }))
      .refuses('version.gap');
  });
  test('may only show a figure', () =>
    check()
      .when(adopted({ relation: undefined, expected: undefined }))
      .isRecorded());
  test('does not divide by what comes to zero', () => {
    check()
      .when(adopted({ expression: 'p12 / zero' }))
      .refuses('claimCheck.invalid', { checkId: 'phase-1-share' });
    expect(faultsOf({ expected: '1 / ( p11 - p11 )' })).toEqual(['#/data/expected expression.zeroDivision']);
  });
  test('does not compute with dates', () =>
    expect(faultsOf({ expression: 'p12 - end' })).toEqual(['#/data/expression expression.notNumber']));
  test('is readable on both sides', () =>
    expect(faultsOf({ expression: 'p12 /', expected: 'p11)' })).toEqual([
      '#/data/expression expression.format',
      '#/data/expected expression.format',
    ]));
  test('holds a figure against something, within a tolerance where it says so', () => {
    expect(faultsOf({ relation: undefined })).toEqual(['#/data/relation member.missing']);
    expect(faultsOf({ expected: undefined })).toEqual(['#/data/expected member.missing']);
    expect(faultsOf({ relation: 'within' })).toEqual(['#/data/tolerance member.missing']);
    expect(faultsOf({ tolerance: { num: '1', den: '100' } })).toEqual(['#/data/tolerance member.superfluous']);
    expect(faultsOf({ relation: 'within', tolerance: { num: '1', den: '100' } })).toEqual([]);
  });
  test('refers to every claim that it names, once', () => {
    const { references } = claimCheckStream;
    expect(references(adopted({ expected: 'p11 * p13' }))).toEqual([
      { category: 'claim', id: 'p12', pointer: '#/data/expression' },
      { category: 'claim', id: 'p11', pointer: '#/data/expression' },
      { category: 'claim', id: 'p13', pointer: '#/data/expected' },
    ]);
    expect(references(adopted({ expression: ')' }))).toEqual([]);
  });
});
