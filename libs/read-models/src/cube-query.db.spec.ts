import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { addDays, periodOf } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { movedParcel, ParcelDay, parcels, post, sentParcel } from '../../../test/support/read-models.js';
import { cubeContributions } from './contributions.js';
import { type CubeSpec, cubeAnswer, cubeSums, dimensionSql, sumSql } from './cube-query.js';
import { GRAINS, periodSql } from './periods.js';
import type { DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';

const text = (en: string) => ({ ar: en, en });
const spec: CubeSpec = {
  table: ParcelDay,
  dimensions: {
    channel_class: "case when c.channel in ('app', 'web') then 'digital' when c.channel = 'counter' then 'counter' end",
  },
  measures: { weight_kilos: 'c.weightGrams / 1000' },
  description: {
    name: 'parcels',
    title: text('Parcels'),
    grain: text('one row per channel and day'),
    dimensions: { channel: { title: text('Channel') }, channel_class: { title: text('Class') } },
    measures: {
      sent: { title: text('Sent'), unit: 'parcel' },
      weight_grams: { title: text('Weight'), unit: 'gram' },
      weight_kilos: { title: text('Weight'), unit: 'fils' },
    },
    grains: GRAINS,
    kpis: [],
    knownAtBasis: 'recorded',
  },
};
const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
const DAY_MICROS = 86_400_000_000n;

describe('A question to a cube', () => {
  let database: TestDatabase;
  let source: DataSource;
  let now = 1_614_556_800_000_000n; // 2021-03-01T00:00Z
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(source, 'parcels', (manager) => cubeAnswer(spec, { ...all, ...query }, manager)).then(
      ({ rows, next }) => ({ rows, next }),
    );
  const behind = (query: Partial<DataSetQuery>) =>
    inSnapshot(source, 'parcels', (manager) => cubeContributions(spec, { ...all, ...query }, manager));

  beforeAll(async () => {
    database = await createTestDatabase();
    const dated = new MemoryEventStore(() => now);
    await post(dated, [
      sentParcel('a', 'app', { grams: 1000, day: '2021-03-01' }),
      sentParcel('b', 'web', { grams: 2000, day: '2021-04-01' }),
      sentParcel('c', 'pigeon', { grams: 3000, day: '2021-04-02' }),
    ]);
    now += 2n * DAY_MICROS;
    await post(dated, [movedParcel('b', 'counter'), movedParcel('c', 'counter')]);
    await project(database, dated, [parcels]);
    source = await readingSource(database, [parcels]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test('sums up everything where nothing is grouped, and nothing is null rather than 0', async () => {
    expect(await ask({})).toEqual({ rows: [{ sent: 3, weight_grams: 6000, weight_kilos: '6' }], next: undefined });
    expect((await ask({ from: '2030-01-01' })).rows).toEqual([{ sent: null, weight_grams: null, weight_kilos: null }]);
  });

  test('groups by dimensions and periods in the order asked, null first', async () => {
    const { rows } = await ask({ group: ['channel_class', 'month'], knownAt: '2021-03-02' });
    expect(rows.map(({ channel_class, month, sent }) => [channel_class, month, sent])).toEqual([
      [null, '2021-04', 1],
      ['digital', '2021-03', 1],
      ['digital', '2021-04', 1],
    ]);
  });

  test('answers as known on a day: what was learnt later takes back and adds under its own day', async () => {
    const channels = async (knownAt?: string) =>
      Object.fromEntries((await ask({ group: ['channel'], knownAt })).rows.map(({ channel, sent }) => [channel, sent]));
    expect(await channels('2021-02-28')).toEqual({});
    expect(await channels('2021-03-01')).toEqual({ app: 1, pigeon: 1, web: 1 });
    expect(await channels('2021-03-03')).toEqual({ app: 1, counter: 2, pigeon: 0, web: 0 });
    expect(await channels()).toEqual(await channels('2021-03-03'));
  });

  test('counts both ends of the period', async () => {
    expect((await ask({ from: '2021-03-01', to: '2021-04-01' })).rows[0]).toMatchObject({ sent: 2 });
    expect((await ask({ from: '2021-03-02', to: '2021-04-01' })).rows[0]).toMatchObject({ sent: 1 });
  });

  test('takes filter values as values: a quote in one finds nothing and breaks nothing', async () => {
    expect((await ask({ filters: { channel: ['app', 'web'] } })).rows[0]).toMatchObject({ sent: 1 });
    expect((await ask({ filters: { channel: ["app' or '1'='1"] } })).rows[0]).toMatchObject({ sent: null });
    await expect(ask({ filters: { colour: ['red'] } })).rejects.toThrow('no dimension colour');
  });

  test('pages by the group values without losing or repeating a row', async () => {
    const query = { group: ['channel_class', 'channel', 'day'] };
    const whole = (await ask(query)).rows;
    const paged = [];
    for (let after: DataSetQuery['after'] | undefined, more = true; more; ) {
      const page = await ask({ ...query, limit: 1, ...(after && { after }) });
      paged.push(...page.rows);
      after = page.next;
      more = after !== undefined;
    }
    expect(paged).toEqual(whole);
    expect(whole.length).toBeGreaterThan(3);
  });

  test('adds the sums of a KPI in the same statement', async () => {
    const isDigital = `${dimensionSql(spec, 'channel_class')} = any(:digital)`;
    const extras = [
      { name: 'digital', sql: sumSql(spec, 'sent', [isDigital]), parameters: { digital: ['digital'] } },
      { name: 'every', sql: sumSql(spec, 'sent'), parameters: {} },
    ];
    const { rows } = await inSnapshot(source, 'parcels', (manager) => cubeSums(spec, all, manager, extras));
    expect(rows[0]?.extras).toEqual({ digital: 1n, every: 3n });
  });

  test('lists the events behind a figure, and their deltas sum up to it', async () => {
    const selections: DataSetQuery['filters'][] = [{}, { channel: ['counter'] }, { channel_class: ['digital'] }];
    for (const filters of selections) {
      const { rows } = await ask({ filters });
      const { events } = await behind({ filters });
      const sum = events.reduce((total, { deltas }) => total + Number(deltas.sent ?? 0), 0);
      expect(sum).toBe(rows[0]?.sent);
    }
    const { events } = await behind({ filters: { channel: ['counter'] } });
    expect(events.map(({ stream, revision }) => `${stream}/${revision}`)).toEqual(['parcel-b/1', 'parcel-c/1']);
    const first = await behind({ limit: 2 });
    const rest = await behind({ ...(first.next && { after: first.next }) });
    expect([...first.events, ...rest.events]).toEqual((await behind({})).events);
  });

  test('reads tables and position in one snapshot', async () => {
    const place = await inSnapshot(source, 'parcels', async (_, at) => at);
    expect(place).toEqual({ position: '4', version: 1, recordedMax: '2021-03-03T00:00:00.000000Z' });
    await expect(inSnapshot(source, 'nothing', async () => 0)).rejects.toMatchObject({ code: 'projection.unknown' });
  });

  test('labels every day of 2015 to 2030 as the calendar does', async () => {
    const labels = GRAINS.map((grain) => `${periodSql(grain, 'd.day')} as ${grain}`).join(', ');
    const canada = periodSql('fiscal_year', 'd.day', { startMonth: 4 });
    const days = `select generate_series(date '2015-01-01', date '2030-12-31', interval '1 day')::date as day`;
    const rows = (await source.query(
      `select d.day::text as of, ${labels}, ${canada} as canada from (${days}) d order by 1`,
    )) as Record<string, string>[];
    let day = '2015-01-01';
    const wrong = rows.filter((row) => {
      const of = day;
      day = addDays(day, 1);
      const expected = GRAINS.every((grain) => row[grain] === periodOf(of, grain).label);
      return row.of !== of || !expected || row.canada !== periodOf(of, 'fiscal_year', { jurisdiction: 'CA' }).label;
    });
    expect(wrong).toEqual([]);
    expect(rows).toHaveLength(5844);
  });
});

describe('The events behind a figure of more cells than the index is asked for at once', () => {
  const PARCELS = 1_010;
  const firstDay = '2018-01-01';
  let database: TestDatabase;
  let source: DataSource;
  const behind = (query: Partial<DataSetQuery>) =>
    inSnapshot(source, 'parcels', (manager) => cubeContributions(spec, { ...all, ...query }, manager));
  const everyPage = async (query: Partial<DataSetQuery>) => {
    const found = [];
    let after: DataSetQuery['after'];
    do {
      const page = await behind({ ...query, ...(after && { after }) });
      found.push(...page.events);
      after = page.next;
    } while (after);
    return found;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const sent = Array.from({ length: PARCELS }, (_, at) => sentParcel(`${at}`, 'app', { day: addDays(firstDay, at) }));
    const store = new MemoryEventStore();
    await post(store, [
      ...sent,
      ...Array.from({ length: 12 }, (_, at) => movedParcel('7', at % 2 ? 'web' : 'counter')),
    ]);
    await project(database, store, [parcels]);
    source = await readingSource(database, [parcels]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test('are each there once, by stream and revision, page after page', async () => {
    const events = await everyPage({});
    const streams = Array.from({ length: PARCELS }, (_, at) => `parcel-${at}`).sort();
    const expected = streams.flatMap((stream) =>
      Array.from({ length: stream === 'parcel-7' ? 13 : 1 }, (_, revision) => `${stream}/${revision}`),
    );
    expect(events.map(({ stream, revision }) => `${stream}/${revision}`)).toEqual(expected);
  });

  test('are those that the index finds of its parts', async () => {
    const half = addDays(firstDay, PARCELS / 2);
    const parts = [...(await everyPage({ to: half })), ...(await everyPage({ from: addDays(half, 1) }))];
    const key = ({ stream, revision }: { stream: string; revision: string }) => `${stream}/${revision.padStart(3)}`;
    const byKey = (events: typeof parts) => events.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
    expect(byKey(parts)).toEqual(byKey(await everyPage({})));
  });
});
