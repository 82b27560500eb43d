import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { ProjectionWatch } from '#read-models';
import { entityRegistered, startTestApi, type TestApi, transactionReceived } from '../../../../test/support/api.js';
import { Metrics } from '../operations/metrics.js';
import { Cursors } from '../reads/cursor.js';
import { createApp, startApi } from '../start-api.js';
import { accessTable } from './access-table.js';
import { ROLES, type Role } from './caller.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.post('steward', entityRegistered('rta'));
});
afterAll(() => api.close());

/** The routes as the server has them, read from the server and not from the table. */
async function realRoutes(): Promise<string[]> {
  const store = new MemoryEventStore();
  const watch = new ProjectionWatch('postgres://127.0.0.1:1/none', store);
  const parts = {
    store,
    watch,
    source: new DataSource({ type: 'postgres' }),
    metrics: new Metrics(),
    cursors: new Cursors(Buffer.alloc(32)),
    vault: undefined as never, // no route is called
  };
  const app = await createApp(parts, {
    checkToken: async () => Promise.reject(new Error('nobody')),
    logger: pino({ level: 'silent' }),
  });
  await app.getHttpAdapter().getInstance().ready();
  const lines = [...app.getHttpAdapter().getInstance().routeLines];
  await app.close();
  await watch.close();
  return lines;
}

describe('The access table', () => {
  test('has a line for every route, and a route for every line', async () => {
    const lines = await realRoutes();
    const gets = lines.filter((line) => line.startsWith('GET '));
    const heads = lines.filter((line) => line.startsWith('HEAD '));
    expect(heads.sort()).toEqual(gets.map((line) => line.replace('GET', 'HEAD')).sort());
    expect(lines.filter((line) => !heads.includes(line)).sort()).toEqual(Object.keys(accessTable).sort());
  });

  test('stands for HEAD as for GET, and the answer has the same head', async () => {
    for (const [role, path] of [
      [null, '/openapi.json'],
      ['regulator', '/v1/events'],
      ['analyst', '/v1/events'],
    ] as const) {
      const [get, head] = [await api.get(role, path), await api.send(role, 'HEAD', path)];
      expect([head.status, head.text]).toEqual([get.status, '']);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    }
  });

  const cases = Object.entries(accessTable).flatMap(([line, { roles }]) =>
    [null, ...ROLES].map((role): [string, Role | null, boolean] => [
      line,
      role,
      roles === 'public' || (role !== null && roles.includes(role)),
    ]),
  );

  test.each(cases)('%s as %s: allowed is %s', async (line, role, isAllowed) => {
    const [method = '', route = ''] = line.split(' ');
    const path = route.replace(':position', '0').replace(':stream', 'entity-rta').replace(/:\w+/, 'none');
    const request =
      method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/cloudevents+json' } } : {};
    const { status, body } = await api.send(role, method, path, request);
    const isOwnership = body?.code === 'source.forbidden';
    if (isAllowed) expect(isOwnership || (status !== 401 && status !== 403)).toBe(true);
    else expect([status, body.code]).toEqual(role === null ? [401, 'auth.missing'] : [403, 'role.forbidden']);
  });

  test('is asked before the body is read', async () => {
    const body = 'x'.repeat(5 * 1024 * 1024);
    const reply = await api
      .send(null, 'POST', '/v1/events', { body, headers: { 'content-type': 'text/plain' } })
      .catch(() => undefined);
    expect(reply === undefined || reply.status === 401).toBe(true); // the server may hang up while we are still sending
  });

  test('names the roles that are needed', async () => {
    expect((await api.get('analyst', '/v1/projections')).body.params).toEqual({ needed: 'operator' });
  });
});

describe('Ownership', () => {
  test('lets an integrator see what its own sources posted', async () => {
    await api.post('integrator', entityRegistered('x')); // refused: only a steward registers entities
    expect((await api.get('integrator', '/v1/events/0')).status).toBe(200); // its prefix covers the whole local ledger
    expect((await api.get('integrator', '/v1/streams/entity-rta')).body.events).toHaveLength(1);
  });

  test('keeps events of stewards for stewards', async () => {
    const reply = await api.post('integrator', entityRegistered('dm'));
    expect(reply.body).toMatchObject({ status: 403, code: 'role.forbidden', params: { needed: 'steward' } });
  });

  test('writes the name of the client into the event', async () => {
    await api.post('steward', entityRegistered('dewa'));
    expect((await api.get('regulator', '/v1/streams/entity-dewa')).body.events[0].actor).toBe('development-steward');
  });
});

describe('The development issuer', () => {
  test('writes one token a role that nobody else can read', async () => {
    for (const role of ROLES) {
      const path = join(api.dataDirectory, 'tokens', role);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await readFile(path, 'utf8')).split('.')).toHaveLength(3);
    }
  });

  test('keeps its key over a restart, so that a token of before still opens', async () => {
    const before = await api.token('operator');
    const { store, dataDirectory } = api;
    const second = await startApi({
      store,
      databaseUrl: api.database.url('sijill_api'),
      host: '127.0.0.1',
      port: 0,
      dataDirectory,
      logger: pino({ level: 'silent' }),
    });
    const { status } = await fetch(`${second.url}/v1/projections`, { headers: { authorization: `Bearer ${before}` } });
    await second.close();
    expect(status).toBe(200);
  });

  test.each(['0.0.0.0', '::', '192.168.1.10', 'ledger.example'])('refuses to serve on %s', async (host) => {
    const { store, dataDirectory } = api;
    const databaseUrl = api.database.url('sijill_api');
    await expect(startApi({ store, databaseUrl, host, port: 0, dataDirectory })).rejects.toThrow('SIJILL_OIDC_ISSUER');
  });

  test('does not accept an event posted without its token', async () => {
    expect((await api.post(null, transactionReceived('A-1'))).body.code).toBe('auth.missing');
  });
});
