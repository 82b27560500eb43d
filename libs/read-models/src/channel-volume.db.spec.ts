import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { type PostedFact, post } from '../../../test/support/read-models.js';
import { channelVolume } from './channel-volume.js';
import { electronicShare } from './electronic-share.js';
import type { DataSet, DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';
import { transactionsModel } from './transactions.js';

const DAY_MICROS = 86_400_000_000n;
const FIRST = 1_614_556_800_000_000n; // 2021-03-01T00:00Z

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
  ...(time && { time }),
});

interface Case {
  readonly number: string;
  readonly channel: string;
  readonly assisted?: boolean;
  readonly entity?: string;
  readonly day?: string;
  readonly closed?: string;
  readonly outcome?: string;
  readonly manual?: boolean;
  readonly dueBy?: string;
}

/** One transaction from receipt to outcome, with one step. */
const told = ({
  number,
  channel,
  assisted = false,
  entity = 'roads',
  day = '2021-03-01',
  ...more
}: Case): PostedFact[] => {
  const { closed = day, outcome = 'completed', manual = false, dueBy } = more;
  const stream = `transaction-${entity}:${number}`;
  const receipt = {
    ...{ entityId: entity, number, serviceId: `${entity}-licence`, channel, assisted, flow: 'customer' },
    ...{ customerCategory: 'citizen', feeDue: '1000', documentsRequired: 0, ...(dueBy && { dueBy }) },
  };
  const step = { stepId: 'check', mode: manual ? 'manual' : 'electronic', actor: 'system' };
  const ending = outcome === 'completed' ? { delivery: 'electronic', intended: true } : { reason: 'notEligible' };
  return [
    fact('transaction.started', stream, { ...receipt, feeDue: undefined }, `${day}T08:00:00+04:00`),
    fact('transaction.received', stream, receipt, `${day}T09:00:00+04:00`),
    fact('transaction.stepCompleted', stream, step, `${day}T10:00:00+04:00`),
    ...(outcome === 'open' ? [] : [fact(`transaction.${outcome}`, stream, ending, `${closed}T11:00:00+04:00`)]),
  ];
};

/** An entity and its licence. */
const opened = (entityId: string): PostedFact[] => [
  fact('entity.registered', `entity-${entityId}`, {
    ...{ entityId, title: { en: entityId }, kind: 'government', jurisdiction: 'AE-DU', from: '2020-01-01' },
  }),
  fact('service.registered', `service-${entityId}-licence`, {
    ...{ serviceId: `${entityId}-licence`, ownerEntityId: entityId, title: { en: 'Licence' }, kind: 'transactional' },
    ...{ flow: 'customer', critical: false, status: 'active', from: '2020-01-01' },
  }),
];

const shares = (electronicBp: number, from: string) =>
  fact('service.sharesDeclared', 'service-roads-licence', { electronicBp, manualBp: 10_000 - electronicBp, from });

/** Everything completed counts twice. */
const doubled = fact('kpi.defined', 'kpi-intended_outcome_rate', {
  ...{
    kpiId: 'intended_outcome_rate',
    version: 2,
    from: '2021-03-15',
    title: { en: 'Twice' },
    unit: 'share',
    source: 'test',
  },
  numerator: [{ dataset: 'channel_volume', terms: [{ measure: 'completed', sign: 'plus', times: 2 }] }],
  denominator: [{ dataset: 'channel_volume', terms: [{ measure: 'completed', sign: 'plus' }] }],
});
const undoubled = fact('kpi.retired', 'kpi-intended_outcome_rate', {
  ...{ kpiId: 'intended_outcome_rate', version: 2, from: '2021-03-25', reason: { en: 'Too much' } },
});

const defined = (version: number, from: string) =>
  fact('kpi.defined', 'kpi-on_time_share', {
    ...{ kpiId: 'on_time_share', version, from, title: { en: 'On time of all' }, unit: 'share', source: 'test' },
    numerator: [{ dataset: 'channel_volume', terms: [{ measure: 'on_time', sign: 'plus' }] }],
    denominator: [{ dataset: 'channel_volume', terms: [{ measure: 'completed', sign: 'plus', times: 2 }] }],
  });

describe('Data sets about transactions', () => {
  let database: TestDatabase;
  let source: DataSource;
  let now = FIRST;
  const all: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 1000 };
  const ask = (query: Partial<DataSetQuery>, dataSet: DataSet = channelVolume) =>
    inSnapshot(source, transactionsModel.name, (manager) => dataSet.rows({ ...all, ...query }, manager));
  const kpi = async (id: string, query: Partial<DataSetQuery> = {}, dataSet?: DataSet) => {
    const { rows } = await ask({ kpis: [id], ...query }, dataSet);
    return rows[0]?.[id];
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const store = new MemoryEventStore(() => now);
    await post(store, [
      ...['roads', 'ports', 'transport'].flatMap(opened),
      shares(8000, '2021-01-01'),
      defined(1, '1900-01-01'),
      defined(2, '2200-01-01'),
      doubled,
      ...told({ number: '1', channel: 'app', dueBy: '2021-03-01T12:00:00+04:00' }),
      ...told({ number: '2', channel: 'counter', assisted: true, dueBy: '2021-03-01T10:30:00+04:00' }),
      ...told({ number: '3', channel: 'counter', manual: true }),
      ...told({ number: '4', channel: 'web', outcome: 'rejected', closed: '2021-03-03' }),
      ...told({ number: '5', channel: 'app', outcome: 'open', day: '2021-03-02' }),
      ...told({ number: '6', channel: 'app', entity: 'ports', day: '2021-03-01' }),
      ...told({ number: '7', channel: 'app', entity: 'ports', day: '2021-03-20' }),
    ]);
    now += 9n * DAY_MICROS;
    const late = { stepId: 'stamp', mode: 'manual', actor: 'staff' };
    await post(store, [
      fact('transaction.stepCompleted', 'transaction-roads:1', late, '2021-03-01T10:00:00+04:00'),
      fact('entity.merged', 'entity-ports', { intoEntityId: 'transport', from: '2021-03-15' }),
      shares(4000, '2021-03-01'),
      shares(5000, '2021-03-01'), // the same first day: what was said last
      undoubled,
    ]);
    await project(database, store, [transactionsModel]);
    source = await readingSource(database, [transactionsModel]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });
  const ROADS = { filters: { entity: ['roads'] } };

  test('[TRX-11] KPI digital_take_up counts what was completed: @1 with assisted as digital, @2 without', async () => {
    expect(await kpi('digital_take_up', ROADS)).toEqual({
      ...{ num: '2', den: '3', value: '0.666667' },
      coverage: { num: '4', den: '5', value: '0.8' },
    });
    expect(await kpi('digital_take_up', { ...ROADS, kpiVersion: 2 })).toMatchObject({ num: '1', den: '3' });
    const { kpiVersions, coverage } = await ask({ ...ROADS, kpis: ['digital_take_up'] });
    expect([kpiVersions, coverage]).toEqual([{ digital_take_up: 1 }, { num: 4n, den: 5n }]);
  });

  test('the coverage of an answer is of all that was asked, with a KPI and without, on one page and on several', async () => {
    for (const days of [{}, { from: '2021-03-02' }]) {
      const asked = { ...ROADS, ...days, group: ['day'] };
      const { coverage } = await ask(asked);
      for (const page of [{}, { limit: 1 }, { limit: 1, after: ['2021-03-01'] }])
        expect((await ask({ ...asked, ...page, kpis: ['digital_take_up'] })).coverage).toEqual(coverage);
    }
  });

  test('KPI take_up_received counts what was received', async () => {
    expect(await kpi('take_up_received', ROADS)).toMatchObject({ num: '4', den: '5', value: '0.8' });
  });

  test('KPI completion_rate is by the day of receipt, and a clear no is a completion', async () => {
    const day = { from: '2021-03-01', to: '2021-03-01' };
    expect(await kpi('completion_rate', { ...ROADS, ...day })).toMatchObject({ num: '2', den: '2', value: '1' });
    expect(await kpi('completion_rate', { ...ROADS, ...day, basis: 'event' })).toMatchObject({ num: '2', den: '2' });
    expect(await kpi('completion_rate', { from: '2030-01-01' })).toMatchObject({ value: null });
  });

  test('KPIs of outcomes have their own denominators', async () => {
    expect(await kpi('intended_outcome_rate', ROADS)).toMatchObject({ num: '3', den: '4', value: '0.75' });
    expect(await kpi('e_transaction_share', ROADS)).toMatchObject({
      num: '1',
      den: '3',
      coverage: { num: '3', den: '3' },
    });
    expect(await kpi('e_transaction_share', { ...ROADS, knownAt: '2021-03-09' })).toMatchObject({ num: '2', den: '3' });
    expect(await kpi('paperless_share', ROADS)).toMatchObject({ num: '1', den: '3' });
  });

  test('[REG-1] the version in force is the one the ledger defines; one for 2200 answers only by number', async () => {
    const { kpiVersions } = await ask({ kpis: ['on_time_share'] });
    expect(kpiVersions).toEqual({ on_time_share: 1 });
    expect(await kpi('on_time_share', { ...ROADS, kpiVersion: 2 })).toMatchObject({ num: '1', den: '6' });
    await expect(ask({ kpis: ['on_time_share'], kpiVersion: 9 })).rejects.toMatchObject({ code: 'kpi.versionUnknown' });
    await expect(ask({ kpis: ['high_volume'] })).rejects.toMatchObject({ code: 'kpi.notHere' });
  });

  test('[REG-1] a KPI breaks where another version comes into force: each period has its own, or all the one asked for', async () => {
    const rate = {
      kpis: ['intended_outcome_rate'],
      group: ['day'],
      filters: { channel: ['app'], entity: ['ports', 'transport'] },
    };
    const figures = async (query: Partial<DataSetQuery> = {}) => {
      const { rows, kpiVersions, kpiBreaks } = await ask({ ...rate, ...query });
      const shown = rows.map(({ day, intended_outcome_rate: figure }) => [day, (figure as { value: string }).value]);
      return { shown, kpiVersions, kpiBreaks };
    };
    const [first, second] = ['2021-03-01', '2021-03-20'];
    const [begins, ends] = [
      { kpi: 'intended_outcome_rate', day: '2021-03-15', version: 2 },
      { kpi: 'intended_outcome_rate', day: '2021-03-25', version: 1 },
    ];
    const both = [
      [first, '1'],
      [second, '2'],
    ];
    expect(await figures()).toEqual({
      shown: both,
      kpiVersions: { intended_outcome_rate: 1 },
      kpiBreaks: [begins, ends],
    });
    expect(await figures({ to: '2021-03-22' })).toMatchObject({
      shown: both,
      kpiVersions: { intended_outcome_rate: 2 },
      kpiBreaks: [begins],
    });
    expect(await figures({ from: '2021-03-15', to: '2021-03-24' })).toEqual({
      shown: [[second, '2']],
      kpiVersions: { intended_outcome_rate: 2 },
    });
    expect((await figures({ kpiVersion: 1 })).shown).toEqual([
      [first, '1'],
      [second, '1'],
    ]);
    // The retirement was recorded on 10 March: before, the second version was believed to stay.
    expect(await figures({ knownAt: '2021-03-09' })).toMatchObject({
      kpiVersions: { intended_outcome_rate: 2 },
      kpiBreaks: [begins],
    });
    const monthly = await ask({ ...rate, group: ['month'] });
    expect(monthly.rows[0]).toMatchObject({ month: '2021-03', intended_outcome_rate: { value: '1' } });
  });

  test('KPI channel_share divides by all channels of the same group', async () => {
    const { rows } = await ask({ ...ROADS, group: ['channel'], kpis: ['channel_share'] });
    expect(rows.map(({ channel, channel_share: share }) => [channel, share])).toEqual([
      ['app', { num: '1', den: '3', value: '0.333333' }],
      ['counter', { num: '2', den: '3', value: '0.666667' }],
      ['web', { num: '0', den: '3', value: '0' }],
    ]);
  });

  test('outcomes are dated by their own day, or by the day of receipt where asked', async () => {
    const rejected = async (basis: 'event' | 'receipt') =>
      (await ask({ ...ROADS, group: ['day'], basis })).rows.filter((row) => row.rejected).map(({ day }) => day);
    expect([await rejected('event'), await rejected('receipt')]).toEqual([['2021-03-03'], ['2021-03-01']]);
  });

  test('a merged entity appears under its successor from the day of the merger', async () => {
    const received = async (query: Partial<DataSetQuery>) =>
      (await ask({ group: ['entity'], ...query })).rows.map(({ entity, received: sum }) => [entity, sum]);
    const apart = [
      ['ports', 1],
      ['roads', 5],
      ['transport', 1],
    ];
    expect(await received({})).toEqual(apart);
    expect(await received({ effectiveAt: '2021-03-15' })).toEqual([
      ['roads', 5],
      ['transport', 2],
    ]);
    expect(await received({ effectiveAt: '2021-03-14' })).toEqual([
      ['ports', 2],
      ['roads', 5],
    ]);
  });

  test('the events behind a figure add up to it', async () => {
    const query: DataSetQuery = { ...all, filters: { entity: ['roads'], channel: ['app'] } };
    const { events } = await inSnapshot(source, transactionsModel.name, (manager) =>
      channelVolume.contributions(query, manager),
    );
    const sum = events.reduce((total, { deltas }) => total + BigInt(deltas.received ?? 0), 0n);
    expect([sum, (await ask(query)).rows[0]?.received]).toEqual([2n, 2]);
    expect(events.every(({ stream }) => /^transaction-roads:[15]$/.test(stream))).toBe(true);
  });

  test('[CAT-10] the gap is declared minus observed, exactly, with the declaration in force as known', async () => {
    const gap = (query: Partial<DataSetQuery>) => kpi('declared_gap', { ...ROADS, ...query }, electronicShare);
    // Known on 9 March: 4 of 5 steps electronic, declared 80 %. From 10 March: 4 of 6, declared 50 % from 1 March on.
    expect(await gap({ knownAt: '2021-03-09' })).toMatchObject({ value: '0', coverage: { num: '5', den: '5' } });
    expect(await gap({})).toMatchObject({ num: '-10000', den: '60000', value: '-0.166667' });
    const { rows, coverage } = await ask({ ...ROADS, group: ['service'] }, electronicShare);
    expect(rows).toMatchObject([{ service: 'roads-licence', steps_electronic: 4, steps_manual: 2, declared_bp: 5000 }]);
    expect(coverage).toEqual({ num: 3n, den: 3n });
  });

  test('the gap is null without a declaration in force', async () => {
    expect(await kpi('declared_gap', { filters: { entity: ['ports'] } }, electronicShare)).toMatchObject({
      value: null,
    });
  });
});
