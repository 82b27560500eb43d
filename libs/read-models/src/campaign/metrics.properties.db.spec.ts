import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { campaignHistory, RECORDED, type RecordedFact } from '../../../../test/support/campaign-history.js';
import { metricsLines, nounOf, type Told, worldOf } from '../../../../test/support/campaign-metrics-reference.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { post } from '../../../../test/support/read-models.js';
import { defaults } from '../../../../test/support/savings.js';
import { campaignMetrics } from '../campaign.js';
import type { AnswerRow, AnswerValue, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';

const SEED = 20_181_021;
const SERIES = 100;
const CLASSES = ['counter', 'digital', 'postal', 'remote', 'unclassified'];

const FIGURES = [
  ...['baseline_value', 'uplift', 'displaced', 'substituted', 'substitution', 'trips', 'pull_before', 'pull_after'],
  ...['persistence_4', 'persistence_12', 'per_day', 'per_day_compared', 'per_day_before', 'edition_change'],
];
const COUNTS = [
  ...['entities_in_scope', 'entities_joined', 'entities_left', 'entities_silent', 'entities_ready', 'entities_active'],
  ...['services_declared', 'services_in_scope', 'services_remote', 'services_paid', 'centres_in_scope'],
  ...['centres_awareness', 'centres_served_anyway', 'kiosks_in_scope', 'awareness_acts', 'attendance'],
];
const textOf = (figure: AnswerValue | undefined): string => {
  const { num, den, value } = figure as { num: string | null; den: string | null; value: string | null };
  return value === null ? 'null' : `${num}/${den}`;
};
const lineOf = (row: AnswerRow): string => {
  const {
    campaign,
    view,
    baseline,
    measure,
    channel_class = 'all',
    is_headline,
    actual,
    days_covered,
    participation,
  } = row;
  const { num, den } = days_covered as { num: string; den: string };
  return [
    ...[campaign, view, baseline, measure, channel_class, is_headline, actual],
    ...FIGURES.map((name) => textOf(row[name])),
    ...[`${num}/${den}`, textOf(participation), ...COUNTS.map((name) => String(row[name]))],
  ].join(' ');
};

describe(`The figures of ${2 * SERIES} editions told by chance from seed ${SEED}`, () => {
  let database: TestDatabase;
  let source: DataSource;
  const facts: readonly RecordedFact[] = [
    ...defaults().map((fact) => ({ ...fact, lot: 0 })),
    ...campaignHistory(SEED, SERIES),
  ];
  const journal: readonly (Told & { readonly lot: number })[] = facts;

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = 0n;
    const store = new MemoryEventStore(() => now);
    for (const [lot, day] of RECORDED.entries()) {
      now = BigInt(Date.parse(`${day}T08:00:00Z`)) * 1000n;
      await post(
        store,
        facts.filter((one) => one.lot === lot),
      );
    }
    await project(database, store, [transactionsModel], 1000);
    source = await readingSource(database, [transactionsModel]);
  }, 180_000);
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  /** What both say of each of the editions, current and frozen. */
  const compare = async (campaigns: readonly string[], query: Partial<DataSetQuery>) => {
    const all: DataSetQuery = { group: [], kpis: [], limit: 100_000, ...query, filters: { campaign: campaigns } };
    const { rows } = await inSnapshot(source, transactionsModel.name, (manager) => campaignMetrics.rows(all, manager));
    const known = journal.filter(({ lot }) => (RECORDED[lot] ?? '') <= (query.knownAt ?? '9'));
    const classes = all.group.length > 0 ? CLASSES : [undefined];
    const expected = campaigns.flatMap((id) => {
      // Editions of other series lie apart, in other years.
      const nth = Math.floor(Number(id.slice(1)) / 2);
      const own = new RegExp(
        `^(transaction-s${nth}[abm]:|(entity|service)-s${nth}[abm]|(campaign|centre)-c(${2 * nth}|${2 * nth + 1})(-|$)|calendar-|policy-campaign)`,
      );
      const visible = (some: readonly Told[]) => some.filter(({ stream }) => own.test(stream));
      const freeze = known.findIndex((one) => nounOf(one) === 'campaign.figuresFrozen' && one.data.campaignId === id);
      const frozen =
        freeze < 0 ? [] : metricsLines(worldOf(visible(known.slice(0, freeze)), true, query.effectiveAt), id, classes);
      return [...metricsLines(worldOf(visible(known), false, query.effectiveAt), id, classes), ...frozen];
    });
    expect(rows.map(lineOf).sort()).toEqual(expected.sort());
    return rows;
  };
  const every = (nth: number, from = 0) =>
    Array.from({ length: 2 * SERIES }, (_, at) => `c${at}`).filter((_, at) => at % nth === from);

  test('[CAM-17, CAM-18] are what a slow second opinion says, frozen and as known at last', async () => {
    const rows = await compare(every(1), {});
    const given = FIGURES.map((name) => rows.filter((row) => textOf(row[name]) !== 'null').length);
    expect(Math.min(...given)).toBeGreaterThan(10);
    expect(rows.filter(({ view }) => view === 'frozen').length).toBeGreaterThan(500);
  }, 180_000);
  test.each(RECORDED.slice(0, 2))(
    '[CAM-25] are so as known on %s',
    (knownAt) => compare(every(1), { knownAt }),
    180_000,
  );
  test('[CAM-5] are so by class of channel', () => compare(every(4), { group: ['channel_class'] }), 180_000);
  test(
    '[CAM-26] are so with the mergers of one day',
    () => compare(every(4, 1), { effectiveAt: '2000-01-01' }),
    180_000,
  );
});
