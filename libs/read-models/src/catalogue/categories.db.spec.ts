import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { catalogueDataSet, catalogueModel } from '../catalogue.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';

/** The published figure is "more than 2,000". */
const SERVICES = 2_004;
const CATEGORIES = ['citizen', 'resident', 'business', 'visitor'];
const DEPARTMENTS = 12;

const serviceFact = (past: string, at: number, data: object): PostedFact => ({
  type: `gov.sijill.service.${past}.v1`,
  stream: `service-s${at}`,
  data: { serviceId: `s${at}`, from: '2012-01-01', ...data },
});
const opening = (at: number): readonly PostedFact[] => [
  serviceFact('registered', at, {
    ...{ ownerEntityId: `department-${at % DEPARTMENTS}`, title: { ar: `خدمة ${at}` }, kind: 'transactional' },
    ...{ flow: 'customer', critical: false, status: 'active' },
  }),
  serviceFact('channelOffered', at, { channel: at % 10 === 0 ? 'counter' : 'web' }),
];
/** Regrouped from June on: every service by the category of customers it is for, every third by two. */
const regrouped = (at: number): PostedFact =>
  serviceFact('classified', at, {
    audience: CATEGORIES.filter((_, nth) => nth === at % 4 || (at % 3 === 0 && nth === (at + 1) % 4)),
    ...{ scheme: 'gss2', themes: ['life'], from: '2012-06-01' },
  });
const all = Array.from({ length: SERVICES }, (_, at) => at);

describe('The services of all departments', () => {
  let lots: ProjectedLots;
  const counts = (dimension: string, more: Partial<DataSetQuery>) =>
    inSnapshot(lots.source, 'catalogue', async (manager) => {
      const query = { group: [dimension], filters: {}, kpis: [], limit: 100, effectiveAt: '2012-07-01', ...more };
      const { rows } = await catalogueDataSet.rows(query, manager);
      return Object.fromEntries(rows.map((row) => [String(row[dimension]), row.services]));
    });

  beforeAll(async () => {
    lots = await projectedLots(catalogueModel, all.flatMap(opening), all.map(regrouped));
  }, 120_000);
  afterAll(() => lots?.close());

  test('[CAT-1, CAT-21] count more than 2,000 in one catalogue, the electronic ones apart', async () => {
    const byOwner = Object.values(await counts('entity', {})) as number[];
    expect([byOwner.length, byOwner.reduce((sum, one) => sum + one, 0)]).toEqual([DEPARTMENTS, SERVICES]);
    expect(await counts('channel_class', {})).toEqual({ counter: 201, digital: 1_803 });
  });
  test('[CAT-4, CAT-21] are regrouped by the four categories of customers from a day on', async () => {
    const expected = CATEGORIES.map((category, nth) => [
      category,
      all.filter((at) => nth === at % 4 || (at % 3 === 0 && nth === (at + 1) % 4)).length,
    ]);
    expect(await counts('audience', {})).toEqual(Object.fromEntries(expected));
    expect(await counts('audience', { effectiveAt: '2012-05-31' })).toEqual({ null: SERVICES });
    expect(await counts('audience', { knownAt: '2021-03-05' })).toEqual({ null: SERVICES });
  });
});
