import { Replayer, readModels } from '#read-models';
import {
  entityRegistered,
  type Reply,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';

const WAIT_MS = 60_000;
let api: TestApi;
let worker: Replayer;
let head: string;

beforeAll(async () => {
  api = await startTestApi({ isProjecting: true });
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
  const channels = ['app', 'app', 'web', 'counter'];
  for (const [at, channel] of channels.entries())
    await api.post('integrator', transactionReceived(`R-${at}`, { channel }));
  head = String(await api.store.head());
  await api.get('analyst', `/v1/datasets/channel_volume?min_position=${head}`);
  const connectionString = api.database.url('sijill_worker');
  worker = new Replayer({ store: api.store, connectionString, models: readModels, owner: 'worker' });
  worker.start();
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

const send = (as: 'regulator' | 'operator' | 'analyst', path: string, body: unknown, headers = {}): Promise<Reply> =>
  api.send(as, 'POST', path, {
    headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const replay = (body: unknown, headers = {}): Promise<Reply> => send('regulator', '/v1/replays', body, headers);
// biome-ignore lint/suspicious/noExplicitAny: a test reads members of answers whose shape is what it checks
const ended = async (as: 'regulator' | 'operator', href: string): Promise<any> => {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const { body } = await api.get(as, href);
    if (!['waiting', 'running'].includes(body.state)) return body;
  }
  throw new Error(`${href} does not end`);
};
const question = '?group=channel&basis=receipt';

describe('A replay', () => {
  test('answers a data set as it was at a position, beside the live one', async () => {
    const before = String(BigInt(head) - 1n);
    const asked = await replay({ projection: 'channel_volume', position: before });
    expect([asked.status, asked.headers.get('location')]).toEqual([202, `/v1/replays/${asked.body.id}`]);
    const done = await ended('regulator', asked.body.href);
    expect(done).toMatchObject({
      state: 'done',
      asOfPosition: before,
      progress: { position: before, eventsDone: head, eventsTotal: head },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      parity: null,
      failure: null,
    });
    expect(done.datasets).toContain(`/v1/datasets/channel_volume?replay=${done.id}`);
    const path = `/v1/datasets/channel_volume${question}`;
    const live = await api.get('regulator', path);
    const then = await api.get('regulator', `${path}&replay=${done.id}`);
    const channels = ({ body }: Reply) => body.rows.map((row: Record<string, unknown>) => [row.channel, row.received]);
    expect(channels(live)).toEqual([
      ['app', 2],
      ['counter', 1],
      ['web', 1],
    ]);
    expect(channels(then)).toEqual([
      ['app', 2],
      ['web', 1],
    ]);
    expect(then.body.meta).toMatchObject({ asOfPosition: before, replay: done.id });
    expect(then.headers.get('etag')).not.toBe(live.headers.get('etag'));
    const again = await api.get('regulator', `${path}&replay=${done.id}`, {
      'if-none-match': then.headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
    const behind = await api.get('regulator', `/v1/datasets/channel_volume/events?replay=${done.id}`);
    expect(behind.body.events).toHaveLength(3);
  });

  test('at the head equals the live projection, for every read model', async () => {
    for (const { name } of readModels) {
      const asked = await replay({ projection: name, known_at: '2020-01-01T00:00:00Z' });
      expect(asked.body.code).toBe('history.unavailable');
      const { body } = await replay({ projection: name, position: head });
      const done = await ended('regulator', body.href);
      expect([name, done.state, done.parity]).toMatchObject([
        name,
        'done',
        { with: 'live', position: head, isEqual: true },
      ]);
    }
  });

  test('differs from another by the rows of the events between', async () => {
    const [{ body: first }, { body: second }] = [
      await replay({ projection: 'channel_volume', position: String(BigInt(head) - 1n) }),
      await replay({ projection: 'catalogue', position: head }),
    ];
    await Promise.all([ended('regulator', first.href), ended('regulator', second.href)]);
    const { body } = await replay({ projection: 'channel_volume', position: head, compare: first.id });
    const { parity } = await ended('regulator', body.href);
    expect([parity.with, parity.isEqual]).toEqual([first.id, false]);
    expect(parity.tables.flatMap((table: { missing: number }) => table.missing)).not.toContain(1);
    expect(parity.tables.some((table: { extra: number }) => table.extra > 0)).toBe(true);
    const other = await replay({ projection: 'channel_volume', position: head, compare: second.id });
    expect([other.status, other.body.code]).toEqual([422, 'replay.otherProjection']);
  });

  test.each<[string, unknown, number, string]>([
    ['an unknown projection', { projection: 'channel_volum', position: '1' }, 422, 'query.invalid'],
    ['no projection', { position: '1' }, 422, 'query.invalid'],
    ['both places', { projection: 'catalogue', position: '1', known_at: '2026-01-01' }, 422, 'query.invalid'],
    ['no place', { projection: 'catalogue' }, 422, 'query.invalid'],
    [
      'a position beyond the head',
      { projection: 'catalogue', position: '9223372036854775807' },
      422,
      'replay.beyondHead',
    ],
    ['a position that is none', { projection: 'catalogue', position: '-1' }, 422, 'query.invalid'],
    ['a position as a number', { projection: 'catalogue', position: 1 }, 422, 'query.invalid'],
    ['a time to come', { projection: 'catalogue', known_at: '2999-01-01' }, 422, 'query.invalid'],
    ['a time that is none', { projection: 'catalogue', known_at: 'yesterday' }, 422, 'query.invalid'],
    ['a member that is not asked', { projection: 'catalogue', position: '1', drop: true }, 422, 'query.invalid'],
    ['nested garbage', { projection: { $ne: null }, position: ['1'] }, 422, 'query.invalid'],
    [
      'a replay to compare with that is none',
      { projection: 'catalogue', position: '1', compare: '999' },
      404,
      'replay.unknown',
    ],
    ['an injection', { projection: "catalogue'; drop schema p_catalogue; --", position: '1' }, 422, 'query.invalid'],
    ['a list', [1], 400, 'request.malformed'],
    ['broken JSON', '{"projection":', 400, 'json.malformed'],
    ['nothing', '', 422, 'query.invalid'],
  ])('with %s is refused', async (_, body, status, code) => {
    const reply = await replay(body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
  });

  test('is told in Arabic too', async () => {
    const reply = await replay({ projection: 'catalogue', position: '999999' }, { 'accept-language': 'ar' });
    expect(reply.body).toMatchObject({ code: 'replay.beyondHead', detail: expect.stringContaining('السجل') });
  });

  test('that nobody has made, or another kind of it, is unknown', async () => {
    for (const id of ['0', '999999', 'x', '1e3', '%00', '9'.repeat(40)]) {
      expect((await api.get('regulator', `/v1/replays/${id}`)).body.code).toMatch(
        /^(replay\.unknown|request\.malformed)$/,
      );
      expect((await api.send('regulator', 'DELETE', `/v1/replays/${id}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await api.get('regulator', '/v1/datasets/channel_volume?replay=999999')).body.code).toBe('replay.unknown');
    expect((await api.get('regulator', '/v1/datasets/channel_volume?replay=x')).body.code).toBe('query.invalid');
    const { body } = await replay({ projection: 'catalogue', position: head });
    await ended('regulator', body.href);
    expect((await api.get('regulator', `/v1/datasets/channel_volume?replay=${body.id}`)).body.code).toBe(
      'replay.unknown',
    );
    expect((await api.get('operator', `/v1/projections/catalogue/rebuilds/${body.id}`)).body.code).toBe(
      'replay.unknown',
    );
  });

  test('is made once for one Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'one-click' };
    const first = await replay({ projection: 'catalogue', position: '1' }, key);
    const second = await replay({ projection: 'catalogue', position: '1' }, key);
    expect([first.status, second.status, second.body.id]).toEqual([202, 200, first.body.id]);
    const other = await replay({ projection: 'catalogue', position: '2' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotencyKey.reused']);
    await ended('regulator', first.body.href);
  });

  test("is its client's alone: for everybody else who may read data sets it is as unknown as none", async () => {
    const { body } = await replay({ projection: 'catalogue', position: head });
    await ended('regulator', body.href);
    for (const part of ['', '.csv', '/events', '/events.csv']) {
      const path = `/v1/datasets/catalogue${part}?replay=${body.id}`;
      const other = await api.get('analyst', path);
      expect([part, (await api.get('regulator', path)).status, other.status, other.body.code]).toEqual([
        part,
        200,
        404,
        'replay.unknown',
      ]);
    }
  });

  test('is listed, ended and dropped by whoever asked for it', async () => {
    const { body } = await replay({ projection: 'catalogue', position: head });
    await ended('regulator', body.href);
    const { body: listed } = await api.get('regulator', '/v1/replays');
    expect(listed.replays[0]).toMatchObject({ id: body.id, projection: 'catalogue' });
    const dropped = await api.send('regulator', 'DELETE', body.href);
    expect([dropped.status, dropped.body.state]).toEqual([200, 'cancelled']);
    const read = async () => (await api.get('regulator', `/v1/datasets/catalogue?replay=${body.id}`)).body.code;
    for (const end = Date.now() + WAIT_MS; (await read()) === undefined && Date.now() < end; );
    expect(await read()).toBe('replay.unknown');
    const again = await api.send('regulator', 'DELETE', body.href);
    expect([again.status, again.body.code]).toEqual([409, 'replay.finished']);
  });
});

describe('A rebuild', () => {
  test('is asked for by an operator, compared and swapped, while the data set answers', async () => {
    const asked = await send('operator', '/v1/projections/channel_volume/rebuilds', { drop_old: true });
    expect(asked.status).toBe(202);
    const done = await ended('operator', asked.body.href);
    expect(['done', 'expired']).toContain(done.state);
    expect(done.parity).toMatchObject({ with: 'live', isEqual: true });
    expect((await api.get('analyst', `/v1/datasets/channel_volume${question}`)).body.rows).toHaveLength(3);
    const { body } = await api.get('operator', '/v1/projections');
    expect(body.rebuilds).toEqual([]);
    expect((await api.get('operator', '/v1/projections/channel_volume/rebuilds')).body.rebuilds).toHaveLength(1);
    await api.post('integrator', transactionReceived('R-late', { channel: 'app' }));
    const position = String(await api.store.head());
    const after = await api.get('analyst', `/v1/datasets/channel_volume${question}&min_position=${position}`);
    expect(after.status === 503 || after.body.rows[0].received === 3).toBe(true);
  });

  test('of nothing that there is, or with garbage, is refused', async () => {
    expect((await send('operator', '/v1/projections/channel_volum/rebuilds', {})).body).toMatchObject({
      status: 404,
      code: 'projection.unknown',
      params: { nearest: expect.stringContaining('channel_volume') },
    });
    for (const body of [{ dry_run: 'perhaps' }, { force: true }, { dry_run: [true] }])
      expect((await send('operator', '/v1/projections/catalogue/rebuilds', body)).body.code).toBe('query.invalid');
    const path = '/v1/projections/catalogue/rebuilds/999/confirmation';
    expect((await api.send('operator', 'POST', path)).body.code).toBe('replay.unknown');
    expect((await send('regulator', '/v1/projections/catalogue/rebuilds', {})).status).toBe(403);
    expect((await send('operator', '/v1/replays', {})).status).toBe(403);
  });
});
