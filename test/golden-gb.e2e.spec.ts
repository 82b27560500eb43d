import { withPublicData } from './support/public-data.js';
import { ServedLedger } from './support/served-ledger.js';

interface Ratio {
  readonly num: string;
  readonly den: string;
  readonly value: string | null;
}
interface TakeUp {
  readonly naive: Ratio;
  readonly paired: Ratio;
  readonly [member: string]: unknown;
}
interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly meta: Record<string, unknown>;
}

// Quarter, total, digital, cells provided of each, naive and paired share: sums over the whole published table.
const QUARTERS: readonly (readonly [
  first: string,
  last: string,
  total: string,
  digital: string,
  cells: readonly [number, number],
  paired: string,
  naive: string,
  share: string,
])[] = [
  ['2012-07-01', '2012-09-30', '312994000', '182352100', [476, 252], '182312193/292859355', '0.582606', '0.622525'],
  ['2013-07-01', '2013-09-30', '423327938', '287192692', [603, 390], '287191473/409382865', '0.678417', '0.701523'],
  ['2014-07-01', '2014-09-30', '546729771', '431158171', [610, 467], '431158171/545679205', '0.788613', '0.790131'],
  ['2015-07-01', '2015-09-30', '686756059', '567386173', [596, 470], '567385566/671026026', '0.826183', '0.845549'],
  ['2016-01-01', '2016-03-31', '812506435', '720877523', [587, 473], '720877523/806527232', '0.887227', '0.893804'],
  ['2016-10-01', '2016-12-31', '818196908', '725275531', [577, 519], '725275531/816125886', '0.886432', '0.888681'],
  ['2017-01-01', '2017-03-31', '869847160', '778713544', [575, 509], '778713544/867827569', '0.89523', '0.897314'],
  ['2017-04-01', '2017-06-30', '267764181', '190080236', [498, 477], '190080236/267331135', '0.709879', '0.711029'],
  ['2017-07-01', '2017-09-30', '272513876', '191618600', [417, 422], '191609163/271770897', '0.703152', '0.705039'],
];

const KNOWN: readonly (readonly [
  title: string,
  period: readonly [string, string],
  measure: string,
  values: readonly (readonly [day: string, value: string | null])[],
])[] = [
  [
    'Prescriptions: prepayment certificates issued',
    ['2015-10-01', '2016-09-30'],
    'cost_per_transaction',
    [
      ['2017-10-30', '921.79'],
      ['2017-10-31', '2.45'],
    ],
  ],
  [
    'Applications for fishing rod licences',
    ['2014-07-01', '2015-06-30'],
    'volume',
    [
      ['2016-06-27', '1300761'],
      ['2016-06-28', '1300764'],
      ['2017-02-02', '1300791'],
    ],
  ],
  [
    'Care Quality Commission: notifications',
    ['2015-10-01', '2016-09-30'],
    'volume',
    [
      ['2017-10-01', '398929'],
      ['2017-10-02', '398935'],
      ['2018-01-19', '398936'],
      ['2018-01-26', '398935'],
      ['2018-09-07', '398936'],
    ],
  ],
  [
    'Energy Act 2008, part 4a: applications for consent to locate',
    ['2015-07-01', '2016-06-30'],
    'volume_digital',
    [
      ['2018-01-18', '124292'],
      ['2018-01-19', '44624'],
      ['2018-09-07', '0'],
      ['2018-09-19', '109328'],
    ],
  ],
  [
    'Acas model workplace self-assessment tool: registrations',
    ['2014-01-01', '2014-12-31'],
    'volume',
    [
      ['2016-07-07', '10829'],
      ['2016-07-08', null],
      ['2018-09-19', '1846'],
    ],
  ],
];

const SUMS: readonly (readonly [day: string, sum: string])[] = [
  ['2016-04-01', '31718540'],
  ['2017-03-01', '31711770'],
  ['2017-05-24', '31650454'],
  ['2017-06-06', '31650550'],
  ['2017-07-18', '28218944'],
  ['2017-09-22', '28204842'],
  ['2017-10-02', '28204746'],
  ['2018-01-19', '29098450'],
  ['2018-09-07', '29098479'],
  ['2018-09-18', '29098479'],
  ['2018-09-19', '2740932362'],
];

const ROLLING: readonly (readonly [
  first: string,
  last: string,
  volume: string,
  digital: string,
  paired: string,
  services: number,
  cost: string,
  unit: string,
  coverage: string,
])[] = [
  ['2013-04-01', '2014-03-31', '1537422118', '1120461207', '0.740521', 130, '5114509853.9749', '3.985073', '1131/2202'],
  [
    '2014-04-01',
    '2015-03-31',
    '2125326230',
    '1780664823',
    '0.852581',
    120,
    '1848563636.71216',
    '0.959375',
    '1091/2202',
  ],
  ['2015-04-01', '2016-03-31', '2740932362', '2415491859', '0.890223', 108, '1359306873.42', '0.53943', '1120/2202'],
  ['2016-04-01', '2017-03-31', '3309852525', '2987113830', '0.907524', 92, '1296854757.1076', '0.423884', '1083/2202'],
  ['2016-10-01', '2017-09-30', '1039075681', '823353495', '0.815893', 45, '316467502.33', '0.401431', '853/2202'],
];

describe('Published figures of the United Kingdom out of the journal', () => {
  withPublicData(['uk-services.csv', 'uk-restatements.csv'], ([services, restatements]) => {
    let ledger: ServedLedger;
    const ask = (question: string) => ledger.get<Answer>(`/v1/datasets/${question}`);
    const aggregates = (question: string) => ask(`aggregates?publisher=gb.transactions&${question}`);

    beforeAll(async () => {
      ledger = await ServedLedger.open();
    });
    afterAll(() => ledger?.close());

    test('uk-services is recorded whole, and a second time adds nothing', async () => {
      const first = await ledger.sijill('import', services!, '--format', 'uk-services', '--json');
      expect(first.output).toMatch(/"rejected":0/);
      expect(first.code).toBe(0);
      const created = Number(/"created":(\d+)/.exec(first.output)?.[1]);
      expect(created).toBeGreaterThan(42_451 + 734);
      const second = await ledger.sijill('import', services!, '--format', 'uk-services', '--json');
      expect(second.output).toMatch(new RegExp(`"created":0,"duplicate":${created},"rejected":0`));
      await ledger.settled();
    });

    test.each(QUARTERS)(
      'the quarter from %s: totals, naive and paired take-up',
      async (from, to, total, digital, cells, paired, naive, share) => {
        const { rows } = await aggregates(`freq=Q&from=${from}&to=${to}`);
        const row = (measure: string) => rows.find((one) => one.measure === measure)!;
        expect([row('volume').value, row('volume').cells]).toEqual([total, cells[0]]);
        expect([row('volume_digital').value, row('volume_digital').cells]).toEqual([digital, cells[1]]);
        const figures = await aggregates(`freq=Q&from=${from}&to=${to}&kpi=digital_take_up`);
        const takeUp = figures.rows[0]?.digital_take_up as TakeUp;
        expect(`${takeUp.paired.num}/${takeUp.paired.den}`).toBe(paired);
        expect([takeUp.naive.value, takeUp.paired.value]).toEqual([naive, share]);
      },
    );

    test.each(ROLLING)(
      'the rolling year from %s: volumes, cost of a transaction, coverage',
      async (from, to, volume, digital, paired, services, cost, unit, coverage) => {
        const { rows } = await aggregates(`freq=R&from=${from}&to=${to}`);
        const row = (measure: string) => rows.find((one) => one.measure === measure)!;
        expect([row('volume').value, row('volume_digital').value]).toEqual([volume, digital]);
        const kpis = 'digital_take_up,total_cost,cost_per_transaction';
        const figures = await aggregates(`freq=R&from=${from}&to=${to}&kpi=${kpis}`);
        const figure = (name: string) => figures.rows[0]![name] as Record<string, unknown>;
        expect((figure('digital_take_up').paired as Ratio).value).toBe(paired);
        expect(JSON.stringify(figure('cost_per_transaction'))).toContain(`"value":"${unit}"`);
        expect(JSON.stringify(figure('cost_per_transaction'))).toContain(`"services":${services}`);
        expect(JSON.stringify(figure('total_cost'))).toContain(cost);
        const covered = await ask(`coverage?publisher=gb.transactions&freq=R&from=${from}&to=${to}&kpi=data_coverage`);
        expect(JSON.stringify(covered.rows.map((one) => one.data_coverage))).toContain(
          `"num":"${coverage.split('/')[0]}","den":"${coverage.split('/')[1]}"`,
        );
      },
    );

    test('the unweighted mean of unit costs, 205 times the true cost, is never served', async () => {
      const { rows } = await aggregates('freq=R&from=2016-04-01&to=2017-03-31&kpi=cost_per_transaction');
      expect(JSON.stringify(rows)).not.toContain('87.06');
    });

    test('uk-restatements: 586 new, 1 known already, 55 of services that are not there', async () => {
      const rejects = `${ledger.directory}/rejects.ndjson`;
      const first = await ledger.sijill(
        'import',
        restatements!,
        '--format',
        'uk-restatements',
        '--json',
        '--rejects',
        rejects,
      );
      expect(first.output).toMatch(/"created":586,"duplicate":1,"rejected":55/);
      expect(first.code).toBe(5);
      const second = await ledger.sijill(
        'import',
        restatements!,
        '--format',
        'uk-restatements',
        '--json',
        '--rejects',
        rejects,
      );
      expect(second.output).toMatch(/"created":0,"duplicate":587,"rejected":55/);
      await ledger.settled();
    });

    test.each(KNOWN)('%s: the value as known on each day', async (title, [from, to], measure, values) => {
      const found = await ledger.get<{ services: { serviceId: string; title: { en: string } }[] }>(
        `/v1/services?q=${encodeURIComponent(title)}&limit=20`,
      );
      const serviceId = found.services.find((row) => row.title.en.trim() === title)!.serviceId;
      for (const [day, value] of values) {
        const { rows, meta } = await aggregates(
          `freq=R&measure=${measure}&service=${serviceId}&from=${from}&to=${to}&known_at=${day}`,
        );
        expect([day, rows[0]?.value ?? null]).toEqual([day, value]);
        expect(meta.knownAtBasis).toBe('published');
      }
    });

    test.each(SUMS)('the sum of 2015-04 to 2016-03 as known on %s', async (day, sum) => {
      const { rows } = await aggregates(`freq=R&measure=volume&from=2015-04-01&to=2016-03-31&known_at=${day}`);
      expect(rows[0]?.value).toBe(sum);
    });

    test("the ledger's own clock does not pretend to have known: what it cannot answer is refused, not empty", async () => {
      const question = 'freq=R&measure=volume&from=2015-04-01&to=2016-03-31';
      await expect(aggregates(`${question}&recorded_at=2018-09-19`)).rejects.toThrow(/history\.unavailable/);
      const { rows } = await aggregates(`${question}&recorded_at=2100-01-01`);
      expect(rows[0]?.value).toBe('2740932362');
    });

    test('the events behind a figure are those of its cells', async () => {
      const { events } = await ledger.get<{ events: unknown[] }>(
        '/v1/datasets/aggregates/events?publisher=gb.transactions&freq=Q&measure=volume&from=2017-01-01&to=2017-03-31&limit=1000',
      );
      expect(events).toHaveLength(575);
    });
  });
});
