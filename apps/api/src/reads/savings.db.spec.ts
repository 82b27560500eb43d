import { parse } from 'csv-parse/sync';
import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
} from '../../../../test/support/api.js';

/** The worked example of kpis.md, section 5.6, through the intake: 300,000,000 sheets expected, 30,200,000 used. */
const BASELINE = { entityId: 'rta', year: 2018, sheets: 300_000_000, monthly: Array(12).fill(25_000_000) };
const OF_2020 = { periodStart: '2020-01-01', periodEnd: '2020-12-31', method: 'metered', flow: 'customer' };
const record = (recordId: string, sheets: number, kind: string) =>
  cloudEvent('paper.consumed', { entityId: 'rta', recordId, sheets, kind, ...OF_2020 });

describe('Savings over the network', () => {
  let api: TestApi;
  let ask: (query: string, suffix?: string) => ReturnType<TestApi['get']>;

  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true });
    await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
    const { body } = await api.post('integrator', [
      cloudEvent('paperBaseline.set', { ...BASELINE, method: 'measured', source: 'Stores of 2018' }),
      record('p1', 20_000_000, 'process'),
      record('p2', 10_200_000, 'habit'),
      record('p3', 5, 'process'),
      cloudEvent('paper.voided', { entityId: 'rta', recordId: 'p3', reason: { en: 'Not ours', ar: 'ليست لنا' } }),
    ]);
    expect(body).toMatchObject({ created: 5, rejected: 0 });
    const head = String(await api.store.head());
    ask = (query, suffix = '') =>
      api.get('analyst', `/v1/datasets/savings${suffix}?from=2020-01-01&to=2020-12-31&min_position=${head}${query}`);
  });
  afterAll(() => api.close());

  test('[SAV-14] come under several factor sets side by side, and name version and source of each factor', async () => {
    const { body } = await ask('&factors=strategy-2020,releases-2021&kpi=staff_hours,money');
    expect(body.rows).toMatchObject([
      {
        factor_set: 'strategy-2020',
        trees: { value: '35074' },
        money: { value: '24282000000' },
        staff_hours: { value: null },
      },
      { factor_set: 'releases-2021', trees: { value: '32388.955582' }, staff_hours: { value: '12100000' } },
    ]);
    expect(body.meta.kpiVersion).toEqual({ staff_hours: 1, money: 1 });
    expect(body.meta.factors).toContainEqual({
      ...{ factorSet: 'releases-2021', factor: 'sheets-per-tree', version: 2, origin: 'releases-2021', verified: true },
      ...{
        value: { num: '8330', den: '1' },
        unit: 'sheet/tree',
        source: 'claims P15/P19 = 8,329.64 and P21/P25 = 8,330.25',
      },
    });
  });

  test('are the same money by both methods of the releases of 2021, and 1,453,889.6064 kg of carbon dioxide', async () => {
    const { body } = await ask('&factors=releases-2021&group=method');
    expect(
      body.rows.map(({ method, fils, co2e_g }: Record<string, { value: string }>) => [
        method,
        fils?.value,
        co2e_g?.value,
      ]),
    ).toEqual([
      ['perSheet', '113000000000', '1453889606.4'],
      ['hours', '113000000000', '1453889606.4'],
    ]);
  });

  test('refuse a factor set that is not there with those that are, and factors where nothing is converted', async () => {
    expect((await ask('&factors=strategy-2019')).body).toMatchObject({
      ...{ status: 422, code: 'factors.unknown' },
      params: { names: 'strategy-2019', sets: expect.stringContaining('strategy-2020') },
    });
    expect((await api.get('analyst', '/v1/datasets/paper?factors=reams')).body).toMatchObject({
      ...{ status: 422, code: 'query.invalid', errors: [{ pointer: '#/query/factors' }] },
    });
    expect((await ask('&kpi=trees&kpi_version=7')).body).toMatchObject({ status: 422, code: 'kpi.versionUnknown' });
  });

  test('[SAV-12] come as a file with exact parts beside every figure, money in dirhams too', async () => {
    const { text } = await ask('&factors=strategy-2020', '.csv');
    const [row] = parse(text, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ factor_set: 'strategy-2020', net_num: '269800000', net_den: '1', net: '269800000' });
    expect(row).toMatchObject({
      fils: '24282000000',
      fils_dirham: '242820000',
      process: '20000000',
      habit: '10200000',
    });
  });

  test('show the events behind them', async () => {
    const { body } = await api.get('regulator', '/v1/datasets/savings/events?from=2020-01-01&to=2020-12-31');
    expect(body.events.map(({ type }: { type: string }) => type)).toEqual([
      ...Array(4).fill(expect.stringMatching(/^gov\.sijill\.paper\.(consumed|voided)\.v1$/)),
      'gov.sijill.paperBaseline.set.v1',
    ]);
  });
});
