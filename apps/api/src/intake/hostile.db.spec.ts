import { startTestApi, type TestApi, transactionReceived } from '../../../../test/support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const EVENT_BYTES_MAX = 256 * 1024;
const REQUEST_BYTES_MAX = 4 * 1024 * 1024;
const event = (id: string) => JSON.stringify(transactionReceived(id));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const raw = (body: string | Uint8Array, type = 'application/cloudevents+json') =>
  api.send('steward', 'POST', '/v1/events', { body: body as string, headers: { 'content-type': type } });

const HOSTILE: readonly [string, string | Uint8Array, string][] = [
  ['nothing', '', 'json.malformed'],
  ['half an object', '{"id":', 'json.malformed'],
  ['two documents', '{}{}', 'json.malformed'],
  ['a comment', '{/**/}', 'json.malformed'],
  ['a trailing comma', '{"id":1,}', 'json.malformed'],
  ['NaN', '{"data":NaN}', 'json.malformed'],
  ['a member twice', '{"id":"a","id":"b"}', 'json.duplicateKey'],
  ['a member twice, once escaped', '{"id":"a","\\u0069d":"b"}', 'json.duplicateKey'],
  ['a prototype', '{"__proto__":{}}', 'json.forbiddenKey'],
  ['a constructor deep inside', '{"data":{"constructor":{}}}', 'json.forbiddenKey'],
  ['33 levels', `{"data":${nested(32)}}`, 'json.tooDeep'],
  ['5,000 levels', `{"data":${nested(5_000)}}`, 'json.tooDeep'],
  ['100,000 levels', nested(100_000), 'json.tooDeep'],
  ['a byte order mark', '\ufeff{}', 'json.encoding'],
  ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 'json.encoding'],
  ['half a surrogate pair', '{"id":"\\ud800"}', 'json.encoding'],
  ['a NUL', '{"id":"\\u0000"}', 'json.encoding'],
  ['a number beyond 2^53', '{"data":9007199254740993}', 'json.number'],
  ['minus zero', '{"data":-0}', 'json.number'],
  ['1e400', '{"data":1e400}', 'json.number'],
];

describe('Hostile JSON', () => {
  test.each(HOSTILE)('with %s is refused', async (_, body, code) => {
    const reply = await raw(body);
    expect(reply.body).toMatchObject({ status: 400, code, params: { offset: expect.stringMatching(/^\d+$/) } });
  });

  test.each(HOSTILE.filter(([name]) => name !== 'nothing'))('with %s in a line is that line alone', async (_, body) => {
    const line = Buffer.from(body as string);
    const frame = Buffer.concat([Buffer.from('7\n'), line, Buffer.from('\n7\n')]);
    const reply = await raw(frame, 'application/x-ndjson');
    expect(reply.body).toMatchObject({ created: 0, rejected: 3 });
  });

  test('in one item of a batch leaves the others their own verdict', async () => {
    const reply = await raw(
      `[7,{"id":"a","id":"b"},{"data":${nested(64)}},{"data":-0},7]`,
      'application/cloudevents-batch+json',
    );
    const codes = reply.body.results.map(({ problem }: { problem: { code: string } }) => problem.code);
    expect(codes).toEqual(['envelope.invalid', 'json.duplicateKey', 'json.tooDeep', 'json.number', 'envelope.invalid']);
  });

  test('that breaks the frame of a batch is refused as a whole', async () => {
    expect((await raw('[{},', 'application/cloudevents-batch+json')).body).toMatchObject({
      status: 400,
      code: 'json.malformed',
    });
    expect((await raw('{}', 'application/cloudevents-batch+json')).body.code).toBe('json.malformed');
  });
});

describe('Size', () => {
  /** The event padded with spaces inside its frame. */
  const padded = (text: string, bytes: number) => `${text.slice(0, -1)}${' '.repeat(bytes - text.length)}}`;

  test('of one event: 256 KiB are read, one byte more is refused', async () => {
    expect((await raw(padded(event('L-1'), EVENT_BYTES_MAX))).body.code).toBe('reference.unknown');
    const reply = await raw(padded(event('L-2'), EVENT_BYTES_MAX + 1));
    expect(reply.body).toMatchObject({
      status: 413,
      code: 'event.tooLarge',
      params: { most: String(EVENT_BYTES_MAX) },
    });
  });

  test('of one item of a batch is that item alone', async () => {
    const reply = await raw(`[${padded(event('L-3'), EVENT_BYTES_MAX + 1)},7]`, 'application/cloudevents-batch+json');
    expect(reply.body.results.map(({ problem }: { problem: { code: string } }) => problem.code)).toEqual([
      'event.tooLarge',
      'envelope.invalid',
    ]);
  });

  test('of a request: 4 MiB are read, one byte more is refused', async () => {
    const type = 'application/cloudevents-batch+json';
    expect((await raw(`[${' '.repeat(REQUEST_BYTES_MAX - 2)}]`, type)).status).toBe(200);
    const reply = await raw(`[${' '.repeat(REQUEST_BYTES_MAX - 1)}]`, type);
    expect(reply.body).toMatchObject({ status: 413, code: 'request.tooLarge' });
  });
});

describe('The content type', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/cloudevents+xml',
    'application/cloudevents+json; charset=utf-16',
    'multipart/form-data; boundary=x',
  ])('%s is refused with the list of accepted ones', async (type) => {
    const reply = await raw(event('T-1'), type);
    expect(reply.body).toMatchObject({ status: 415, code: 'media.unsupported' });
    expect(reply.body.params.accepted.split(', ')).toHaveLength(4);
  });

  test('may carry the character set UTF-8 in any case', async () => {
    expect((await raw(event('T-2'), 'Application/CloudEvents+JSON; Charset="UTF-8"')).body.code).toBe(
      'reference.unknown',
    );
  });

  test('left out is refused', async () => {
    const reply = await api.send('steward', 'POST', '/v1/events', { body: new Blob([event('T-3')]) });
    expect(reply.status).toBe(415);
  });
});
