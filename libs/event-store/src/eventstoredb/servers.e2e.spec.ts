import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { StandIn, type StandInOptions } from '../../../../test/support/eventstoredb/stand-in.js';
import { until } from '../../../../test/support/processes.js';
import { ROOT } from '../../../../test/support/repository.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { consume, failing, fill, freshStream, readAfter } from '../contract/fixtures.contract.js';
import { deliversEverythingOnce } from '../contract/subscription.contract.js';
import type { StoreMetric } from '../metrics.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

/** 300 callers for three seconds: more than the client takes at once. The built store, because tests end processes otherwise. */
const APPENDING = `
  const { openEventStore } = await import('${ROOT}/dist/libs/event-store/src/index.js');
  const { randomBytes } = await import('node:crypto');
  const store = await openEventStore({ eventStore: process.argv[1], databaseUrl: '' });
  let made = 0, acknowledged = 0;
  const bytes = (length) => new Uint8Array(randomBytes(length));
  const event = () => ({ type: 'a.b.v1', source: 's', id: String(++made), time: 't', actor: 'a', data: bytes(20000), salt: bytes(32), requestMac: bytes(32) });
  const end = Date.now() + 3000;
  console.log('appending');
  await Promise.all(Array.from({ length: 300 }, async () => {
    while (Date.now() < end) await store.append('sample-' + ++made, 'empty', [event()]).then(() => acknowledged++, () => new Promise((go) => setTimeout(go, 20)));
  }));
  await store.close();
  console.log('closed, ' + acknowledged + ' of them acknowledged');`;

const ALL = ['append', 'read', 'all'] as const;

let server: StandIn;
let metrics: StoreMetric[];

beforeEach(() => {
  metrics = [];
});
afterEach(() => server.stop());

const start = async (options?: StandInOptions): Promise<void> => {
  server = await StandIn.start(options);
};
const open = (connectionString: string) =>
  EventStoreDbEventStore.open({ connectionString, onMetric: (metric) => void metrics.push(metric) });
const warnings = () => metrics.flatMap((metric) => (metric.name === 'warning' ? [metric.setting] : []));

/** Every text that an error carries, its causes with it. */
const textsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const members = JSON.stringify(error, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  return [error.message, error.stack, members, textsOf(error.cause)].join('\n');
};

describe('A wire', () => {
  test('on which an answer takes 11 s ends a read in time, and is used again when it is better', async () => {
    await start();
    const proxy = await TcpProxy.before(server.addresses[0] as string);
    const store = await open(`${proxy.url.replace('http', 'esdb').replace(/\/$/, '')}?tls=false`);
    const { position } = await fill(store, freshStream(), 1);
    proxy.pace = { delayMs: 11_000, pieceBytes: 1 };
    await expect(store.readAt(position)).rejects.toEqual(failing('store.unavailable'));
    proxy.pace = undefined;
    await until('it reads again', async () => (await store.readAt(position).catch(() => undefined)) !== undefined);
    expect(await readAfter(store, undefined)).toHaveLength(1);
    await store.close();
    await proxy.close();
  });
});

describe('The adapter of EventStoreDB opens', () => {
  test.each(['24.10.4', '23.10.9', '22.10.5.0-oss'])('no server as old as %s', async (version) => {
    await start({ version });
    const refusal = failing('store.unsafe', { setting: 'server version', value: version });
    await expect(open(server.url)).rejects.toEqual(refusal);
  });

  test.each([
    ['24.10.5', []],
    ['26.0.1.3301-nightly', []],
    ['27.1.0', ['server version']],
    ['unknown', ['server version']],
  ])('a server %s with these warnings: %j', async (version, expected) => {
    await start({ version });
    await (await open(server.url)).close();
    expect(warnings()).toEqual(expected);
  });

  test('no server that is away, and leaves nothing behind', async () => {
    await start();
    await server.kill();
    await expect(open(server.url)).rejects.toEqual(failing('store.unavailable'));
  });

  test('with a password, which is in no error', async () => {
    await start({ isSecure: true, users: { ledger: { password: 'hunter2', rights: ALL } } });
    const store = await open(server.urlFor('ledger'));
    await fill(store, freshStream(), 1);
    await store.close();
    const wrong = server.urlFor('ledger').replace('hunter2', 'hunter3');
    const refused = await open(wrong).catch((error: unknown) => error);
    expect(refused).toEqual(failing('store.denied'));
    expect(textsOf(refused)).not.toContain('hunter');
  });

  test('nothing without the certificate of the authority', async () => {
    await start({ isSecure: true });
    const stranger = server.url.replace(/&tlsCAFile=[^&]*/, '');
    await expect(open(stranger)).rejects.toEqual(failing('store.unavailable'));
    await expect(open(`${stranger}&tlsCAFile=/none/ca.pem`)).rejects.toEqual(failing('store.unsafe'));
  });

  test('with a password for the whole connection: appends share one call, which one for each of them would not', async () => {
    await start({ isSecure: true, users: { ledger: { password: 'changeit', rights: ALL } } });
    const store = await open(server.urlFor('ledger'));
    await Promise.all(Array.from({ length: 40 }, () => fill(store, freshStream(), 1)));
    const calls = (await server.openCalls()).map((call) => call.replace(/ \d+$/, ''));
    expect(calls).toEqual(['batchAppend']);
    await store.close();
  });

  test('one that refuses a position where no event begins: nothing is there', async () => {
    await start({ betweenEvents: 'refused' });
    const store = await open(server.url);
    const { position } = await fill(store, freshStream(), 1);
    await fill(store, freshStream(), 1);
    expect(await store.readAt(position + 1n)).toBeUndefined();
    expect(await store.readAt(position)).toMatchObject({ position });
    await store.close();
  });

  test('for whoever may not append, and says so', async () => {
    await start({ isSecure: true, users: { reader: { password: 'changeit', rights: ['read', 'all'] } } });
    const store = await open(server.urlFor('reader'));
    await expect(fill(store, freshStream(), 1)).rejects.toEqual(failing('store.denied'));
    expect(await store.head()).toBeUndefined();
    await store.close();
  });
});

describe('The clock of a server', () => {
  test.each([60_000, -60_000])('that is %s ms ahead is told of', async (aheadMs) => {
    await start();
    await server.stepClock(aheadMs);
    await (await open(server.url)).close();
    expect(warnings()).toEqual(['clock of the server, seconds ahead of ours']);
  });

  test('that is a minute behind ours changes nothing', async () => {
    await start();
    await server.stepClock(-60_000);
    const store = await open(server.url);
    expect(await fill(store, freshStream(), 2)).toMatchObject({ revision: 1n });
    await store.close();
  });

  test('that is a minute ahead makes every append fail, and the error names the clocks', async () => {
    await start();
    const store = await open(server.url);
    await server.stepClock(60_000);
    const failed = await fill(store, freshStream(), 1).catch((error: unknown) => error);
    expect(failed).toEqual(failing('store.outcomeUnknown'));
    expect(textsOf(failed)).toContain('clocks');
    await store.close();
  });
});

describe('A server whose subscriptions hear nothing', () => {
  test('is found out, asked for another subscription again and again, and holds nobody up', async () => {
    await start();
    const store = await open(server.url);
    const heard = (name: StoreMetric['name']) => metrics.filter((metric) => metric.name === name).length;
    await fill(store, freshStream(), 1);
    let written = 1;
    let isOver = false;
    const seen = consume(store, { seconds: 120 }, (events) => isOver && events.length === written);
    await until('it listens', async () => (await server.openCalls()).some((call) => call.startsWith('read')));
    await server.mute();
    // Told apart from a quiet journal because the journal goes on; then one that is never confirmed is given up, twice.
    for (; heard('reconnect') < 3; written++) {
      await fill(store, freshStream(), 1);
      await pause(100);
    }
    expect(heard('stall')).toBe(1);
    await server.unmute();
    await until('it hears again', async () => {
      const before = heard('reconnect');
      await pause(1_000);
      return heard('reconnect') === before;
    });
    isOver = true;
    written++;
    await fill(store, freshStream(), 1);
    expect(await seen).toHaveLength(written);
    await until('one subscription is open', async () => {
      return (await server.openCalls()).filter((call) => call.startsWith('read')).length <= 1;
    });
    await store.close();
    await until('nothing is open', async () => (await server.openCalls()).length === 0);
  });
});

describe('A cluster', () => {
  test('may elect another leader while somebody appends and others read', async () => {
    await start({ nodes: 3 });
    const store = await open(server.url);
    await deliversEverythingOnce(store, async () => {
      for (const node of [1, 2, 0, 1]) {
        await pause(300);
        await server.elect(node);
      }
    });
    await store.close();
  });

  test('is found through one node that follows', async () => {
    await start({ nodes: 2 });
    const follower = (server.addresses[1] as string).replace('http', 'esdb');
    const store = await open(`${follower}?tls=false`);
    const stream = freshStream();
    expect(await fill(store, stream, 1)).toMatchObject({ revision: 0n });
    expect(await store.readWhole(stream)).toHaveLength(1);
    await store.close();
  });
});

describe('A process that appends', () => {
  test('outlives kills with a full line of appends, and ends by itself once its store is closed', async () => {
    await start();
    const child = spawn(process.execPath, ['--input-type=module', '-e', APPENDING, server.url], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += String(bytes)));
    const closed = once(child, 'close');
    await until('it appends', () => said.includes('appending'));
    for (let nth = 0; nth < 4; nth++) {
      await pause(400);
      if (nth % 2 === 0) await server.kill();
      else server.freeze();
      await pause(300);
      if (nth % 2 === 0) await server.restart();
      else server.thaw();
    }
    expect(await closed).toEqual([0, null]);
    expect(said).toMatch(/closed, (\d+) of them acknowledged/);
  });
});
