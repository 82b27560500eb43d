import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import type { AnswerRow, DataSet, DataSetQuery } from '../read-model.js';
import { dataSets } from '../read-models.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { claimChecks, claimsModel } from './claims.js';

const DAY_MICROS = 86_400_000_000n;
const FIRST = 1_614_556_800_000_000n; // 2021-03-01T00:00Z

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
  ...(time && { time }),
});

const published = (claimId: string, more: object = {}): PostedFact =>
  fact('claim.published', `claim-${claimId}`, {
    ...{ claimId, publisher: 'press', scope: 'dubai', metric: 'value', value: '100', unit: 'aed', qualifier: 'exact' },
    ...{ kind: 'measured', source: 'press', ...more },
  });
const corrected = (claimId: string, more: object): PostedFact =>
  fact('claim.corrected', `claim-${claimId}`, { claimId, ...more });
const withdrawn = (claimId: string): PostedFact => fact('claim.withdrawn', `claim-${claimId}`, { claimId });
const check = (checkId: string, expression: string, more: object = {}): PostedFact =>
  fact('claimCheck.adopted', `claimCheck-${checkId}`, {
    checkId,
    version: 1,
    expression,
    title: { en: checkId },
    ...more,
  });
const policy = (policyId: string, version: number, parameters: object): PostedFact =>
  fact('policy.adopted', `policy-${policyId}`, { policyId, version, parameters, from: '1900-01-01' });

const DAY = { period: '2021-02-26', periodStart: '2021-02-26', periodEnd: '2021-02-26' };
const mapped = (metric: string, dataset: string, measure: string, more: object = {}) => ({
  ...{ scope: 'dubai', metric, dataset, measure, filters: [], period: 'claimed', ...more },
});
const MAPPINGS = policy('claim-measures', 1, {
  mappings: [
    mapped('value', 'channel_volume', 'settled'),
    mapped('digital-share', 'channel_volume', 'digital_take_up', { period: 'untilEnd' }),
    mapped('received', 'channel_volume', 'received', {
      filters: [{ dimension: 'channel', isIn: ['app'] }],
      period: 'untilEnd',
    }),
    mapped('last-sheet', 'paper', 'last_paper_day', { period: 'untilEnd' }),
    mapped('all-digital', 'channel_volume', 'digital_take_up', { period: 'untilEnd' }),
    mapped('nothing', 'channel_volume', 'happiness'),
  ],
});

/** A transaction of 26 February 2021, paid there and completed. */
const told = (number: string, channel: string, fils: string, more: readonly PostedFact[] = []): PostedFact[] => {
  const stream = `transaction-roads:${number}`;
  const at = '2021-02-26T09:00:00+04:00';
  const names = { entityId: 'roads', number, serviceId: 'licence', channel, assisted: false, flow: 'customer' };
  return [
    fact(
      'transaction.received',
      stream,
      { ...names, customerCategory: 'citizen', feeDue: fils, documentsRequired: 0 },
      at,
    ),
    fact(
      'transaction.paymentSettled',
      stream,
      { paymentId: 'p', amount: fils, kind: 'fee', method: 'card', channel },
      at,
    ),
    ...more,
    fact('transaction.completed', stream, { delivery: 'electronic', intended: true }, at),
  ];
};
const sheets = (number: string): PostedFact =>
  fact(
    'transaction.sheetsConsumed',
    `transaction-roads:${number}`,
    { recordId: 's', sheets: 3, kind: 'process' },
    '2021-02-26T09:30:00+04:00',
  );

const LOTS: readonly (readonly [days: bigint, facts: readonly PostedFact[]])[] = [
  [
    0n,
    [
      MAPPINGS,
      policy('claims', 1, { aboutTolerance: { num: '1', den: '20' }, minCoverage: { num: '9', den: '10' } }),
      ...told('1', 'app', '4000', [sheets('1')]),
      ...told('2', 'counter', '6000'),
      published('said', DAY),
      published('more', { ...DAY, value: '99', qualifier: 'more_than' }),
      published('share', { metric: 'digital-share', value: '0.5', unit: 'ratio' }),
      published('target', {
        metric: 'received',
        value: '4',
        unit: 'transaction',
        kind: 'target',
        qualifier: 'more_than',
      }),
      published('undated', {}),
      published('unmapped', { metric: 'joy', unit: 'point' }),
      published('senseless', { metric: 'nothing', ...DAY }),
      published('in-2021', { metric: 'last-sheet', value: '2021', unit: 'year' }),
      published('after-2021', { metric: 'last-sheet', value: '2021', unit: 'year', qualifier: 'more_than' }),
      published('deadline', {
        metric: 'all-digital',
        value: '2021-12',
        unit: 'year-month',
        qualifier: 'by',
        kind: 'target',
      }),
      published('early', { metric: 'age', unit: 'year-x', publishedOn: '2020-05' }),
      check('sum', 'said + more', { relation: 'equals', expected: '199' }),
      check('mean', 'said / more'),
      check('dated', 'said + early', { relation: 'atMost', expected: 'said * 2' }),
    ],
  ],
  [
    9n,
    [
      fact(
        'transaction.paymentSettled',
        'transaction-roads:2',
        {
          ...{ paymentId: 'late', amount: '100', kind: 'fee', method: 'card', channel: 'counter' },
        },
        '2021-02-26T10:00:00+04:00',
      ),
      corrected('more', { value: '101' }),
      check('mean', 'said / more * 2', { version: 2 }),
    ],
  ],
  [9n, [withdrawn('more')]],
  [300n, [fact('transaction.voided', 'transaction-roads:2', { requestedBy: 'audit' })]],
];
const KNOWN = ['2021-03-01', '2021-03-10', '2021-03-19', '2022-01-13'] as const;

describe('Claims beside what was counted', () => {
  let database: TestDatabase;
  let source: DataSource;
  const dataSet = (name: string) => dataSets.get(name) as DataSet;
  const ask = (name: string, more: Partial<DataSetQuery> = {}) =>
    inSnapshot(source, 'claims', (manager) =>
      dataSet(name).rows({ group: [], filters: {}, kpis: [], limit: 100, ...more }, manager),
    );
  const row = async (claim: string, more: Partial<DataSetQuery> = {}): Promise<AnswerRow> =>
    (await ask('claims', { filters: { claim: [claim] }, ...more })).rows[0] ?? {};
  const verdictsOf = (claim: string) =>
    Promise.all(KNOWN.map(async (knownAt) => (await row(claim, { knownAt })).verdict));
  const checkRow = async (id: string, more: Partial<DataSetQuery> = {}): Promise<AnswerRow> =>
    (await ask('claim_checks', { filters: { check: [id] }, ...more })).rows[0] ?? {};

  beforeAll(async () => {
    database = await createTestDatabase();
    let now = FIRST;
    const store = new MemoryEventStore(() => now);
    for (const [days, facts] of LOTS) {
      now += days * DAY_MICROS;
      await post(store, facts);
    }
    const models = [claimsModel, transactionsModel];
    await project(database, store, models);
    source = await readingSource(database, models);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  test('[CLM-3] stand beside their measurement as known on the same day', async () => {
    expect(await row('said', { knownAt: '2021-03-01' })).toMatchObject({
      ...{ claimed: '100', measured: { num: '100', den: '1', value: '100' }, verdict: 'consistent', progress: null },
      coverage: { num: '1', den: '1', value: '1' },
    });
    // A late payment makes it 101 dirhams; voiding the transaction of 61 leaves 40.
    expect(await verdictsOf('said')).toEqual(['consistent', 'contradicted', 'contradicted', 'contradicted']);
    expect(await row('said')).toMatchObject({ measured: { value: '40' } });
    const { positions } = await ask('claims');
    expect(positions).toEqual({ channel_volume: expect.stringMatching(/^[0-9]+$/) });
  });
  test('change with their corrections from the day these are known, and go with their withdrawal', async () => {
    expect(await verdictsOf('more')).toEqual(['consistent', 'contradicted', undefined, undefined]);
    expect(await row('more', { knownAt: '2021-03-10' })).toMatchObject({ claimed: '101' });
    expect(await row('more')).toEqual({});
    expect(await row('more', { recordedAt: '2021-03-01' })).toMatchObject({ claimed: '99' });
  });
  test('are known from the day they were made public; the ledger’s own clock knows them from their recording', async () => {
    expect(await row('early', { knownAt: '2020-05-31' })).toMatchObject({ claimed: '100' });
    expect(await row('early', { knownAt: '2020-05-30' })).toEqual({});
    expect(await row('early', { recordedAt: '2021-02-28' })).toEqual({});
  });
  test('are measured by an indicator where the policy names one', async () =>
    expect(await row('share', { knownAt: '2021-03-19' })).toMatchObject({
      measured: { num: '1', den: '2', value: '0.5' },
      verdict: 'consistent',
    }));
  test('of kind target show how much of them is reached', async () =>
    expect(await row('target')).toMatchObject({
      ...{ kind: 'target', measured: { value: '1' }, progress: { num: '1', den: '4', value: '0.25' } },
      verdict: 'contradicted',
    }));
  test.each(['undated', 'unmapped', 'senseless'])('are not measurable without %s', async (claim) =>
    expect(await row(claim)).toMatchObject({ measured: null, coverage: null, verdict: 'not_measurable' }),
  );
  test('[SAV-3] of a deadline wait for it, and then show the progress as it stood at its end', async () => {
    expect(await verdictsOf('deadline')).toEqual([...Array(3).fill('not_measurable'), 'consistent']);
    expect(await row('deadline', { knownAt: '2021-12-31' })).toMatchObject({
      ...{ progress: { num: '1', den: '2', value: '0.5' }, verdict: 'contradicted' },
    });
  });
  test('[CLM-2, CAM-24] that contradict each other stand side by side, each with its verdict', async () => {
    const { rows } = await ask('claims', { filters: { metric: ['last-sheet'] } });
    expect(rows).toMatchObject([
      { claim: 'after-2021', qualifier: 'more_than', others: 1, measured: '2021-02-26', verdict: 'contradicted' },
      { claim: 'in-2021', qualifier: 'exact', others: 1, measured: '2021-02-26', verdict: 'consistent' },
    ]);
  });
  test('come page by page and are explained by their events', async () => {
    const all = (await ask('claims')).rows.map(({ claim }) => claim);
    const first = await ask('claims', { limit: 4 });
    const rest = await ask('claims', { ...(first.next && { after: first.next }) });
    expect([...first.rows, ...rest.rows].map(({ claim }) => claim)).toEqual(all);
    expect(all).toHaveLength(10);
    const events = (knownAt: string) =>
      inSnapshot(source, 'claims', (manager) =>
        dataSet('claims').contributions(
          { group: [], filters: { claim: ['more'] }, kpis: [], limit: 10, knownAt },
          manager,
        ),
      );
    expect((await events('2021-03-10')).events).toMatchObject([
      { stream: 'claim-more', revision: '0', deltas: { claimed: '99' } },
      { stream: 'claim-more', revision: '1', deltas: { claimed: '101' } },
    ]);
    expect((await events('2021-03-19')).events).toEqual([]);
  });

  test('[CLM-3] are checked against each other as known: a correction or withdrawal changes what uses the claim', async () => {
    expect(await checkRow('sum', { knownAt: '2021-03-01' })).toMatchObject({
      ...{ left: { value: '199' }, expected: { value: '199' }, difference: { value: '0' }, verdict: 'consistent' },
      ...{ relation: 'equals', at_least: { value: '199' }, at_most: null },
    });
    expect(await checkRow('sum', { knownAt: '2021-03-10' })).toMatchObject({
      ...{ left: { value: '201' }, difference: { value: '2' }, verdict: 'contradicted' },
    });
    expect(await checkRow('sum')).toMatchObject({ left: null, difference: null, verdict: 'not_measurable' });
    expect(await checkRow('dated')).toMatchObject({ left: { value: '200' }, verdict: 'consistent' });
  });
  test('are checked by the version that was known', async () => {
    expect(await checkRow('mean', { knownAt: '2021-03-01' })).toMatchObject({ version: '1', verdict: 'shown' });
    expect(await checkRow('mean', { knownAt: '2021-03-10' })).toMatchObject({
      ...{ version: '2', left: { num: '200', den: '101', value: '1.980198' }, expected: null },
    });
  });
  test('are named behind each check that uses them', async () => {
    const { events } = await inSnapshot(source, 'claims', (manager) =>
      claimChecks.contributions({ group: [], filters: { check: ['sum'] }, kpis: [], limit: 10 }, manager),
    );
    expect(events.map(({ stream, revision }) => `${stream} ${revision}`)).toEqual([
      'claim-more 0',
      'claim-more 1',
      'claim-more 2',
      'claim-said 0',
      'claimCheck-sum 0',
    ]);
  });
});
