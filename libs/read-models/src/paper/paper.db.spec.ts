import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { paper } from './paper.js';

const DAY_MICROS = 86_400_000_000n;
const FIRST = 1_614_556_800_000_000n; // 2021-03-01T00:00Z

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  ...{ type: `gov.sijill.${type}.v1`, stream, data },
  ...(time && { time }),
});
let records = 0;
/** A paper record of customs, of February 2021 unless said otherwise. */
const consumed = (data: object, recordId = `r${records++}`): PostedFact =>
  fact('paper.consumed', `paper-customs:${recordId}`, {
    ...{ entityId: 'customs', recordId, sheets: 280, kind: 'process', flow: 'customer', method: 'metered' },
    ...{ periodStart: '2021-02-01', periodEnd: '2021-02-28', ...data },
  });
const voided = (recordId: string) =>
  fact('paper.voided', `paper-customs:${recordId}`, { entityId: 'customs', recordId, reason: { en: 'Not ours' } });
const issued = (recordId: string, sheets: number, day: string) =>
  fact('paperStock.issued', `paperStock-customs:${recordId}`, { entityId: 'customs', recordId, sheets, day });
const baseline = (entityId: string, year: number, sheets: number) =>
  fact('paperBaseline.set', `paperBaseline-${entityId}`, {
    entityId,
    year,
    sheets,
    method: 'measured',
    source: 'test',
  });
const sizeClass = (version: number, mediumAboveSheets: number, from: string) =>
  fact('policy.adopted', 'policy-size-class', {
    ...{ policyId: 'size-class', version, from, reason: { en: 'test' } },
    parameters: { largeAboveSheets: 10_000_000, mediumAboveSheets },
  });

/** A permit received at the counter on 10 February: two sheets of the customs, three of the customer, one out of habit. */
const permit = (number: string, entity = 'customs'): PostedFact[] => {
  const stream = `transaction-${entity}:${number}`;
  const on = (type: string, data: object, hour: number) =>
    fact(`transaction.${type}`, stream, data, `2021-02-10T${hour}:00:00+04:00`);
  return [
    on(
      'received',
      {
        ...{ entityId: entity, number, serviceId: 'permit', channel: 'counter', assisted: false, flow: 'customer' },
        ...{ customerCategory: 'business', feeDue: '0' },
      },
      10,
    ),
    on('documentSubmitted', { documentId: 'd1', form: 'paper', sheets: 3, reused: false }, 11),
    on('sheetsConsumed', { recordId: 's1', sheets: 2, kind: 'process' }, 12),
    on('sheetsConsumed', { recordId: 's2', sheets: 1, kind: 'habit' }, 13),
  ];
};

describe('The data set paper', () => {
  let database: TestDatabase;
  let source: DataSource;
  let now = FIRST;
  const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1000 };
  const ask = (query: Partial<DataSetQuery> = {}) =>
    inSnapshot(source, transactionsModel.name, (manager) => paper.rows({ ...all, ...query }, manager));
  const rowsOf = async (query: Partial<DataSetQuery>) => (await ask(query)).rows;

  beforeAll(async () => {
    database = await createTestDatabase();
    const store = new MemoryEventStore(() => now);
    await post(store, [
      sizeClass(1, 1_000_000, '1900-01-01'),
      baseline('customs', 2018, 40_600_000),
      baseline('harbour', 2018, 900_000),
      baseline('harbour', 2020, 2_000_000),
      ...permit('1'),
      ...permit('2', 'harbour'),
      consumed({}),
      consumed({ flow: 'internal', kind: 'habit', sheets: 28, serviceId: 'leave' }),
      consumed({ periodStart: '2020-11-01', periodEnd: '2020-11-30', sheets: 30 }),
      issued('s1', 400, '2021-02-15'),
      issued('s2', 100, '2021-03-15'),
    ]);
    now = FIRST + 9n * DAY_MICROS; // 10 March 2021
    await post(store, [consumed({ periodStart: '2021-03-01', periodEnd: '2021-03-05', sheets: 12 }, 'late')]);
    now = FIRST + 19n * DAY_MICROS; // 20 March 2021
    await post(store, [voided('late'), sizeClass(2, 500_000, '2021-01-01')]);
    await project(database, store, [transactionsModel], 7);
    source = await readingSource(database, [transactionsModel]);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  test('[SAV-2] shows sheets of both flows, each with its own', async () => {
    expect(await rowsOf({ group: ['flow'], from: '2021-01-01', to: '2021-02-28' })).toMatchObject([
      { flow: null, sheets: 0, issued: 400 },
      { flow: 'customer', sheets: 286, customer_sheets: 6 },
      { flow: 'internal', sheets: 28, customer_sheets: 0 },
    ]);
  });

  test('[SAV-13] shows sheets of procedures and of habit as two kinds', async () => {
    const rows = await rowsOf({
      group: ['kind', 'source'],
      filters: { entity: ['customs'], kind: ['process', 'habit'] },
    });
    expect(rows.map(({ kind, source: of, sheets }) => [kind, of, sheets])).toEqual([
      ['habit', 'record', 28],
      ['habit', 'transaction', 1],
      ['process', 'record', 310],
      ['process', 'transaction', 2],
    ]);
  });

  test('the sheets of a period fall on its days, so that a part of it has its part of them', async () => {
    const days = { from: '2021-02-01', to: '2021-02-14', filters: { source: ['record'], kind: ['process'] } };
    expect(await rowsOf(days)).toMatchObject([{ sheets: 140 }]);
    expect(await rowsOf({ ...days, group: ['day'], to: '2021-02-02' })).toMatchObject([
      { day: '2021-02-01', sheets: 10 },
      { day: '2021-02-02', sheets: 10 },
    ]);
  });

  test('[SAV-9] finds the last paper day: per service, entity and for all, as known on any day', async () => {
    const lastDays = async (query: Partial<DataSetQuery>) =>
      (await rowsOf(query)).map((row) => [...(query.group ?? []).map((name) => row[name]), row.last_paper_day]);
    expect(await lastDays({})).toEqual([['2021-02-28']]);
    expect(await lastDays({ knownAt: '2021-03-10' })).toEqual([['2021-03-05']]);
    expect(await lastDays({ knownAt: '2021-03-19' })).toEqual([['2021-03-05']]);
    expect(await lastDays({ knownAt: '2021-03-20' })).toEqual([['2021-02-28']]);
    expect(await lastDays({ group: ['entity'] })).toEqual([
      ['customs', '2021-02-28'],
      ['harbour', '2021-02-10'],
    ]);
    // Leave was printed out of habit only: no procedure of it needed paper.
    expect(await lastDays({ group: ['service'] })).toEqual([
      [null, '2021-02-28'],
      ['leave', null],
      ['permit', '2021-02-10'],
    ]);
    expect(await lastDays({ group: ['half'], filters: { entity: ['customs'] } })).toEqual([
      ['2020-H2', '2020-11-30'],
      ['2021-H1', '2021-02-28'],
    ]);
  });

  test('a page of groups has the same last days as all of them', async () => {
    const whole = await ask({ group: ['service', 'day'] });
    const paged = [];
    for (let after: DataSetQuery['after']; ; ) {
      const { rows, next } = await ask({ group: ['service', 'day'], limit: 7, after });
      paged.push(...rows);
      if (!next) break;
      after = next;
    }
    expect(paged).toEqual(whole.rows);
  });

  test('what was issued and is not accounted for is unexplained, where the stock is known', async () => {
    const unexplained = async (query: Partial<DataSetQuery>) =>
      (await rowsOf(query)).map(({ issued: out, unexplained: rest }) => [out, rest]);
    const february = { from: '2021-02-01', to: '2021-02-28' };
    expect(await unexplained({ ...february, filters: { entity: ['customs'] } })).toEqual([[400, 400 - 280 - 28 - 3]]);
    expect(await unexplained({ ...february, filters: { entity: ['harbour'] } })).toEqual([[null, null]]);
    // The stock does not say of what kind the sheets will be.
    expect(await unexplained({ ...february, filters: { kind: ['process'] } })).toEqual([[null, null]]);
    expect(await unexplained({ filters: { entity: ['customs'] }, from: '2020-11-01', to: '2021-02-10' })).toEqual([
      [null, null],
    ]);
  });

  test('an entity is of the class of its latest baseline of a year before, by the policy of the day', async () => {
    const classes = async (query: Partial<DataSetQuery>) =>
      (await rowsOf({ group: ['entity', 'size_class'], ...query })).map(({ entity, size_class }) => [
        entity,
        size_class,
      ]);
    expect(await classes({ from: '2021-01-01' })).toEqual([
      ['customs', 'large'],
      ['harbour', 'medium'],
    ]);
    expect(await classes({ from: '2021-01-01', effectiveAt: '2020-06-30' })).toEqual([
      ['customs', 'large'],
      ['harbour', 'small'],
    ]);
    expect(await classes({ from: '2021-01-01', effectiveAt: '2018-06-30' })).toEqual([
      ['customs', null],
      ['harbour', null],
    ]);
    expect(await rowsOf({ filters: { size_class: ['medium'] } })).toMatchObject([{ sheets: 3, customer_sheets: 3 }]);
  });

  test('months and days add up to the same', async () => {
    const byDay = await rowsOf({ group: ['size_class', 'kind', 'day'] });
    const total = (rows: readonly Record<string, unknown>[]) =>
      rows.reduce((sum, { sheets }) => sum + Number(sheets), 0);
    expect(total(byDay)).toBe(total(await rowsOf({ group: ['size_class', 'kind', 'month'] })));
  });

  test('every figure names the events behind it', async () => {
    const query = { ...all, filters: { entity: ['customs'], kind: ['process'] }, from: '2021-02-01', to: '2021-02-28' };
    const { events } = await inSnapshot(source, transactionsModel.name, (manager) =>
      paper.contributions(query, manager),
    );
    expect(events.map(({ stream, deltas }) => [stream, deltas])).toEqual([
      [expect.stringMatching(/^paper-customs:r/), { sheets: '280' }],
      ['transaction-customs:1', { sheets: '2' }],
    ]);
  });
});
