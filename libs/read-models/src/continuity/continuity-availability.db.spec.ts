import { daysFromTo } from '#kernel';
import type { ProjectedLots } from '../../../../test/support/projection.js';
import { serviceEntry } from '../catalogue/entry-answer.js';
import type { AnswerRow, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { ALL, asking, BEGUN, continuityLots, PRESENT } from './continuity.given.contract.js';
import { continuity } from './continuity.js';

const BEFORE = { knownAt: '2021-03-09' };

describe('The availability of services in a disruption', () => {
  let lots: ProjectedLots;
  const ask = asking(() => lots);
  beforeAll(async () => {
    lots = await continuityLots();
  });
  afterAll(() => lots?.close());

  test('[CON-3] a service is remote on a day on which it can be had without a visit all day', async () => {
    const remote = async (query: Partial<DataSetQuery>) => {
      const { rows } = await ask({ ...query, group: ['day', 'service'], kpis: ['remote_availability'] });
      return (of: string, day: string) => {
        const row = rows.find((one) => one.service === of && one.day === day);
        return row && [row.in_scope, row.remote, row.remote_availability];
      };
    };
    const now = await remote({});
    const yes = [1, 1, expect.objectContaining({ value: '1' })];
    const no = [1, 0, expect.objectContaining({ value: '0' })];
    // An outage over midnight touches both days; the counter of the same service helps nobody who stays at home.
    expect(['01-31', '02-01', '02-02', '02-03'].map((day) => now('visa', `2021-${day}`))).toEqual([yes, no, no, yes]);
    expect(now('paper', '2021-02-01')).toEqual(no);
    // Reduced hours restrict a channel; a closed counter and staff at home do not.
    expect(['01-12', '01-19', '01-20', '01-22', '01-23'].map((day) => now('licence', `2021-${day}`))).toEqual([
      yes,
      yes,
      no,
      no,
      yes,
    ]);
    const before = await remote(BEFORE);
    expect(['01-22', '01-23', '01-25', '01-26'].map((day) => before('licence', `2021-${day}`))).toEqual([
      no,
      no,
      no,
      yes,
    ]);
    // Not yet offered, planned, without transactions, of another jurisdiction.
    expect(now('late', '2021-01-31')).toEqual([0, 0, expect.objectContaining({ value: null })]);
    expect(['plans', 'hotline', 'parking'].map((of) => now(of, '2021-01-31'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(now('late', '2021-02-01')).toEqual(yes);
  });

  test('[CON-11] a service has the points at which it is reached, beside the channels that make it remote', async () => {
    const visa = await inSnapshot(lots.source, transactionsModel.name, (manager) =>
      serviceEntry('visa', { effectiveAt: '2021-02-05', knownAt: PRESENT }, manager),
    );
    expect(visa?.entry).toMatchObject({ contact: { phone: '600522222', url: 'https://moi.gov.ae' } });
    expect(visa?.entry.channels.map(({ channel }) => channel)).toEqual(['app', 'counter']);
    const { rows } = await ask({ from: '2021-02-05', to: '2021-02-05', group: ['service'] });
    expect(rows.filter((row) => row.remote === 1).map((row) => row.service)).toEqual(['late', 'licence', 'visa']);
  });

  test('[CON-3, CON-10] availability adds up days of services, and vital ones are reported apart', async () => {
    const february = { from: '2021-02-01', to: '2021-02-03', kpis: ['remote_availability'] };
    const { rows } = await ask({ ...february, group: ['critical'] });
    expect(rows).toMatchObject([
      { critical: 'false', in_scope: 9, remote: 6, remote_availability: { num: '6', den: '9' } },
      { critical: 'true', in_scope: 3, remote: 1, remote_availability: { num: '1', den: '3', value: '0.333333' } },
    ]);
    expect((await ask(february)).rows).toMatchObject([{ in_scope: 12, remote: 7 }]);
  });

  test('[CON-13] readiness is the remote share on the day before', async () => {
    expect((await ask({})).rows[0]?.readiness).toMatchObject({ num: '2', den: '3', value: '0.666667' });
    const { rows } = await ask({ group: ['service'] });
    expect(rows.map((row) => [row.service, (row.readiness as { value: string | null }).value])).toEqual([
      ['gone', null],
      ['late', null],
      ['licence', '1'],
      ['paper', '0'],
      ['visa', '1'],
    ]);
  });

  test('[CON-2] measures in force without coordination are listed, until they are coordinated', async () => {
    const listed = async (day: string, query: Partial<DataSetQuery> = {}) => {
      const { rows } = await ask({ ...query, from: day, to: day });
      return [rows[0]?.uncoordinated, rows[0]?.uncoordinated_measures];
    };
    expect(await listed('2021-01-11')).toEqual([0, '']);
    expect(await listed('2021-01-13')).toEqual([2, 'ae.moi:m-1 ae.moi:m-3']);
    expect(await listed('2021-01-14')).toEqual([1, 'ae.moi:m-1']);
    expect(await listed('2021-01-15')).toEqual([0, '']);
    // An objection is no coordination.
    expect(await listed('2021-01-22')).toEqual([1, 'ae.moi:m-2']);
    expect(await listed('2021-01-24')).toEqual([0, '']);
    expect(await listed('2021-01-24', BEFORE)).toEqual([1, 'ae.moi:m-2']);
    const whole = { from: '2021-01-10', to: '2021-01-31' };
    expect((await ask(whole)).rows[0]?.uncoordinated).toBe(3);
    expect(
      (await ask({ ...whole, group: ['service'] })).rows.map((row) => [row.service, row.uncoordinated]),
    ).toContainEqual(['licence', 3]);
  });

  test('[CON-1, CON-9] federal services and those of an emirate have disruptions of their own, with start and end', async () => {
    const { rows } = await ask({ filters: {}, group: ['jurisdiction'] });
    expect(rows.map((row) => [row.disruption, row.jurisdiction, row.in_scope])).toEqual([
      ['covid', 'AE', 3 * daysFromTo(BEGUN, PRESENT) + daysFromTo('2021-02-01', PRESENT)],
      ['fresh', 'AE', 4 * 3],
      ['storm', 'AE-DU', 3],
    ]);
    expect(rows[2]).toMatchObject({ actual: 1, readiness: { num: '1', den: '1' } });
    const federal = await ask({ filters: { jurisdiction: ['AE'] } });
    expect(federal.rows.map((row) => row.disruption)).toEqual(['covid', 'fresh']);
    expect((await ask({ ...BEFORE, filters: {}, from: '2021-02-04' })).rows.map((row) => row.disruption)).toEqual([
      'covid',
      'fresh',
    ]);
  });

  test('answers page by page without a gap, over disruptions', async () => {
    const query = { filters: {}, from: '2021-01-30', to: '2021-02-02', group: ['service', 'day'] };
    const whole = (await ask(query)).rows;
    const pages: AnswerRow[] = [];
    let after: DataSetQuery['after'];
    do {
      const page = await ask({ ...query, limit: 3, ...(after && { after }) });
      pages.push(...page.rows);
      after = page.next;
    } while (after);
    expect(pages).toEqual(whole);
    expect(new Set(whole.map((row) => row.disruption))).toEqual(new Set(['covid', 'storm']));
  });

  test('names the events behind a row: what was told of measures and outages, then what was received', async () => {
    const behind = async (query: Partial<DataSetQuery>) => {
      const events: { stream: string; deltas: Readonly<Record<string, string>> }[] = [];
      let after: DataSetQuery['after'];
      do {
        const page = await inSnapshot(lots.source, transactionsModel.name, (manager) =>
          continuity.contributions({ ...ALL, ...query, limit: 4, ...(after && { after }) }, manager),
        );
        events.push(...page.events);
        after = page.next;
      } while (after);
      return events;
    };
    const query = { from: '2021-02-01', to: '2021-02-02', filters: { ...ALL.filters, service: ['visa'] } };
    const events = await behind(query);
    const told = events.filter(({ stream }) => !stream.startsWith('transaction-')).map(({ stream }) => stream);
    expect(told).toEqual(['disruption-covid', 'outage-visa:o-1', 'outage-visa:o-1']);
    const received = events.reduce((total, { deltas }) => total + Number(deltas.received ?? 0), 0);
    expect(received).toBe((await ask(query)).rows[0]?.actual);
    const measures = await behind({
      to: '2021-01-22',
      from: '2021-01-22',
      filters: { ...ALL.filters, service: ['licence'] },
    });
    expect(new Set(measures.map(({ stream }) => stream))).toContain('measure-ae.moi:m-2');
  });
});
