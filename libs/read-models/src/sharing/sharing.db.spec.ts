import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import { foldInPages, type PostedFact } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { sharingModel } from './fold.js';
import { sharing } from './sharing.js';

const fact = (past: string, agreementId: string, data: object = {}, day = '2021-02-01'): PostedFact => ({
  type: `gov.sijill.sharing.${past}.v1`,
  stream: `sharing-${agreementId}`,
  data: { agreementId, ...data },
  time: `${day}T09:00:00+04:00`,
});
const proposed = (agreementId: string, more: object = {}): PostedFact =>
  fact('proposed', agreementId, {
    ...{ providerEntityId: 'roads', party: { kind: 'private' }, audience: 'innovator', dataset: 'traffic' },
    ...{ purpose: { en: 'Routes' }, legalBasis: 'Law 26 of 2015', personalData: false, ...more },
  });
const delivered = (agreementId: string, deliveryId: string, day: string, rows: number): PostedFact =>
  fact('delivered', agreementId, { deliveryId, day, rows, bytes: rows * 40, format: 'csv' });

const BEGINNING = [
  proposed('a', { partner: 'Nesta' }),
  fact('activated', 'a', { from: '2021-02-11' }),
  delivered('a', '1', '2021-02-15', 100),
  delivered('a', '2', '2021-02-20', 50),
  proposed('b', { party: { kind: 'government', entityId: 'land' }, audience: 'slowStarter', personalData: true }),
  fact('obstacleReported', 'b', { obstacleId: 'x', kind: 'legal', note: { en: 'No basis' } }, '2021-02-03'),
  fact('obstacleReported', 'b', { obstacleId: 'y', kind: 'willingness', note: { en: 'No answer' } }, '2021-02-04'),
  fact('obstacleReported', 'b', { obstacleId: 'z', kind: 'legal', note: { en: 'No order' } }, '2021-02-05'),
];
const LATER = [
  fact('ended', 'a', { on: '2021-02-28' }, '2021-03-09'),
  delivered('a', '3', '2021-02-28', 7),
  fact('obstacleCleared', 'b', { obstacleId: 'x' }, '2021-03-08'),
  fact('ethicsReviewed', 'b', { result: 'passed', by: 'Dubai Data' }, '2021-03-08'),
  fact('activated', 'b', { from: '2021-03-09' }, '2021-03-09'),
];

describe('Data sharing', () => {
  let lots: ProjectedLots;
  const ask = async (query: Partial<DataSetQuery> = {}) =>
    (
      await inSnapshot(lots.source, 'sharing', (manager) =>
        sharing.rows({ group: [], filters: {}, kpis: [], limit: 100, ...query }, manager),
      )
    ).rows;

  beforeAll(async () => {
    lots = await projectedLots(sharingModel, BEGINNING, LATER);
  });
  afterAll(() => lots?.close());

  test('[SHR-7] measures the use of data: agreements, deliveries, rows', async () => {
    expect(await ask()).toEqual([
      {
        ...{ agreements: 2, deliveries: 3, rows: '157', open_obstacles: 2 },
        days_to_activation: { num: '46', den: '2', value: '23' },
      },
    ]);
    expect(await ask({ from: '2021-02-16', to: '2021-02-20' })).toMatchObject([{ deliveries: 1, rows: '50' }]);
    expect(await ask({ knownAt: '2021-03-09' })).toMatchObject([{ deliveries: 2, rows: '150', open_obstacles: 3 }]);
  });
  test('is told by status, and the last day of an agreement is one of its days', async () => {
    const statuses = async (query: Partial<DataSetQuery>) =>
      (await ask({ group: ['agreement', 'status'], ...query })).map(
        ({ agreement, status }) => `${agreement} ${status}`,
      );
    expect(await statuses({ effectiveAt: '2021-02-10' })).toEqual(['a proposed', 'b proposed']);
    expect(await statuses({ effectiveAt: '2021-02-28' })).toEqual(['a active', 'b proposed']);
    expect(await statuses({ effectiveAt: '2021-03-01' })).toEqual(['a ended', 'b proposed']);
    expect(await statuses({ effectiveAt: '2021-03-01', knownAt: '2021-03-01' })).toEqual(['a active', 'b proposed']);
    expect(await statuses({})).toEqual(['a ended', 'b active']);
  });
  test('[SHR-4] shows what is stuck: obstacles by kind, and days until it starts', async () => {
    const byKind = { group: ['obstacle_kind'], knownAt: '2021-03-01' };
    expect(await ask(byKind)).toMatchObject([
      { obstacle_kind: null, agreements: 1, open_obstacles: 0 },
      { obstacle_kind: 'legal', agreements: 1, open_obstacles: 2 },
      { obstacle_kind: 'willingness', agreements: 1, open_obstacles: 1 },
    ]);
    expect(await ask({ filters: { obstacle_kind: ['cost'] }, knownAt: '2021-03-01' })).toMatchObject([
      { agreements: 0, days_to_activation: null },
    ]);
    expect(await ask({ filters: { audience: ['slowStarter'] } })).toMatchObject([
      { days_to_activation: { num: '36', den: '1', value: '36' } },
    ]);
  });
  test('[SHR-8] names the partner of an agreement', async () =>
    expect(await ask({ group: ['partner', 'party_kind', 'party', 'review'] })).toMatchObject([
      { partner: null, party_kind: 'government', party: 'land', review: 'passed' },
      { partner: 'Nesta', party_kind: 'private', party: null, review: 'none' },
    ]));
  test('is explained by its events, page by page', async () => {
    const behind = (query: Partial<DataSetQuery>) =>
      inSnapshot(lots.source, 'sharing', (manager) =>
        sharing.contributions({ group: [], filters: { agreement: ['a'] }, kpis: [], limit: 3, ...query }, manager),
      );
    const first = await behind({});
    const second = await behind({ ...(first.next && { after: first.next }) });
    expect([...first.events, ...second.events].map(({ revision }) => revision)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(first.events[2]).toMatchObject({ stream: 'sharing-a', deltas: { deliveries: '1', rows: '100' } });
    expect((await behind({ limit: 10, from: '2021-02-18', to: '2021-02-20' })).events).toHaveLength(4);
  });
  test('gives the same tables wherever pages end', () => {
    const whole = foldInPages(sharingModel, lots.events, []);
    for (const ends of [[1, 2, 3], [5], [4, 9]]) expect(foldInPages(sharingModel, lots.events, ends)).toEqual(whole);
  });
});
