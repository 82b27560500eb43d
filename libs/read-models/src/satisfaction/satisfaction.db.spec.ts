import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { satisfactionModel } from './fold.js';
import { satisfaction } from './satisfaction.js';

let given = 0;
const rated = (rating: number, data: object = {}, time = '2021-02-10T10:00:00+04:00'): PostedFact => ({
  type: 'gov.sijill.feedback.given.v1',
  stream: `feedback-ae.moi:f${++given}`,
  data: { entityId: 'ae.moi', feedbackId: `f${given}`, serviceId: 'visa', channel: 'app', rating, ...data },
  time,
});
const PERIOD = { periodStart: '2021-01-01', periodEnd: '2021-01-31', freq: 'M' };
const total = (past: string, rating: number, data: object): PostedFact => ({
  type: `gov.sijill.aggregate.${past}.v1`,
  stream: `aggregate-gb.transactions:cell-${rating}`,
  data: {
    ...{ publisher: 'gb.transactions', dataset: 'performance', serviceId: 'tax-disc', unit: 'answer', ...PERIOD },
    ...{ measure: `rating_${rating}`, ...data },
  },
});
const KPIS = ['satisfaction_scaled', 'satisfaction_top_two'];

describe('The data set of satisfaction', () => {
  let lots: ProjectedLots;
  const all: DataSetQuery = { group: [], filters: {}, kpis: KPIS, limit: 100 };
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(lots.source, satisfactionModel.name, (manager) => satisfaction.rows({ ...all, ...query }, manager));
  const single = async (query: Partial<DataSetQuery> = {}) =>
    (await ask({ ...query, filters: { origin: ['event'], ...query.filters } })).rows;

  beforeAll(async () => {
    lots = await projectedLots(
      satisfactionModel,
      [
        ...[1, 2, 3, 4, 5, 5, 5].map((rating) => rated(rating)),
        rated(5, { channel: 'counter', platformId: 'now' }, '2021-02-11T10:00:00+04:00'),
        ...[1, 2, 3, 4, 5].map((rating) =>
          total('reported', rating, { value: String(rating * 100), publishedOn: '2021-02-15' }),
        ),
      ],
      [
        {
          type: 'gov.sijill.feedback.voided.v1',
          stream: 'feedback-ae.moi:f1',
          data: { entityId: 'ae.moi', feedbackId: 'f1', reason: { en: 'test' } },
        },
        total('restated', 5, { previous: '500', value: '900', publishedOn: '2021-03-08' }),
      ],
    );
  });
  afterAll(() => lots?.close());

  test('[SAV-17] two published formulas stand side by side, of single answers', async () => {
    const [row] = await single({ group: ['channel'], filters: { channel: ['app'] } });
    // 2, 3, 4, 5, 5, 5: the answer with a 1 was voided.
    expect(row).toMatchObject({ channel: 'app', rating_1: 0, rating_2: 1, rating_5: 3, answers: 6 });
    expect(row?.satisfaction_scaled).toEqual({ num: '18', den: '24', value: '0.75', coverage: null });
    expect(row?.satisfaction_top_two).toEqual({ num: '4', den: '6', value: '0.666667', coverage: null });
  });

  test('[SAV-17] an answer counts until it is known to be none', async () => {
    const [row] = await single({ filters: { channel: ['app'] }, knownAt: '2021-03-09' });
    expect(row).toMatchObject({ rating_1: 1, answers: 7, satisfaction_scaled: { num: '18', den: '28' } });
  });

  test('[SAV-17] totals of publishers stand beside single answers and are never added to them', async () => {
    const { rows } = await ask({});
    expect(
      rows.map(({ origin, publisher, freq, breakdown, answers }) => [origin, publisher, freq, breakdown, answers]),
    ).toEqual([
      ['aggregate', 'gb.transactions', 'M', 'service', 1900],
      ['event', null, null, null, 7],
    ]);
    expect(rows[0]?.satisfaction_scaled).toMatchObject({ num: String(200 + 600 + 1200 + 3600), den: '7600' });
    expect(rows[0]?.satisfaction_top_two).toMatchObject({ num: '1300', den: '1900', value: '0.684211' });
  });

  test('a restated total was known otherwise on the days before, by the publisher and by the ledger', async () => {
    const aggregate = { filters: { origin: ['aggregate'] } };
    const answers = async (query: Partial<DataSetQuery>) => (await ask({ ...aggregate, ...query })).rows[0]?.answers;
    expect(await answers({ knownAt: '2021-02-14' })).toBeUndefined();
    expect(await answers({ knownAt: '2021-02-15' })).toBe(1500);
    expect(await answers({ knownAt: '2021-03-07' })).toBe(1500);
    expect(await answers({ knownAt: '2021-03-08' })).toBe(1900);
    expect(await answers({ knownAt: '2021-03-08', recordedAt: '2021-03-09' })).toBe(1500);
    expect(await answers({ recordedAt: '2021-02-28' })).toBeUndefined();
  });

  test('a total counts only where its whole period is asked for', async () => {
    const origins = async (query: Partial<DataSetQuery>) => (await ask(query)).rows.map(({ origin }) => origin);
    expect(await origins({ from: '2021-01-01', to: '2021-01-31' })).toEqual(['aggregate']);
    expect(await origins({ from: '2021-01-02', to: '2021-01-31' })).toEqual([]);
  });

  test('splits by platform and names the events behind a figure', async () => {
    expect(await single({ group: ['platform', 'day'] })).toMatchObject([
      { platform: null, day: '2021-02-10', answers: 6 },
      { platform: 'now', day: '2021-02-11', answers: 1 },
    ]);
    const { events } = await inSnapshot(lots.source, satisfactionModel.name, (manager) =>
      satisfaction.contributions({ ...all, filters: { origin: ['aggregate'] } }, manager),
    );
    expect(events.map(({ deltas }) => Object.entries(deltas).flat().join(' '))).toEqual([
      'rating_1 100',
      'rating_2 200',
      'rating_3 300',
      'rating_4 400',
      'rating_5 500',
      'rating_5 400',
    ]);
  });

  test('has no share of nothing', async () => {
    const [row] = await single({ from: '2022-01-01' });
    expect(row).toBeUndefined();
  });
});
