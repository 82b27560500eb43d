import { type Ledger, learned } from '../../../../test/support/savings.js';
import { SAVINGS_WORLD } from '../../../../test/support/savings-world.js';
import { channelVolume } from '../channel-volume.js';
import type { DataSetQuery } from '../read-model.js';
import { transactionsModel } from '../transactions.js';
import { description } from './description.js';
import { savings } from './savings.js';

type Row = Readonly<Record<string, unknown>>;

describe('The data set savings', () => {
  let ledger: Ledger;
  const rowsOf = async (query: Partial<DataSetQuery>) => (await ledger.ask(savings, query)).rows;
  const valuesOf = (row: Row | undefined, ...names: readonly string[]) =>
    names.map((name) => {
      const value = row?.[name];
      return typeof value === 'object' && value !== null ? (value as { value: string }).value : value;
    });
  const of2020 = { from: '2020-01-01', to: '2020-12-31' };
  const city = { ...of2020, filters: { entity: ['city'] } };
  const port = { ...of2020, filters: { entity: ['port'] } };
  const customs = (from: string, to: string, more: Partial<DataSetQuery> = {}) =>
    rowsOf({ from, to, filters: { entity: ['customs'] }, ...more });

  beforeAll(async () => {
    ledger = await learned(SAVINGS_WORLD);
  });
  afterAll(() => ledger.close());

  test('[SAV-5, SAV-14] converts 269,800,000 sheets under two factor sets side by side, to the digit', async () => {
    const { rows, factors } = await ledger.ask(savings, { ...city, factors: ['strategy-2020', 'releases-2021'] });
    expect(rows.map((row) => valuesOf(row, 'factor_set', 'net', 'trees', 'fils', 'staff_minutes', 'co2e_g'))).toEqual([
      ['strategy-2020', '269800000', '35074', '24282000000', null, null],
      ['releases-2021', '269800000', '32388.955582', '113000000000', '726000000', '1453889606.4'],
    ]);
    expect(rows[1]).toMatchObject({ trees: { num: '26980000', den: '833' }, actual: 30_200_000 });
    expect(factors?.filter(({ factor: of }) => of === 'sheets-per-tree')).toMatchObject([
      { factorSet: 'strategy-2020', version: 1, source: 'claims S0-1 / S0-2', value: { num: '100000', den: '13' } },
      { factorSet: 'releases-2021', version: 2, verified: true },
    ]);
    expect(factors).toContainEqual(expect.objectContaining({ factor: 'co2e-per-kg', version: 1, verified: false }));
  });

  test('[SAV-14] takes a factor by name, in every set or alone, and tells which', async () => {
    const { rows, factors } = await ledger.ask(savings, { ...city, factors: ['sheets-per-tree@3'] });
    expect(valuesOf(rows[0], 'factor_set', 'trees', 'fils')).toEqual([null, '32376', null]);
    expect(factors).toMatchObject([{ factorSet: null, factor: 'sheets-per-tree', version: 3, origin: 'reams' }]);
    const both = await rowsOf({ ...city, factors: ['strategy-2020', 'sheets-per-tree@3', 'co2e-per-kg@2'] });
    expect(valuesOf(both[0], 'factor_set', 'trees', 'fils', 'co2e_g')).toEqual([
      ...['strategy-2020', '32376', '24282000000', '1750052304'],
    ]);
    expect((await ledger.ask(savings, { ...city, group: ['factor_set'] })).rows.map((row) => row.factor_set)).toEqual(
      expect.arrayContaining(['reams', 'releases-2020', 'releases-2021', 'strategy-2020']),
    );
  });

  test('refuses sets and versions that are not there, and two versions of one factor', async () => {
    const asked = (...factors: string[]) => ledger.ask(savings, { ...city, factors });
    await expect(asked('strategy-2019')).rejects.toMatchObject({ code: 'factors.unknown' });
    await expect(asked('sheets-per-tree@99')).rejects.toMatchObject({ code: 'factors.unknown' });
    await expect(asked('sheets-per-tree@1', 'sheets-per-tree@2')).rejects.toMatchObject({ code: 'factors.twice' });
    await expect(rowsOf({ ...city, group: ['day'], from: '2000-01-01' })).rejects.toMatchObject({
      code: 'savings.tooManyPeriods',
    });
  });

  test('[SAV-14] applies no factor to a period that its validity misses, unless it is asked for by name', async () => {
    const trees = async (factors: string[], query = city) =>
      valuesOf((await rowsOf({ ...query, factors }))[0], 'trees');
    expect(await trees(['later'])).toEqual([null]);
    expect(await trees(['sheets-per-tree@4'])).toEqual(['29977.777778']);
    const minutes = (knownAt: string) => rowsOf({ ...port, knownAt, factors: ['visits'] });
    expect(valuesOf((await minutes('2022-02-19'))[0], 'customer_minutes')).toEqual(['82.5']);
    expect(valuesOf((await minutes('2022-02-20'))[0], 'customer_minutes')).toEqual([null]);
  });

  test('[SAV-7] turns sheets into money by one method at a time, and keeps the savers apart', async () => {
    const rows = await rowsOf({ ...city, group: ['method'], factors: ['releases-2021'] });
    expect(rows.map((row) => valuesOf(row, 'method', 'fils'))).toEqual([
      ['perSheet', '113000000000'],
      ['hours', '113000000000'],
    ]);
    expect(valuesOf((await rowsOf({ ...city, factors: ['strategy-2020'] }))[0], 'method', 'fils')).toEqual([
      'perSheet',
      '24282000000',
    ]);
    // 82.5 minutes of customers at 1,130,000 / 121 fils an hour stand beside what the government saved, not in it.
    const factors = ['releases-2021', 'counter-minutes@1', 'trip-minutes@1', 'digital-minutes@1'];
    const [row] = await rowsOf({ ...port, factors });
    expect(valuesOf(row, 'customer_fils', 'fils')).toEqual(['12840.909091', '-1148847.294292']);
  });

  test('[SAV-12] shows avoided, rebound and net as three figures, and a negative saving as negative', async () => {
    const [whole] = await rowsOf(port);
    expect(valuesOf(whole, 'expected', 'gross_avoided', 'rebound', 'net', 'reduction')).toEqual([
      ...['40264', '660', '3403', '-2743', '-0.068125'],
    ]);
    expect(whole).toMatchObject({ baseline: 100_150, actual: 43_007, process: 40_007, habit: 3_000 });
  });

  test('expects by transactions, else by months, else by days, unit by unit', async () => {
    const rows = await rowsOf({ ...port, group: ['service'] });
    // 60,000 × 2 / 30,000 · 3,650 × 366 / 365 · 36,500 × 366 / 365 of all that has no part of its own
    expect(rows.map((row) => valuesOf(row, 'service', 'expected', 'actual', 'net'))).toEqual([
      [null, '36600', 40_000, '-3400'],
      ['leave', '3660', 3_000, '660'],
      ['permit', '4', 7, '-3'],
    ]);
    const april = await rowsOf({ from: '2020-04-01', to: '2020-04-15', filters: { entity: ['city'] } });
    expect(valuesOf(april[0], 'expected')).toEqual(['12328767.123288']); // half a month is days
  });

  test('[SAV-2] shows progress for each flow, and apart what the baseline gives to neither', async () => {
    const rows = await rowsOf({ ...port, group: ['flow'] });
    expect(rows.map((row) => valuesOf(row, 'flow', 'net'))).toEqual([
      [null, '-3400'],
      ['customer', '-3'],
      ['internal', '660'],
    ]);
  });

  test('reductions of Dubai Customs are those of the domain page', async () => {
    const reduction = async (from: string, to: string) => (await customs(from, to))[0]?.reduction;
    expect(await reduction('2019-01-01', '2019-12-31')).toMatchObject({ value: '0.5058' });
    expect(await reduction('2020-04-01', '2020-04-30')).toMatchObject({ value: '0.97' });
    expect(await reduction('2021-01-01', '2021-06-30')).toEqual({ num: '1', den: '1', value: '1' });
    const [row] = await customs('2019-01-01', '2019-12-31', { kpis: ['reduction', 'sheets_net'] });
    expect(row?.sheets_net).toEqual({
      num: '20535480',
      den: '1',
      value: '20535480',
      coverage: { num: '1', den: '1', value: '1' },
    });
  });

  test('[SAV-3] shows the progress as it stood at the end of December 2021, whatever was learnt later', async () => {
    const net = async (knownAt: string) =>
      valuesOf((await customs('2021-01-01', '2021-06-30', { knownAt }))[0], 'actual', 'reduction');
    expect(await net('2021-12-31')).toEqual([0, '1']);
    expect(await net('2022-01-15')).toEqual([12, '0.999999']);
    expect(await net('2022-02-20')).toEqual([0, '1']);
  });

  test('an entity that tells nothing of a period has saved nothing that is known, and coverage says so', async () => {
    const quiet = await ledger.ask(savings, { ...of2020, filters: { entity: ['quiet'] } });
    expect(valuesOf(quiet.rows[0], 'net', 'actual', 'reduction')).toEqual([null, null, null]);
    expect(quiet.coverage).toEqual({ num: 0n, den: 1n });
    expect((await ledger.ask(savings, of2020)).coverage).toEqual({ num: 5n, den: 6n });
    expect((await ledger.ask(savings, { ...of2020, filters: { entity: ['nobody'] } })).rows).toMatchObject([
      { net: { value: null } },
    ]);
  });

  test('answers for the first and the last day that there are, and for a ledger that knows nothing', async () => {
    for (const [from, to] of [
      ['1900-01-01', '2020-12-31'],
      ['2020-01-01', '2200-12-31'],
      ['2200-12-31', '2200-12-31'],
    ] as const)
      expect(await rowsOf({ from, to })).toHaveLength(1);
    const nothing = { knownAt: '2001-01-01', group: ['month'] };
    expect(await rowsOf(nothing)).toEqual([]);
    expect(await rowsOf({ ...nothing, group: [] })).toMatchObject([{ net: { value: null } }]);
  });

  test('[SAV-11] counts minutes and trips of customers apart, above the digital share of the baseline', async () => {
    // Two of two were completed digitally where one of four was: 2 − 2 × 1/4 visits, of 20 + 40 − 5 minutes.
    const [row] = await rowsOf({ ...port, factors: ['visits'], knownAt: '2021-12-31' });
    expect(row).toMatchObject({ trips: { num: '3', den: '2' }, customer_minutes: { num: '165', den: '2' } });
  });

  test('[SAV-10] shows paper, time, trips, carbon and money as kinds of saving; fees settled are in none', async () => {
    const rows = await rowsOf({
      ...port,
      group: ['kind'],
      factors: ['releases-2021', 'counter-minutes@1', 'trip-minutes@1', 'digital-minutes@1'],
    });
    const given = rows.map((row) => [
      row.kind,
      ['net', 'trees', 'staff_minutes', 'trips', 'co2e_g', 'fils'].filter((name) => row[name] !== null),
    ]);
    expect(given).toEqual([
      ['paper', ['net', 'trees']],
      ['time', ['staff_minutes']],
      ['trips', ['trips']],
      ['carbon', ['co2e_g']],
      ['money', ['fils']],
    ]);
    expect(valuesOf(rows[4], 'fils')).toEqual(['-1148847.294292']); // −2743 × 565000 / 1349, whatever was paid
  });

  test('[SAV-6, SAV-8] divides hours by residents and by visitors apart, and by nobody where no population is known', async () => {
    const factors = ['releases-2021', 'counter-minutes@1', 'trip-minutes@1', 'digital-minutes@1'];
    const rows = await rowsOf({ ...port, group: ['beneficiary'], factors });
    const hours = { num: -2743n * 3630n * 2n + 165n * 1349n, den: 1349n * 2n * 60n };
    const exact = ({ num, den }: { num: string; den: string }, persons: bigint) =>
      BigInt(num) * hours.den * persons === BigInt(den) * hours.num;
    expect(rows.map(({ beneficiary }) => beneficiary)).toEqual(['resident', 'visitor']);
    expect(exact(rows[0]?.hours_per_person as never, 3_400_000n)).toBe(true);
    expect(exact(rows[1]?.hours_per_person as never, 100_000n)).toBe(true);
    const together = await rowsOf({
      ...port,
      filters: { ...port.filters, beneficiary: ['resident', 'visitor'] },
      factors,
    });
    expect(exact(together[0]?.hours_per_person as never, 3_500_000n)).toBe(true);
    const before = await rowsOf({ ...port, factors, knownAt: '2021-07-09' });
    expect(valuesOf(before[0], 'hours_per_person')).toEqual([null]);
    const year2019 = await customs('2019-01-01', '2019-12-31', { factors, kpis: ['hours_per_person'] });
    expect(valuesOf(year2019[0], 'hours_per_person')).toEqual([null]);
  });

  test('[SAV-15] holds measured facts alone: no claim and no target is in it', () => {
    expect([...transactionsModel.types].filter((type) => type.startsWith('gov.sijill.claim'))).toEqual([]);
    const names = [...Object.keys(description.measures), ...Object.keys(description.dimensions)];
    expect(names.filter((name) => /target|claim|goal/.test(name))).toEqual([]);
  });

  test('[SAV-17] efficiency is measured in minutes open and the share that was on time', async () => {
    const { rows } = await ledger.ask(channelVolume, { ...port, kpis: ['on_time_share'] });
    expect(rows).toMatchObject([
      { minutes_open: 120, on_time: 1, on_time_share: { num: '1', den: '2', value: '0.5' } },
    ]);
  });

  test('pages and periods give the same rows as one page, and sizes are those of the baseline', async () => {
    const query = { group: ['size_class', 'half', 'entity'], from: '2019-01-01', factors: ['strategy-2020', 'reams'] };
    const whole = await rowsOf(query);
    expect(new Set(whole.map(({ size_class }) => size_class))).toEqual(new Set(['large', 'small']));
    for (const limit of [1, 3, 7]) {
      const paged: Row[] = [];
      for (let after: DataSetQuery['after']; ; ) {
        const { rows, next } = await ledger.ask(savings, { ...query, limit, after });
        expect(rows.length).toBeLessThanOrEqual(limit);
        paged.push(...rows);
        if (!next) break;
        after = next;
      }
      expect(paged).toEqual(whole);
    }
  });

  test('names the events behind it: baselines, sheets and completed transactions, page by page', async () => {
    const { events } = await ledger.behind(savings, port);
    expect(events.map(({ stream, deltas }) => [stream.split(':')[0], deltas])).toEqual([
      ['paper-port', { sheets: '7' }],
      ['paper-port', { sheets: '3000' }],
      ['paper-port', { sheets: '40000' }],
      ['paperBaseline-port', { baseline: '100150' }],
      ['transaction-port', { completed: '1' }],
      ['transaction-port', { completed: '1' }],
    ]);
    const paged = [];
    for (let after: DataSetQuery['after']; ; ) {
      const page = await ledger.behind(savings, { ...port, limit: 2, after });
      paged.push(...page.events);
      if (!page.next) break;
      after = page.next;
    }
    expect(paged).toEqual(events);
  });
});
