import type { PostedFact } from '../../../../test/support/read-models.js';
import { fact, type Ledger, learned } from '../../../../test/support/savings.js';
import { SAVINGS_WORLD } from '../../../../test/support/savings-world.js';
import { aggregates, aggregatesModel } from '../aggregates.js';
import { campaignBoard, campaignMetrics } from '../campaign.js';
import { catalogueDataSet, catalogueModel } from '../catalogue.js';
import { channelVolume } from '../channel-volume.js';
import { continuity } from '../continuity/continuity.js';
import { cost } from '../cost/cost.js';
import { coverage } from '../coverage.js';
import { electronicShare } from '../electronic-share.js';
import { platformActivity } from '../platform/platform-activity.js';
import type { DataSet, DataSetQuery } from '../read-model.js';
import { savings } from '../savings/savings.js';
import { stamp } from '../stamp/stamp.js';
import { transactionsModel } from '../transactions.js';

const plus = (measure: string, more: object = {}) => ({ measure, sign: 'plus', ...more });
const minus = (measure: string) => ({ measure, sign: 'minus' });
const defined = (kpiId: string, dataset: string, numerator: readonly object[], denominator?: readonly object[]) =>
  fact('kpi.defined', `kpi-${kpiId}`, {
    ...{ kpiId, version: 2, from: '2020-07-01', title: { en: 'Another' }, unit: 'share', source: 'test' },
    ...{ nullRule: { en: 'As before.' }, numerator: [{ dataset, terms: numerator }] },
    ...(denominator && { denominator: [{ dataset, terms: denominator }] }),
  });
const byProcedure = (kpiId: string, dataset: string, procedure: string) =>
  fact('kpi.defined', `kpi-${kpiId}`, {
    ...{ kpiId, version: 2, from: '2200-01-01', title: { en: 'Another' }, unit: 'share', source: 'test' },
    ...{ nullRule: { en: 'As before.' }, numerator: [{ dataset, procedure }] },
  });
const ofMeasures = (...isIn: string[]) => ({ whenAny: [{ all: [{ dimension: 'measure', isIn }] }] });

const costed: PostedFact = fact('cost.reported', 'cost-port:permit:2020-03-01..2020-03-31', {
  ...{ entityId: 'port', serviceId: 'permit', periodStart: '2020-03-01', periodEnd: '2020-03-31' },
  components: [{ kind: 'staff', amount: '9000' }],
});

/** Second versions, known from the day on: some are other sums, some ask for what nobody can compute. */
const LATER = '2022-03-01';
const SECOND: PostedFact[] = [
  costed,
  defined('reduction', 'savings', [plus('gross_avoided')], [plus('expected')]),
  defined('money', 'savings', [plus('fils'), plus('customer_fils')]),
  byProcedure('trees', 'savings', 'savings.staff_hours'),
  byProcedure('co2e', 'savings', 'savings.not_invented'),
  defined('sheets_net', 'paper', [plus('sheets')]),
  defined('rebound', 'savings', [plus('clips')]),
  defined('staff_hours', 'savings', [
    plus('staff_minutes', { whenAny: [{ all: [{ dimension: 'flow', isIn: ['customer'] }] }] }),
  ]),
  defined('total_cost', 'cost', [plus('amount', { times: 2 })]),
  defined('cost_per_transaction', 'cost', [plus('amount')], [plus('completed', { times: 3 })]),
  defined('online_end_to_end', 'catalogue', [plus('channels')], [plus('services')]),
  defined('stamp_services', 'stamp', [plus('units_passed')], [plus('units_passed'), plus('units_idle')]),
  defined('uplift', 'campaign_metrics', [plus('actual'), minus('baseline_value')], [plus('actual')]),
  defined('declared_gap', 'electronic_share', [plus('steps_manual')], [plus('completed')]),
  defined(
    'data_coverage',
    'coverage',
    [plus('provided', ofMeasures('volume'))],
    [plus('requested', ofMeasures('volume'))],
  ),
  byProcedure('channel_share', 'aggregates', 'aggregates.high_volume'),
  fact('kpi.retired', 'kpi-remote_availability', {
    ...{ kpiId: 'remote_availability', version: 1, from: '2021-01-01', reason: { en: 'Too coarse' } },
  }),
];

describe('Versions of indicators', () => {
  let ledger: Ledger;
  const ask = (set: DataSet, query: Partial<DataSetQuery>) => ledger.ask(set, query);
  const city = { from: '2020-01-01', to: '2020-12-31', filters: { entity: ['city'] } };
  const port = { ...city, filters: { entity: ['port'] } };
  const value = async (set: DataSet, kpi: string, query: Partial<DataSetQuery>) => {
    const [row] = (await ask(set, { kpis: [kpi], ...query })).rows;
    return (row?.[kpi] as { value: string } | undefined)?.value;
  };

  beforeAll(async () => {
    ledger = await learned({ ...SAVINGS_WORLD, [LATER]: SECOND }, [transactionsModel, aggregatesModel, catalogueModel]);
  }, 60_000);
  afterAll(() => ledger?.close());

  test('[REG-1] recompute a past saving as a sum that the ledger defines, beside the first one', async () => {
    const reduction = (kpiVersion: number) => value(savings, 'reduction', { ...port, kpiVersion });
    const [row] = (await ask(savings, port)).rows;
    const of = (name: string) => (row?.[name] as { num: string; den: string } | undefined) ?? { num: '', den: '' };
    const part = (name: string) => Number(of(name).num) / Number(of(name).den);
    expect(Number(await reduction(1))).toBeCloseTo(part('net') / part('expected'), 5);
    expect(Number(await reduction(2))).toBeCloseTo(part('gross_avoided') / part('expected'), 5);
    expect(await reduction(2)).not.toBe(await reduction(1));
  });
  test('[REG-1] convert by factors as the version says: both savers together, or the hours under the name of trees', async () => {
    const factors = ['releases-2021', 'counter-minutes@1', 'trip-minutes@1', 'digital-minutes@1'];
    expect(await value(savings, 'money', { ...port, factors, kpiVersion: 1 })).toBe('-1148847.294292');
    expect(await value(savings, 'money', { ...port, factors, kpiVersion: 2 })).toBe('-1136006.385201');
    expect(await value(savings, 'trees', { ...city, factors, kpiVersion: 2 })).toBe('12100000');
  });
  test('[REG-1] break the series of a saving where another comes into force, and not as known before', async () => {
    const quarters = { ...port, kpis: ['reduction'], group: ['quarter'] };
    const { rows, kpiVersions, kpiBreaks } = await ask(savings, quarters);
    expect([kpiVersions, kpiBreaks]).toEqual([{ reduction: 2 }, [{ kpi: 'reduction', day: '2020-07-01', version: 2 }]]);
    for (const [at, row] of rows.entries()) {
      const one = await ask(savings, { ...quarters, kpiVersion: at < 2 ? 1 : 2 });
      expect(row.reduction).toEqual(one.rows[at]?.reduction);
    }
    expect(await ask(savings, { ...quarters, knownAt: '2022-02-28' })).toMatchObject({ kpiVersions: { reduction: 1 } });
  });
  test('[REG-1] recompute cost, the catalogue, the stamp and the gap of steps', async () => {
    const march = { from: '2020-03-01', to: '2020-03-31' };
    expect(await value(cost, 'total_cost', { ...march, kpiVersion: 1 })).toBe('9000');
    expect(await value(cost, 'total_cost', { ...march, kpiVersion: 2 })).toBe('18000');
    expect(await value(cost, 'cost_per_transaction', { ...march, kpiVersion: 1 })).toBe('4500');
    expect(await value(cost, 'cost_per_transaction', { ...march, kpiVersion: 2 })).toBe('1500');
    expect((await ask(cost, { ...march, kpis: ['total_cost'] })).kpiVersions).toEqual({ total_cost: 1 });
    expect(await value(catalogueDataSet, 'online_end_to_end', { kpiVersion: 2 })).toBe('0');
    expect((await ask(stamp, { kpis: ['stamp_services'], kpiVersion: 2 })).kpiVersions).toEqual({ stamp_services: 2 });
    expect((await ask(electronicShare, { kpis: ['declared_gap'], kpiVersion: 2 })).rows[0]).toMatchObject({
      declared_gap: { num: '0', value: '0' },
    });
    expect((await ask(campaignMetrics, { kpis: ['uplift'], kpiVersion: 2 })).kpiVersions).toEqual({ uplift: 2 });
  });
  test('[REG-1] take coverage over the measures that the version names', async () => {
    for (const [set, kpiVersion] of [
      [coverage, 1],
      [coverage, 2],
      [aggregates, 2],
    ] as const)
      expect((await ask(set, { kpis: ['data_coverage'], kpiVersion })).kpiVersions).toEqual({
        data_coverage: kpiVersion,
      });
    expect((await ask(aggregates, { kpis: ['channel_share'], kpiVersion: 2 })).kpiVersions).toEqual({
      channel_share: 2,
    });
  });

  test.each<[why: string, set: DataSet, kpi: string, kpiVersion: number | undefined, code: string]>([
    ['a version that nobody defined', savings, 'trees', 7, 'kpi.versionUnknown'],
    ['one over another data set', savings, 'sheets_net', 2, 'kpi.notDefinedHere'],
    ['a procedure that is not there', savings, 'co2e', 2, 'kpi.notComputable'],
    ['a measure that is not there, in force', savings, 'rebound', undefined, 'kpi.notComputable'],
    ['a choice of cells where there are none', savings, 'staff_hours', 2, 'kpi.notComputable'],
    ['what other data sets alone define', channelVolume, 'channel_share', 2, 'kpi.notDefinedHere'],
    ['the same on the board of campaigns', campaignBoard, 'channel_share', 2, 'kpi.notDefinedHere'],
    ['one that was retired without another', continuity, 'remote_availability', undefined, 'kpi.notInForce'],
    ['a number of another indicator', platformActivity, 'platform_mean_value', 2, 'kpi.versionUnknown'],
    ['an indicator of another data set', cost, 'trees', 1, 'kpi.notHere'],
  ])('refuse %s rather than answer by another one', async (_why, set, kpi, kpiVersion, code) => {
    const { code: found, params } = await ask(set, { kpis: [kpi], ...(kpiVersion && { kpiVersion }) }).then(
      () => ({ code: 'answered', params: {} }),
      (error: { code: string; params: object }) => error,
    );
    expect([found, params]).toEqual([code, expect.objectContaining({ kpi })]);
  });
  test('that were retired answer where they are asked for by number, and for days before', async () => {
    const { kpiVersions } = await ask(continuity, { kpis: ['remote_availability'], kpiVersion: 1 });
    expect(kpiVersions).toEqual({ remote_availability: 1 });
    expect(await ask(continuity, { kpis: ['remote_availability'], to: '2020-12-31' })).toMatchObject({ kpiVersions });
  });
});
