import { setTimeout as pause } from 'node:timers/promises';
import { type EventStoreDBClient, eventTypeFilter, NO_STREAM } from '@eventstore/db-client';
import { GossipClient } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipMessages, { type ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import { credentials } from '@grpc/grpc-js';
import { StandIn, type StandInOptions } from '../support/eventstoredb/stand-in.js';
import { until } from '../support/processes.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { append, connect, errorOf, events, Listener, positions, readAll, readStream } from './bare-client.js';

const { VNodeState } = gossipMessages.MemberInfo;
const TICKS_PER_MS = 10_000;

const gossip = (server: StandIn) =>
  new Promise<ClusterInfo.AsObject>((resolve, reject) => {
    const node = new GossipClient(new URL(server.addresses[0]!).host, credentials.createInsecure());
    node.read(new sharedMessages.Empty(), (error, info) => {
      node.close();
      if (error) reject(error);
      else resolve(info.toObject());
    });
  });

const servers: StandIn[] = [];
const start = async (options: StandInOptions = {}): Promise<[StandIn, EventStoreDBClient]> => {
  const server = await StandIn.start(options);
  servers.push(server);
  return [server, connect(server.url)];
};
/** Asked again until the client has found the server: it does not try twice by itself. */
const connected = (client: EventStoreDBClient) =>
  until('connected', async () => (await positions(client, { maxCount: 1 })).length === 1);
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

describe('A server', () => {
  test('that is killed comes back with everything it acknowledged, at the same positions', async () => {
    const [server, client] = await start();
    await append(client, 'order-1', 3);
    await server.inject('$other', [{ type: '$note' }]);
    await client.deleteStream('order-1');
    await append(client, 'order-1', 2);
    await append(client, 'order-2', 2);
    await client.tombstoneStream('order-2');
    const before = await positions(client, {});
    await server.kill();
    expect(await errorOf(append(client, 'order-3'))).toMatch(/unavailable|cancelled|UNAVAILABLE/);
    await server.restart();
    await connected(client);
    expect(await positions(client, {})).toEqual(before);
    expect((await readStream(client, 'order-1')).map(({ revision }) => revision)).toEqual([3n, 4n]);
    expect(await errorOf(append(client, 'order-2'))).toBe('stream-deleted');
    expect((await append(client, 'order-1', 1, 4n)).position!.commit).toBeGreaterThan(before.at(-1)!);
  });

  test('that is killed between commit and answer has the event, once', async () => {
    const [server, client] = await start();
    await server.dieAfterAppend();
    expect(await errorOf(append(client, 'order-1'))).not.toBe('none');
    await server.gone();
    await server.restart();
    await connected(client);
    expect(await readStream(client, 'order-1')).toHaveLength(1);
  });

  test('that loses its acknowledged tail gives the same positions again', async () => {
    const [server, client] = await start();
    await append(client, 'order-1', 2);
    const lost = await append(client, 'order-2');
    await server.loseTail(1);
    await connected(client);
    expect((await readAll(client)).map(({ stream }) => stream)).toEqual(['order-1', 'order-1']);
    expect((await append(client, 'order-3')).position).toEqual(lost.position);
    const ahead = { commit: lost.position!.commit + 1n, prepare: lost.position!.prepare + 1n };
    const listener = new Listener(client, { fromPosition: ahead });
    await until('refused', () => listener.error !== undefined);
  });

  test('that is frozen answers nothing and forgets nothing', async () => {
    const [server, client] = await start();
    await append(client, 'order-1');
    server.freeze();
    const waiting = append(client, 'order-2');
    expect(await Promise.race([waiting.then(() => 'answered'), pause(1_000, 'frozen')])).toBe('frozen');
    server.thaw();
    expect((await waiting).success).toBe(true);
  });

  test('that drops its connections ends what is open, and takes new ones', async () => {
    const [server, client] = await start();
    const listener = new Listener(client);
    await until('caught up', () => listener.said.includes('caughtUp'));
    await server.dropConnections();
    await until('told', () => listener.error !== undefined);
    await connected(client);
    expect(await errorOf(append(client, 'order-1'))).toBe('none');
  });

  test('that loses an answer has written what it did not acknowledge', async () => {
    const [server, client] = await start();
    await server.loseAnswers(1);
    void errorOf(append(client, 'order-1'));
    await until('written', async () => (await errorOf(readStream(client, 'order-1'))) === 'none');
    await expect(append(client, 'order-1')).rejects.toMatchObject({ actualVersion: 0n });
  });

  test('whose clock was stepped says so in gossip and in the time of its events', async () => {
    const [server, client] = await start({ nodes: 2 });
    await server.stepClock(-3_600_000);
    await server.elect(1);
    const { membersList } = await gossip(server);
    expect(membersList.map(({ state }) => state)).toEqual([VNodeState.FOLLOWER, VNodeState.LEADER]);
    const isAnHourAgo = (ms: number) => Math.abs(Date.now() - 3_600_000 - ms) < 60_000;
    expect(membersList.every(({ timeStamp }) => isAnHourAgo(Number(timeStamp) / TICKS_PER_MS))).toBe(true);
    await client.appendToStream('order-1', events(1), { requiresLeader: true, expectedRevision: NO_STREAM });
    for await (const { event } of client.readStream('order-1'))
      expect(isAnHourAgo(event!.created.getTime())).toBe(true);
  });

  test('with foreign events gives them like any other', async () => {
    const [server, client] = await start();
    await server.inject('order-1', [
      { type: 'Order', metadata: '{', data: 'not json', contentType: 'application/octet-stream' },
    ]);
    await server.inject('order-1', [{ type: '$>', data: '0@order-2' }], 5);
    await server.inject('order-3', [{ type: 'Order', prepare: 7 }]);
    expect((await readStream(client, 'order-1')).map(({ revision }) => revision)).toEqual([0n, 5n]);
    for await (const { event } of client.readStream('order-3')) {
      expect(event?.position?.prepare).toBe(7n);
      expect(event?.position?.commit).not.toBe(7n);
    }
  });

  test('that was scavenged has a hole where the event was, also after a restart', async () => {
    const [server, client] = await start();
    await append(client, 'order-1', 3);
    const places = (await readAll(client)).map(({ position }) => position);
    await server.remove(places[1]!);
    for (const round of ['before', 'after']) {
      if (round === 'after') await server.restart();
      await connected(client);
      expect((await readAll(client)).map(({ position }) => position)).toEqual([places[0], places[2]]);
      expect((await readStream(client, 'order-1')).map(({ revision }) => revision)).toEqual([0n, 2n]);
    }
    await expect(server.remove(places[1]!)).rejects.toThrow(/no event at/);
  });
});

describe('A profile', () => {
  test('with TLS and users knows who may what; the CA is its own', async () => {
    const rights = { all: ['append', 'read', 'all'], reader: ['read'] } as const;
    const [server] = await start({
      isSecure: true,
      users: { all: { password: 'one', rights: rights.all }, reader: { password: 'two', rights: rights.reader } },
    });
    const [all, reader, nobody] = ['all', 'reader', 'nobody'].map((user) => connect(server.urlFor(user)));
    await append(all!, 'order-1');
    expect(await readStream(reader!, 'order-1')).toHaveLength(1);
    expect(await errorOf(append(reader!, 'order-2'))).toBe('access-denied');
    expect(await errorOf(readAll(reader!))).toBe('access-denied');
    expect(await errorOf(append(nobody!, 'order-2'))).toBe('access-denied');
    const stranger = connect(server.url.replace(/&tlsCAFile=.*/, ''));
    expect(await errorOf(append(stranger, 'order-2'))).toMatch(/unavailable|UNAVAILABLE/);
    for (const one of [all!, reader!, nobody!, stranger]) await one.dispose();
  });

  test('of two nodes: the follower gives what the leader wrote, and every append needs the leader', async () => {
    const [server, client] = await start({ nodes: 2 });
    const options = { requiresLeader: true, expectedRevision: NO_STREAM } as const;
    await client.appendToStream('order-1', events(2), options);
    const follower = connect(server.addresses[1]!.replace('http:', 'esdb:').concat('?tls=false'));
    expect(await readStream(follower, 'order-1')).toHaveLength(2);
    await expect(append(follower, 'order-2')).rejects.toThrow(/does not know what a server does/);
    await server.elect(1);
    await until(
      'the leader is found',
      async () => (await errorOf(client.appendToStream('order-3', events(1), options))) === 'none',
    );
    expect(await readStream(follower, 'order-3')).toHaveLength(1);
  });

  test('of two nodes, one of them gone: the client finds the one that was elected, and the log is whole', async () => {
    const [server, client] = await start({ nodes: 2 });
    const options = { requiresLeader: true, expectedRevision: NO_STREAM } as const;
    const append = (stream: string) => client.appendToStream(stream, events(1), options);
    await append('order-1');
    await server.takeDown(0);
    expect(await errorOf(append('order-2'))).not.toBe('none');
    await server.elect(1);
    await until('the leader is found', async () => (await errorOf(append('order-3'))) === 'none');
    await server.bringUp(0);
    const back = connect(server.addresses[0]!.replace('http:', 'esdb:').concat('?tls=false'));
    expect(await readStream(back, 'order-3')).toHaveLength(1);
  });

  test('of 1 byte a second: a read is under way and nothing has come', async () => {
    const [server, client] = await start();
    await append(client, 'order-1', 2);
    const wire = await TcpProxy.before(server.addresses[0]!);
    const slow = connect(`esdb://127.0.0.1:${new URL(wire.url).port}?tls=false`);
    expect(await readStream(slow, 'order-1')).toHaveLength(2);
    wire.pace = { delayMs: 1_000, pieceBytes: 1 };
    const waiting = readStream(slow, 'order-1');
    expect(await Promise.race([waiting.then(() => 'done').catch(() => 'broken'), pause(1_500, 'waiting')])).toBe(
      'waiting',
    );
    wire.cut();
    expect(await errorOf(waiting)).not.toBe('none');
    await wire.close();
  });

  test('without batch append in its features gets one call an append', async () => {
    const [server, client] = await start({ hasBatchAppend: false });
    await server.loseAnswers(1);
    void errorOf(append(client, 'order-1'));
    await until('open', async () => (await server.openCalls()).length > 0);
    expect((await server.openCalls()).every((call) => call.startsWith('append '))).toBe(true);
  });

  test('counts what is open, and a reader that does not read holds up nobody', async () => {
    const [server, client] = await start();
    for (const stream of ['order-1', 'order-2', 'order-3']) await append(client, stream, 500);
    const lazy = connect(`${server.url}&keepAliveInterval=10001`).subscribeToAll({
      filter: eventTypeFilter({ prefixes: ['Order'], checkpointInterval: 64 }),
    });
    await until('open', async () => (await server.openCalls()).some((call) => call.startsWith('read')));
    expect(await readAll(client)).toHaveLength(1_500);
    await lazy.unsubscribe();
    await until('closed', async () => (await server.openCalls()).every((call) => !call.startsWith('read')));
  });
});
