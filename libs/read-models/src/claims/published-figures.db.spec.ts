import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import type { AnswerRow, DataSet } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { claimChecks, claimsBeside, claimsModel } from './claims.js';

type Figure = readonly [claimId: string, scope: string, metric: string, value: string, unit: string, qualifier: string];

/** Targets of the strategy and figures of the articles, as published. */
const FIGURES: readonly Figure[] = [
  ['s0-1', 'dubai-government', 'sheets-saved-target', '1000000000', 'sheet-year', 'more_than'],
  ['s0-2', 'dubai-government', 'trees-saved-target', '130000', 'tree-year', 'exact'],
  ['s0-4', 'dubai-government', 'money-saved-target', '900000000', 'aed-year', 'more_than'],
  ['s0-4-residents', 'dubai-residents-visitors', 'money-saved-target', '900000000', 'aed-year', 'more_than'],
  ['last-sheet-in-2021', 'dubai-government', 'last-paper-transaction', '2021', 'year', 'exact'],
  ['last-sheet-after-2021', 'dubai-government', 'last-paper-transaction', '2021', 'year', 'more_than'],
  ['smart-in-2021', 'dubai-government', 'smart-transformation', '2021', 'year', 'exact'],
  ['smart-after-2021', 'dubai-government', 'smart-transformation', '2021', 'year', 'more_than'],
  ['s3-2', 'uae-federal', 'share-services-smart', '0.95', 'ratio', 'exact'],
  ['s3-3', 'uae-federal', 'services-smart', '180', 'service', 'exact'],
  ['s4-1', 'dubai-now', 'transactions', '100000', 'transaction', 'more_than'],
  ['s4-2', 'dubai-now', 'value', '50000000', 'aed', 'up_to'],
];

const claimOf = ([claimId, scope, metric, value, unit, qualifier]: Figure): PostedFact => {
  const kind = metric.endsWith('-target') ? 'target' : 'measured';
  const data = { claimId, publisher: 'press', scope, metric, value, unit, qualifier, kind, source: 'press' };
  return { type: 'gov.sijill.claim.published.v1', stream: `claim-${claimId}`, data };
};
const checkOf = (checkId: string, expression: string, more: object = {}): PostedFact => ({
  type: 'gov.sijill.claimCheck.adopted.v1',
  stream: `claimCheck-${checkId}`,
  data: { checkId, version: 1, expression, title: { en: checkId }, ...more },
});
const totalOf = (services: number) =>
  checkOf(`of-${services}`, `s3-3 / ${services}`, { relation: 'equals', expected: 's3-2' });

const CHECKS = [
  checkOf('sheets-a-tree', 's0-1 / s0-2'),
  checkOf('mean', 's4-2 / s4-1'),
  ...[188, 189, 190, 191].map(totalOf),
];

describe('Published figures', () => {
  let lots: ProjectedLots;
  const claims = claimsBeside(() => undefined);
  const rowsOf = async (dataSet: DataSet, filters: Readonly<Record<string, readonly string[]>>) => {
    const query = { group: [], filters, kpis: [], limit: 100 };
    return (await inSnapshot(lots.source, 'claims', (manager) => dataSet.rows(query, manager))).rows;
  };
  const checkRow = async (id: string): Promise<AnswerRow> =>
    (await rowsOf(claimChecks, { check: [id] }))[0] as AnswerRow;

  beforeAll(async () => {
    lots = await projectedLots(claimsModel, FIGURES.map(claimOf), CHECKS);
  });
  afterAll(() => lots?.close());

  test('[SAV-4] more than a thousand million sheets a year is a target with its qualifier, and no baseline', async () =>
    expect(await rowsOf(claims, { claim: ['s0-1'] })).toMatchObject([
      { claimed: '1000000000', unit: 'sheet-year', qualifier: 'more_than', kind: 'target', measured: null },
    ]));
  test('[SAV-5] trees follow from sheets: 130,000 of them imply 100000/13 sheets a tree', async () =>
    expect(await checkRow('sheets-a-tree')).toMatchObject({
      left: { num: '100000', den: '13', value: '7692.307692' },
      verdict: 'shown',
    }));
  test('[SAV-7] money saved is kept in both readings: saved by the government, saved by residents and visitors', async () =>
    expect(await rowsOf(claims, { metric: ['money-saved-target'] })).toMatchObject([
      { scope: 'dubai-government', claimed: '900000000', qualifier: 'more_than' },
      { scope: 'dubai-residents-visitors', claimed: '900000000', qualifier: 'more_than' },
    ]));
  test('[CAM-24] that the smart transformation is complete in 2021 and after 2021 are two claims', async () =>
    expect(await rowsOf(claims, { metric: ['smart-transformation'] })).toMatchObject([
      { claim: 'smart-after-2021', qualifier: 'more_than', others: 1 },
      { claim: 'smart-in-2021', qualifier: 'exact', others: 1 },
    ]));
  test('[SAV-9] that the last paper transaction is in 2021 and after 2021 are two claims', async () =>
    expect(await rowsOf(claims, { metric: ['last-paper-transaction'] })).toMatchObject([
      { claim: 'last-sheet-after-2021', others: 1 },
      { claim: 'last-sheet-in-2021', others: 1 },
    ]));
  test('[CON-4] 180 services at a share of 0.95 are stored as published, and are those of 189 or 190', async () => {
    expect(await rowsOf(claims, { scope: ['uae-federal'] })).toMatchObject([{ claimed: '180' }, { claimed: '0.95' }]);
    const verdicts = [188, 189, 190, 191].map(async (services) => (await checkRow(`of-${services}`)).verdict);
    expect(await Promise.all(verdicts)).toEqual(['contradicted', 'consistent', 'consistent', 'contradicted']);
  });
  test('[PLT-2] a mean value has the bounds of its parts: 500 dirhams a transaction at most, and no lower one', async () =>
    expect(await checkRow('mean')).toMatchObject({
      left: { value: '500' },
      at_least: null,
      at_most: { num: '500', den: '1', value: '500' },
    }));
});
