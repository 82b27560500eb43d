import { connect } from 'node:net';
import fc from 'fast-check';
import { dataSets } from '#read-models';
import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../test/support/api.js';
import { accessTable } from './access/access-table.js';
import { ACCEPTED_TYPES } from './limits.js';
import { DATA_SET_PARAMETERS } from './reads/dataset-request.js';

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 150);
const settings = { seed: SEED, numRuns: RUNS };

let api: TestApi;
let tokens: readonly string[];
beforeAll(async () => {
  const quota = 1_000_000;
  api = await startTestApi({ isProjecting: true, quotas: { open: quota, read: quota, intake: quota, refused: quota } });
  tokens = await Promise.all((['integrator', 'analyst', 'regulator', 'steward', 'operator'] as const).map(api.token));
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
  const received = Array.from({ length: 5 }, (_, at) =>
    transactionReceived(`F-${at}`, { channel: at % 2 ? 'app' : 'web' }),
  );
  const { body } = await api.post('integrator', received);
  await api.get('analyst', `/v1/datasets/channel_volume?min_position=${body.results[4].position}`);
});
afterAll(() => api.close());

interface Raw {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
}

/** Bytes as they are: a client library would refuse to send most of this, or mend it on the way. */
function talk({ method, target, headers, body = Buffer.alloc(0) }: Raw): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = [...headers, ['content-length', String(body.length)], ['connection', 'close']];
    const head = `${method} ${target} HTTP/1.1\r\nhost: ledger\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
      socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
    });
    const end = setTimeout(() => socket.destroy(), 3_000); // a live feed never ends by itself
    socket
      .on('data', (chunk) => chunks.push(chunk))
      .on('close', () => {
        clearTimeout(end);
        resolve(Buffer.concat(chunks).toString('latin1'));
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error); // it had heard enough
      });
  });
}

/** The one promise: whatever a client sends, the answer never says that the server was at fault. 503 with a code of ours may be. */
async function checkAnswer(raw: Raw): Promise<void> {
  const answer = await talk(raw);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
  const isBehind = status === 503 && answer.includes('"projection.behind"');
  if (!isBehind && !(status >= 200 && status < 500))
    throw new Error(`${raw.method} ${raw.target} -> ${answer.slice(0, 15)} ${answer.slice(-500)}`);
  if (status >= 400 && raw.method !== 'HEAD') {
    if (!/content-type: application\/problem\+json/i.test(answer))
      throw new Error(`no problem: ${answer.slice(0, 15)} ${answer.slice(-500)}`);
  }
}

const authorization = fc.nat({ max: 5 }).map((at) => [['authorization', `Bearer ${tokens[at] ?? 'x'}`]] as const);
const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    '%00',
    '%zz',
    '%',
    '%E0%A4%A',
    '%c0%af',
    '..',
    '%2e%2e%2f',
    '__proto__',
    'constructor',
    'toString',
    '0',
    '-1',
    '1e9',
  ),
  fc.constantFrom(
    '9223372036854775807',
    '9223372036854775808',
    '2026-02-30',
    '2026-01-01',
    '0000-01-01',
    '9999-12-31',
    "'",
    '"',
    ';--',
  ),
  fc.constantFrom(
    'channel_volume',
    'catalogue',
    'month',
    'channel',
    'app',
    'digital_take_up',
    'transaction-rta:1',
    'entity-rta',
    'ÿ',
    '%D9%80',
  ),
  fc.string({ maxLength: 40 }).map(encodeURIComponent.bind(null)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => escape(text)),
  fc.integer({ min: 100, max: 6_000 }).map((length) => 'a'.repeat(length)),
);
const routes = Object.keys(accessTable).map((line) => line.split(' ') as [string, string]);
const path = fc
  .tuple(fc.constantFrom(...routes), fc.array(hostileText, { minLength: 2, maxLength: 2 }))
  .map(([[, route], values]) => route.replace(/:\w+/g, () => values.pop() ?? ''));
const OTHERS = ['channel', 'service', 'entity', 'q', 'after', 'type', 'stream', 'validate', '__proto__', 'x[y]'];
const PARAMETERS = [...DATA_SET_PARAMETERS, ...OTHERS];
const query = fc
  .array(fc.tuple(fc.constantFrom(...PARAMETERS), hostileText), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`));

describe('Whatever a client sends is never answered as a fault of the server', () => {
  const run = (name: string, of: fc.Arbitrary<Raw>) =>
    test(name, () => fc.assert(fc.asyncProperty(of, checkAnswer), settings));

  run(
    'addresses and questions',
    fc.record({
      method: fc.constant('GET'),
      target: fc.tuple(path, query).map((parts) => parts.join('')),
      headers: authorization,
    }),
  );

  /** Mostly valid: each reaches the database. */
  const question = fc
    .constantFrom(...dataSets.values())
    .chain(({ description: { name, grains, dimensions, kpis } }) => {
      const past = fc.constantFrom('2026-01-01', '2024-02-29', '1900-01-01');
      const future = fc.constantFrom('2030-02-28', '2200-12-31');
      const some = (...values: readonly string[]) =>
        fc.subarray([...values], { maxLength: Math.min(3, values.length) }).map(String);
      const dimension = fc
        .constantFrom('', ...Object.keys(dimensions))
        .map((id) => (id === '' ? '' : `${id}=${dimensions[id]?.values?.[0] ?? '%27;%25_\\'}`));
      const groups = some(...grains, ...Object.keys(dimensions));
      const named = fc.record(
        {
          from: past,
          to: future,
          known_at: future,
          recorded_at: future,
          effective_at: past,
          group: groups,
          basis: fc.constantFrom('event', 'receipt'),
          ...(kpis.length > 0 && { kpi: some(...kpis) }),
          compare_from: fc.constant('2025-01-01&compare_to=2025-12-31'),
          limit: fc.constantFrom('1', '2', '1000'),
          flavor: fc.constant('excel'),
        },
        { requiredKeys: [] },
      );
      const part = fc.constantFrom('', '.csv', '.json', '/events', '/events.csv');
      return fc.tuple(part, named, dimension, dimension).map(([suffix, parameters, ...filters]) => {
        const pairs = Object.entries(parameters).map(([parameter, value]) => `${parameter}=${value}`);
        return `/v1/datasets/${name}${suffix}?${[...pairs, ...filters].filter((pair) => pair !== '').join('&')}`;
      });
    });
  test('questions that are right, to every data set', () => {
    const asAnalyst = fc.constant(1).map((role) => [['authorization', `Bearer ${tokens[role]}`]] as const);
    const asked = fc.record({ method: fc.constant('GET'), target: question, headers: asAnalyst });
    return fc.assert(fc.asyncProperty(asked, checkAnswer), { ...settings, numRuns: 2 * RUNS });
  });

  run(
    'methods that a route does not have',
    fc.record({
      method: fc.constantFrom(
        'PUT',
        'PATCH',
        'DELETE',
        'OPTIONS',
        'TRACE',
        'HEAD',
        'POST',
        'PROPFIND',
        'QUERY',
        'SEARCH',
      ),
      target: fc.tuple(path, query).map((parts) => parts.join('')),
      headers: authorization,
      body: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    }),
  );

  const headerText = fc.oneof(
    fc.constantFrom(
      '',
      '*',
      'text/csv',
      'text/event-stream;q=x',
      'ar;q=9',
      'en;q=0.0001,,,',
      'W/"x"',
      '"channel_volume-1"',
      'bytes=0-',
      'gzip',
    ),
    fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, 'é')),
    fc.constantFrom(1_000, 9_000, 20_000).map((length) => 'b'.repeat(length)),
  );
  const HEADERS = [
    'accept',
    'accept-language',
    'authorization',
    'if-none-match',
    'last-event-id',
    'range',
    'expect',
    'x-forwarded-for',
    'cookie',
  ];
  run(
    'headers of any size and content',
    fc.record({
      method: fc.constant('GET'),
      target: fc.constantFrom(
        '/v1/datasets/channel_volume',
        '/v1/services',
        '/docs/problems',
        '/v1/events',
        '/health/ready',
      ),
      headers: fc.array(fc.tuple(fc.constantFrom(...HEADERS), headerText), { maxLength: 5 }),
    }),
  );

  const valid = cloudEvent('entity.registered', {
    entityId: 'fuzz',
    title: { ar: 'أ', en: 'A' },
    kind: 'government',
    jurisdiction: 'AE-DU',
    from: '2000-01-01',
  });
  const broken = fc
    .tuple(
      fc.json({ maxDepth: 4 }),
      fc.constantFrom(...Object.keys(valid), 'subject', 'dataschema', 'correlationid', '__proto__', 'x'),
    )
    .map(([json, member]) => JSON.stringify({ ...valid, [member]: JSON.parse(json) }));
  const brokenData = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.constantFrom(...Object.keys(valid.data), 'x', 'toString'),
      fc.constantFrom('entity.registered', 'transaction.received', 'kpi.defined', 'aggregate.reported'),
    )
    .map(([json, member, type]) =>
      JSON.stringify({ ...valid, type: `gov.sijill.${type}.v1`, data: { ...valid.data, [member]: JSON.parse(json) } }),
    );
  const one = fc.oneof(
    broken,
    brokenData,
    fc.json(),
    fc.constantFrom('', '{}', '[]', 'null', '{"a":1,"a":2}', '[[[[', '1e400', '"\\ud800"', '\ufeff{}'),
  );
  const body = fc.oneof(
    one.map((text) => Buffer.from(text)),
    fc.array(one, { maxLength: 4 }).map((list) => Buffer.from(`[${list.join(',')}]`)),
    fc.array(one, { maxLength: 4 }).map((list) => Buffer.from(list.join('\n'))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  const contentType = fc.constantFrom(
    ...ACCEPTED_TYPES,
    'application/json; charset=latin1',
    'text/plain',
    'multipart/form-data',
    'x',
    ';;',
    'application/xml',
  );
  const attribute = fc.tuple(
    fc.constantFrom('ce-id', 'ce-type', 'ce-source', 'ce-time', 'ce-specversion', 'ce-__proto__', 'ce-data', 'ce-'),
    headerText,
  );
  test('bodies of every content type', () =>
    fc.assert(
      fc.asyncProperty(
        body,
        contentType,
        fc.array(attribute, { maxLength: 3 }),
        fc.constantFrom('', '?validate=only', '?validate=x'),
        async (bytes, type, attributes, asked) => {
          const signedIn = ['authorization', `Bearer ${tokens[3]}`] as const;
          const names = new Set<string>();
          const once = attributes.filter(
            ([name, value]) => value.length < 9_000 && !names.has(name) && names.add(name),
          );
          await checkAnswer({
            method: 'POST',
            target: `/v1/events${asked}`,
            headers: [signedIn, ['content-type', type], ...once],
            body: bytes,
          });
        },
      ),
      { ...settings, numRuns: 2 * RUNS },
    ));

  test.each([
    ['/v1/datasets/aggregates?service=%00', 422],
    ['/v1/services?q=a%00', 422],
    ['/v1/datasets/catalogue?group=service', 200],
    ['/v1/datasets/catalogue.csv?group=service,channel', 200],
  ])('%s, which once was, is answered %d', async (target, status) => {
    expect((await api.get('analyst', target)).status).toBe(status);
  });

  test('an expectation that nobody knows is passed over', async () => {
    const answer = await talk({ method: 'GET', target: '/health/live', headers: [['expect', 'the-moon']] });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});
