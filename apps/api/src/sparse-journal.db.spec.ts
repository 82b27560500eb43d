import { MemoryEventStore, type StoredEvent } from '#event-store';
import { Replayer, readModels } from '#read-models';
import {
  entityRegistered,
  type Reply,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../test/support/api.js';

const WAIT_MS = 60_000;
const CHANNELS = ['app', 'app', 'web', 'counter', 'kiosk', 'web'];
let api: TestApi;
let worker: Replayer;
let journal: readonly StoredEvent[];

beforeAll(async () => {
  api = await startTestApi({ isProjecting: true, store: new MemoryEventStore(undefined, 'sparse') });
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
  await api.post(
    'integrator',
    CHANNELS.map((channel, nth) => transactionReceived(`S-${nth}`, { channel })),
  );
  journal = (await api.store.readAll({ max: 1_000 })).events;
  const connectionString = api.database.url('sijill_worker');
  worker = new Replayer({ store: api.store, connectionString, models: readModels, owner: 'worker' });
  worker.start();
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

/** Position of the event that stands so many before the last one. */
const at = (back: number): bigint => (journal.at(-1 - back) as StoredEvent).position;
const volumes = (query: string) =>
  api.get('analyst', `/v1/datasets/channel_volume?group=channel&basis=receipt${query}`);
const received = ({ body }: Reply) =>
  Object.fromEntries(body.rows.map((row: Record<string, unknown>) => [row.channel, row.received]));
const asked = (as: 'regulator' | 'operator', path: string, body: object) =>
  api.send(as, 'POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
// biome-ignore lint/suspicious/noExplicitAny: a test reads members of answers whose shape is what it checks
const ended = async (as: 'regulator' | 'operator', { body: { href } }: Reply): Promise<any> => {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const { body } = await api.get(as, href);
    if (!['waiting', 'running'].includes(body.state)) return body;
  }
  throw new Error(`${href} does not end`);
};

describe('A journal whose positions have gaps and pass what a double holds', () => {
  test('is read page by page to its head, each event by its position, and nothing between', async () => {
    const read: string[] = [];
    for (let next = '', isAtHead = false; !isAtHead; ) {
      const { body } = await api.get('regulator', `/v1/events?limit=7${next && `&after=${next}`}`);
      read.push(...body.events.map(({ position }: { position: string }) => position));
      [next, isAtHead] = [body.next, body.atHead];
    }
    expect(read).toEqual(journal.map(({ position }) => String(position)));
    expect((await api.get('regulator', `/v1/events/${at(0)}`)).body.position).toBe(String(at(0)));
    expect((await api.get('regulator', `/v1/events/${at(0) - 1n}`)).body.code).toBe('event.unknown');
    const beforeLast = await api.get('regulator', `/v1/events?after=${at(0) - 1n}`);
    expect(beforeLast.body.events).toHaveLength(1); // a cursor between two events is one too
  });

  test('has receipts by which a reader waits for what he wrote, and no longer', async () => {
    const posted = await api.post('integrator', transactionReceived('S-later', { channel: 'app' }));
    expect(received(await volumes(`&min_position=${posted.body.position}`)).app).toBe(3);
    const beyond = await volumes(`&min_position=${BigInt(posted.body.position) + 1n}`);
    expect([beyond.status, beyond.body.code]).toEqual([503, 'projection.behind']);
    const again = await api.get('regulator', `/v1/events/${posted.body.position}`);
    expect(again.body.subject).toBe('rta:S-later');
  });

  test('has projections of which nobody says how many events they are behind', async () => {
    const { body } = await api.get('operator', '/v1/projections');
    const head = String(await api.store.head());
    for (const { position, lagEvents, lagSeconds } of body.projections)
      expect(position === head ? [lagEvents, lagSeconds] : [lagEvents]).toEqual(position === head ? ['0', 0] : [null]);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  });

  test.each([
    ['of an event', () => at(2), 4],
    ['between two events', () => at(2) + 1n, 4],
  ])('is replayed up to a position %s', async (_, position, transactions) => {
    const replay = await asked('regulator', '/v1/replays', {
      projection: 'channel_volume',
      position: String(position()),
    });
    expect(replay.status).toBe(202);
    const done = await ended('regulator', replay);
    expect(done).toMatchObject({ state: 'done', progress: { position: String(at(2)), eventsDone: null } });
    const then = await api.get(
      'regulator',
      `/v1/datasets/channel_volume?group=channel&basis=receipt&replay=${replay.body.id}`,
    );
    const counts = Object.values(received(then)) as number[];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(transactions);
  });

  test('is replayed as known at an instant, and not beyond its head', async () => {
    const { recorded } = journal.at(-1) as StoredEvent;
    const replay = await asked('regulator', '/v1/replays', {
      projection: 'channel_volume',
      known_at: `${recorded.slice(0, 23)}Z`,
    });
    expect(replay.status).toBe(202);
    const expected = journal.filter((event) => event.recorded <= recorded).at(-1)?.position;
    expect((await ended('regulator', replay)).asOfPosition).toBe(String(expected));
    const beyond = { projection: 'channel_volume', position: String(((await api.store.head()) ?? 0n) + 1n) };
    expect((await asked('regulator', '/v1/replays', beyond)).body.code).toBe('replay.beyondHead');
  });

  test('has read models that are built anew and found equal', async () => {
    const head = String(await api.store.head());
    await volumes(`&min_position=${head}`);
    const asking = await asked('operator', '/v1/projections/channel_volume/rebuilds', { dry_run: true });
    expect(await ended('operator', asking)).toMatchObject({ state: 'done', parity: { isEqual: true, position: head } });
  });

  test('has a live feed that goes on behind the last position seen, a gap or not', async () => {
    const leaving = new AbortController();
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${await api.token('regulator')}` };
    const response = await fetch(`${api.url}/v1/events`, {
      headers: { ...headers, 'last-event-id': String(at(1) - 1n) },
      signal: leaving.signal,
    });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes(`id: ${at(0)}\n`)) break;
    }
    leaving.abort();
    expect([...text.matchAll(/^id: (\d+)$/gm)][0]?.[1]).toBe(String(at(1)));
  });
});
