import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, errorOf, readStream } from '../../../../test/eventstoredb/bare-client.js';
import { StandIn, type StandInOptions } from '../../../../test/support/eventstoredb/stand-in.js';
import { until } from '../../../../test/support/processes.js';
import { freshStream } from '../contract/fixtures.contract.js';
import { AppendClient } from './append-client.js';
import { parseConnectionString } from './connection-string.js';
import type { DriverFault } from './driver.js';

let server: StandIn;
let client: AppendClient;
let replaced: number;

const start = async (options?: StandInOptions): Promise<void> => {
  replaced = 0;
  server = await StandIn.start(options);
  client = new AppendClient(parseConnectionString(server.url), () => replaced++);
};
const event = (bytes = 2) => ({ id: randomUUID(), type: 'a.b.v1', data: Buffer.alloc(bytes, '{}'), metadata: '{}' });
const append = (stream = freshStream()) => client.append(stream, 'empty', [event()]);
const kindOf = (appended: Promise<unknown>): Promise<string> =>
  appended.then(
    () => 'appended',
    (fault: DriverFault) => fault.kind,
  );
const calls = async () => (await server.openCalls()).map((call) => call.replace(/ \d+$/, ''));
/** Asked of the server by somebody else. */
const existing = async (streams: readonly string[]): Promise<readonly string[]> => {
  const bare = connect(`${server.url}&keepAliveInterval=10009`);
  const found = await Promise.all(streams.map((stream) => errorOf(readStream(bare, stream))));
  await bare.dispose();
  return streams.filter((_, nth) => found[nth] === 'none');
};

describe('The client that appends', () => {
  beforeEach(() => start());
  afterEach(async () => {
    server.thaw();
    await client.close();
    await server.stop();
  });

  test('sends what is asked at once in the order of the calls, on one call, the first one too', async () => {
    const places = await Promise.all(Array.from({ length: 500 }, () => append()));
    const positions = places.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((one, other) => (one < other ? -1 : 1)));
    expect(await calls()).toEqual(['batchAppend']);
  });

  test('answers each with what became of his own', async () => {
    const stream = freshStream();
    const kinds = await Promise.all([append(stream), append(stream), append()].map(kindOf));
    expect(kinds).toEqual(['appended', 'conflict', 'appended']);
    expect(replaced).toBe(0);
  });

  test('takes an append of the largest kind, and what is behind it', async () => {
    const large = client.append(freshStream(), 'empty', [event(512 * 1024), event(400 * 1024)]);
    expect((await Promise.all([large, append()])).map(({ revision }) => revision)).toEqual([1n, 0n]);
  });

  test('is replaced when an answer stays away, and counts it before anybody is told; the others have theirs, and the old call is given back', async () => {
    await append();
    await server.loseAnswers(1);
    const silent = kindOf(append()).then((kind) => [kind, client.losses]);
    expect(await kindOf(append())).toBe('appended');
    expect(client.losses).toBe(0);
    expect([await silent, replaced]).toEqual([['silent', 1], 1]);
    expect(await kindOf(append())).toBe('appended');
    await until('one call and one connection', async () => {
      return (await calls()).length === 1 && (await server.connections()) === 1;
    });
  });

  test('gives a call back on which garbage came, and appends on another, although nobody waited', async () => {
    await server.sendGarbage();
    expect(await kindOf(append())).toBe('appended');
    await until('the call is given back', async () => (await calls()).length === 0);
    expect(await kindOf(append())).toBe('appended');
    expect([await calls(), replaced]).toEqual([['batchAppend'], 0]);
  });

  test('tells all who wait when the connection breaks, and goes on without being replaced', async () => {
    await append();
    await server.loseAnswers(3);
    const waiting = Promise.all([append(), append(), append()].map(kindOf));
    await pause(200);
    await server.dropConnections();
    expect(await waiting).toEqual(['lost', 'lost', 'lost']);
    await until('it appends', async () => (await kindOf(append())) === 'appended');
    expect(replaced).toBe(0);
    expect(client.losses).toBeGreaterThan(0);
  });

  test('sends nothing later of which somebody was told that there is no answer', async () => {
    const [early, late] = [freshStream(), freshStream()];
    server.freeze();
    const told = kindOf(append(early));
    await pause(3_000);
    const waits = kindOf(append(late));
    expect(await told).toBe('silent');
    server.thaw();
    expect(await waits).toBe('appended');
    expect(await existing([early, late])).toEqual([late]);
  });

  test('closes when everybody has his answer', async () => {
    const answers = Array.from({ length: 50 }, () => kindOf(append()));
    await client.close();
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['appended']));
    await until('no connection', async () => (await server.connections()) === 0);
  });

  test('closes when those who wait for the one that was replaced have theirs too', async () => {
    await append();
    await server.loseAnswers(2);
    const silent = kindOf(append());
    await pause(500);
    const told: string[] = [];
    void kindOf(append()).then((kind) => told.push(kind));
    expect([await silent, replaced, told]).toEqual(['silent', 1, []]);
    await client.close();
    expect(told).toEqual(['silent']);
    await until('no connection', async () => (await server.connections()) === 0);
  });
});

describe('A server that takes appends one a call only', () => {
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  test('has them in the order of the calls, each when the one before is answered', async () => {
    await start({ hasBatchAppend: false });
    const stream = freshStream();
    const appended = Array.from({ length: 20 }, () => append());
    const kinds = Promise.all([append(stream), append(stream)].map(kindOf));
    const positions = (await Promise.all(appended)).map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((one, other) => (one < other ? -1 : 1)));
    expect(await kinds).toEqual(['appended', 'conflict']);
    expect(await calls()).toEqual([]);
    expect(client.losses).toBe(22); // a connection that is lost between two of them is told by nobody
  });
});
