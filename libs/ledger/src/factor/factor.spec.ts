import { fact, given, stateAfter } from '../given.contract.js';
import { factorDecider, factorStream } from './factor.decider.js';
import type { FactorAdopted } from './factor.events.js';

const factor = given(factorStream);
const adopted = (version: number, more: Partial<FactorAdopted> = {}) =>
  fact('gov.sijill.factor.adopted.v1', {
    factorId: 'sheets-per-tree',
    version,
    set: 'reams',
    value: { num: '25000', den: '3' },
    unit: 'sheet/tree',
    from: '2018-01-01',
    source: 'a figure of the trade',
    verified: false,
    ...more,
  });
const retired = (version: number, from = '2025-01-01') =>
  fact('gov.sijill.factor.retired.v1', {
    factorId: 'sheets-per-tree',
    version,
    from,
    reason: { en: 'Better source' },
  });

describe('A conversion factor', () => {
  test('is adopted version by version', () => {
    factor().when(adopted(1)).isRecorded();
    factor(adopted(1)).when(adopted(2)).isRecorded();
    factor().when(adopted(2)).refuses('version.gap', { expected: '1' });
    factor(adopted(1)).when(adopted(3)).refuses('version.gap', { expected: '2', version: '3' });
  });
  test('keeps every version as it was adopted', () => {
    factor(adopted(1), adopted(2)).when(adopted(1)).isAlreadySo();
    factor(adopted(1))
      .when(adopted(1, { verified: true }))
      .refuses('version.gap');
  });
  test('is not valid until a day before it begins', () =>
    factor()
      .when(adopted(1, { until: '2017-12-31' }))
      .refuses('period.invalid'));
  test('is retired version by version', () => {
    factor(adopted(1)).when(retired(1)).isRecorded();
    factor(adopted(1), retired(1)).when(retired(1)).isAlreadySo();
    factor(adopted(1), retired(1)).when(retired(1, '2026-01-01')).isRecorded();
    factor(adopted(1)).when(retired(2)).refuses('entry.unknown', { id: 'sheets-per-tree@2' });
    factor().when(retired(1)).refuses('factor.unknown');
  });
  test('goes on with the next version after a retirement', () => {
    factor(adopted(1), retired(1)).when(adopted(2)).isRecorded();
    expect(stateAfter(factorDecider, [adopted(1), retired(1)])).toMatchObject({
      versions: [{ version: 1 }],
      retired: [{ version: 1 }],
    });
  });
});
