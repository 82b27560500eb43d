import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';

let api: TestApi;
let first: bigint;
let numbers = 0;
const number = () => `J-${++numbers}`;

beforeAll(async () => {
  api = await startTestApi();
  first = BigInt((await api.store.head()) ?? -1n);
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
  await api.post(
    'integrator',
    Array.from({ length: 25 }, () => transactionReceived(number())),
  );
});
afterAll(() => api.close());

interface Event {
  readonly position: string;
  readonly type: string;
}

describe('The journal', () => {
  test('is read in order, page by page, to its head, with no event twice and none left out', async () => {
    const read: string[] = [];
    let after: string | null = null;
    for (let atHead = false; !atHead; ) {
      const { body } = await api.get('regulator', `/v1/events?limit=7${after === null ? '' : `&after=${after}`}`);
      read.push(...body.events.map(({ position }: Event) => position));
      ({ next: after, atHead } = body);
    }
    const head = Number(await api.store.head());
    expect(read).toEqual(Array.from({ length: head + 1 }, (_, at) => String(at)));
  });

  test('can be asked for types and for a stream', async () => {
    const type = 'gov.sijill.transaction.received.v1';
    const { body } = await api.get('regulator', `/v1/events?limit=1000&type=${type}`);
    expect(body.events).toHaveLength(25);
    expect(new Set(body.events.map((event: Event) => event.type))).toEqual(new Set([type]));
    const stream = await api.get('regulator', '/v1/events?stream=entity-rta');
    expect(stream.body.events.map(({ position }: Event) => position)).toEqual([String(first + 1n)]);
    const nothing = await api.get('regulator', `/v1/events?stream=entity-rta&type=${type}`);
    expect(nothing.body).toMatchObject({ events: [], atHead: true });
  });

  test('behind its head is empty and says where to go on from', async () => {
    const head = String(await api.store.head());
    expect((await api.get('regulator', `/v1/events?after=${head}`)).body).toEqual({
      events: [],
      next: head,
      atHead: true,
    });
  });

  test.each([
    'limit=0',
    'limit=1001',
    'after=-1',
    'after=x',
    'after=1&after=2',
    'type=transaction',
    'stream=x',
    'order=desc',
  ])('asked with %s refuses', async (query) => {
    expect((await api.get('regulator', `/v1/events?${query}`)).body).toMatchObject({
      status: 422,
      code: 'query.invalid',
    });
  });

  test('tells one event by its position, and that there is none', async () => {
    expect((await api.get('regulator', `/v1/events/${first + 1n}`)).body.stream).toBe('entity-rta');
    for (const position of ['999999', '-1', '01', '9223372036854775808', 'x']) {
      expect((await api.get('regulator', `/v1/events/${position}`)).body).toMatchObject({
        status: 404,
        code: 'event.unknown',
      });
    }
  });

  test('tells one stream, in pages of revisions', async () => {
    expect((await api.get('regulator', '/v1/streams/service-rta-vehicle-renewal')).body).toMatchObject({
      stream: 'service-rta-vehicle-renewal',
      events: [{ revision: '0' }],
      next: null,
    });
    const name = encodeURIComponent('transaction-rta:J-1');
    expect((await api.get('integrator', `/v1/streams/${name}?limit=1`)).body).toMatchObject({ next: '1' });
    expect((await api.get('integrator', `/v1/streams/${name}?from=1`)).body).toMatchObject({ events: [], next: null });
    expect((await api.get('regulator', '/v1/streams/entity-nobody')).body).toMatchObject({
      status: 404,
      code: 'stream.unknown',
    });
    expect((await api.get('regulator', '/v1/streams/nonsense')).body.code).toBe('stream.unknown');
    expect((await api.get('regulator', `/v1/streams/x-${'y'.repeat(500)}`)).body.code).toBe('stream.unknown');
  });
});

/** Reads a live feed until it has `count` events or the time is up. */
async function follow(query: string, count: number, headers: Record<string, string> = {}, during = async () => {}) {
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/v1/events?${query}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${await api.token('regulator')}`, ...headers },
    signal: leaving.signal,
  });
  const done = during();
  const decoder = new TextDecoder();
  let text = '';
  const timer = setTimeout(() => leaving.abort(), 60_000);
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split('\ndata: ').length > count) break;
    }
  } finally {
    clearTimeout(timer);
    leaving.abort();
    await done;
  }
  const events = [...text.matchAll(/id: (\d+)\nevent: (\S+)\ndata: (.*)\n\n/g)].map(([, id, type, data]) => ({
    id,
    type,
    event: JSON.parse(data as string),
  }));
  return { response, events };
}

describe('The live feed', () => {
  test('gives what is there and goes on with what is recorded meanwhile', async () => {
    const after = String(await api.store.head());
    const { response, events } = await follow(`after=${BigInt(after) - 2n}`, 5, {}, async () => {
      await pause(100);
      for (let at = 0; at < 3; at++) await api.post('integrator', transactionReceived(number()));
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(events.map(({ id }) => BigInt(id as string) - BigInt(after))).toEqual([-1n, 0n, 1n, 2n, 3n]);
    expect(events[4]?.event).toMatchObject({ specversion: '1.0', position: events[4]?.id, type: events[4]?.type });
  });

  test('resumes behind the last id that the reader saw', async () => {
    const { events } = await follow('after=0', 1, { 'last-event-id': String(first + 3n) });
    expect(events[0]?.id).toBe(String(first + 4n));
  });

  test('keeps to the types and the stream asked for', async () => {
    const { events } = await follow('type=gov.sijill.service.registered.v1,gov.sijill.entity.registered.v1', 2);
    expect(events.map(({ type }) => type)).toEqual([
      'gov.sijill.entity.registered.v1',
      'gov.sijill.service.registered.v1',
    ]);
    expect((await follow('stream=transaction-rta:J-3', 1)).events[0]?.event.stream).toBe('transaction-rta:J-3');
  });

  test('ends when the server closes, and does not keep it from closing', async () => {
    const other = await startTestApi();
    const response = await fetch(`${other.url}/v1/events`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${await other.token('regulator')}` },
    });
    const reading = response.text().catch(() => 'cut');
    const started = Date.now();
    await other.close();
    await reading;
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  test('and connections that never asked anything do not keep the server from closing either', async () => {
    const other = await startTestApi();
    const silent = connect(Number(new URL(other.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    const started = Date.now();
    await other.close();
    await ended;
    expect(Date.now() - started).toBeLessThan(8_000);
  });
});
