import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import {
  announced,
  openedCentre,
  paid,
  refunded,
  registeredEntity,
  registeredService,
  requests,
  scoped,
  turnedCentre,
  voidedRequest,
} from '../../../test/support/campaign-facts.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { type PostedFact, post } from '../../../test/support/read-models.js';
import { campaignBoard, campaignMetrics } from './campaign.js';
import type { DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';
import { transactionsModel } from './transactions.js';

const DAY_MICROS = 86_400_000_000n;
const START = 1_540_101_600_000_000n; // 2018-10-21T06:00Z
const DAY = '2018-10-22';
const only = (facts: readonly PostedFact[]): PostedFact => facts[0] as PostedFact;

const registers: PostedFact[] = [
  registeredEntity('rta', 'government'),
  registeredEntity('dewa', 'semiGovernment'),
  registeredEntity('typing', 'private'),
  ...['rta', 'dewa', 'typing'].map((entity) => registeredService(`${entity}-renewal`, entity)),
  ...['deira', 'karama', 'jafza'].map((centre) => openedCentre(centre, 'rta')),
];
/** Told before the edition was announced: of the day, not of the hour. */
const early = requests({ day: DAY, channel: 'web', hour: 7 });

const edition: PostedFact[] = [
  announced({ campaign: 'week', edition: 2, firstDay: '2018-10-21', lastDay: '2018-10-25' }),
  scoped('week', { entityIds: ['rta', 'dewa', 'typing'], centreIds: ['deira', 'karama'] }),
  turnedCentre('deira', 'awareness', '2018-10-22T07:30:00+04:00'),
  turnedCentre('deira', 'serving', '2018-10-22T14:30:00+04:00'),
];

const app = only(requests({ day: DAY, channel: 'app', hour: 9, more: { customerCategory: 'citizen' } }));
const kiosk = only(
  requests({ day: DAY, channel: 'kiosk', hour: 9, more: { kioskId: 'k1', customerCategory: 'visitor' } }),
);
const call = only(requests({ day: DAY, channel: 'call', hour: 23, entity: 'dewa' }));
const web = only(requests({ day: '2018-10-23', channel: 'web', hour: 0, entity: 'typing' }));
const counters: PostedFact[] = [
  [7, 'deira'],
  [8, 'deira'],
  [13, 'deira'],
  [14, 'deira'],
  [15, 'deira'],
  [10, 'karama'],
].flatMap(([hour, centreId]) => requests({ day: DAY, channel: 'counter', hour: Number(hour), more: { centreId } }));
const doubled = only(requests({ day: DAY, channel: 'app', hour: 11 }));

const told: PostedFact[] = [
  ...[app, kiosk, call, web, ...counters, doubled],
  paid(app, DAY, '30000'),
  paid(kiosk, DAY, '20000'),
  paid(call, '2018-10-23', '10000'),
  refunded(app, '2018-10-23', '5000'),
  ...requests({ day: DAY, channel: 'app', feeDue: '0', hour: 12 }),
  ...requests({ day: '2018-10-20', channel: 'app' }),
  ...requests({ day: '2018-10-26', channel: 'app' }),
];

describe('The board of campaigns', () => {
  let database: TestDatabase;
  let source: DataSource;
  let now = START;
  const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1000 };
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(source, transactionsModel.name, (manager) => campaignBoard.rows({ ...all, ...query }, manager));
  const inScope = { in_scope: ['true'] };
  /** Group values and requests received, in order. */
  const received = async (group: readonly string[], filters: DataSetQuery['filters'] = inScope, query = {}) =>
    (await ask({ group, filters, ...query })).rows.map((row) => [...group.map((name) => row[name]), row.received]);

  beforeAll(async () => {
    database = await createTestDatabase();
    const store = new MemoryEventStore(() => now);
    await post(store, [...registers, ...early, ...edition, ...told]);
    now += DAY_MICROS;
    await post(store, [voidedRequest(doubled)]);
    now += DAY_MICROS;
    await post(store, [scoped('week', { serviceIds: ['rta-renewal', 'dewa-renewal'] }, 2)]);
    await project(database, store, [transactionsModel], 11);
    source = await readingSource(database, [transactionsModel]);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const BEFORE_SCOPE = { knownAt: '2018-10-22' };

  test('[CAM-4] has requests with a fee due in scope, and shows the others beside them', async () => {
    expect(await received(['in_scope'], {}, BEFORE_SCOPE)).toEqual([
      ['false', 1],
      ['true', 11],
    ]);
  });
  test('has the days of editions alone, and no edition that was not announced', async () => {
    expect(await received(['day'], {}, BEFORE_SCOPE)).toEqual([
      ['2018-10-22', 11],
      ['2018-10-23', 1],
    ]);
    expect((await ask({ knownAt: '2018-10-20' })).rows).toEqual([]);
    expect((await ask({ filters: { campaign: ['other'] } })).rows).toEqual([]);
    expect((await ask({ from: '2018-10-24' })).rows).toEqual([]);
  });

  test('[CAM-21] is live by the hour, with the value settled by hour, day, channel and entity', async () => {
    expect(await received(['hour'], { ...inScope, channel_class: ['digital', 'remote'] })).toEqual([
      [null, 1],
      ['09', 2],
      ['10', 0],
      ['11', 0],
      ['23', 1],
    ]);
    const { rows } = await ask({ group: ['day', 'entity', 'channel'], filters: inScope });
    const settled = rows.map(({ day, entity, channel, settled: paid, refunded: back }) => [
      day,
      entity,
      channel,
      paid,
      back,
    ]);
    expect(settled).toEqual(
      expect.arrayContaining([
        ['2018-10-22', 'rta', 'app', '30000', '0'],
        ['2018-10-22', 'rta', 'kiosk', '20000', '0'],
        ['2018-10-23', 'dewa', 'call', '10000', '0'],
        ['2018-10-23', 'rta', 'app', '0', '5000'],
      ]),
    );
  });
  test('knows no hour of what was recorded before the announcement, and says of how much', async () => {
    expect(await received(['hour'], { channel: ['web'] }, BEFORE_SCOPE)).toEqual([
      [null, 1],
      ['00', 1],
    ]);
    const { coverage } = await ask({ group: ['hour'], filters: inScope });
    expect(coverage).toEqual({ num: 9n, den: 10n });
    expect((await ask({ filters: inScope })).coverage).toBeNull();
  });

  test('[CAM-12] tells volumes of app, web, kiosk and call apart, with the share of each among all', async () => {
    const { rows, kpiVersions } = await ask({ group: ['channel'], filters: inScope, kpis: ['channel_share'] });
    expect(rows.map(({ channel, channel_share: share }) => [channel, share])).toEqual([
      ['app', { num: '1', den: '10', value: '0.1' }],
      ['call', { num: '1', den: '10', value: '0.1' }],
      ['counter', { num: '6', den: '10', value: '0.6' }],
      ['kiosk', { num: '1', den: '10', value: '0.1' }],
      ['web', { num: '1', den: '10', value: '0.1' }],
    ]);
    expect(kpiVersions).toEqual({ channel_share: 1 });
  });
  test('names the devices', async () => {
    expect(await received(['kiosk'], { ...inScope, channel: ['kiosk'] })).toEqual([['k1', 1]]);
  });
  test('[CAM-7] is a league of government, semi-government and private entities', async () => {
    expect(await received(['entity_kind', 'entity'], inScope, BEFORE_SCOPE)).toEqual([
      ['government', 'rta', 9],
      ['private', 'typing', 1],
      ['semiGovernment', 'dewa', 1],
    ]);
  });
  test('[CAM-22] splits what came by category of customer', async () => {
    expect(await received(['category'], { ...inScope, channel: ['app', 'kiosk', 'call'] })).toEqual([
      ...[
        ['citizen', 1],
        ['resident', 1],
        ['visitor', 1],
      ],
    ]);
  });

  test('[CAM-19] lists centres that served at counters while they were in awareness, to the whole hour', async () => {
    const counter = { channel_class: ['counter'] };
    expect(await received(['centre', 'centre_mode', 'hour'], counter)).toEqual([
      ['deira', 'awareness', '08', 1],
      ['deira', 'awareness', '13', 1],
      ['deira', 'changed', '07', 1],
      ['deira', 'changed', '14', 1],
      ['deira', 'serving', '15', 1],
      ['karama', 'serving', '10', 1],
    ]);
    const { rows } = await inSnapshot(source, transactionsModel.name, (manager) =>
      campaignMetrics.rows({ ...all, filters: { baseline: ['previousDay'], measure: ['received'] } }, manager),
    );
    expect(rows[0]).toMatchObject({ centres_served_anyway: 1, centres_in_scope: 2 });
  });

  test('[CAM-25] restates by both clocks what is voided later, and a scope that is told late', async () => {
    const app = { channel: ['app'], in_scope: ['true'] };
    expect(await received([], app, { knownAt: '2018-10-21' })).toEqual([[2]]);
    expect(await received([], app, { knownAt: '2018-10-22' })).toEqual([[1]]);
    // The private entity's service is not among those listed.
    expect(await received(['entity'], inScope, { knownAt: '2018-10-23' })).toEqual([
      ['dewa', 1],
      ['rta', 9],
    ]);
  });

  test('is explained by the events behind each number', async () => {
    const filters = { ...inScope, channel: ['app'], hour: ['09', '10', '11'] };
    const { events } = await inSnapshot(source, transactionsModel.name, (manager) =>
      campaignBoard.contributions({ ...all, filters }, manager),
    );
    const { rows } = await ask({ filters });
    for (const measure of ['received', 'settled', 'refunded']) {
      const sum = events.reduce((total, { deltas }) => total + BigInt(deltas[measure] ?? 0), 0n);
      expect([measure, sum]).toEqual([measure, BigInt(String(rows[0]?.[measure]))]);
    }
    expect(events.map(({ stream }) => stream)).toContain(doubled.stream);
  });
});
