import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { project, readingSource } from '../../../test/support/projection.js';
import { foldAll, foldInPages, type PostedFact, post, readJournal } from '../../../test/support/read-models.js';
import { DataQualityDay, dataQuality, dataQualityDataSet } from './data-quality.js';
import type { DataSetQuery, ReadEvent } from './read-model.js';
import { inSnapshot } from './snapshot.js';

const DAY_MICROS = 86_400_000_000n;
const MARCH_2021 = 1_615_766_400_000_000n; // 2021-03-15T00:00Z

const service = (noun: string, data: object): PostedFact => ({
  type: `gov.sijill.service.${noun}.v1`,
  stream: 'service-s',
  data: { serviceId: 's', from: '2020-01-01', ...data },
});
const transaction = (number: string, noun: string, data: object, day = '2021-03-15'): PostedFact => ({
  type: `gov.sijill.transaction.${noun}.v1`,
  stream: `transaction-e:${number}`,
  data,
  time: `${day}T08:00:00+04:00`,
});
const received = (number: string, channel: string, feeDue: string, day?: string) =>
  transaction(number, 'received', { serviceId: 's', channel, feeDue }, day);
const cell = (
  measure: string,
  freq: string,
  periodStart: string,
  periodEnd: string,
  value: string,
  more: object = {},
): PostedFact => ({
  type: 'gov.sijill.aggregate.reported.v1',
  stream: `aggregate-p:${measure}${freq}${periodStart}`,
  data: {
    publisher: 'p',
    dataset: 'd',
    serviceId: 'x',
    measure,
    freq,
    periodStart,
    periodEnd,
    unit: 'transaction',
    value,
    ...more,
  },
});
const quarters = (measure: string, values: readonly string[]): PostedFact[] =>
  values.map((value, at) => {
    const [start = '', end = ''] =
      [
        ['2020-01-01', '2020-03-31'],
        ['2020-04-01', '2020-06-30'],
        ['2020-07-01', '2020-09-30'],
        ['2020-10-01', '2020-12-31'],
      ][at] ?? [];
    return cell(measure, 'Q', start, end, value);
  });

const started = (number: string, day: string) => transaction(number, 'started', { serviceId: 's' }, day);

const FACTS: readonly PostedFact[] = [
  service('registered', { title: { en: 'Only English' } }),
  received('0', 'fax', '0'), // nothing is offered yet: nothing is said
  service('channelOffered', { channel: 'app' }),
  service('channelOffered', { channel: 'counter' }),
  service('channelWithdrawn', { channel: 'counter', from: '2021-03-01' }),
  received('1', 'app', '0'),
  transaction('1', 'paymentSettled', { kind: 'fee' }),
  transaction('1', 'completed', {}),
  received('2', 'counter', '100', '2021-02-20'),
  transaction('2', 'stepCompleted', {}),
  transaction('2', 'paymentSettled', { kind: 'fee' }),
  transaction('2', 'completed', {}),
  received('3', 'counter', '100', '2021-03-14'),
  service('retired', { from: '2021-03-10' }),
  received('4', 'app', '100', '2021-03-13'),
  ...quarters('volume', ['10', '10', '10', '10']),
  ...quarters('volume_digital', ['11', '5', '5', '5']),
  cell('volume', 'R', '2020-01-01', '2020-12-31', '41', { publishedOn: '2021-03-01' }),
  cell('volume_digital', 'R', '2020-01-01', '2020-12-31', '26.0'),
  started('9', '2021-03-14'),
  // Satisfaction: 70 scaled and 60 by the two best ratings in every quarter. From the third on the other formula is published.
  ...[10, 10, 20, 10, 50].flatMap((answers, at) => quarters(`rating_${at + 1}`, Array(4).fill(String(answers)))),
  ...quarters('satisfaction', ['70', '70.0', '60', '60.00']),
];
const STARTS: readonly PostedFact[] = [
  started('s1', '2021-03-14'),
  started('s2', '2021-03-14'),
  started('s3', '2021-01-01'), // told when its time was over already
];

describe('Data quality', () => {
  let database: TestDatabase;
  let source: DataSource;
  let events: ReadEvent[];
  const store = new MemoryEventStore(() => MARCH_2021);
  const query: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
  const ask = (more: Partial<DataSetQuery> = {}) =>
    inSnapshot(source, 'data_quality', (manager) => dataQualityDataSet.rows({ ...query, ...more }, manager)).then(
      ({ rows }) => rows,
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    await post(store, FACTS);
    events = await readJournal(store);
    await project(database, store, [dataQuality]);
    source = await readingSource(database, [dataQuality]);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test('finds what each rule is about, and nothing else', async () => {
    const rows = await ask({ group: ['rule', 'severity'] });
    expect(Object.fromEntries(rows.map(({ rule, findings }) => [rule, findings]))).toEqual({
      late: 2,
      backdated_knowledge: 1,
      service_retired: 1,
      channel_not_offered: 1,
      fee_on_free_service: 1,
      no_step: 1,
      no_arabic_text: 1,
      digital_exceeds_total: 1,
      roll_up_mismatch: 1,
      definition_changed: 1,
      definition_unclear: 0,
    });
  });

  test('[REG-1] judges what was backdated by the version of the policy in force on the day of recording', async () => {
    const policy = (version: number, from: string, backdateDays: number): PostedFact => ({
      type: 'gov.sijill.policy.adopted.v1',
      stream: 'policy-knowledge',
      data: { policyId: 'knowledge', version, from, parameters: { backdateDays } },
    });
    const backdated = async (...policies: readonly PostedFact[]) => {
      const told = new MemoryEventStore(() => MARCH_2021);
      await post(told, [
        ...policies,
        cell('cost', 'Q', '2020-01-01', '2020-03-31', '1', { publishedOn: '2021-03-01' }),
      ]);
      const found = foldAll(dataQuality, await readJournal(told)).cubeRows(DataQualityDay);
      return found.filter(({ rule }) => rule === 'backdated_knowledge').length;
    };
    expect(await backdated()).toBe(1);
    expect(await backdated(policy(1, '1900-01-01', 14))).toBe(0);
    expect(await backdated(policy(1, '1900-01-01', 14), policy(2, '2021-03-15', 13))).toBe(1);
    expect(await backdated(policy(1, '1900-01-01', 14), policy(2, '2021-03-16', 13))).toBe(0);
  });

  test('[REG-2] finds where a published series silently changed its definition, and takes it back with the series', async () => {
    const changed = await ask({ group: ['day'], filters: { rule: ['definition_changed'] } });
    const told = changed.filter(({ findings }) => findings !== 0).map(({ day, findings }) => [day, findings]);
    expect(told).toEqual([['2020-09-30', 1]]);
    const restated = { ...quarters('satisfaction', ['70', '70', '65'])[2], stream: 'aggregate-p:again' } as PostedFact;
    const later = [...FACTS, restated];
    const again = new MemoryEventStore(() => MARCH_2021);
    await post(again, later);
    const found = foldAll(dataQuality, await readJournal(again)).cubeRows(DataQualityDay);
    const sum = (rule: string) =>
      found.filter((row) => row.rule === rule).reduce((total, row) => total + BigInt(row.findings ?? 0), 0n);
    // One period that fits the other formula is no change; the one that fits none is listed.
    expect([sum('definition_changed'), sum('definition_unclear')]).toEqual([0n, 1n]);
  });

  test('gives the share over what was compared, else over the events', async () => {
    const of = async (rule: string) => (await ask({ group: ['rule'], filters: { rule: [rule] } }))[0];
    expect(await of('roll_up_mismatch')).toMatchObject({ share: { num: '1', den: '2', value: '0.5' }, checked: 2 });
    expect(await of('digital_exceeds_total')).toMatchObject({ share: { num: '1', den: '5', value: '0.2' } });
    expect(await of('no_step')).toMatchObject({ events: FACTS.length, share: { num: '1', den: String(FACTS.length) } });
    expect((await ask({ group: ['category', 'rule'], filters: { rule: ['no_step'] } }))[0]).toMatchObject({
      category: 'transaction',
      events: 11,
    });
  });

  test('[TRX-10] counts how late transactions came, and only those', async () => {
    expect((await ask())[0]).toMatchObject({
      events: FACTS.length,
      late_0: 7,
      late_1: 2,
      late_2_to_7: 1,
      late_8_to_30: 1,
      late_over_30: 0,
    });
  });

  test('takes a finding back when a later value mends the cell, and keeps what an older value says out of it', async () => {
    const older = [
      ...FACTS,
      { ...cell('volume', 'R', '2020-01-01', '2020-12-31', '40', { publishedOn: '2021-02-01' }) },
    ];
    const newer = [
      ...FACTS,
      { ...cell('volume', 'R', '2020-01-01', '2020-12-31', '40', { publishedOn: '2021-03-02' }) },
    ];
    const findings = async (facts: readonly PostedFact[]) => {
      const other = new MemoryEventStore(() => MARCH_2021);
      await post(other, facts);
      const lines = foldInPages(dataQuality, await readJournal(other), []);
      const sums = lines
        .filter((line) => line.includes('"roll_up_mismatch"'))
        .map((line) => Number(/"findings":"(-?\d+)"/.exec(line)?.[1] ?? 0));
      return sums.reduce((sum, one) => sum + one, 0);
    };
    expect(await findings(older)).toBe(1);
    expect(await findings(newer)).toBe(0);
  });

  test('a start without receipt is a finding from its thirtieth day until a receipt or a void is known', async () => {
    let now = MARCH_2021;
    const other = new MemoryEventStore(() => now);
    await post(other, STARTS);
    now += 10n * DAY_MICROS; // 25 March: in time
    await post(other, [{ ...received('s1', 'app', '0'), source: 'urn:sijill:other:desk' }]);
    now += 40n * DAY_MICROS; // 4 May: too late
    await post(other, [received('s2', 'app', '0'), transaction('s3', 'voided', {})]);
    const page = foldAll(dataQuality, await readJournal(other));
    const rows = page.cubeRows(DataQualityDay).filter(({ rule }) => rule === 'started_never_received');
    const known = (day: string) =>
      rows.reduce((sum, { knownDay, findings }) => (String(knownDay) <= day ? sum + BigInt(findings ?? 0) : sum), 0n);
    expect(['2021-03-14', '2021-03-15', '2021-04-12', '2021-04-13', '2021-05-03', '2021-05-04'].map(known)).toEqual([
      0n,
      1n,
      1n,
      2n,
      2n,
      0n,
    ]);
    expect(new Set(rows.map(({ source: told }) => told)).size).toBe(1);
  });

  test('a start whose time is not over is no finding, unless the question looks ahead', async () => {
    const findings = async (knownAt?: string) => {
      const [row] = await ask({
        group: ['rule'],
        filters: { rule: ['started_never_received'] },
        ...(knownAt && { knownAt }),
      });
      return row?.findings;
    };
    expect([await findings(), await findings('2021-04-13')]).toEqual([undefined, 1]);
  });

  test('tells for how many days a source has been silent', async () => {
    const stale = async (more: Partial<DataSetQuery>) => (await ask(more)).map(({ stale_days: days }) => days);
    expect(await stale({})).toEqual([0]);
    expect(await stale({ knownAt: '2021-03-25' })).toEqual([10]);
    expect(await stale({ knownAt: '2021-03-25', filters: { rule: ['no_step'] } })).toEqual([10]);
    expect(await stale({ filters: { source: ['urn:sijill:nobody:x'] } })).toEqual([null]);
  });

  test('gives the same tables wherever pages end', () => {
    const whole = foldInPages(dataQuality, events, []);
    for (const ends of [[1, 2, 3], [7], [6, 9, 14, 20]]) expect(foldInPages(dataQuality, events, ends)).toEqual(whole);
  });
});
