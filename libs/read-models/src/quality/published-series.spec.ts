import { MemoryEventStore } from '#event-store';
import { foldAll, foldInPages, type PostedFact, post, readJournal } from '../../../../test/support/read-models.js';
import { DataQualityDay, dataQuality } from '../data-quality.js';

const MARCH_2021 = 1_615_766_400_000_000n; // 2021-03-15T00:00Z
const MONTHS = ['31', '29', '31', '30', '31', '30'].map((last, at) => [
  `2020-0${at + 1}-01`,
  `2020-0${at + 1}-${last}`,
]);

/** One measure of a publisher by months; a null is left out. */
const monthly = (measure: string, values: readonly (string | null)[], unit = 'percent'): PostedFact[] =>
  values.flatMap((value, at) => {
    const [periodStart, periodEnd] = MONTHS[at] ?? [];
    const place = { publisher: 'p', dataset: 'd', serviceId: 'x', measure, freq: 'M', periodStart, periodEnd, unit };
    return value === null
      ? []
      : [
          {
            type: 'gov.sijill.aggregate.reported.v1',
            stream: `aggregate-p:${measure}${at}`,
            data: { ...place, value },
          },
        ];
  });
const plus = (measure: string) => [{ measure, sign: 'plus' }];
const defined = (kpiId: string, version: number, unit: string, over: string, under: string): PostedFact => ({
  type: 'gov.sijill.kpi.defined.v1',
  stream: `kpi-${kpiId}`,
  data: {
    ...{ kpiId, version, title: { en: 'Another' }, unit, from: '2020-01-01', source: 'test', nullRule: { en: '-' } },
    numerator: [{ dataset: 'aggregates', terms: plus(over) }],
    denominator: [{ dataset: 'aggregates', terms: plus(under) }],
  },
});

/** Month → findings of a rule, where there are any. */
const found = async (facts: readonly PostedFact[], rule = 'definition_changed') => {
  const store = new MemoryEventStore(() => MARCH_2021);
  await post(store, facts);
  const events = await readJournal(store);
  expect(foldInPages(dataQuality, events, [2, 5])).toEqual(foldInPages(dataQuality, events, []));
  const sums = new Map<string, bigint>();
  for (const row of foldAll(dataQuality, events).cubeRows(DataQualityDay))
    if (row.rule === rule)
      sums.set(String(row.effectiveDay), (sums.get(String(row.effectiveDay)) ?? 0n) + BigInt(row.findings ?? 0));
  return [...sums].filter(([, sum]) => sum !== 0n).map(([day]) => day);
};
const six = (value: string) => Array<string>(6).fill(value);

/** 200 started, 100 due, 80 on time: 80 per cent of those due, 40 of all. */
const OF_CASES = [
  ...monthly('due', six('100'), 'case'),
  ...monthly('on_time', six('80'), 'case'),
  ...monthly('completed', six('200'), 'case'),
];
const OF_ALL = defined('on_time_share', 2, 'share', 'on_time', 'completed');
const VOLUMES = [...monthly('volume', six('400'), 'case'), ...monthly('volume_digital', six('300'), 'case')];

describe('A published series', () => {
  test('[REG-2] that goes over to another registered formula is found in the first month of it', async () => {
    const series = monthly('on_time_share', ['80', '80.0', '80.00', '40', '40', '40']);
    expect(await found([OF_ALL, ...OF_CASES, ...series])).toEqual(['2020-04-30']);
    expect(await found([OF_ALL, ...OF_CASES, ...series], 'definition_unclear')).toEqual([]);
  });
  test('[REG-2] whose level truly changes, and whose formula does not, is no finding', async () => {
    const onTime = ['80', '80', '80', '20', '20', '20'];
    const parts = [
      ...monthly('due', six('100'), 'case'),
      ...monthly('on_time', onTime, 'case'),
      ...monthly('completed', six('200'), 'case'),
    ];
    const series = monthly('on_time_share', ['80', '80', '80', '20', '20', '20']);
    expect(await found([OF_ALL, ...parts, ...series])).toEqual([]);
    expect(await found([OF_ALL, ...parts, ...series], 'definition_unclear')).toEqual([]);
  });
  test('[REG-2] that no registered formula gives is listed month by month, and never called a change', async () => {
    const series = monthly('on_time_share', ['80', '80', '80', '55', '55', null]);
    expect(await found([OF_ALL, ...OF_CASES, ...series])).toEqual([]);
    expect(await found([OF_ALL, ...OF_CASES, ...series], 'definition_unclear')).toEqual(['2020-04-30', '2020-05-31']);
  });
  test('[REG-2] of volumes is compared by the definition of take-up, as a fraction of one as well', async () => {
    const ofAll = defined('digital_take_up', 3, 'share', 'volume_digital', 'contacts');
    const parts = [...VOLUMES, ...monthly('contacts', six('600'), 'case')];
    for (const [unit, before, after] of [
      ['percent', '75', '50'],
      ['ratio', '0.75', '0.5'],
    ] as const) {
      const series = monthly('digital_take_up', [before, before, after, after, after, after], unit);
      expect(await found([ofAll, ...parts, ...series])).toEqual(['2020-03-31']);
      // The figure may come before its parts.
      expect(await found([ofAll, ...series, ...parts])).toEqual(['2020-03-31']);
    }
  });
  test('[REG-2] of money is compared as it is', async () => {
    const ofDigital = defined('cost_per_transaction', 2, 'money-per-transaction', 'total_cost', 'volume_digital');
    const parts = [...VOLUMES, ...monthly('total_cost', six('1200'), 'gbp')];
    const series = monthly('cost_per_transaction', ['3', '3.00', '4', '4', '4.00', '4'], 'gbp');
    expect(await found([ofDigital, ...parts, ...series])).toEqual(['2020-03-31']);
    expect(await found([ofDigital, ...parts, ...monthly('cost_per_transaction', six('3'), 'gbp')])).toEqual([]);
  });
  test('is tried by a formula from the next value on after it was registered', async () => {
    const series = monthly('on_time_share', ['80', '80', '80', '40', '40', '40']);
    const [last, ...before] = [...series].reverse();
    const all = [...OF_CASES, ...before.reverse(), OF_ALL];
    expect(await found(all)).toEqual([]);
    expect(await found([...all, last as PostedFact])).toEqual(['2020-04-30']);
  });
  test('is clear where two versions have one formula', async () => {
    const again = defined('on_time_share', 2, 'share', 'on_time', 'due');
    const series = monthly('on_time_share', six('80'));
    expect(await found([again, ...OF_CASES, ...series], 'definition_unclear')).toEqual([]);
  });
});
