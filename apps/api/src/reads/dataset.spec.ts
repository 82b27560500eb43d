import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { AnswerRow, DataSetDescription } from '#read-models';
import { csvOf } from '../files/dataset-csv.js';
import { readDataSetRequest } from './dataset-request.js';

const title = { ar: 'عنوان', en: 'Title' };
const description: DataSetDescription = {
  name: 'sample',
  title,
  grain: title,
  dimensions: {
    channel: { title, values: ['app', 'web'] },
    service: { title },
    days: { title, integers: { min: 1, max: 366 } },
  },
  measures: { received: { title, unit: 'transaction' }, settled: { title, unit: 'fils' } },
  grains: ['day', 'month'],
  kpis: ['digital_take_up'],
  knownAtBasis: 'recorded',
};
const read = (query: object) => readDataSetRequest(description, query);
const refusal = (query: object): { code: string; faults: { pointer: string; expected?: string }[] } => {
  try {
    read(query);
  } catch (error) {
    return error as never;
  }
  throw new Error('it was accepted');
};

describe('A question to a data set', () => {
  test.each(['1', '14', '366', '7,21'])('names whole numbers within their limits: %s', (days) =>
    expect(read({ days }).query.filters).toEqual({ days: days.split(',') }),
  );
  test.each(['0', '367', '014', '1.5', '-7', 'two', '1e2'])('names no other numbers: %s', (days) =>
    expect(refusal({ days }).faults).toMatchObject([
      { pointer: expect.stringContaining('days'), expected: 'a whole number from 1 to 366' },
    ]),
  );

  test('is read in all its parts', () => {
    const { query, minPosition, flavor } = read({
      from: '2026-01-01',
      to: '2026-03-31',
      group: 'month,channel',
      known_at: '2026-06-30',
      recorded_at: '2026-07-01',
      effective_at: '2026-02-01',
      basis: 'receipt',
      kpi: 'digital_take_up',
      kpi_version: '2',
      compare_from: '2025-01-01',
      compare_to: '2025-03-31',
      limit: '10',
      min_position: '77',
      flavor: 'excel',
      channel: ['app', 'web'],
      service: 'a,b',
    });
    expect(query).toEqual({
      from: '2026-01-01',
      to: '2026-03-31',
      group: ['month', 'channel'],
      knownAt: '2026-06-30',
      recordedAt: '2026-07-01',
      effectiveAt: '2026-02-01',
      basis: 'receipt',
      kpis: ['digital_take_up'],
      kpiVersion: 2,
      compareFrom: '2025-01-01',
      compareTo: '2025-03-31',
      limit: 10,
      filters: { channel: ['app', 'web'], service: ['a', 'b'] },
    });
    expect([minPosition, flavor]).toEqual([77n, 'excel']);
  });

  test('names factors where the data set converts', () => {
    const converting = { ...description, isConverted: true } as const;
    const { query } = readDataSetRequest(converting, { factors: 'strategy-2020,sheets-per-tree@3,strategy-2020' });
    expect(query.factors).toEqual(['strategy-2020', 'sheets-per-tree@3']);
    const many = Array.from({ length: 21 }, (_, at) => `set-${at}`);
    expect(() => readDataSetRequest(converting, { factors: many })).toThrow(
      expect.objectContaining({ code: 'query.invalid' }),
    );
  });

  test('without parameters asks for the first thousand rows', () =>
    expect(read({}).query).toEqual({ group: [], filters: {}, kpis: [], limit: 1000 }));

  test.each<[object, string, string]>([
    [{ chanel: 'app' }, '#/query/chanel', 'channel'],
    [{ group: 'mouth' }, '#/query/group', 'month'],
    [{ group: 'week' }, '#/query/group', 'day'],
    [{ channel: 'ap' }, '#/query/channel', 'app'],
    [{ kpi: 'take_up' }, '#/query/kpi', 'digital_take_up'],
    [{ from: '2026-02-30' }, '#/query/from', 'a day YYYY-MM-DD'],
    [{ known_at: '2026-06-30T14:00:00Z' }, '#/query/known_at', 'a day YYYY-MM-DD'],
    [{ from: '2026-02-01', to: '2026-01-31' }, '#/query/to', '2026-02-01 or later'],
    [{ limit: '0' }, '#/query/limit', '1 to 10000'],
    [{ limit: '1e3' }, '#/query/limit', '1 to 10000'],
    [{ limit: '10001' }, '#/query/limit', '1 to 10000'],
    [{ basis: 'paid' }, '#/query/basis', 'event, receipt'],
    [{ min_position: '-1' }, '#/query/min_position', 'a position'],
    [{ min_position: '9223372036854775808' }, '#/query/min_position', 'a position'],
    [{ kpi_version: '0' }, '#/query/kpi_version', '1 to 10000'],
    [{ flavor: 'calc' }, '#/query/flavor', 'excel'],
    [{ factors: 'strategy-2020' }, '#/query/factors', 'no figure of it is converted'],
  ])('%j is refused, and what is allowed is said', (query, pointer, expected) => {
    const { code, faults } = refusal(query);
    expect([code, faults.length, faults[0]?.pointer]).toEqual(['query.invalid', 1, pointer]);
    expect(faults[0]?.expected).toContain(expected);
  });

  test('with several faults is told all of them', () =>
    expect(
      refusal({ a: '1', limit: 'x', from: ['2026-01-01', '2026-01-02'], compare_from: '2026-01-01' }).faults,
    ).toHaveLength(4));
});

const rows: readonly AnswerRow[] = [
  {
    month: '2026-01',
    channel: 'app',
    received: 12,
    settled: '35050',
    digital_take_up: { num: '9', den: '12', value: '0.75', coverage: { num: '12', den: '12', value: '1' } },
  },
  {
    month: '2026-01',
    channel: null,
    received: null,
    settled: null,
    digital_take_up: { num: '0', den: '0', value: null },
  },
];
const names = { groups: ['month', 'channel'], kpis: ['digital_take_up'] };

describe('A CSV file', () => {
  test('has names as header, a ratio in three columns, money in fils and dirhams', async () =>
    expect((await csvOf(description, names, rows)).toString()).toBe(
      'month,channel,received,settled,settled_dirham,digital_take_up_num,digital_take_up_den,digital_take_up\r\n' +
        '2026-01,app,12,35050,350.5,9,12,0.75\r\n2026-01,,,,,0,0,\r\n',
    ));

  test('has money that is a ratio in fils and in dirhams', async () =>
    expect(
      (
        await csvOf(description, names, [
          { month: '2026-01', channel: 'app', settled: { num: '1001', den: '2', value: '500.5' } },
        ])
      ).toString(),
    ).toBe(
      'month,channel,settled_num,settled_den,settled,settled_dirham,digital_take_up_num,digital_take_up_den,digital_take_up\r\n' +
        '2026-01,app,1001,2,500.5,5,,,\r\n',
    ));

  test('without rows still has its header', async () =>
    expect((await csvOf(description, names, [])).toString().split('\r\n')[0]).toBe(
      'month,channel,received,settled,settled_dirham,digital_take_up_num,digital_take_up_den,digital_take_up',
    ));

  test('for Excel begins with a byte order mark and defuses formulas in text alone', async () => {
    const hostile = [{ month: '2026-01', channel: '=1+1', received: -5, settled: '-100' }];
    const [groups, flavor] = [{ groups: ['month', 'channel'], kpis: [] }, 'excel' as const];
    const text = (await csvOf(description, groups, hostile, { flavor })).toString();
    expect(text.startsWith('\ufeffmonth,')).toBe(true);
    expect(text).toContain("2026-01,'=1+1,-5,-100,-1");
    expect((await csvOf(description, groups, hostile)).toString()).toContain(',=1+1,');
  });

  test('of many rows has each of them once, in order', async () => {
    const months = Array.from({ length: 4_321 }, (_, at) => ({ month: String(at), channel: 'app' }));
    const file = await csvOf(description, { groups: ['month', 'channel'], kpis: [] }, months);
    const read = parse(file, { columns: true }) as { month: string }[];
    expect(read.map(({ month }) => month)).toEqual(months.map(({ month }) => month));
  });

  test('larger than its limit is refused, not cut', async () => {
    const limits = { rows: 9, bytes: 40 };
    await expect(csvOf(description, names, rows, { limits })).rejects.toMatchObject({
      code: 'export.tooLarge',
      kind: 'tooLarge',
      params: { rows: '9', bytes: '40' },
    });
  });

  test('reads back whatever text a dimension holds', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), async (values) => {
        const file = await csvOf(
          description,
          { groups: ['channel'], kpis: [] },
          values.map((channel) => ({ channel })),
        );
        const read = parse(file, { columns: true, record_delimiter: '\r\n' }) as { channel: string }[];
        expect(read.map(({ channel }) => channel)).toEqual(values);
      }),
      { seed: 2026, numRuns: 200 },
    ));
});
