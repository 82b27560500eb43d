import { fact, type Ledger, learned } from '../../../../test/support/savings.js';
import { SAVINGS_WORLD } from '../../../../test/support/savings-world.js';
import { claimsModel } from '../claims/claims.js';
import type { DataSet } from '../read-model.js';
import { dataSets } from '../read-models.js';
import { transactionsModel } from '../transactions.js';
import { savings } from './savings.js';

const target = (claimId: string, metric: string, value: string, unit: string) =>
  fact('claim.published', `claim-${claimId}`, {
    ...{
      claimId,
      publisher: 'Smart Dubai',
      scope: 'dubai',
      metric,
      value,
      unit,
      qualifier: 'more_than',
      kind: 'target',
    },
    ...{
      period: '2020',
      periodStart: '2020-01-01',
      periodEnd: '2020-12-31',
      source: 'strategy',
      publishedOn: '2020-03-17',
    },
  });
/** What the strategy aims at is measured by one data set each, under the factors that its own figures imply. */
const mapped = (metric: string, measure: string) => ({
  ...{ scope: 'dubai', metric, dataset: 'savings', measure, period: 'claimed' },
  filters: [
    { dimension: 'entity', isIn: ['city'] },
    { dimension: 'factor_set', isIn: ['strategy-2020'] },
  ],
});
const POLICY = fact('policy.adopted', 'policy-claim-measures', {
  ...{ policyId: 'claim-measures', version: 2, from: '1900-01-01', reason: { en: 'test' } },
  parameters: {
    mappings: [
      mapped('sheets', 'net'),
      mapped('trees', 'trees'),
      mapped('money', 'fils'),
      mapped('baseline', 'baseline'),
    ],
  },
});

describe('The targets of the strategy', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    const days = {
      ...SAVINGS_WORLD,
      '2022-03-01': [
        POLICY,
        target('s0-1', 'sheets', '1000000000', 'sheet'),
        target('s0-2', 'trees', '130000', 'tree'),
        target('s0-4', 'money', '900000000', 'aed'),
        target('not-the-baseline', 'baseline', '1000000000', 'sheet'),
      ],
    };
    ledger = await learned(days, [transactionsModel, claimsModel]);
  });
  afterAll(() => ledger.close());
  const claims = () => ledger.ask(dataSets.get('claims') as DataSet, { group: ['claim'] });

  test('[SAV-4, SAV-5, SAV-7] are claims beside which the saving is counted: sheets, trees and money of a year', async () => {
    const { rows } = await claims();
    const textOf = (figure: unknown) => (figure as { readonly value: string } | null)?.value;
    const shown = rows.map(({ claim, claimed, measured, progress, verdict }) => [
      ...[claim, claimed, textOf(measured), textOf(progress), verdict],
    ]);
    expect(shown).toEqual([
      ['not-the-baseline', '1000000000', '300000000', '0.3', 'contradicted'],
      ['s0-4', '900000000', '242820000', '0.2698', 'contradicted'],
      ['s0-1', '1000000000', '269800000', '0.2698', 'contradicted'],
      ['s0-2', '130000', '35074', '0.2698', 'contradicted'],
    ]);
  });

  test('[SAV-15] share no row with what is measured: no target changes a saving, no saving a target', async () => {
    const query = { from: '2020-01-01', to: '2020-12-31', filters: { entity: ['city'] } };
    const before = await ledger.ask(savings, { ...query, knownAt: '2022-02-28' });
    const after = await ledger.ask(savings, query);
    expect(after.rows).toEqual(before.rows);
    expect(after.rows).toMatchObject([{ net: { value: '269800000' } }]);
    expect((await ledger.behind(savings, query)).events.filter(({ stream }) => stream.startsWith('claim'))).toEqual([]);
  });
});
