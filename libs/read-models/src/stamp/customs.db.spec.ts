import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { savings } from '../savings/savings.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { stamp } from './stamp.js';

const entityId = 'ae-du.customs';
const HALF = [3_400_000, 3_300_000, 3_500_000, 3_400_000, 3_300_000, 3_400_000];
const MONTHLY = [...HALF, ...HALF];
const BASELINE = 40_600_000;

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  ...{ type: `gov.sijill.${type}.v1`, stream, data },
  ...(time && { time }),
});
const service = (serviceId: string, flow: 'customer' | 'internal'): PostedFact[] => {
  const stream = `service-${serviceId}`;
  const title = { ar: 'بيان جمركي', en: 'Declaration' };
  const registered = { serviceId, ownerEntityId: entityId, title, kind: 'transactional', flow, critical: false };
  return [
    fact('service.registered', stream, { ...registered, status: 'active', from: '2015-01-01' }),
    fact('service.channelOffered', stream, { serviceId, channel: 'app', from: '2018-01-01' }),
  ];
};
const consumed = (recordId: string, sheets: number, [periodStart, periodEnd]: readonly [string, string]) =>
  fact('paper.consumed', `paper-${entityId}:${recordId}`, {
    ...{ entityId, recordId, sheets, kind: 'process', flow: 'customer', serviceId: 'declaration', method: 'metered' },
    ...{ periodStart, periodEnd },
  });
const received = (serviceId: string, flow: string, number: string) =>
  fact(
    'transaction.received',
    `transaction-${entityId}:${number}`,
    {
      ...{ entityId, number, serviceId, channel: 'app', assisted: false, flow, feeDue: '0' },
      customerCategory: flow === 'internal' ? 'employee' : 'business',
    },
    '2021-02-10T10:00:00+04:00',
  );
const H1 = { entityId, half: '2021-H1' };
const REGISTERS: PostedFact[] = [
  fact('policy.adopted', 'policy-size-class', {
    ...{ policyId: 'size-class', version: 1, from: '1900-01-01', reason: { en: 'test' } },
    parameters: { largeAboveSheets: 10_000_000, mediumAboveSheets: 1_000_000 },
  }),
  fact('policy.adopted', 'policy-stamp', {
    ...{ policyId: 'stamp', version: 1, from: '1900-01-01', reason: { en: 'test' } },
    parameters: {
      ...{ countedKinds: ['process'], allowedChannelClasses: ['digital'], idle: 'leaveOut', unitWeight: 1 },
      ...{ freezeDays: 30, suspendOnLate: true },
    },
  }),
  fact('entity.registered', `entity-${entityId}`, {
    ...{ entityId, title: { ar: 'جمارك دبي' }, kind: 'government', jurisdiction: 'AE-DU', from: '1900-01-01' },
  }),
  ...service('declaration', 'customer'),
  ...service('leave', 'internal'),
  fact('paperBaseline.set', `paperBaseline-${entityId}`, {
    ...{ entityId, year: 2018, sheets: BASELINE, monthly: MONTHLY, method: 'measured', source: 'test' },
  }),
];

describe('Dubai Customs, rebuilt from events (domain.md, section 6.4)', () => {
  let database: TestDatabase;
  let source: DataSource;
  const store = new MemoryEventStore(() => now);
  let now = 0n;
  const on = async (day: string, ...facts: PostedFact[]) => {
    now = BigInt(Date.parse(`${day}T08:00:00Z`)) * 1000n;
    await post(store, facts);
  };
  const ask = async (query: Partial<DataSetQuery> = {}) => {
    const asked = { group: ['entity', 'status'], filters: {}, kpis: [], limit: 100, ...query };
    return (await inSnapshot(source, transactionsModel.name, (manager) => stamp.rows(asked, manager))).rows;
  };
  const h1 = (knownAt?: string, view = 'current') =>
    ask({ filters: { half: ['2021-H1'], view: [view] }, ...(knownAt !== undefined && { knownAt }) });
  const statusOn = async (day: string) => (await h1(day))[0]?.status;

  beforeAll(async () => {
    expect(MONTHLY.reduce((sum, sheets) => sum + sheets, 0)).toBe(BASELINE);
    database = await createTestDatabase();
    await on('2019-01-15', ...REGISTERS);
    await on('2020-01-10', consumed('2019-a', 10_000_000, ['2019-01-01', '2019-06-30']));
    await on('2020-01-11', consumed('2019-b', 10_064_520, ['2019-07-01', '2019-12-31']));
    await on('2020-05-05', consumed('2020-04', 102_000, ['2020-04-01', '2020-04-30']));
    await on('2021-02-10', received('declaration', 'customer', 'D-1'), received('leave', 'internal', 'L-1'));
    await on('2021-07-30', fact('period.frozen', 'period-AE-DU:2021-H1', { jurisdiction: 'AE-DU', half: '2021-H1' }));
    const whole = { num: '1', den: '1' };
    await on(
      '2021-08-02',
      fact('assessment.opened', `stamp-${entityId}`, H1),
      fact('assessment.resultAnnounced', `stamp-${entityId}`, {
        ...{ ...H1, atPosition: '13', sizeClass: 'large', services: whole, internal: whole, announcedOn: '2021-08-02' },
      }),
      fact('stamp.conferred', `stamp-${entityId}`, { ...H1, sizeClass: 'large' }),
    );
    await on('2021-09-05', consumed('late', 12, ['2021-03-01', '2021-03-31']));
    await on(
      '2021-09-20',
      fact('paper.voided', `paper-${entityId}:late`, { entityId, recordId: 'late', reason: { en: 'Not ours' } }),
    );
    await project(database, store, [transactionsModel], 5);
    source = await readingSource(database, [transactionsModel]);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  test('[STP-16] used half as much paper in 2019, and none in the first half of 2021: 0.5058 and 1, of the class large', async () => {
    const halves = await ask({ filters: { view: ['current'] } });
    const reductionOf = (half: string) => halves.find((row) => row.half === half)?.reduction as Record<string, string>;
    const of2019 = ['2019-H1', '2019-H2'].map(reductionOf);
    const sum = (part: string) => of2019.reduce((total, reduction) => total + Number(reduction[part]), 0);
    expect([sum('num'), sum('den')]).toEqual([20_535_480, BASELINE]);
    expect((sum('num') / sum('den')).toFixed(4)).toBe('0.5058');
    expect(reductionOf('2021-H1')).toMatchObject({ value: '1' });
    expect((await h1())[0]).toMatchObject({
      ...{ entity: entityId, half: '2021-H1', view: 'current', size_class: 'large', status: 'held' },
      ...{ services: { num: '1', den: '1', value: '1' }, internal: { num: '1', den: '1', value: '1' } },
      ...{ units_passed: 2, units_failed: 0, process_sheets: 0, policies: 'size-class@1 stamp@1' },
    });
  });

  test.each([
    ['2019-01-01', '2019-12-31', '0.5058'],
    ['2020-04-01', '2020-04-30', '0.97'],
    ['2021-01-01', '2021-06-30', '1'],
  ])('[STP-16] from %s to %s it used less by %s', async (from, to, value) => {
    const query = { from, to, group: ['entity'], filters: { entity: [entityId] }, kpis: [], limit: 10 };
    const { rows } = await inSnapshot(source, transactionsModel.name, (manager) => savings.rows(query, manager));
    expect(rows[0]?.reduction).toMatchObject({ value });
  });

  test.each([
    ['2021-07-29', 'whole'],
    ['2021-08-01', 'whole'],
    ['2021-08-02', 'held'],
    ['2021-09-04', 'held'],
    ['2021-09-05', 'suspended'],
    ['2021-09-10', 'suspended'],
    ['2021-09-19', 'suspended'],
    ['2021-09-20', 'held'],
    ['2022-06-30', 'held'],
  ])('[STP-14, STP-15, STP-16] as known on %s its mark is %s', async (day, status) =>
    expect(await statusOn(day)).toBe(status),
  );

  test('[STP-13, STP-16] the frozen view stays 1 when the late record comes, the current one does not', async () => {
    const late = { process_sheets: 12, units_failed: 1, services: { num: '0', den: '1' }, status: 'suspended' };
    expect(await h1('2021-09-05')).toMatchObject([late]);
    const frozen = { view: 'frozen', process_sheets: 0, units_failed: 0, services: { num: '1', den: '1' } };
    for (const day of ['2021-07-30', '2021-09-05', '2022-01-01'])
      expect(await h1(day, 'frozen')).toMatchObject([frozen]);
    expect(await h1('2021-07-29', 'frozen')).toEqual([]);
  });

  test('[STP-11, STP-14] the event that suspends it is named behind the failing unit, and only behind it', async () => {
    const eventsOf = async (filters: DataSetQuery['filters']) => {
      const query = {
        group: [],
        filters: { half: ['2021-H1'], ...filters },
        kpis: [],
        limit: 100,
        knownAt: '2021-09-10',
      };
      const { events } = await inSnapshot(source, transactionsModel.name, (manager) =>
        stamp.contributions(query, manager),
      );
      return events.map(({ stream, revision, deltas }) => [`${stream}@${revision}`, deltas]);
    };
    const late = [`paper-${entityId}:late@0`, { process_sheets: '12' }];
    expect(await eventsOf({ outcome: ['failed'] })).toContainEqual(late);
    expect(await eventsOf({ service: ['leave'] })).not.toContainEqual(late);
    expect(await eventsOf({ service: ['leave'] })).toContainEqual([`transaction-${entityId}:L-1@0`, { received: '1' }]);
    expect(await eventsOf({ view: ['frozen'] })).not.toContainEqual(late);
    expect(await eventsOf({ view: ['frozen'] })).toContainEqual(['service-declaration@1', { unit: '1' }]);
  });

  test('[STP-8] it was whole 912 days after the end of its first baseline year', async () => {
    // 2019-01-01 to 2021-07-01
    expect(await h1()).toMatchObject([{ time_to_whole: 912, rank: 1, announced_differs: false }]);
  });
});
