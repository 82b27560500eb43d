import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { withPublicData } from '../../../test/support/public-data.js';
import { caVolumes, ukRestatements, ukServices, yearOf } from '../../../test/support/published-totals.js';
import { type PostedFact, post } from '../../../test/support/read-models.js';
import { aggregates, aggregatesModel } from './aggregates.js';
import { coverage } from './coverage.js';
import type { AnswerRow, DataSet, DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';

const IMPORTED = 1_735_689_600_000_000n; // 2025-01-01T00:00Z
const ROWS_MAX = 100_000;

interface Ledger {
  ask(query: Partial<DataSetQuery>, from?: DataSet): Promise<readonly AnswerRow[]>;
  coverage(query: Partial<DataSetQuery>): Promise<{ num: bigint; den: bigint } | null>;
  close(): Promise<void>;
}

const ledgerOf = async (facts: readonly PostedFact[]): Promise<Ledger> => {
  const database: TestDatabase = await createTestDatabase();
  const store = new MemoryEventStore(() => IMPORTED);
  await post(store, facts);
  await project(database, store, [aggregatesModel]);
  const source: DataSource = await readingSource(database, [aggregatesModel]);
  const answer = (query: Partial<DataSetQuery>, dataSet: DataSet) =>
    inSnapshot(source, aggregatesModel.name, (manager) =>
      dataSet.rows({ group: [], filters: {}, kpis: [], limit: ROWS_MAX, ...query }, manager),
    );
  return {
    ask: async (query, dataSet = aggregates) => (await answer(query, dataSet)).rows,
    coverage: async (query) => (await answer(query, aggregates)).coverage,
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
};

// biome-ignore lint/suspicious/noExplicitAny: members of an answer are read by name here, and compared with plain numbers
type Member = any;
const whole = (text: string) => text.replaceAll(',', '');
const quarter = (label: string) => {
  const [year = 0, number = 0] = label.split('-Q').map(Number);
  const month = (at: number) => String(at).padStart(2, '0');
  const end = new Date(Date.UTC(year, number * 3, 0)).toISOString().slice(0, 10);
  return { from: `${year}-${month(number * 3 - 2)}-01`, to: end };
};
const rolling = (first: string) => {
  const { periodStart: from, periodEnd: to } = yearOf(first);
  return { from, to };
};

withPublicData(['uk-services.csv', 'uk-restatements.csv'], ([servicesPath = '', restatementsPath = '']) => {
  describe('Published totals of the United Kingdom', () => {
    let ledger: Ledger;
    const takeUp = async (query: Partial<DataSetQuery>): Promise<Member> => {
      const rows = await ledger.ask({ kpis: ['digital_take_up'], ...query });
      expect(rows).toHaveLength(1);
      return rows[0]?.digital_take_up;
    };
    const Q = { freq: ['Q'] };
    const R = { freq: ['R'] };

    beforeAll(async () => {
      const uk = ukServices(servicesPath);
      ledger = await ledgerOf([...uk.facts, ...ukRestatements(restatementsPath, uk)]);
    });
    afterAll(() => ledger?.close());

    test.each`
      label        | total            | digital          | n             | p      | pd               | pt               | naive         | paired
      ${'2012-Q3'} | ${'312,994,000'} | ${'182,352,100'} | ${[476, 252]} | ${219} | ${'182,312,193'} | ${'292,859,355'} | ${'0.582606'} | ${'0.622525'}
      ${'2013-Q3'} | ${'423,327,938'} | ${'287,192,692'} | ${[603, 390]} | ${379} | ${'287,191,473'} | ${'409,382,865'} | ${'0.678417'} | ${'0.701523'}
      ${'2014-Q3'} | ${'546,729,771'} | ${'431,158,171'} | ${[610, 467]} | ${456} | ${'431,158,171'} | ${'545,679,205'} | ${'0.788613'} | ${'0.790131'}
      ${'2015-Q3'} | ${'686,756,059'} | ${'567,386,173'} | ${[596, 470]} | ${454} | ${'567,385,566'} | ${'671,026,026'} | ${'0.826183'} | ${'0.845549'}
      ${'2016-Q1'} | ${'812,506,435'} | ${'720,877,523'} | ${[587, 473]} | ${457} | ${'720,877,523'} | ${'806,527,232'} | ${'0.887227'} | ${'0.893804'}
      ${'2016-Q4'} | ${'818,196,908'} | ${'725,275,531'} | ${[577, 519]} | ${494} | ${'725,275,531'} | ${'816,125,886'} | ${'0.886432'} | ${'0.888681'}
      ${'2017-Q1'} | ${'869,847,160'} | ${'778,713,544'} | ${[575, 509]} | ${488} | ${'778,713,544'} | ${'867,827,569'} | ${'0.89523'}  | ${'0.897314'}
      ${'2017-Q2'} | ${'267,764,181'} | ${'190,080,236'} | ${[498, 477]} | ${451} | ${'190,080,236'} | ${'267,331,135'} | ${'0.709879'} | ${'0.711029'}
      ${'2017-Q3'} | ${'272,513,876'} | ${'191,618,600'} | ${[417, 422]} | ${390} | ${'191,609,163'} | ${'271,770,897'} | ${'0.703152'} | ${'0.705039'}
    `('KPI digital_take_up in $label is naive $naive, paired $paired', async (row) => {
      const found = await takeUp({ ...quarter(row.label), filters: Q });
      expect(found).toMatchObject({
        basis: 'volume_digital',
        naive: { num: whole(row.digital), den: whole(row.total), value: row.naive },
        paired: { num: whole(row.pd), den: whole(row.pt), value: row.paired },
        value: row.paired,
        services: { volume: row.n[0], digital: row.n[1], paired: row.p },
        coverage: { num: String(row.n[0] + row.n[1]), den: '1468' },
      });
    });

    test('the fall from 2017-Q1 to 2017-Q2 is mix and membership', async () => {
      const { from: compareFrom, to: compareTo } = quarter('2017-Q1');
      const change = await takeUp({ ...quarter('2017-Q2'), compareFrom, compareTo, filters: Q });
      expect(change).toMatchObject({
        like_for_like0: { num: '255473064', den: '323085520', value: '0.790729' },
        like_for_like1: { num: '190078632', den: '267329531', value: '0.711027' },
        rate: { value: '0.002399' },
        mix: { value: '-0.0821' },
        membership: { value: '-0.106583' },
        change: { value: '-0.186284' },
        common: 448,
        zero_in_both: 26,
        left: { services: 40 },
        joined: { services: 3 },
        compared: { paired: { value: '0.897314' } },
      });
      const swapped = await takeUp({ ...quarter('2017-Q1'), ...comparedTo('2017-Q2'), filters: Q });
      expect(swapped.change).toEqual(change.change);
    });
    const comparedTo = (label: string) => {
      const { from: compareFrom, to: compareTo } = quarter(label);
      return { compareFrom, compareTo };
    };

    test('the rise from 2016-Q1 to 2017-Q1 is rate, mix and membership', async () => {
      const change = await takeUp({ ...quarter('2017-Q1'), ...comparedTo('2016-Q1'), filters: Q });
      expect(change).toMatchObject({
        like_for_like0: { value: '0.893969' },
        like_for_like1: { value: '0.901152' },
        rate: { value: '0.002024' },
        mix: { value: '0.005159' },
        membership: { value: '-0.003674' },
        common: 425,
      });
    });

    test('one department explains the leavers of 2017-Q2', async () => {
      const filters = { ...Q, entity: ['gb.hmrc'] };
      expect(await takeUp({ ...quarter('2017-Q1'), filters })).toMatchObject({
        naive: { num: '523259866', den: '544865255' },
        services: { volume: 34 },
      });
      expect((await takeUp({ ...quarter('2017-Q2'), filters })).services).toMatchObject({ volume: 8 });
    });

    test('digital above total is flagged: 22 cells of quarters, 6 of rolling years', async () => {
      const flagged = (rows: readonly AnswerRow[]) =>
        rows.reduce((sum, { digital_exceeds_total: cells }) => sum + Number(cells), 0);
      expect(flagged(await ledger.ask({ filters: Q }))).toBe(22);
      expect(flagged(await ledger.ask({ filters: { ...Q, measure: ['volume_digital'] }, ...quarter('2017-Q1') }))).toBe(
        2,
      );
      expect(flagged(await ledger.ask({ filters: R }))).toBe(6);
    });

    test('every provided cell is there, and rolling years are never summed across periods', async () => {
      const cells = (rows: readonly AnswerRow[]) => rows.reduce((sum, row) => sum + Number(row.cells), 0);
      expect(cells(await ledger.ask({ filters: Q }))).toBe(21_099);
      const years = await ledger.ask({ filters: R });
      expect(cells(years)).toBe(21_352);
      expect(years).toHaveLength(new Set(years.map(({ measure, period }) => `${measure} ${period}`)).size);
      expect(years.every(({ period }) => typeof period === 'string')).toBe(true);
    });

    test.each`
      first                               | volume             | n      | digital            | nd     | paired        | rows   | cost                  | each          | given
      ${'April 2013 to March 2014'}       | ${'1,537,422,118'} | ${608} | ${'1,120,461,207'} | ${383} | ${'0.740521'} | ${130} | ${'5114509853.9749'}  | ${'3.985073'} | ${1131}
      ${'April 2014 to March 2015'}       | ${'2,125,326,230'} | ${577} | ${'1,780,664,823'} | ${394} | ${'0.852581'} | ${120} | ${'1848563636.71216'} | ${'0.959375'} | ${1091}
      ${'April 2015 to March 2016'}       | ${'2,740,932,362'} | ${565} | ${'2,415,491,859'} | ${446} | ${'0.890223'} | ${108} | ${'1359306873.42'}    | ${'0.53943'}  | ${1120}
      ${'April 2016 to March 2017'}       | ${'3,309,852,525'} | ${549} | ${'2,987,113,830'} | ${442} | ${'0.907524'} | ${92}  | ${'1296854757.1076'}  | ${'0.423884'} | ${1083}
      ${'October 2016 to September 2017'} | ${'1,039,075,681'} | ${414} | ${'823,353,495'}   | ${394} | ${'0.815893'} | ${45}  | ${'316467502.33'}     | ${'0.401431'} | ${853}
    `('KPIs of cost and coverage in $first: $cost in all, $each a transaction', async (row) => {
      const kpis = ['digital_take_up', 'total_cost', 'cost_per_transaction', 'data_coverage'];
      const [found] = await ledger.ask({ ...rolling(row.first), filters: R, kpis });
      expect(found).toMatchObject({
        digital_take_up: {
          naive: { num: whole(row.digital), den: whole(row.volume) },
          paired: { value: row.paired },
          services: { volume: row.n, digital: row.nd },
        },
        total_cost: { value: row.cost, unit: 'gbp', services: row.rows },
        cost_per_transaction: { num: row.cost, value: row.each, services: row.rows },
        data_coverage: { num: String(row.given), den: '2202' },
      });
    });

    test('the mean of unit costs is never served: a sum of unit costs has no value', async () => {
      const filters = { ...R, measure: ['cost_per_transaction'] };
      const [all] = await ledger.ask({ ...rolling('April 2016 to March 2017'), filters });
      expect(all).toMatchObject({ value: null, cells: 92 });
      const answers = JSON.stringify(
        await ledger.ask({ ...rolling('April 2016 to March 2017'), filters: R, kpis: ['cost_per_transaction'] }),
      );
      expect(answers).not.toContain('87.06');
    });

    test('KPI high_volume: 73 of 549 services above the threshold', async () => {
      const [row] = await ledger.ask({ ...rolling('April 2016 to March 2017'), filters: R, kpis: ['high_volume'] });
      expect(row?.high_volume).toMatchObject({ num: '73', den: '549' });
    });

    test('data set coverage counts what was asked for', async () => {
      const span = rolling('April 2016 to March 2017');
      const rows = await ledger.ask({ ...span, filters: R }, coverage);
      expect(rows).toContainEqual(
        expect.objectContaining({ measure: 'volume', requested: 734, provided: 549, not_provided: 185 }),
      );
      const [kpi] = await ledger.ask({ ...span, filters: R, kpis: ['data_coverage'] }, coverage);
      expect(kpi).toMatchObject({ data_coverage: { num: '1083', den: '2202', value: '0.491826' } });
      expect(await ledger.coverage({ ...span, filters: { ...R, measure: ['volume'] } })).toEqual({
        num: 549n,
        den: 734n,
      });
    });

    const knownValue = async (service: string, first: string, measure: string, knownAt: string) => {
      const filters = { ...R, measure: [measure], service: [service] };
      const rows = await ledger.ask({ ...rolling(first), filters, knownAt });
      return rows.length === 0 ? undefined : rows[0];
    };

    test.each`
      service                                                           | first                | measure                   | steps
      ${'Prescriptions: prepayment certificates issued'}                | ${'October 2015 to'} | ${'cost_per_transaction'} | ${[['2017-10-30', '921.79'], ['2017-10-31', '2.45']]}
      ${'Applications for fishing rod licences'}                        | ${'July 2014 to'}    | ${'volume'}               | ${[['2016-06-27', '1300761'], ['2016-06-28', '1300764'], ['2017-02-02', '1300791']]}
      ${'Care Quality Commission: notifications'}                       | ${'October 2015 to'} | ${'volume'}               | ${[['2017-10-01', '398929'], ['2017-10-02', '398935'], ['2018-01-19', '398936'], ['2018-01-26', '398935'], ['2018-09-07', '398936']]}
      ${'Energy Act 2008, part 4a: applications for consent to locate'} | ${'July 2015 to'}    | ${'volume_digital'}       | ${[['2018-01-18', '124292'], ['2018-01-19', '44624'], ['2018-09-07', '0'], ['2018-09-19', '109328']]}
      ${'Acas model workplace self-assessment tool: registrations'}     | ${'January 2014 to'} | ${'volume'}               | ${[['2016-07-07', '10829'], ['2016-07-08', null], ['2018-09-19', '1846']]}
    `('[AGG-3] $service is answered as known then', async ({ service, first, measure, steps }) => {
      const id = [...ukServices(servicesPath).services].find(([name]) => name.startsWith(service))?.[1] ?? service;
      for (const [knownAt, value] of steps)
        expect([knownAt, (await knownValue(id, first, measure, knownAt))?.value]).toEqual([knownAt, value]);
    });

    test.each([
      ['2016-04-01', '31718540', 0],
      ['2017-03-01', '31711770', 0],
      ['2017-05-24', '31650454', 0],
      ['2017-06-06', '31650550', 0],
      ['2017-07-18', '28218944', 1],
      ['2017-09-22', '28204842', 1],
      ['2017-10-02', '28204746', 1],
      ['2018-01-19', '29098450', 4],
      ['2018-09-07', '29098479', 4],
      ['2018-09-19', '2740932362', 4],
    ])(
      '[AGG-3] the volume of 2015-04..2016-03 as known on %s is %s, %i withdrawn',
      async (knownAt, value, withdrawn) => {
        const filters = { ...R, measure: ['volume'] };
        const rows = await ledger.ask({ ...rolling('April 2015 to March 2016'), filters, knownAt });
        expect(rows).toMatchObject([{ value, withdrawn }]);
      },
    );

    test('by the ledger clock nothing was known before the import', async () => {
      expect(await ledger.ask({ filters: R, recordedAt: '2024-12-31' })).toEqual([]);
      const rows = await ledger.ask({ filters: { ...R, measure: ['volume'] }, recordedAt: '2025-01-01' });
      expect(rows.reduce((sum, { cells }) => sum + Number(cells), 0)).toBe(11_024);
    });
  });
});

withPublicData(['ca-si_vol-2025-03-01.csv'], ([path = '']) => {
  describe('Published volumes of Canada', () => {
    let ledger: Ledger;
    const year = (label: string) => ({ from: `${label.slice(0, 4)}-04-01`, to: `${label.slice(5)}-03-31` });
    beforeAll(async () => {
      ledger = await ledgerOf(caVolumes(path));
    });
    afterAll(() => ledger?.close());

    test.each([
      ['2018-2019', '183903598', '377405600', '0.487284', 685],
      ['2019-2020', '168731737', '335023385', '0.503642', 737],
      ['2020-2021', '215253090', '267257697', '0.805414', 821],
      ['2021-2022', '197349440', '279321856', '0.706531', 814],
      ['2022-2023', '269851782', '406099680', '0.664496', 889],
      ['2023-2024', '266990628', '408004765', '0.654381', 974],
    ])('KPI digital_take_up in %s is %s of %s online', async (label, num, den, value, services) => {
      const [row] = await ledger.ask({ ...year(label), kpis: ['digital_take_up'] });
      expect(row?.digital_take_up).toMatchObject({
        basis: 'channels',
        paired: { num, den, value },
        naive: { num, den, value },
        services: { paired: services },
        coverage: null,
      });
    });

    test('KPI channel_share of 2023-2024, every channel over the same volume', async () => {
      const rows = await ledger.ask({ ...year('2023-2024'), group: ['channel'], kpis: ['channel_share'] });
      const shares = rows.map(({ channel, channel_share: share }): Member => [channel, share]);
      const of = (channel: string) => shares.find(([name]: Member) => name === channel)?.[1];
      expect(of('counter')).toMatchObject({ num: '102586340', den: '408004765' });
      expect(of('fax')).toMatchObject({ num: '115809', den: '408004765' });
      expect(shares.reduce((sum: bigint, [, share]: Member) => sum + BigInt(share.num), 0n)).toBe(408_004_765n);
    });

    const change = async (first: string, second: string): Promise<Member> => {
      const { from: compareFrom, to: compareTo } = year(first);
      const [row] = await ledger.ask({ ...year(second), compareFrom, compareTo, kpis: ['digital_take_up'] });
      return row?.digital_take_up;
    };

    test('from 2019-2020 to 2020-2021 the mix moved more than the services', async () => {
      expect(await change('2019-2020', '2020-2021')).toMatchObject({
        common: 577,
        like_for_like0: { value: '0.529311' },
        like_for_like1: { value: '0.783163' },
        rate: { value: '0.037536' },
        mix: { value: '0.216316' },
        membership: { value: '0.04792' },
        left: { services: 160 },
        joined: { services: 244 },
      });
    });

    test('the published rise from 2018-2019 to 2023-2024 is membership', async () => {
      expect(await change('2018-2019', '2023-2024')).toMatchObject({
        common: 334,
        rate: { value: '0.001474' },
        mix: { value: '0.000523' },
        membership: { value: '0.1651' },
      });
    });

    test('KPI high_volume: 112 of 974 services carry 0.994848 of the volume', async () => {
      const [row] = await ledger.ask({ ...year('2023-2024'), kpis: ['high_volume', 'data_coverage'] });
      expect(row).toMatchObject({
        high_volume: { num: '112', den: '974', volume: { value: '0.994848' } },
        data_coverage: { num: null, den: null, value: null },
      });
    });
  });
});
