import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { startVolumeApi, type VolumeApi } from '../../../../test/support/volume-api.js';

let api: TestApi;
let head: string;
let ask: VolumeApi['ask'];
beforeAll(async () => {
  ({ api, head, ask } = await startVolumeApi());
});
afterAll(() => api.close());

describe('The data sets', () => {
  test('are listed with what can be asked of them', async () => {
    const { body } = await api.get('analyst', '/v1/datasets');
    expect(body.datasets.find(({ name }: { name: string }) => name === 'channel_volume')).toMatchObject({
      href: '/v1/datasets/channel_volume',
      title: { ar: expect.any(String), en: expect.any(String) },
      dimensions: { channel: expect.any(Object) },
      grains: expect.arrayContaining(['month']),
    });
  });

  test('that do not exist are refused with the nearest names', async () => {
    const { body } = await api.get('analyst', '/v1/datasets/channel_volum');
    expect(body).toMatchObject({
      status: 404,
      code: 'dataset.unknown',
      params: { nearest: expect.stringContaining('channel_volume') },
    });
    expect((await api.get('analyst', '/v1/datasets/channel_volume.xlsx')).body.code).toBe('dataset.unknown');
  });
});

describe('A data set', () => {
  test('answers rows with what they stand for, after the write of its reader', async () => {
    const { status, body, headers } = await ask('?group=month,channel&basis=receipt&kpi=digital_take_up&to=2026-02-28');
    expect(status).toBe(200);
    const counted = body.rows.map((row: Record<string, unknown>) => [row.month, row.channel, row.received]);
    expect(counted).toEqual([
      ['2026-01', 'app', 2],
      ['2026-01', 'counter', 1],
      ['2026-02', 'app', 1],
      ['2026-02', 'web', 1],
    ]);
    expect(body.rows[0].digital_take_up).toMatchObject({ num: expect.any(String), den: expect.any(String) });
    expect(body.next).toBeNull();
    expect(body.meta).toMatchObject({
      dataset: 'channel_volume',
      asOfPosition: head,
      knownAt: null,
      knownAtBasis: 'recorded',
      projection: 'channel_volume',
      projectionVersion: expect.any(Number),
      kpiVersion: { digital_take_up: 1 },
    });
    expect(body.meta).not.toHaveProperty('treeSize');
    expect(headers.get('etag')).toBe(`"channel_volume-${head}"`);
  });

  test('is filtered by its dimensions, repeated or comma-separated alike', async () => {
    const repeated = await ask('?group=channel&basis=receipt&channel=app&channel=web');
    const joined = await ask('?group=channel&basis=receipt&channel=app,web');
    expect(repeated.body.rows).toEqual(joined.body.rows);
    expect(joined.body.rows).toHaveLength(2);
    expect((await ask('?channel=aap')).body).toMatchObject({
      status: 422,
      code: 'query.invalid',
      errors: [{ pointer: '#/query/channel' }],
    });
  });

  test('is paged by a cursor that belongs to its question', async () => {
    const question = '?group=month,channel&basis=receipt&limit=3';
    const first = await ask(question);
    expect(first.body.rows).toHaveLength(3);
    const second = await ask(`${question}&cursor=${first.body.next}`);
    expect(second.body).toMatchObject({ rows: [{ month: '2026-02', channel: 'web' }], next: null });
    for (const other of [
      `?group=channel&cursor=${first.body.next}`,
      `${question}&cursor=${first.body.next}x`,
      `/events${question}&cursor=${first.body.next}`,
    ]) {
      expect((await ask(other)).body).toMatchObject({ status: 400, code: 'cursor.invalid' });
    }
  });

  test('known to its reader already is answered 304', async () => {
    const tag = (await ask('?group=channel')).headers.get('etag') as string;
    const again = await ask('?group=channel', { 'if-none-match': `"other", ${tag}` });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await ask('?group=channel', { 'if-none-match': '"channel_volume-1"' })).status).toBe(200);
  });

  test('is a CSV file under the suffix or the media type, whole and with its digest', async () => {
    const json = await ask('?group=month,channel&basis=receipt');
    const file = await ask('.csv?group=month,channel&basis=receipt&limit=1');
    const byAccept = await ask('?group=month,channel&basis=receipt', { accept: 'text/csv' });
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(byAccept.text).toBe(file.text);
    expect(file.headers.get('content-length')).toBe(String(Buffer.byteLength(file.text)));
    expect(file.headers.get('repr-digest')).toBe(
      `sha-256=:${createHash('sha256').update(file.text).digest('base64')}:`,
    );
    const rows = parse(file.text, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ month, channel, received }) => [month, channel, Number(received)])).toEqual(
      json.body.rows.map((row: Record<string, unknown>) => [row.month, row.channel, row.received]),
    );
    expect((await ask('.json?group=month,channel&basis=receipt')).body).toEqual(json.body);
  });

  test('refuses a file larger than the limit instead of cutting it', async () => {
    const small = await startTestApi({ database: api.database, files: { rows: 2, bytes: 10_000 } });
    const at = `min_position=${head}`;
    for (const file of [`.csv?group=month,channel&${at}`, `/events.csv?${at}`]) {
      const { body } = await small.get('analyst', `/v1/datasets/channel_volume${file}`);
      expect(body).toMatchObject({
        status: 413,
        code: 'export.tooLarge',
        retryable: false,
        params: { rows: '2', bytes: '10000' },
      });
    }
    const whole = await small.get('analyst', `/v1/datasets/channel_volume.csv?channel=counter&${at}`);
    expect(whole.status).toBe(200);
    await small.close();
  });

  test('refuses a day before the ledger began instead of answering that nothing happened', async () => {
    const today = (await ask('?group=channel')).body;
    expect(today.rows.length).toBeGreaterThan(0);
    const { body } = await ask('?group=channel&known_at=2020-01-01');
    expect(body).toMatchObject({
      status: 422,
      code: 'history.unavailable',
      params: { day: '2020-01-01', earliest: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    });
  });

  test('asked for a position that is not there yet waits a little, then says to try again', async () => {
    const started = Date.now();
    const { status, body, headers } = await api.get('analyst', '/v1/datasets/channel_volume?min_position=99999999');
    expect([status, body.code, body.retryable, headers.get('retry-after')]).toEqual([
      503,
      'projection.behind',
      true,
      '1',
    ]);
    expect(Date.now() - started).toBeGreaterThan(1_900);
  });

  test('without a version of a KPI refuses that version', async () => {
    expect((await ask('?kpi=digital_take_up&kpi_version=99')).body).toMatchObject({
      status: 422,
      code: 'kpi.versionUnknown',
    });
  });
});

/** Null where nobody knows of how much. */
const COVERAGE = {
  asymmetricMatch: (told: unknown) =>
    told === null || (typeof told === 'object' && told !== undefined && 'den' in told),
};

describe('Every data set', () => {
  test('answers a plain question, its file and its events', async () => {
    const { body } = await api.get('analyst', '/v1/datasets');
    for (const { name } of body.datasets as { name: string }[]) {
      for (const part of ['', '.csv', '/events', '/events.csv']) {
        const { status } = await api.get('regulator', `/v1/datasets/${name}${part}`);
        expect([name, part, status]).toEqual([name, part, 200]);
      }
    }
  });

  test('says by both clocks what it says, from which position on, and how much of it is covered', async () => {
    const { body } = await api.get('analyst', '/v1/datasets');
    const today = new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Dubai' });
    const position = expect.stringMatching(/^\d+$/);
    for (const { name } of body.datasets as { name: string }[]) {
      const answer = async (question: string) => (await api.get('analyst', `/v1/datasets/${name}${question}`)).body;
      const [now, known, effective] = [
        await answer(''),
        await answer(`?known_at=${today}`),
        await answer(`?effective_at=${today}`),
      ];
      expect(now.meta).toMatchObject({ dataset: name, asOfPosition: position, knownAt: null, coverage: COVERAGE });
      expect(known).toMatchObject({ rows: now.rows, meta: { knownAt: today, asOfPosition: position } });
      expect([name, effective.status, Array.isArray(effective.rows)]).toEqual([name, undefined, true]);
      const before = await answer('?known_at=1900-01-01');
      expect([name, before.code ?? 'answered']).toEqual([
        name,
        expect.stringMatching(/^answered$|^history\.unavailable$/),
      ]);
      if (now.rows.length > 0) expect([name, before.rows]).not.toEqual([name, now.rows]);
    }
  });
});

describe('The catalogue', () => {
  test('is searched and read without a token', async () => {
    await ask('?group=channel');
    const { body } = await api.get(null, '/v1/services?q=Title');
    expect(body).toMatchObject({
      services: [{ serviceId: 'rta-vehicle-renewal' }],
      next: null,
      meta: { projection: 'catalogue' },
    });
    const one = await api.get(null, '/v1/services/rta-vehicle-renewal');
    expect(one.body.entry).toMatchObject({ serviceId: 'rta-vehicle-renewal', ownerEntityId: 'rta' });
    expect((await api.get(null, '/v1/services/nobody')).body).toMatchObject({ status: 404, code: 'service.unknown' });
    expect((await api.get(null, '/v1/services?owner=rta')).body.code).toBe('query.invalid');
  });
});

describe('The projections', () => {
  test('tell where they stand, also to the metrics and the readiness', async () => {
    const { body } = await api.get('operator', '/v1/projections');
    expect(body.projections.find(({ name }: { name: string }) => name === 'channel_volume')).toMatchObject({
      position: head,
      head,
      lagEvents: '0',
    });
    const { text } = await api.get(null, '/metrics');
    expect(text).toContain(`sijill_projection_position{projection="channel_volume"} ${head}`);
    expect(text).toContain(`sijill_journal_head_position ${head}`);
    expect(text).toContain('sijill_intake_events_total{outcome="created"}');
    const ready = await api.get(null, '/health/ready');
    expect(ready.body).toMatchObject({ status: 'ready', durability: 'none' });
    expect(ready.body.checks.map(({ name }: { name: string }) => name)).toContain('projection channel_volume');
  });
});
