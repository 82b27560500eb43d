import {
  completed,
  entityRegistered,
  fact,
  type Ledger,
  learned,
  serviceRegistered,
} from '../../../../test/support/savings.js';
import type { DataSetQuery } from '../read-model.js';
import { cost } from './cost.js';

type Component = { kind: string; amount: string; channel?: string };

const told = (
  event: string,
  serviceId: string,
  [periodStart, periodEnd]: readonly [string, string],
  components?: readonly Component[],
) =>
  fact(`cost.${event}`, `cost-roads:${serviceId}:${periodStart}..${periodEnd}`, {
    ...{ entityId: 'roads', serviceId, periodStart, periodEnd, ...(components && { components }) },
  });
const JANUARY = ['2020-01-01', '2020-01-31'] as const;
const FEBRUARY = ['2020-02-01', '2020-02-29'] as const;
const QUARTER = ['2020-01-01', '2020-03-31'] as const;
const staff = (amount: string, channel?: string): Component => ({ kind: 'staff', amount, ...(channel && { channel }) });
const computers = (amount: string): Component => ({ kind: 'it', amount });

describe('The data set cost', () => {
  let ledger: Ledger;
  const rowsOf = async (query: Partial<DataSetQuery> = {}) => (await ledger.ask(cost, query)).rows;

  beforeAll(async () => {
    ledger = await learned({
      '2020-01-01': [
        entityRegistered('roads'),
        ...['fine', 'licence', 'free'].map((service) => serviceRegistered(service, 'roads')),
        ...['2020-01-02', '2020-01-03', '2020-02-04'].flatMap((day) => completed('roads', 'fine', day)),
        ...['2020-01-05', '2020-02-05'].flatMap((day) => completed('roads', 'fine', day, { channel: 'counter' })),
        ...completed('roads', 'licence', '2020-01-06'),
        ...['2020-01-07', '2020-01-08'].flatMap((day) => completed('roads', 'free', day)),
      ],
      '2020-04-01': [
        told('reported', 'fine', JANUARY, [staff('6000', 'counter'), computers('600'), computers('300')]),
        told('reported', 'fine', FEBRUARY, [staff('2000', 'counter')]),
        told('reported', 'licence', JANUARY, [staff('10000')]),
      ],
      '2020-05-01': [told('restated', 'fine', FEBRUARY, [staff('3000', 'counter'), computers('100')])],
      '2020-06-01': [told('withdrawn', 'licence', JANUARY)],
      '2020-07-01': [told('reported', 'fine', QUARTER, [staff('12000')])],
    });
  });
  afterAll(() => ledger.close());

  test('[TRX-12] is in whole fils as text, and a cost a transaction in numerator and denominator', async () => {
    expect(await rowsOf({ knownAt: '2020-04-30' })).toEqual([
      { amount: '18900', completed: 6, cost_per_transaction: { num: '18900', den: '6', value: '3150' } },
    ]);
  });

  test('a cost of many services is the sum of costs over the sum of transactions, never the mean of unit costs', async () => {
    const rows = await rowsOf({
      group: ['service'],
      knownAt: '2020-04-30',
      kpis: ['cost_per_transaction', 'total_cost'],
    });
    expect(rows).toMatchObject([
      { service: 'fine', amount: '8900', completed: 5, cost_per_transaction: { num: '8900', den: '5', value: '1780' } },
      { service: 'licence', amount: '10000', completed: 1, total_cost: { num: '10000', den: '1', value: '10000' } },
    ]);
    const [all] = await rowsOf({ knownAt: '2020-04-30' });
    expect(all?.cost_per_transaction).toMatchObject({ value: '3150' }); // the mean of 1780 and 10000 is 5890
  });

  test('counts a transaction once however many components its service has', async () => {
    const january = { from: '2020-01-01', to: '2020-01-31', filters: { service: ['fine'] } };
    expect(await rowsOf({ ...january, group: ['cost_kind'] })).toMatchObject([
      { cost_kind: 'it', amount: '900', completed: 3 },
      { cost_kind: 'staff', amount: '6000', completed: 3 },
    ]);
    expect(await rowsOf({ ...january, group: ['channel'] })).toMatchObject([
      { channel: null, amount: '900', completed: 3 },
      { channel: 'counter', amount: '6000', completed: 1, cost_per_transaction: { value: '6000' } },
    ]);
  });

  test('changes with what is known: restated, withdrawn', async () => {
    const amounts = async (knownAt: string) =>
      (await rowsOf({ knownAt, to: '2020-02-29' })).map(({ amount }) => amount);
    expect(await amounts('2020-03-31')).toEqual([null]);
    expect(await amounts('2020-04-30')).toEqual(['18900']);
    expect(await amounts('2020-05-31')).toEqual(['20000']);
    expect(await amounts('2020-06-01')).toEqual(['10000']);
  });

  test('adds no period to one that holds it: of a quarter and its months the quarter counts, by months the months', async () => {
    expect(await rowsOf()).toMatchObject([{ amount: '12000', completed: 5 }]);
    expect(await rowsOf({ group: ['month'] })).toMatchObject([
      { month: '2020-01', amount: '6900', completed: 3 },
      { month: '2020-02', amount: '3100', completed: 2 },
    ]);
    expect(await rowsOf({ group: ['quarter'] })).toMatchObject([{ quarter: '2020-Q1', amount: '12000' }]);
    expect(await rowsOf({ from: '2020-01-02' })).toMatchObject([{ amount: '3100' }]); // January is not wholly inside
  });

  test('coverage is the part of the transactions whose cost is known', async () => {
    expect((await ledger.ask(cost, { knownAt: '2020-04-30' })).coverage).toEqual({ num: 6n, den: 8n });
    expect((await ledger.ask(cost, { filters: { service: ['free'] } })).coverage).toEqual({ num: 0n, den: 2n });
  });

  test('pages give the same rows as one page', async () => {
    const query = { group: ['cost_kind', 'service'], knownAt: '2020-05-31' };
    const paged = [];
    for (let after: DataSetQuery['after']; ; ) {
      const { rows, next } = await ledger.ask(cost, { ...query, limit: 1, after });
      paged.push(...rows);
      if (!next) break;
      after = next;
    }
    expect(paged).toEqual(await rowsOf(query));
  });

  test('names the events behind it: what was told of the cost, and the transactions that were completed', async () => {
    const { events } = await ledger.behind(cost, {
      knownAt: '2020-05-31',
      filters: { service: ['fine'] },
      to: '2020-02-29',
    });
    const costs = events.filter(({ stream }) => stream.startsWith('cost-'));
    expect(costs.map(({ stream, revision, deltas }) => [stream, revision, deltas])).toEqual([
      ['cost-roads:fine:2020-01-01..2020-01-31', '0', { amount: '6900' }],
      ['cost-roads:fine:2020-02-01..2020-02-29', '1', { amount: '3100' }],
    ]);
    expect(events.slice(2).map(({ deltas }) => deltas)).toEqual(Array(5).fill({ completed: '1' }));
  });
});
