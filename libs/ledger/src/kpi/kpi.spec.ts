import { fact, given } from '../given.contract.js';
import { kpiStream } from './kpi.decider.js';
import type { KpiDefined, MeasureExpression } from './kpi.events.js';

const kpi = given(kpiStream);
const sum = (dataset: string, measure: string): MeasureExpression => ({ dataset, terms: [{ measure, sign: 'plus' }] });
const procedure = (dataset: string): MeasureExpression => ({ dataset, procedure: `${dataset}.take_up` });
const defined = (version: number, more: Partial<KpiDefined> = {}) =>
  fact('gov.sijill.kpi.defined.v1', {
    kpiId: 'take_up_received',
    version,
    title: { en: 'Digital take-up' },
    numerator: [sum('channel_volume', 'digital'), procedure('aggregates')],
    denominator: [sum('channel_volume', 'received')],
    unit: 'share',
    nullRule: { en: 'Null when the denominator is 0.' },
    from: '1900-01-01',
    source: 'register',
    ...more,
  });
const retired = (version: number) =>
  fact('gov.sijill.kpi.retired.v1', {
    kpiId: 'take_up_received',
    version,
    from: '2025-01-01',
    reason: { en: 'Replaced' },
  });

describe('An indicator', () => {
  test('is defined version by version', () => {
    kpi().when(defined(1)).isRecorded();
    kpi(defined(1)).when(defined(2)).isRecorded();
    kpi(defined(1)).when(defined(3)).refuses('version.gap');
  });
  test('keeps every version as it was defined', () => {
    kpi(defined(1)).when(defined(1)).isAlreadySo();
    kpi(defined(1))
      .when(defined(1, { from: '2020-01-01' }))
      .refuses('version.gap');
  });
  test('is retired version by version', () => {
    kpi(defined(1)).when(retired(1)).isRecorded();
    kpi(defined(1), retired(1)).when(retired(1)).isAlreadySo();
    kpi(defined(1)).when(retired(2)).refuses('entry.unknown');
    kpi().when(retired(1)).refuses('kpi.unknown');
  });

  test('may be an amount or a procedure without a denominator', () => {
    const amount = defined(1, { numerator: [sum('cost', 'amount')], denominator: undefined });
    kpi().when(amount).isRecorded();
    const computed = defined(1, { numerator: [procedure('aggregates')], denominator: undefined });
    kpi().when(computed).isRecorded();
  });
  test('is a sum or a procedure in each data set, never both and never none', () => {
    kpi()
      .when(defined(1, { numerator: [{ ...sum('cost', 'amount'), procedure: 'cost.total' }] }))
      .refuses('event.invalid');
    kpi()
      .when(defined(1, { denominator: [{ dataset: 'channel_volume' }] }))
      .refuses('event.invalid');
  });
  test('has one expression a data set', () =>
    kpi()
      .when(defined(1, { numerator: [sum('cost', 'amount'), sum('cost', 'completed')] }))
      .refuses('kpi.datasetRepeated', { dataset: 'cost' }));
  test.each([[[sum('cost', 'completed')]], [[sum('channel_volume', 'received'), sum('aggregates', 'volume')]]])(
    'divides each sum by one of its own data set',
    (denominator) =>
      kpi().when(defined(1, { denominator })).refuses('kpi.denominatorMismatch', { expected: 'channel_volume' }),
  );
});
