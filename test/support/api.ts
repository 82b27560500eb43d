import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type EventStore, PostgresEventStore } from '#event-store';
import { Projector, readModels } from '#read-models';
import type { Role as AccessRole } from '../../apps/api/src/access/caller.js';
import { type ApiOptions, startApi } from '../../apps/api/src/start-api.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { TcpProxy } from './tcp-proxy.js';

/** Who a test speaks as; the second operator is for what takes two. */
export type Role = AccessRole | 'second-operator';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed answer; undefined where it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads members of answers whose shape is what it checks
  readonly body: any;
}

export interface TestApi {
  readonly url: string;
  readonly database: TestDatabase;
  readonly store: EventStore;
  readonly dataDirectory: string;
  /** There when asked for with `throughProxy`. */
  readonly proxy: TcpProxy | undefined;
  /** Development token of a role. */
  token(role: Role): Promise<string>;
  /** A request as a role; null: without a token. */
  send(as: Role | null, method: string, path: string, options?: RequestInit): Promise<Reply>;
  get(as: Role | null, path: string, headers?: Record<string, string>): Promise<Reply>;
  /** Posts one CloudEvent, or a batch when given a list. */
  post(as: Role | null, event: unknown, headers?: Record<string, string>, query?: string): Promise<Reply>;
  close(): Promise<void>;
}

/** An api in this process over a database of its own, with the projections where a test asks for them. */
export async function startTestApi(
  options: Pick<ApiOptions, 'oidc' | 'files' | 'quotas' | 'keyCacheMilliseconds' | 'logger' | 'publicUrl' | 'today'> & {
    readonly isProjecting?: boolean;
    /** A second api over the database of another, which stays that one's. */
    readonly database?: TestDatabase;
    /** In place of the journal of the database: one whose positions have gaps, say. */
    readonly store?: EventStore;
    /** Keys and tokens of another api, which stay that one's. */
    readonly dataDirectory?: string;
    /** A wire to the database that the test can cut. */
    readonly throughProxy?: boolean;
    /** The store as the api shall see it, for faults built in on purpose. */
    readonly through?: (store: EventStore) => EventStore;
  } = {},
): Promise<TestApi> {
  const { database = await createTestDatabase(), oidc, files, quotas, publicUrl, today, throughProxy } = options;
  const { dataDirectory = await mkdtemp(join(tmpdir(), 'sijill-api-')) } = options;
  const proxy = throughProxy ? await TcpProxy.before(database.url('sijill_api')) : undefined;
  const databaseUrl = proxy?.url ?? database.url('sijill_api');
  const store = options.store ?? (await PostgresEventStore.open({ connectionString: databaseUrl, durability: 'none' }));
  const { logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }), keyCacheMilliseconds } = options;
  const api = await startApi({
    store: options.through?.(store) ?? store,
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    dataDirectory,
    logger,
    oidc,
    files,
    quotas,
    ...(keyCacheMilliseconds !== undefined && { keyCacheMilliseconds }),
    publicUrl,
    today,
  });
  const projector = options.isProjecting ? await project(database, store) : undefined;
  const token = async (role: Role) => (await readFile(join(dataDirectory, 'tokens', role), 'utf8')).trim();
  const send = async (as: Role | null, method: string, path: string, request: RequestInit = {}): Promise<Reply> => {
    const headers = new Headers(request.headers);
    // A test that works for a minute without a pause would be first to hear that a connection it kept is closed.
    headers.set('connection', 'close');
    if (as !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${await token(as)}`);
    const response = await fetch(`${api.url}${path}`, { redirect: 'manual', ...request, method, headers });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
    };
  };
  return {
    url: api.url,
    database,
    store,
    dataDirectory,
    proxy,
    token,
    send,
    get: (as, path, headers = {}) => send(as, 'GET', path, { headers: { 'accept-language': 'en', ...headers } }),
    post: (as, event, headers = {}, query = '') =>
      send(as, 'POST', `/v1/events${query}`, {
        body: typeof event === 'string' ? event : JSON.stringify(event),
        headers: {
          'accept-language': 'en',
          'content-type': Array.isArray(event) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json',
          ...headers,
        },
      }),
    close: async () => {
      await api.close();
      await projector?.stop();
      await store.close();
      await proxy?.close();
      if (options.database === undefined) await database.drop();
      if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function project(database: TestDatabase, store: EventStore): Promise<Projector> {
  const projector = new Projector({
    store,
    connectionString: database.url('sijill_worker'),
    models: readModels,
    owner: 'test',
  });
  await projector.start();
  return projector;
}

let events = 0;

/** A CloudEvent of the given type with an id of its own. */
export const cloudEvent = (type: string, data: object, attributes: object = {}) => ({
  specversion: '1.0',
  type: `gov.sijill.${type}.v1`,
  source: 'urn:sijill:rta:counter',
  id: `event-${++events}`,
  time: '2026-02-03T10:04:11.201+04:00',
  datacontenttype: 'application/json',
  data,
  ...attributes,
});

const title = { ar: 'عنوان', en: 'Title' };

export const entityRegistered = (entityId: string, attributes: object = {}) =>
  cloudEvent(
    'entity.registered',
    { entityId, title, kind: 'government', jurisdiction: 'AE-DU', from: '2000-01-01' },
    { source: 'urn:sijill:sijill:registry', ...attributes },
  );

export const serviceRegistered = (serviceId: string, ownerEntityId: string, attributes: object = {}) =>
  cloudEvent(
    'service.registered',
    {
      serviceId,
      ownerEntityId,
      title,
      kind: 'transactional',
      flow: 'customer',
      critical: false,
      status: 'active',
      from: '2000-01-01',
    },
    { source: `urn:sijill:${ownerEntityId}:registry`, ...attributes },
  );

export const transactionReceived = (number: string, data: object = {}, attributes: object = {}) =>
  cloudEvent(
    'transaction.received',
    {
      entityId: 'rta',
      number,
      serviceId: 'rta-vehicle-renewal',
      channel: 'app',
      assisted: false,
      flow: 'customer',
      customerCategory: 'resident',
      feeDue: '35000',
      documentsRequired: 1,
      ...data,
    },
    attributes,
  );
