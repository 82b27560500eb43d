import { addDays, daysFromTo } from '#kernel';
import {
  type Case,
  fact,
  listed,
  OWNER,
  PLATFORM_OPENING,
  TRAFFIC,
  transacted,
  views,
} from '../../../../test/support/platform-history.js';
import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { platformActivity } from './platform-activity.js';

describe('The data set of platforms', () => {
  let lots: ProjectedLots;
  const all: DataSetQuery = { group: [], filters: { platform: ['now'] }, kpis: [], limit: 1000 };
  const ask = (query: Partial<DataSetQuery>) =>
    inSnapshot(lots.source, transactionsModel.name, (manager) => platformActivity.rows({ ...all, ...query }, manager));
  const rowOf = async (query: Partial<DataSetQuery>) => (await ask(query)).rows[0];

  beforeAll(async () => {
    lots = await projectedLots(
      transactionsModel,
      [
        ...PLATFORM_OPENING,
        ...TRAFFIC.flatMap(transacted),
        ...transacted({ number: 1, service: 'payslip', day: '2021-02-10', customer: 99, platformId: 'staff' }),
        fact('kpi.defined', 'kpi-platform_mean_value', {
          ...{
            kpiId: 'platform_mean_value',
            version: 2,
            from: '2021-02-22',
            title: { en: 'Twice' },
            unit: 'x',
            source: 'x',
          },
          numerator: [{ dataset: 'platform_activity', terms: [{ measure: 'value', sign: 'plus', times: 2 }] }],
          denominator: [{ dataset: 'platform_activity', terms: [{ measure: 'transactions', sign: 'plus' }] }],
        }),
        views('pharmacies', '2021-02-10', 40),
        views('doctors', '2021-02-20', 5),
      ],
      [
        // Told on 10 March: a sale that was missing, a refund, a wrong count of views.
        ...transacted({ number: 2, service: 'fine', day: '2021-02-15', customer: 500, amount: 12_345, kind: 'fine' }),
        fact(
          'transaction.paymentRefunded',
          'transaction-police:2',
          { refundId: 'r', paymentId: 'p', amount: '345' },
          '2021-02-16T10:00:00+04:00',
        ),
        views('pharmacies', '2021-02-10', 30, 'corrected'),
        listed('fuel', '2021-02-12', 'serviceRemoved'),
      ],
    );
  });
  afterAll(() => lots?.close());

  /** The figures of one window, counted by hand. */
  const counted = (to: string, length: number, chosen: readonly Case[]) => {
    const within = chosen.filter(({ day }) => day <= to && day > addDays(to, -length));
    const distinct = (of: (one: Case) => unknown) => new Set(within.map(of).filter(Boolean)).size;
    const transactions = within.length;
    const known = within.filter(({ customer }) => customer).length;
    return {
      transactions,
      value: String(within.reduce((sum, { amount = 0 }) => sum + amount, 0)),
      identified: known,
      services_used: distinct((one) => one.service),
      entities_used: distinct((one) => OWNER[one.service]),
      active_customers: known === 0 && transactions > 0 ? null : distinct((one) => one.customer),
    };
  };
  const BEFORE = { knownAt: '2021-03-09' };

  test.each([1, 7, 13, 14, 21, 28, 60, 366])(
    '[PLT-1, PLT-2, PLT-10] windows of %s days hold what a recount of each of them holds',
    async (length) => {
      const days = { from: '2021-01-05', to: '2021-03-05', group: ['day'] };
      const filters = { ...all.filters, window_days: [String(length)] };
      const { rows } = await ask({ ...BEFORE, ...days, filters });
      const byDay = new Map(rows.map((row) => [row.day, row]));
      for (let at = 0; at < daysFromTo(days.from, days.to); at++) {
        const day = addDays(days.from, at);
        const expected = counted(day, length, TRAFFIC);
        expect([day, byDay.get(day)]).toEqual([day, expect.objectContaining({ window_days: length, ...expected })]);
      }
    },
  );

  test('[PLT-1] the window has 14 days unless another length is asked for, and several stand side by side', async () => {
    const to = '2021-02-20';
    expect(await rowOf({ ...BEFORE, to })).toMatchObject({ window_days: 14, ...counted(to, 14, TRAFFIC) });
    const { rows } = await ask({ ...BEFORE, to, filters: { ...all.filters, window_days: ['7', '21'] } });
    expect(rows).toMatchObject([
      { window_days: 21, ...counted(to, 21, TRAFFIC) },
      { window_days: 7, ...counted(to, 7, TRAFFIC) },
    ]);
  });

  test('[CON-5] what was done on a platform in three weeks is a window of 21 days', async () => {
    const filters = { ...all.filters, window_days: ['21'] };
    const row = await rowOf({ ...BEFORE, to: '2021-02-21', filters });
    expect(row?.transactions).toBe(TRAFFIC.filter(({ day }) => day > '2021-01-31').length);
  });

  test('[PLT-2] the mean value has its parts, also as an indicator', async () => {
    const { rows, kpiVersions } = await ask({ ...BEFORE, to: '2021-02-20', kpis: ['platform_mean_value'] });
    const { value, transactions } = counted('2021-02-20', 14, TRAFFIC);
    const mean = { num: value, den: String(transactions) };
    expect(rows).toMatchObject([{ mean_value: mean, platform_mean_value: mean }]);
    expect(kpiVersions).toEqual({ platform_mean_value: 1 });
  });

  test('[PLT-3, PLT-4] services and entities are those used in the window and those listed on its last day, by kind of owner', async () => {
    const day = (to: string) => rowOf({ to, filters: { ...all.filters, window_days: ['28'] } });
    expect(await day('2021-01-19')).toMatchObject({ services_offered: 3, entities_offered: 3 });
    expect(await day('2021-02-11')).toMatchObject({ services_used: 4, services_offered: 4, entities_offered: 4 });
    // Used within the window, on the list no longer; and as it was known before that was known.
    expect(await day('2021-02-12')).toMatchObject({ services_used: 4, services_offered: 3, entities_offered: 3 });
    expect(await rowOf({ ...BEFORE, to: '2021-02-12' })).toMatchObject({ services_offered: 4 });
    const { rows } = await ask({ ...BEFORE, to: '2021-02-20', group: ['entity_kind'] });
    expect(rows).toMatchObject(
      [
        ['government', ['fine', 'permit'], 2],
        ['private', ['fuel'], 1],
        ['semiGovernment', ['bill'], 1],
      ].map(([kind, services, offered]) => ({
        ...{ entity_kind: kind, entities_offered: offered, services_offered: offered },
        ...counted(
          '2021-02-20',
          14,
          TRAFFIC.filter((one) => (services as string[]).includes(one.service)),
        ),
      })),
    );
  });

  test('[PLT-3] a service that is listed and not used has a row of its own', async () => {
    const { rows } = await ask({ to: '2021-01-05', group: ['service'] });
    expect(rows.map((row) => [row.service, row.transactions, row.services_offered])).toEqual([
      ['bill', 0, 1],
      ['fine', 0, 1],
      ['permit', 0, 1],
    ]);
    expect(rows[0]).toMatchObject({ active_customers: 0, mean_value: { value: null } });
  });

  test('[PLT-5] payments are bills, fines, fuel and fees, each with the transactions it was paid in', async () => {
    const { rows } = await ask({ ...BEFORE, to: '2021-02-20', group: ['payment_kind'] });
    const of = (serviceId: string) =>
      counted(
        '2021-02-20',
        14,
        TRAFFIC.filter((one) => one.service === serviceId),
      );
    expect(rows).toMatchObject([
      { payment_kind: 'bill', ...of('bill'), services_offered: null, views: null },
      { payment_kind: 'fine', ...of('fine') },
      { payment_kind: 'fuel', ...of('fuel') },
      { payment_kind: 'none', ...of('permit') },
    ]);
  });

  test('[PLT-6, TRX-6] views of information stand apart and count as no transaction', async () => {
    const to = '2021-02-20';
    expect(await rowOf({ ...BEFORE, to })).toMatchObject({ views: 45, ...counted(to, 14, TRAFFIC) });
    expect(await rowOf({ to })).toMatchObject({ views: 35 });
    expect(await rowOf({ to: '2021-02-24' })).toMatchObject({ views: 5 });
    expect(await rowOf({ to, group: ['service'] })).toMatchObject({ views: null });
  });

  test('[PLT-7, PLT-8] a platform for employees and suppliers carries flows inside the government', async () => {
    const { rows } = await ask({ to: '2021-02-20', group: ['audience', 'platform', 'flow'], filters: {} });
    expect(rows.map((row) => [row.audience, row.platform, row.flow, row.transactions])).toMatchObject([
      ['employees', 'staff', 'internal', 1],
      ['public', 'now', 'customer', expect.any(Number)],
      ['suppliers', 'staff', 'internal', 1],
    ]);
    const internal = { to: '2021-02-20', filters: { audience: ['suppliers'] } };
    expect((await ask(internal)).rows).toMatchObject([{ transactions: 1, active_customers: 1 }]);
  });

  test('[PLT-9] any two windows compare, group by group', async () => {
    const { rows } = await ask({
      ...BEFORE,
      to: '2021-02-20',
      compareFrom: '2021-01-24',
      compareTo: '2021-02-06',
      group: ['service'],
    });
    for (const { service: serviceId, compared, ...row } of rows as (AnswerRow & { compared: AnswerRow })[]) {
      const own = TRAFFIC.filter((one) => one.service === serviceId);
      expect(row).toMatchObject(counted('2021-02-20', 14, own));
      expect(compared).toMatchObject({ day: '2021-02-06', ...counted('2021-02-06', 14, own) });
    }
    expect(rows).toHaveLength(4);
  });

  test('what was told late changes the windows it belongs to, from the day on which it was told', async () => {
    const late = [...TRAFFIC, { number: 2, service: 'fine', day: '2021-02-15', customer: 500, amount: 12_000 }];
    const filters = { ...all.filters, window_days: ['7'] };
    for (const to of ['2021-02-14', '2021-02-16', '2021-02-21', '2021-02-22']) {
      expect(await rowOf({ ...BEFORE, to, filters })).toMatchObject(counted(to, 7, TRAFFIC));
      if (to !== '2021-02-22') expect(await rowOf({ to, filters })).toMatchObject(counted(to, 7, late));
    }
    // The refund of the 16th is in the window that the payment of the 15th has left.
    const { value } = counted('2021-02-22', 7, TRAFFIC);
    expect(await rowOf({ to: '2021-02-22', filters })).toMatchObject({ value: String(Number(value) - 345) });
  });

  test('answers page by page without a gap', async () => {
    const query = { ...BEFORE, from: '2021-02-01', to: '2021-02-05', group: ['service', 'day'] };
    const whole = (await ask(query)).rows;
    const pages: AnswerRow[] = [];
    let after: DataSetQuery['after'];
    do {
      const page = await ask({ ...query, limit: 3, ...(after && { after }) });
      pages.push(...page.rows);
      after = page.next;
    } while (after);
    expect(pages).toEqual(whole);
    expect(whole.length).toBeGreaterThan(15);
  });

  test('names the events behind a window: their deltas add up to it, and views come after', async () => {
    const query = { ...all, to: '2021-02-20' };
    const events: { stream: string; deltas: Readonly<Record<string, string>> }[] = [];
    let after: DataSetQuery['after'];
    do {
      const page = await inSnapshot(lots.source, transactionsModel.name, (manager) =>
        platformActivity.contributions({ ...query, limit: 7, ...(after && { after }) }, manager),
      );
      events.push(...page.events);
      after = page.next;
    } while (after);
    const sum = (measure: string) => events.reduce((all, { deltas }) => all + Number(deltas[measure] ?? 0), 0);
    const row = await rowOf({ to: '2021-02-20' });
    expect([sum('transactions'), String(sum('settled') - sum('refunded')), sum('views')]).toEqual([
      row?.transactions,
      row?.value,
      row?.views,
    ]);
    expect(new Set(events.map(({ stream }) => stream)).size).toBe((row?.transactions as number) + 2);
  });

  test('names the events behind a group: of a kind of entity, or of an audience', async () => {
    const behind = async (filters: DataSetQuery['filters']) =>
      (
        await inSnapshot(lots.source, transactionsModel.name, (manager) =>
          platformActivity.contributions({ ...all, ...BEFORE, to: '2021-02-20', filters }, manager),
        )
      ).events;
    const completed = (events: readonly { deltas: Readonly<Record<string, string>> }[]) =>
      events.filter(({ deltas }) => deltas.transactions === '1').length;
    const fuel = TRAFFIC.filter((one) => one.service === 'fuel');
    expect(completed(await behind({ entity_kind: ['private'] }))).toBe(counted('2021-02-20', 14, fuel).transactions);
    expect(await behind({ audience: ['suppliers'] })).toMatchObject([{ stream: 'transaction-rta:1' }]);
  });

  test('a later version of an indicator answers from its day on, and for any day where it is asked for', async () => {
    const kpis = ['platform_mean_value'];
    const { value, transactions } = counted('2021-02-20', 14, TRAFFIC);
    const twice = { platform_mean_value: { num: String(2 * Number(value)), den: String(transactions) } };
    const asked = { ...BEFORE, to: '2021-02-20', kpis };
    expect((await ask(asked)).rows).toMatchObject([{ platform_mean_value: { num: value } }]);
    expect(await ask({ ...asked, kpiVersion: 2 })).toMatchObject({
      rows: [twice],
      kpiVersions: { platform_mean_value: 2 },
    });
    const series = await ask({ ...BEFORE, from: '2021-02-20', to: '2021-02-22', group: ['day'], kpis });
    expect(series.kpiBreaks).toEqual([{ kpi: 'platform_mean_value', day: '2021-02-22', version: 2 }]);
    expect(series.rows[0]).toMatchObject({ day: '2021-02-20', platform_mean_value: { num: value } });
    const last = counted('2021-02-22', 14, TRAFFIC);
    expect(series.rows[2]?.platform_mean_value).toMatchObject({ num: String(2 * Number(last.value)) });
    await expect(ask({ ...asked, kpiVersion: 3 })).rejects.toMatchObject({ code: 'kpi.versionUnknown' });
    await expect(ask({ ...asked, kpis: ['digital_take_up'] })).rejects.toMatchObject({ code: 'kpi.notHere' });
  });
});
