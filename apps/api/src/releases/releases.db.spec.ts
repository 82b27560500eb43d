import fc from 'fast-check';
import { type DataSet, dataSets } from '#read-models';
import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';
import { countsOf } from './bands.js';

const PATH = '/v1/datasets/channel_volume';
const THRESHOLD = 10;
type Row = Readonly<Record<string, unknown>>;

/** Month, entity, channel → requests received. */
const WORLD: readonly (readonly [month: string, entity: string, channel: string, received: number])[] = [
  ['2026-01', 'rta', 'app', 23],
  ['2026-01', 'rta', 'counter', 4],
  ['2026-01', 'dm', 'app', 7],
  ['2026-02', 'rta', 'app', 11],
  ['2026-02', 'rta', 'web', 3],
  ['2026-02', 'dm', 'counter', 12],
];
const TABLE = [
  { month: '2026-01', entity: 'rta', channel_class: 'digital', received: 20 },
  { month: '2026-02', entity: 'dm', channel_class: 'counter', received: 10 },
  { month: '2026-02', entity: 'rta', channel_class: 'digital', received: 10 },
];

let api: TestApi;
beforeAll(async () => {
  // All that is recorded during the test was recorded before this day.
  api = await startTestApi({ isProjecting: true, today: () => '2199-01-01' });
  const services = ['rta', 'dm'].flatMap((entity) => [
    entityRegistered(entity),
    serviceRegistered(`${entity}-permit`, entity),
  ]);
  await api.post('steward', services);
  const received = WORLD.flatMap(([month, entityId, channel, count]) =>
    Array.from({ length: count }, (_, at) =>
      transactionReceived(
        `${month}-${channel}-${at}`,
        { entityId, serviceId: `${entityId}-permit`, channel },
        {
          time: `${month}-${String(at + 1).padStart(2, '0')}T10:00:00+04:00`,
          source: `urn:sijill:${entityId}:counter`,
        },
      ),
    ),
  );
  const { body } = await api.post('integrator', received);
  expect(body.results.filter(({ status }: { status: string }) => status === 'rejected')).toEqual([]);
  expect((await api.get('analyst', `${PATH}?min_position=${await api.store.head()}`)).status).toBe(200);
});
afterAll(() => api.close());

let posted = 0;
const say = (past: string, data: object) =>
  api.post('steward', {
    ...{ specversion: '1.0', type: `gov.sijill.dataset.${past}.v1`, source: 'urn:sijill:sdd:desk' },
    ...{ id: `release-${posted++}`, time: '2026-03-01T09:00:00+04:00', data: { dataset: 'channel_volume', ...data } },
  });
const released = (threshold: number, from = '2026-03-01', dataset = 'channel_volume') =>
  say('released', { licence: 'CC-BY-4.0', threshold, from, dataset });
const recalled = () => say('recalled', { reason: { ar: 'خطأ', en: 'A fault' } });
const ask = (query = '') => api.get(null, `${PATH}${query}`);
const statusOf = async (path: string) => (await api.get(null, path)).status;

describe('A data set that is not released', () => {
  test('is read with a token alone, whatever its name', async () => {
    expect(await statusOf(PATH)).toBe(401);
    expect(await statusOf(`${PATH}.csv`)).toBe(401);
    expect(await statusOf(`${PATH}.csv-metadata.json`)).toBe(401);
    expect(await statusOf('/v1/datasets/none')).toBe(401);
  });
  test('is released by a steward alone', async () => {
    const event = cloudEvent('dataset.released', {
      ...{ dataset: 'channel_volume', licence: 'CC0', threshold: 0, from: '2026-03-01' },
    });
    expect((await api.post('integrator', event)).status).toBe(403);
    expect(await statusOf(PATH)).toBe(401);
  });
});

describe('A released data set', () => {
  test('[SHR-9] is one table of whole months and whole thresholds for everybody, with its licence, until it is recalled', async () => {
    expect((await released(THRESHOLD)).status).toBe(201);
    const { status, body, headers } = await ask();
    expect(status).toBe(200);
    expect(headers.get('etag')).toBeNull();
    expect(body.rows).toEqual(TABLE.map((row) => expect.objectContaining(row)));
    expect(body.rows[0].suppressed).toEqual(expect.arrayContaining(['completed', 'voided']));
    expect(body.rows[0]).not.toHaveProperty('settled');
    expect(body).toMatchObject({
      next: null,
      meta: {
        release: { dataset: 'channel_volume', licence: 'CC-BY-4.0', threshold: THRESHOLD, from: '2026-03-01' },
        ...{ knownAt: '2198-12-31', recordedAt: '2198-12-31', coverage: null },
      },
    });
    expect((await api.get(null, `${PATH}.csv`)).text).toContain('suppressed');
    expect((await recalled()).status).toBe(201);
    expect(await statusOf(PATH)).toBe(401);
  });

  test('[SHR-9] is chosen from by whole months and values of its groups', async () => {
    await released(THRESHOLD);
    const monthsOf = async (query: string) =>
      (await ask(query)).body.rows.map(({ month, entity }: Row) => `${month} ${entity}`);
    expect(await monthsOf('?from=2026-02-01')).toEqual(['2026-02 dm', '2026-02 rta']);
    expect(await monthsOf('?to=2026-01-31')).toEqual(['2026-01 rta']);
    expect(await monthsOf('?entity=rta&channel_class=digital&from=2026-02-01&to=2026-02-28')).toEqual(['2026-02 rta']);
    expect(await monthsOf('?entity=nobody')).toEqual([]);
  });

  test.each([
    ...[
      'from=2026-01-02',
      'to=2026-01-30',
      'to=2199-01-31',
      'group=channel',
      'channel=app',
      'service=rta-permit',
      'basis=receipt',
    ],
    ...[
      'known_at=2026-03-01',
      'recorded_at=2026-03-01',
      'effective_at=2026-03-01',
      'kpi=digital_take_up',
      'kpi_version=1',
    ],
    ...['compare_from=2026-01-01', 'limit=1', 'cursor=x', 'min_position=1', 'replay=1', 'factors=x'],
  ])('[SHR-9] is not asked in another way: %s', async (query) => {
    await released(THRESHOLD);
    for (const suffix of ['', '.csv', '.csv-metadata.json'])
      expect((await api.get(null, `${PATH}${suffix}?${query}`)).body).toMatchObject({
        status: 422,
        code: 'query.invalid',
      });
  });

  test('[SHR-9] is not public before its day', async () => {
    await released(5, '2199-01-02');
    expect(await statusOf(PATH)).toBe(401);
  });

  test('shows its rows alone: no events behind them, no replays', async () => {
    await released(0);
    expect(await statusOf(PATH)).toBe(200);
    expect(await statusOf(`${PATH}/events`)).toBe(401);
    expect(await statusOf(`${PATH}?replay=1`)).toBe(401);
    expect((await api.get(null, PATH, { authorization: 'Bearer none' })).status).toBe(401);
    expect((await api.get('integrator', PATH)).status).toBe(403);
  });

  test('is whole for those whose role reads it', async () => {
    await released(1000);
    const { body } = await api.get('analyst', `${PATH}?group=channel`);
    expect(body.meta).not.toHaveProperty('release');
    expect(body.rows.every((row: Row) => !('suppressed' in row))).toBe(true);
  });
});

describe('Every data set', () => {
  test.each([...dataSets.keys()])('[SHR-9] has a public table of counts in whole thresholds: %s', async (dataset) => {
    expect((await released(THRESHOLD, '2026-03-01', dataset)).status).toBeLessThan(300);
    const { status, body } = await api.get(null, `/v1/datasets/${dataset}`);
    expect([status, body.meta?.release?.dataset]).toEqual([200, dataset]);
    const counts = Object.keys(countsOf((dataSets.get(dataset) as DataSet).description).measures);
    const told = body.rows.flatMap((row: Row) => counts.map((name) => Number(row[name] ?? 0)));
    expect(told.filter((count: number) => count % THRESHOLD !== 0)).toEqual([]);
    for (const form of ['.csv', '.csv-metadata.json'])
      expect(await statusOf(`/v1/datasets/${dataset}${form}`)).toBe(200);
  });
});

const parameter = (name: string, ...values: readonly string[]) =>
  fc.option(
    fc.constantFrom(...values).map((value) => `${name}=${value}`),
    { nil: undefined, freq: 2 },
  );
const rarely = (one: string) => fc.integer({ min: 0, max: 19 }).map((drawn) => (drawn === 0 ? one : undefined));
/** What somebody might ask who looks for a person: anything at all, mostly what is allowed. */
const questions = fc
  .tuple(
    parameter('from', '2026-01-01', '2026-02-01', '2026-03-01', '2026-01-05'),
    parameter('to', '2026-01-31', '2026-02-28', '2026-01-04', '2026-01-05'),
    parameter('entity', 'rta', 'dm', 'rta,dm', 'none'),
    parameter('channel_class', 'digital', 'counter', 'digital,counter'),
    ...[
      'channel=app',
      'group=channel',
      'group=entity,channel',
      'known_at=2199-01-01',
      'basis=receipt',
      'group=day',
    ].map(rarely),
  )
  .map((parts) => `?${parts.filter((part) => part !== undefined).join('&')}`);

/** Questions that were answered, each with what it adds up to. */
const attack = async (): Promise<readonly { readonly rows: readonly Row[]; readonly total: number }[]> => {
  const asked = new Set(fc.sample(questions, { numRuns: 250, seed: 20_261_122 }));
  const answers = [];
  for (const query of asked) {
    const { status, body } = await ask(query);
    expect([query, [200, 422].includes(status)]).toEqual([query, true]);
    if (status !== 200) continue;
    const total = body.rows.reduce((sum: number, { received }: Row) => sum + Number(received ?? 0), 0);
    answers.push({ rows: body.rows as readonly Row[], total });
  }
  return answers;
};
/** Differences of two answers that tell of fewer than the threshold. */
const isolated = (answers: Awaited<ReturnType<typeof attack>>): readonly number[] => {
  const totals = [...new Set(answers.map(({ total }) => total))];
  const differences = totals.flatMap((one) => totals.map((other) => Math.abs(one - other)));
  return [...new Set(differences)].filter((difference) => difference > 0 && difference < THRESHOLD);
};

describe('Somebody who takes many public answers from one another', () => {
  test('[SHR-9] learns of no count below the threshold, nor anything that the one table does not say', async () => {
    await released(THRESHOLD);
    const answers = await attack();
    expect(answers.length).toBeGreaterThan(30);
    const table = new Set((await ask()).body.rows.map((row: Row) => JSON.stringify(row)));
    for (const { rows } of answers) expect(rows.filter((row) => !table.has(JSON.stringify(row)))).toEqual([]);
    expect(isolated(answers)).toEqual([]);
  });

  test('finds them in a release without a threshold', async () => {
    await released(0);
    expect(isolated(await attack())).toEqual(expect.arrayContaining([4, 7]));
  });
});
