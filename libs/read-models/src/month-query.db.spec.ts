import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { addDays } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { movedParcel, ParcelDay, parcels, post, sentParcel } from '../../../test/support/read-models.js';
import { randomOf } from '../../../test/support/transaction-history.js';
import { type CubeSpec, cubeSums, type ExtraSum } from './cube-query.js';
import { monthsSql } from './month-query.js';
import { GRAINS } from './periods.js';
import type { DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';

const SEED = 20_210_601;
const PARCELS = 300;
const QUESTIONS = 300;
const FIRST = '2021-01-01';
const DAYS = 180;
const MICROS_OF_FIRST = 1_609_459_200_000_000n;
const HOUR_MICROS = 3_600_000_000n;

const text = (en: string) => ({ ar: en, en });
const titled = { title: text('Title') };
const byDay: CubeSpec = {
  table: ParcelDay,
  // Turns within a month, as the successor of a merged entity does.
  dimensions: { owner: "case when c.effectiveDay < date '2021-03-16' then 'old' else 'new' end" },
  description: {
    ...{ name: 'parcels', title: text('Parcels'), grain: text('channel and day') },
    dimensions: { channel: titled, owner: titled },
    measures: { sent: { ...titled, unit: 'parcel' }, weight_grams: { ...titled, unit: 'gram' } },
    ...{ grains: GRAINS, kpis: [], knownAtBasis: 'recorded' },
  },
};
const byMonth: CubeSpec = { ...byDay, months: { turns: [`select date '2021-03-16'`, `select date '2021-02-01'`] } };
/** No sum: of a quarter the least of its months, not their total. */
const RANK = `case "c"."channel" when 'app' then 1 when 'web' then 2 else 3 end`;
const ranks: readonly ExtraSum[] = [
  { name: 'lowest', sql: `min(${RANK})`, parameters: {}, together: 'min' },
  { name: 'highest', sql: `max(${RANK})`, parameters: {}, together: 'max' },
];
const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1_000 };

describe('A cube that is kept by months too', () => {
  let database: TestDatabase;
  let source: DataSource;
  const sums = (spec: CubeSpec, query: DataSetQuery) =>
    inSnapshot(source, 'parcels', (manager) => cubeSums(spec, query, manager, ranks));
  const readsMonths = async (query: Partial<DataSetQuery>) => {
    const sql = await inSnapshot(source, 'parcels', (manager) => monthsSql(byMonth, { ...all, ...query }, manager));
    return sql?.includes('parcel_day_month') ?? false;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const random = randomOf(SEED);
    let now = MICROS_OF_FIRST;
    const store = new MemoryEventStore(() => (now += 14n * HOUR_MICROS));
    const facts = Array.from({ length: PARCELS }, (_, at) => {
      const channel = () => random.oneOf(['app', 'web', 'counter']);
      const day = addDays(FIRST, random.upTo(DAYS));
      const told = [sentParcel(`p${at}`, channel(), { day, grams: random.upTo(1_000) })];
      if (random.next() < 0.4) told.push(movedParcel(`p${random.upTo(at)}`, channel()));
      return told;
    });
    await post(store, facts.flat());
    await project(database, store, [{ ...parcels, months: [ParcelDay] }], 37);
    source = await readingSource(database, [parcels]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test(`gives the sums and groups of its days for whatever is asked (seed ${SEED})`, async () => {
    const day = fc.oneof(
      fc.integer({ min: -20, max: DAYS + 60 }).map((days) => addDays(FIRST, days)),
      fc.constantFrom('2021-01-01', '2021-01-31', '2021-02-01', '2021-02-28', '2021-03-31', '2021-05-01', '2021-05-31'),
    );
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const question = fc.record({
      ...{ from: maybe(day), to: maybe(day), knownAt: maybe(day), recordedAt: maybe(day) },
      group: fc.uniqueArray(fc.constantFrom('month', 'quarter', 'half', 'year', 'fiscal_year', 'channel', 'owner')),
      filters: fc.constantFrom<DataSetQuery['filters']>({}, { channel: ['app', 'web'] }, { owner: ['old'] }),
      limit: fc.constantFrom(3, 1_000),
    });
    let answered = 0;
    const property = fc.asyncProperty(question, async (asked) => {
      const [from, to] = asked.from && asked.to ? [asked.from, asked.to].sort() : [asked.from, asked.to];
      const query: DataSetQuery = { ...all, ...asked, from, to };
      const expected = await sums(byDay, query);
      expect(await sums(byMonth, query)).toEqual(expected);
      if (expected.rows.some(({ measures }) => measures.sent) && (await readsMonths(query))) answered += 1;
    });
    await fc.assert(property, { seed: SEED, numRuns: QUESTIONS });
    expect(answered).toBeGreaterThan(QUESTIONS / 3);
  });

  test('answers by months wherever a whole one is asked for, and by days alone where none is', async () => {
    expect(await readsMonths({ group: ['quarter'] })).toBe(true);
    expect(await readsMonths({ from: '2021-02-01', to: '2021-02-28' })).toBe(true);
    expect(await readsMonths({ from: '2021-02-02', to: '2021-02-28' })).toBe(false);
    expect(await readsMonths({ group: ['week'] })).toBe(false);
    expect(await readsMonths({ group: ['channel', 'day'] })).toBe(false);
  });
});
