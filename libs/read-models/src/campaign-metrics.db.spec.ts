import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { campaignFact, happened, requests, turnedCentre } from '../../../test/support/campaign-facts.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { campaigns2018, day2017, money2017, registers, volumes } from '../../../test/support/edition-history.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { post } from '../../../test/support/read-models.js';
import { campaignMetrics } from './campaign.js';
import type { DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';
import { transactionsModel } from './transactions.js';

const DAY_MICROS = 86_400_000_000n;
/** 2019-02-01T06:00Z: everything is told late, at once, but for what is told after the freeze. */
const START = 1_549_000_800_000_000n;
const FREEZE_DAY = '2019-02-02';

type Row = Record<string, unknown> & { readonly [name: string]: { num: string; den: string; value: string } };

describe('The figures of campaigns', () => {
  let database: TestDatabase;
  let source: DataSource;
  let now = START;
  const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1000 };
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(source, transactionsModel.name, (manager) => campaignMetrics.rows({ ...all, ...query }, manager));
  const row = async (filters: Record<string, string>, query: Partial<DataSetQuery> = {}): Promise<Row> => {
    const asked = { campaign: 'week-2018', view: 'current', baseline: 'previousDay', measure: 'received', ...filters };
    const named = Object.entries(asked).map(([name, value]) => [name, [value]]);
    const { rows } = await ask({ filters: Object.fromEntries(named), ...query });
    expect(rows).toHaveLength(1);
    return rows[0] as Row;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const store = new MemoryEventStore(() => now);
    await post(store, [...registers, ...campaigns2018, ...day2017, ...money2017, ...volumes]);
    now += DAY_MICROS;
    await post(store, [
      happened('ended', 'week-2018', {}, '2018-10-25T20:00:00+04:00'),
      happened('figuresFrozen', 'week-2018'),
      // The same day, after the freeze.
      ...requests({ day: '2018-10-23', channel: 'app', count: 10 }),
      turnedCentre('karama', 'awareness', '2018-10-21T07:30:00+04:00'),
      campaignFact('calendar.holidayDeclared', 'calendar-ae-du', {
        ...{ calendarId: 'ae-du', day: '2018-10-15', title: { ar: 'عطلة' } },
      }),
      happened('baselineChosen', 'week-2018', {
        ...{ baselineId: 'm', method: 'matchedWeekdays', weeks: 2, headline: false },
      }),
      happened('participantJoined', 'week-2018', { entityId: 'dm' }, '2018-10-20T09:00:00+04:00'),
    ]);
    now += DAY_MICROS;
    await post(store, requests({ day: '2018-10-24', channel: 'app', count: 5 }));
    await project(database, store, [transactionsModel], 37);
    source = await readingSource(database, [transactionsModel]);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  /** As known before the freeze, and as frozen: the same. */
  const asFrozen = {
    actual: 50,
    baseline_value: { num: '38', den: '1', value: '38' },
    uplift: { num: '6', den: '19', value: '0.315789' },
    displaced: { num: '14', den: '1', value: '14' },
    substituted: { num: '26', den: '1', value: '26' },
    substitution: { num: '13', den: '7', value: '1.857143' },
    trips: { num: '14', den: '1', value: '14' },
    pull_before: { num: '-2', den: '1', value: '-2' },
    pull_after: { num: '7', den: '2', value: '3.5' },
    persistence_4: { num: '5', den: '8', value: '0.625' },
    persistence_12: { num: null, den: null, value: null },
    participation: { num: '1', den: '1', value: '1' },
    ...{ entities_in_scope: 2, entities_joined: 1, entities_left: 0, entities_silent: 1, entities_active: 1 },
    ...{ entities_ready: 1, services_declared: 192, services_in_scope: 2, services_paid: 0, centres_in_scope: 2 },
    ...{ centres_awareness: 1, centres_served_anyway: 1, kiosks_in_scope: 1, awareness_acts: 1, attendance: 40 },
    days_covered: { num: '5', den: '5', value: '1' },
    is_headline: true,
  };

  test('[CAM-17] of the day in 2017 are 64/211 above the day before, to the digit', async () => {
    const { uplift, baseline_value, actual, days_covered } = await row({ campaign: 'day-2017', measure: 'settled' });
    expect(actual).toBe('5500000000');
    expect(baseline_value).toMatchObject({ num: '4220000000', den: '1' });
    expect(uplift).toEqual({ num: '64', den: '211', value: '0.303318' });
    expect(days_covered).toMatchObject({ num: '1', den: '1' });
  });

  test('[CAM-5, CAM-18] of the week in 2018 say what moved from counters, was pulled forward, and took part', async () => {
    expect(await row({}, { knownAt: '2019-02-01' })).toMatchObject(asFrozen);
  });
  test('[CAM-8, CAM-9, CAM-10, CAM-11] count entities, centres and services of the scope, and what participants bring in', async () => {
    const counted = { entities_in_scope: 2, centres_in_scope: 2, services_in_scope: 2, services_declared: 192 };
    expect(await row({})).toMatchObject({ ...counted, centres_awareness: 2 });
  });

  test('[CAM-22] count the services of the scope that need no visit, as the catalogue is known', async () => {
    expect(await row({})).toMatchObject({ services_remote: 1, services_in_scope: 2 });
  });

  test('[CAM-25] freeze at the position of the freeze, and are restated beside it by what comes later on the same day', async () => {
    expect(await row({ view: 'frozen' })).toMatchObject({ ...asFrozen, view: 'frozen', services_remote: null });
    expect(await row({}, { knownAt: FREEZE_DAY })).toMatchObject({ actual: 60, entities_joined: 2 });
    expect(await row({ view: 'frozen' }, { knownAt: FREEZE_DAY })).toMatchObject(asFrozen);
    expect(await row({})).toMatchObject({ actual: 65, centres_served_anyway: 2, entities_silent: 0 });
  });
  test('are frozen from the day on which the freeze is known, and for ever', async () => {
    const of = (knownAt: string) => ask({ knownAt, filters: { campaign: ['week-2018'], view: ['frozen'] } });
    expect((await of('2019-02-01')).rows).toHaveLength(0);
    const [first, last] = [await of(FREEZE_DAY), await of('2100-01-01')];
    expect(first.rows).toHaveLength(8);
    expect(last.rows).toEqual(first.rows);
  });

  test('stand side by side by four baselines, of which one without a working day is null and the others stand', async () => {
    const { rows } = await ask({ filters: { campaign: ['week-2018'], measure: ['received'] } });
    const byBaseline = (view: string) =>
      Object.fromEntries(
        (rows as Row[]).flatMap((one) => ((one.view as unknown) === view ? [[one.baseline, one.uplift?.value]] : [])),
      );
    expect(byBaseline('frozen')).toEqual({
      ...{ matchedWeekdays: '0.265823', previousDay: '0.315789', previousWeek: '0.315789', sameWeekLastYear: null },
    });
    // After the freeze 15 October became a holiday: it is no day to compare with, the working day before it is. And the owner chose
    // two weeks of matched weekdays.
    expect(byBaseline('current')).toEqual({
      ...{ matchedWeekdays: '0.666667', previousDay: '0.710526', previousWeek: null, sameWeekLastYear: null },
    });
  });

  test('by class of channel add up to the whole, and say displacement where it is', async () => {
    const filters = { campaign: ['week-2018'], view: ['frozen'], baseline: ['previousDay'], measure: ['received'] };
    const { rows } = await ask({ filters, group: ['channel_class'] });
    const actual = rows.map((one) => [one.channel_class, one.actual]);
    expect(actual).toEqual([
      ...[
        ['counter', 5],
        ['digital', 40],
        ['postal', 0],
        ['remote', 5],
        ['unclassified', 0],
      ],
    ]);
    const [counter, digital] = rows as unknown as Row[];
    expect(counter).toMatchObject({ displaced: { value: '14' }, substituted: { value: null }, uplift: { num: '-14' } });
    expect(digital).toMatchObject({ displaced: { value: null }, substituted: { value: '21' } });
    expect(rows.find((one) => one.channel_class === 'postal')).toMatchObject({ uplift: { value: null } });
  });

  test('[CAM-16] say how much of the change of channel is left after 4 weeks, and nothing of weeks not told yet', async () => {
    expect(await row({ view: 'frozen' })).toMatchObject({ persistence_4: { num: '5', den: '8' } });
    expect(await row({ view: 'frozen' })).toMatchObject({ persistence_12: { value: null } });
  });
  test('[CAM-1] compare editions by the mean of a working day over the services that both have', async () => {
    expect(await row({ view: 'frozen' })).toMatchObject({
      per_day: { num: '10', den: '1' },
      per_day_compared: { num: '10', den: '1' },
      per_day_before: { num: '2', den: '1' },
      edition_change: { num: '4', den: '1' },
    });
    expect(await row({ campaign: 'day-2017' })).toMatchObject({
      edition_change: { value: null },
      per_day: { num: '2' },
    });
  });

  test('[CAM-26] know who joined, who left, and who never answered', async () => {
    expect(await row({}, { knownAt: '2019-02-01' })).toMatchObject({ entities_joined: 1, entities_silent: 1 });
    expect(await row({})).toMatchObject({
      entities_joined: 2,
      entities_silent: 0,
      participation: { num: '1', den: '2' },
    });
  });

  test('are served as KPIs under the registered names, with version and coverage', async () => {
    const kpis = [
      'uplift',
      'displacement',
      'substitution',
      'pull_before',
      'pull_after',
      'persistence',
      'participation',
    ];
    const answer = await ask({
      kpis,
      filters: { campaign: ['week-2018'], view: ['frozen'], baseline: ['previousDay'], measure: ['received'] },
    });
    expect(answer.kpiVersions).toEqual(Object.fromEntries(kpis.map((kpi) => [kpi, 1])));
    expect(answer.coverage).toEqual({ num: 5n, den: 5n });
    const coverage = { num: '5', den: '5', value: '1' };
    expect(answer.rows[0]).toMatchObject({
      uplift: { num: '6', den: '19', coverage },
      displacement: { value: '14', coverage },
      persistence: { value: null, coverage },
      participation: { num: '1', den: '1', coverage },
    });
  });

  test('come in pages without loss or repeat', async () => {
    const whole = (await ask({ group: ['channel_class'] })).rows;
    const paged: unknown[] = [];
    let after: readonly (string | null)[] | undefined;
    do {
      const page = await ask({ group: ['channel_class'], limit: 7, ...(after && { after }) });
      paged.push(...page.rows);
      after = page.next;
    } while (after);
    expect(paged).toEqual(whole);
    expect(whole.length).toBe(3 * 4 * 2 * 5);
  });

  test('are explained in pages by the same events', async () => {
    const filters = { campaign: ['week-2018'], baseline: ['previousDay'] };
    const page = (limit: number, after?: readonly (string | null)[]) =>
      inSnapshot(source, transactionsModel.name, (manager) =>
        campaignMetrics.contributions({ ...all, limit, filters, ...(after && { after }) }, manager),
      );
    const paged: unknown[] = [];
    let after: readonly (string | null)[] | undefined;
    do {
      const { events, next } = await page(9, after);
      paged.push(...events);
      after = next;
    } while (after);
    expect(paged).toEqual((await page(5000)).events);
  });
  test('are explained by the events in scope on the days of the edition and its baseline', async () => {
    const behind = (filters: Record<string, string[]>) =>
      inSnapshot(source, transactionsModel.name, (manager) =>
        campaignMetrics.contributions({ ...all, limit: 2000, filters }, manager),
      );
    const of = { campaign: ['week-2018'], baseline: ['previousDay'] };
    const received = async (filters: Record<string, string[]>) =>
      (await behind(filters)).events
        .filter(({ effectiveDay }) => effectiveDay >= '2018-10-21' && effectiveDay <= '2018-10-25')
        .reduce((sum, { deltas }) => sum + Number(deltas.received ?? 0), 0);
    expect(await received({ ...of, view: ['frozen'] })).toBe(50);
    expect(await received({ ...of, view: ['current'] })).toBe(65);
    expect(await received({ ...of, view: ['frozen'], channel_class: ['counter'] })).toBe(5);
    expect((await behind({ campaign: ['nothing'] })).events).toEqual([]);
    const toldOf = async (view: string) => {
      const { events } = await behind({ ...of, view: [view] });
      return events
        .filter(({ deltas }) => Object.keys(deltas).length === 0)
        .map((one) => `${one.stream} ${one.revision}`);
    };
    const made = [
      ...Array.from({ length: 9 }, (_, at) => `campaign-week-2018 ${at}`),
      'centre-deira 0',
      'centre-deira 1',
    ];
    // The freeze covers itself; the centre that turned and the participant that joined after it are told by the current view.
    expect(await toldOf('frozen')).toEqual([...made, 'centre-deira 2', 'centre-karama 0']);
    expect(await toldOf('current')).toHaveLength(made.length + 2 + 3);
  });
});
