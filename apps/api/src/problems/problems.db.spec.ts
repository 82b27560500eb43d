import { connect } from 'node:net';
import { DataSource } from 'typeorm';
import { Failure } from '#kernel';
import {
  cloudEvent,
  entityRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';
import { apiFailures } from './failures.js';
import { languageOf, problemOf, STATUS, TITLES, unexpected } from './problem.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ isProjecting: true });
  await api.post('steward', entityRegistered('rta'));
});
afterAll(() => api.close());

const STRUCTURED = 'application/cloudevents+json';
const raw = (body: string, type = STRUCTURED) =>
  api.send('steward', 'POST', '/v1/events', { body, headers: { 'content-type': type } });

/** A projection that an event stopped, as its row says. */
async function parked(): ReturnType<TestApi['get']> {
  const other = await startTestApi();
  const admin = await new DataSource({ type: 'postgres', url: other.database.adminUrl }).initialize();
  await admin.query(
    `insert into projector.projection (name, version, state, position, parked_position, parked_code, parked_at)
     values ('channel_volume', 1, 'parked', 3, 4, 'fold.failed', now())`,
  );
  await admin.destroy();
  const reply = await other.get('analyst', '/v1/datasets/channel_volume?min_position=9');
  await other.close();
  return reply;
}

/** Codes that need a broken issuer, a full journal or a stopping server are produced where those are made. */
const ELSEWHERE = [
  'auth.invalid',
  'rate.limited',
  'auth.unavailable',
  'source.forbidden',
  'history.unavailable',
  'export.tooLarge',
  'replay.beyondHead',
  'idempotencyKey.reused',
  'subject.unknown',
  'subject.legalHold',
  'erasure.exists',
  'erasure.secondNeeded',
  'erasure.finished',
];
/** Fastify answers so while it closes; a client cannot time it. */
const UNREACHED = ['server.closing'];

describe('Each code of the api', () => {
  const produced: readonly [code: string, status: number, produce: () => ReturnType<TestApi['get']>][] = [
    ['auth.missing', 401, () => api.get(null, '/v1/events')],
    ['role.forbidden', 403, () => api.get('analyst', '/v1/events')],
    ['route.unknown', 404, () => api.get(null, '/v1/nothing')],
    ['event.unknown', 404, () => api.get('regulator', '/v1/events/999999')],
    ['stream.unknown', 404, () => api.get('regulator', '/v1/streams/entity-nobody')],
    ['dataset.unknown', 404, () => api.get('analyst', '/v1/datasets/nothing')],
    ['replay.unknown', 404, () => api.get('regulator', '/v1/replays/999999')],
    ['erasure.unknown', 404, () => api.get('operator', '/v1/erasures/999999')],
    ['projection.unknown', 404, () => api.send('operator', 'POST', '/v1/projections/nothing/rebuilds')],
    ['service.unknown', 404, () => api.get(null, '/v1/services/nothing')],
    ['problem.unknown', 404, () => api.get(null, '/docs/problems/nothing')],
    ['request.malformed', 400, () => api.get(null, '/v1/services/%zz')],
    ['request.tooLarge', 413, () => raw(' '.repeat(4 * 1024 * 1024 + 1))],
    ['request.tooManyEvents', 413, () => raw(`[${'7,'.repeat(1000)}7]`, 'application/cloudevents-batch+json')],
    ['event.tooLarge', 413, () => raw(' '.repeat(256 * 1024 + 1))],
    ['media.notAcceptable', 406, () => api.get(null, '/v1/services', { accept: 'text/html' })],
    ['media.unsupported', 415, () => raw('{}', 'text/plain')],
    ['envelope.invalid', 422, () => raw('{}')],
    ['query.invalid', 422, () => api.get('regulator', '/v1/events?limit=x')],
    ['cursor.invalid', 400, () => api.get('analyst', '/v1/datasets/channel_volume?cursor=x')],
    ['projection.parked', 503, () => parked()],
    ['projection.behind', 503, () => api.get('analyst', '/v1/datasets/channel_volume?min_position=999999')],
  ];

  test.each(produced)(
    '%s is answered with %d, as problem+json that says nothing of the inside',
    async (code, status, produce) => {
      const { body, headers, status: answered, text } = await produce();
      expect([answered, body.status, body.code]).toEqual([status, status, code]);
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toMatchObject({
        type: `/docs/problems/${code}`,
        title: expect.any(String),
        detail: expect.any(String),
        instance: expect.stringMatching(/^urn:sijill:request:[0-9a-f-]{36}$/),
        retryable: expect.any(Boolean),
      });
      expect(text).not.toMatch(/node_modules|\.ts:|select |at Object/);
      expect((await api.get(null, body.type)).status).toBe(200);
    },
  );

  test('is produced here, or where its cause is made', () =>
    expect([...produced.map(([code]) => code), ...ELSEWHERE, ...UNREACHED].sort()).toEqual(
      Object.keys(apiFailures).sort(),
    ));
});

describe('A problem', () => {
  test('speaks Arabic unless English is preferred; code and pointers never change', async () => {
    const ask = (language: string) => api.get('regulator', '/v1/events?limit=x', { 'accept-language': language });
    const [arabic, english, other] = [await ask('ar'), await ask('en-GB,ar;q=0.1'), await ask('fr')];
    expect([arabic, english, other].map(({ headers }) => headers.get('content-language'))).toEqual(['ar', 'en', 'ar']);
    expect(arabic.body.detail).toMatch(/[\u0600-\u06ff]/);
    expect(english.body.detail).not.toMatch(/[\u0600-\u06ff]/);
    expect(arabic.body.errors[0].pointer).toBe(english.body.errors[0].pointer);
    expect(arabic.body.code).toBe(english.body.code);
  });

  test.each([
    ['', 'ar'],
    ['en', 'en'],
    ['en;q=0.4, ar;q=0.6', 'ar'],
    ['ar-AE, en', 'ar'],
    ['de, en-US;q=0.7', 'en'],
    ['en;q=x', 'en'],
    ['*', 'ar'],
  ])('asked for in "%s" is told in %s', (header, language) => expect(languageOf(header)).toBe(language));

  test('of a personal member never repeats its value', async () => {
    const canary = 'CANARY'.repeat(40);
    const event = transactionReceived('P-1', { customerRef: canary, feeDue: 'x' });
    const { text, body } = await api.post('integrator', event);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(['#/data/customerRef', '#/data/feeDue']),
    );
    expect(text).not.toContain('CANARY');
  });

  test('lists at most a hundred faults', () => {
    const fault = { pointer: '#/a', code: 'a.b', text: { ar: 'أ', en: 'a' } };
    const failure = new Failure('a.b', { kind: 'invalid', ar: 'أ', en: 'a' }, {}, Array(500).fill(fault));
    expect(problemOf(failure, 'en').errors).toHaveLength(100);
  });

  test('of the unexpected says nothing of it', () =>
    expect(unexpected('en', 'urn:x')).toMatchObject({ status: 500, code: 'server.failed', retryable: true }));

  test('has a status and a title for every kind', () => {
    expect(Object.keys(STATUS)).toEqual(Object.keys(TITLES));
    expect(Object.values(STATUS).every((status) => status >= 400 && status < 600)).toBe(true);
  });
});

describe('Rules of the ledger reach the poster', () => {
  test.each<[string, number, object]>([
    ['event.unknownType', 422, cloudEvent('entity.forgotten', {})],
    ['event.invalid', 422, cloudEvent('entity.registered', {})],
    ['time.tooEarly', 422, entityRegistered('x', { time: '1850-01-01T00:00:00Z' })],
    ['time.inFuture', 422, entityRegistered('x', { time: '2150-01-01T00:00:00Z' })],
    ['reference.unknown', 422, transactionReceived('P-2', { serviceId: 'nothing' })],
    [
      'entity.unknown',
      404,
      cloudEvent('entity.renamed', { entityId: 'nobody', title: { en: 'X' }, from: '2020-01-01' }),
    ],
    [
      'entity.exists',
      409,
      entityRegistered('rta', { data: { ...entityRegistered('rta').data, title: { en: 'Other' } } }),
    ],
  ])('%s with %d', async (code, status, event) => {
    expect((await api.post('steward', event)).body).toMatchObject({ code, status });
  });
});

describe('Bytes that are no request', () => {
  const talk = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket
        .on('data', (chunk) => (answer += chunk))
        .on('close', () => resolve(answer))
        .on('error', reject);
    });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['two lengths', 'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
    [
      'length and chunks',
      'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['20 KiB of headers', `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20 * 1024)}\r\n\r\n`, 431],
  ])('%s: one problem, and the connection ends', async (_, text, status) => {
    const answer = await talk(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toMatchObject({ status, code: 'request.malformed' });
  });
});
