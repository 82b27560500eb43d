import { withPublicData } from './support/public-data.js';
import { ServedLedger } from './support/served-ledger.js';

interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly meta: { readonly coverage?: unknown };
}

// Fiscal year, total, online, share, services.
const YEARS: readonly (readonly [
  first: string,
  last: string,
  total: string,
  online: string,
  share: string,
  channels: Readonly<Record<string, string>>,
])[] = [
  [
    '2018-04-01',
    '2019-03-31',
    '377405600',
    '183903598',
    '0.487284',
    { counter: '118929060', mail: '42340138', other: '32232804' },
  ],
  ['2019-04-01', '2020-03-31', '335023385', '168731737', '0.503642', { counter: '111052745', call: '1327740' }],
  [
    '2020-04-01',
    '2021-03-31',
    '267257697',
    '215253090',
    '0.805414',
    { counter: '15198700', email: '2757269', fax: '117905' },
  ],
  ['2021-04-01', '2022-03-31', '279321856', '197349440', '0.706531', { call: '14766443' }],
  ['2022-04-01', '2023-03-31', '406099680', '269851782', '0.664496', { mail: '31708446' }],
  ['2023-04-01', '2024-03-31', '408004765', '266990628', '0.654381', { counter: '102586340', other: '9919402' }],
];

describe('Published volumes of Canada by channel out of the journal', () => {
  withPublicData(['ca-si_vol-2025-03-01.csv', 'ca-service-names.csv'], ([volumes, names]) => {
    let ledger: ServedLedger;
    const ask = (question: string) => ledger.get<Answer>(`/v1/datasets/aggregates?publisher=ca.gc&freq=F&${question}`);

    beforeAll(async () => {
      ledger = await ServedLedger.open();
    });
    afterAll(() => ledger?.close());

    test('the file is recorded whole, and a second time adds nothing', async () => {
      const parameters = ['import', volumes!, '--format', 'ca-service-inventory-volumes', '--names', names!, '--json'];
      const first = await ledger.sijill(...parameters);
      expect(first.output).toMatch(new RegExp(`"created":${7_380 + 1_680 + 81},"duplicate":0,"rejected":0`));
      const second = await ledger.sijill(...parameters);
      expect(second.output).toMatch(new RegExp(`"created":0,"duplicate":${7_380 + 1_680 + 81},"rejected":0`));
      await ledger.settled();
    });

    test.each(YEARS)(
      'the fiscal year from %s: total, online share, channels',
      async (from, to, total, online, share, channels) => {
        const { rows } = await ask(`from=${from}&to=${to}`);
        expect(rows.map(({ value }) => value)).toEqual([total]);
        const figures = (await ask(`from=${from}&to=${to}&kpi=digital_take_up`)).rows;
        expect(JSON.stringify(figures[0]!.digital_take_up)).toContain(
          `"num":"${online}","den":"${total}","value":"${share}"`,
        );
        const byChannel = (await ask(`from=${from}&to=${to}&group=channel`)).rows;
        for (const [channel, value] of Object.entries(channels)) {
          expect([channel, byChannel.find((row) => row.channel === channel)?.value]).toEqual([channel, value]);
        }
      },
    );

    test('a rise of the share is told apart into rate, mix and membership', async () => {
      const { rows } = await ask(
        'from=2020-04-01&to=2021-03-31&compare_from=2019-04-01&compare_to=2020-03-31&kpi=digital_take_up',
      );
      const figure = JSON.stringify(rows[0]!.digital_take_up);
      for (const part of ['0.529311', '0.783163', '0.037536', '0.216316', '0.04792', '160', '244', '577'])
        expect(figure).toContain(part);
    });

    test('coverage is not known: the publisher drops zero, not applicable and no data alike', async () => {
      const { meta } = await ask('from=2023-04-01&to=2024-03-31');
      expect(meta.coverage ?? null).toBeNull();
    });

    test('services keep their names in both languages of the source', async () => {
      const { services } = await ledger.get<{ services: unknown[] }>('/v1/services?q=AgriRisk&limit=5');
      expect(JSON.stringify(services)).toContain('Initiatives Agri-risques');
    });
  });
});
