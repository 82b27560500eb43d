import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { END, type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { StandIn } from '../support/eventstoredb/stand-in.js';
import { until } from '../support/processes.js';
import { append, connect, errorOf, events, Listener, readStream } from './bare-client.js';

// What the client does without an adapter. Each guard of the adapter answers one of these; when a new version of the client
// makes one of them fail, its guard may go.

const PATIENCE_MS = 1_500;

let server: StandIn;
let client: EventStoreDBClient;
beforeEach(async () => {
  server = await StandIn.start();
  client = connect(server.url);
});
afterEach(async () => {
  // Killed first: a client that has a broken-off read never finishes disposing of itself.
  await server.kill();
  await server.stop();
});

const isPending = async (call: Promise<unknown>): Promise<boolean> =>
  Promise.race([call.then(() => false).catch(() => false), pause(PATIENCE_MS, true)]);
const openReads = async () => (await server.openCalls()).filter((call) => call.startsWith('read'));

/** Runs a script with `client` and `event(data)` in a process of its own. @returns what it said, and how it ended. */
async function inProcess(
  script: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ said: string; code: number | null }> {
  const code = `const { EventStoreDBClient, binaryEvent, jsonEvent, NO_STREAM, START, eventTypeFilter } = await import('@eventstore/db-client');
    const client = EventStoreDBClient.connectionString(process.argv[1]);
    const event = (data) => binaryEvent({ type: 'Order', data });
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, server.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')));
  const timer = setTimeout(() => child.kill('SIGKILL'), 10 * PATIENCE_MS);
  const [exit] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { said, code: exit };
}

describe('Reads of the client', () => {
  test('that are broken off stay open on the server', async () => {
    await append(client, 'order-1', 400);
    // Without a listener of its own a read that was broken off would end this process when the server goes.
    const [iterated, destroyed] = [1, 2].map(() => client.readStream('order-1').on('error', () => undefined));
    for await (const _ of iterated!) break;
    destroyed!.once('data', () => destroyed!.destroy());
    await pause(PATIENCE_MS);
    expect(await openReads()).toHaveLength(2);
    for (const read of [iterated!, destroyed!]) await read.cancel();
  });

  test('that are broken off when everything has come keep the client from disposing of itself', async () => {
    await append(client, 'order-1', 3);
    for await (const _ of client.readStream('order-1')) break;
    await until('nothing is open', async () => (await openReads()).length === 0);
    expect(await isPending(client.dispose())).toBe(true);
  });

  test('fill the connection silently: behind 100 open calls nothing is answered', async () => {
    await append(client, 'order-1');
    const listeners = Array.from({ length: 99 }, () => new Listener(client));
    await until('99 subscriptions', () => listeners.every(({ said }) => said.includes('caughtUp')));
    expect(await isPending(readStream(client, 'order-1'))).toBe(true);
    await listeners[0]!.end();
    await until('a free stream', async () => (await readStream(client, 'order-1')).length === 1);
  });

  test('know no filter', async () => {
    await append(client, 'order-1');
    const options = { filter: { filterOn: 'eventType', prefixes: ['Bill'], checkpointInterval: 1 } } as object;
    const found: string[] = [];
    for await (const { event: one } of client.readAll(options)) found.push(one!.type);
    expect(found).toContain('Order');
  });

  test('refuse a negative revision and no events with an error of the wire', async () => {
    await expect(readStream(client, 'order-1', { maxCount: 0 })).rejects.toThrow();
    expect(() => client.readStream('order-1', { fromRevision: -1n })).toThrow(/non-negative/);
  });
});

describe('Appends of the client', () => {
  test('of two clients with equal settings share a connection; another keep-alive gives one of its own', async () => {
    await append(client, 'order-1');
    await append(connect(server.url), 'order-2');
    expect(await server.connections()).toBe(1);
    await append(connect(`${server.url}&keepAliveInterval=10001`), 'order-3');
    expect(await server.connections()).toBe(2);
  });

  test('are rejected when another client is disposed of', async () => {
    const other = connect(`${server.url}&keepAliveInterval=10001`);
    await append(other, 'order-1');
    await server.loseAnswers(1);
    const waiting = errorOf(append(client, 'order-2'));
    await until(
      'written',
      async () => (await readStream(connect(`${server.url}&keepAliveInterval=10002`), 'order-2')).length === 1,
    );
    await other.dispose();
    expect(await waiting).not.toBe('none');
  });

  test('end the process when the answer of an append comes after that', async () => {
    const { said, code } = await inProcess(`
      const other = EventStoreDBClient.connectionString(process.argv[1] + '&keepAliveInterval=10001');
      await other.appendToStream('order-1', [event(Buffer.of(1))], { expectedRevision: NO_STREAM });
      await client.appendToStream('order-2', [event(Buffer.of(1))], { expectedRevision: NO_STREAM });
      const rejected = client.appendToStream('order-3', Array.from({ length: 900 }, () => event(Buffer.alloc(1000))), { expectedRevision: NO_STREAM });
      rejected.catch(() => console.log('rejected'));
      await new Promise((resolve) => setImmediate(resolve));
      await other.dispose();
      setTimeout(() => process.exit(0), 5000);`);
    expect(said).toMatch(/rejected/);
    expect(said).toMatch(/is not iterable|promiseBank/);
    expect(code).toBe(1);
  });

  test('have no deadline of their own: what is not answered is waited for', async () => {
    const hasty = connect(`${server.url}&defaultDeadline=300`);
    await server.loseAnswers(1);
    expect(await isPending(append(hasty, 'order-1'))).toBe(true);
  });

  test('carry a deadline by the clock of the client: a server 11 s ahead refuses every one of them', async () => {
    await server.stepClock(11_000);
    expect(await errorOf(append(client, 'order-1'))).toBe('deadline-exceeded');
    await server.stepClock(-71_000);
    expect(await errorOf(append(client, 'order-1'))).toBe('none');
  });

  test.each(['undefined', '{ at: 1n }'])('of %s never settle and are an unhandled rejection', async (data) => {
    const { said } = await inProcess(`
      process.on('unhandledRejection', () => { console.log('unhandled'); process.exit(3); });
      const made = { ...jsonEvent({ type: 'Order', data: 1 }), data: ${data} };
      await client.appendToStream('order-1', [made], { expectedRevision: NO_STREAM }).catch(() => console.log('rejected'));`);
    expect(said).toMatch(/unhandled/);
    expect(said).not.toMatch(/rejected/);
  });

  test('that are not to throw say revision 1, wherever the stream is', async () => {
    await append(client, 'order-1', 5);
    const mild = connect(`${server.url}&throwOnAppendFailure=false`);
    expect(await append(mild, 'order-1')).toMatchObject({ success: false, nextExpectedRevision: 1n });
  });

  test('that are the first of a connection are overtaken by the second', async () => {
    const [first, second] = await Promise.all([append(client, 'order-1'), append(client, 'order-2')]);
    expect(first.position!.commit).toBeGreaterThan(second.position!.commit);
    const [third, fourth] = await Promise.all([append(client, 'order-3'), append(client, 'order-4')]);
    expect(third.position!.commit).toBeLessThan(fourth.position!.commit);
  });

  test('share one ordered call', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, nth) => append(client, `order-${nth}`)));
    expect((await server.openCalls()).filter((call) => call.startsWith('batchAppend'))).toHaveLength(1);
  });

  test('with credentials of their own are calls of their own', async () => {
    await server.loseAnswers(1);
    const options = { expectedRevision: NO_STREAM, credentials: { username: 'a', password: 'b' } } as const;
    void errorOf(client.appendToStream('order-1', events(1), options));
    await until('an open call', async () => (await server.openCalls()).some((call) => call.startsWith('append ')));
  });

  test('of JSON reorder what was written', async () => {
    await client.appendToStream('order-1', [jsonEvent({ type: 'Order', data: { b: 1, '1': 1.0 } })], {
      expectedRevision: NO_STREAM,
    });
    for await (const { event: found } of client.readStream('order-1'))
      expect(JSON.stringify(found?.data)).toBe('{"1":1,"b":1}');
  });
});

describe('A connection of the client', () => {
  test('that is down gives the plain error of the wire; the client tries no second time', async () => {
    await append(client, 'order-1');
    const listener = new Listener(client, { fromPosition: END });
    await until('confirmed', () => listener.said.includes('confirmation'));
    await server.kill();
    expect(await errorOf(append(client, 'order-2'))).toMatch(/unavailable|cancelled|UNAVAILABLE/);
    expect(await errorOf(readStream(client, 'order-1'))).toMatch(/unavailable|UNAVAILABLE/);
    await until('the subscription is told', () => listener.error !== undefined);
    await server.restart();
    await until('connected', async () => (await errorOf(append(client, 'order-3'))) === 'none');
    await pause(PATIENCE_MS);
    expect(listener.said).not.toContain('order-3@0');
  });

  test('fails once after an election, and then finds the leader', async () => {
    const cluster = await StandIn.start({ nodes: 2 });
    const member = connect(cluster.url);
    const options = { requiresLeader: true, expectedRevision: NO_STREAM } as const;
    await member.appendToStream('order-1', events(1), options);
    await cluster.elect(1);
    expect(await errorOf(member.appendToStream('order-2', events(1), options))).toBe('not-leader');
    expect(await errorOf(member.appendToStream('order-2', events(1), options))).toBe('none');
    await cluster.stop();
  });

  test('to one host uses it although it follows', async () => {
    const cluster = await StandIn.start({ nodes: 2 });
    const follower = connect(cluster.addresses[1]!.replace('http:', 'esdb:').concat('?tls=false'));
    const options = { requiresLeader: true, expectedRevision: NO_STREAM } as const;
    expect(await errorOf(follower.appendToStream('order-1', events(1), options))).toBe('not-leader');
    await cluster.stop();
  });

  test('to a cluster that is not there fails with an error that has no type', async () => {
    const lost = connect('esdb://127.0.0.1:1,127.0.0.1:2?tls=false&maxDiscoverAttempts=2&discoveryInterval=10');
    expect(await errorOf(append(lost, 'order-1'))).toBe('Error: Failed to discover after 2 attempts.');
  });

  test('asks one seed of several when it is to discover', async () => {
    const url = server.url.replace('esdb://', 'esdb+discover://127.0.0.1:1,').concat('&maxDiscoverAttempts=2');
    expect(await errorOf(append(connect(url), 'order-1'))).toMatch(/Failed to discover/);
  });

  test('prints its password where debugging is on, and only warns of what it does not support', async () => {
    const { said } = await inProcess(
      `
      EventStoreDBClient.connectionString('esdb://admin:secret@127.0.0.1:1?tls=true&tlsVerifyCert=false');`,
      { DEBUG: 'esdb:connection' },
    );
    expect(said).toMatch(/admin:secret/);
    expect(said).toMatch(/"tlsVerifyCert" is not currently supported/);
  });

  test('without TLS ignores the password', async () => {
    const guarded = await StandIn.start({
      users: { admin: { password: 'changeit', rights: ['append', 'read', 'all'] } },
    });
    expect(await errorOf(append(connect(guarded.urlFor('admin')), 'order-1'))).toBe('access-denied');
    await guarded.stop();
  });

  test('opens again after it was disposed of', async () => {
    await append(client, 'order-1');
    await client.dispose();
    expect(await errorOf(append(client, 'order-2'))).toBe('none');
  });

  test('keeps the process alive', async () => {
    const { said, code } = await inProcess(`
      await client.appendToStream('order-1', [event(Buffer.of(1))], { expectedRevision: NO_STREAM });
      console.log('done');
      setTimeout(() => { console.log('still here'); process.exit(4); }, 3000).unref();`);
    expect(said).toMatch(/done\nstill here/);
    expect(code).toBe(4);
  });
});

describe('What the client gives', () => {
  test('of metadata that are no JSON is bytes', async () => {
    await server.inject('order-1', [{ type: 'Order', metadata: '{"by":' }]);
    for await (const { event: found } of client.readStream('order-1'))
      expect(found?.metadata).toBeInstanceOf(Uint8Array);
  });

  test('of the time of an event is milliseconds', async () => {
    await append(client, 'order-1');
    for await (const { event: found } of client.readStream('order-1')) expect(found?.created).toBeInstanceOf(Date);
  });

  test('a checkpoint handler that fails stops the subscription without a word', async () => {
    await append(client, 'order-1', 40);
    const { said } = await inProcess(`
      process.on('unhandledRejection', () => console.log('unhandled'));
      let count = 0;
      const filter = eventTypeFilter({ regex: '^[^$].*', checkpointInterval: 1, checkpointReached: async () => { throw new Error('no'); } });
      client.subscribeToAll({ fromPosition: START, filter }).on('data', () => count++).on('error', () => console.log('told'));
      setTimeout(() => { console.log('events', count); process.exit(0); }, 2000);`);
    expect(said).toMatch(/unhandled/);
    expect(said).not.toMatch(/told/);
    expect(Number(/events (\d+)/.exec(said)?.[1])).toBeLessThan(40);
  });
});
