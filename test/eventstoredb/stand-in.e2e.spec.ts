import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  NO_STREAM,
  START,
  type SubscribeToAllOptions,
} from '@eventstore/db-client';
import { StandIn } from '../support/eventstoredb/stand-in.js';
import { until } from '../support/processes.js';
import { append, connect, errorOf, event, events, Listener, positions, readAll, readStream } from './bare-client.js';

let server: StandIn;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await StandIn.start();
  client = connect(server.url);
});
afterAll(async () => {
  await client.dispose();
  await server.stop();
});

/** The table of expected revisions is the same for both ways to append. */
describe.each([true, false])('An append (in a batch: %s)', (hasBatchAppend) => {
  let node: StandIn;
  let appender: EventStoreDBClient;
  let made = 0;
  const held = async (count: number): Promise<string> => {
    const stream = `order-${++made}`;
    if (count > 0) await append(appender, stream, count);
    return stream;
  };
  beforeAll(async () => {
    node = await StandIn.start({ hasBatchAppend });
    appender = connect(node.url);
  });
  afterAll(async () => {
    await appender.dispose();
    await node.stop();
  });

  test.each<[held: number, expected: 'none' | bigint, result: string]>([
    [0, 'none', 'none'],
    [0, 0n, 'wrong-expected-version'],
    [1, 'none', 'wrong-expected-version'],
    [3, 'none', 'wrong-expected-version'],
    [3, 2n, 'none'],
    [3, 1n, 'wrong-expected-version'],
    [3, 3n, 'wrong-expected-version'],
  ])('to a stream of %s events, expected at %s: %s', async (count, expected, result) => {
    const stream = await held(count);
    expect(await errorOf(append(appender, stream, 2, expected === 'none' ? undefined : expected))).toBe(result);
    const after = result === 'none' ? count + 2 : count;
    expect(await errorOf(append(appender, stream, 1, after === 0 ? undefined : BigInt(after - 1)))).toBe('none');
  });

  test('says where the stream is when it is refused', async () => {
    const stream = await held(3);
    await expect(append(appender, stream)).rejects.toMatchObject({ actualVersion: 2n });
    await expect(append(appender, `missing-${made}`, 1, 0n)).rejects.toMatchObject({ actualVersion: 'no_stream' });
  });

  test('of the same ids gives the old result behind the current revision, and is written again at it', async () => {
    const stream = await held(0);
    const [first, second] = [events(2), events(1)];
    const told = await appender.appendToStream(stream, first, { expectedRevision: NO_STREAM });
    await appender.appendToStream(stream, second, { expectedRevision: 1n });
    expect(await appender.appendToStream(stream, first, { expectedRevision: NO_STREAM })).toEqual(told);
    expect((await appender.appendToStream(stream, second, { expectedRevision: 1n })).nextExpectedRevision).toBe(2n);
    expect((await appender.appendToStream(stream, second, { expectedRevision: 2n })).nextExpectedRevision).toBe(3n);
    expect(await errorOf(appender.appendToStream(stream, [first[0]!, event()], { expectedRevision: NO_STREAM }))).toBe(
      'wrong-expected-version',
    );
  });

  test('of more than 1 MiB of data is refused whole', async () => {
    const stream = await held(0);
    const large = (bytes: number) => ({ ...event(), data: Buffer.alloc(bytes) });
    const tooLarge = appender.appendToStream(stream, [large(1_048_000), large(577)], { expectedRevision: NO_STREAM });
    await expect(tooLarge).rejects.toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 });
    expect(await errorOf(readStream(appender, stream))).toBe('stream-not-found');
    await appender.appendToStream(stream, [large(1_048_000), large(576)], { expectedRevision: NO_STREAM });
  });

  test('to a tombstoned stream is refused for good, and so is a read of it', async () => {
    const stream = await held(2);
    await appender.tombstoneStream(stream);
    expect(await errorOf(append(appender, stream))).toBe('stream-deleted');
    expect(await errorOf(append(appender, stream, 1, 1n))).toBe('stream-deleted');
    expect(await errorOf(readStream(appender, stream))).toBe('stream-deleted');
  });

  test('to a deleted stream goes on behind what was deleted', async () => {
    const stream = await held(2);
    await appender.deleteStream(stream);
    expect(await errorOf(readStream(appender, stream))).toBe('stream-not-found');
    expect((await append(appender, stream)).nextExpectedRevision).toBe(2n);
    expect((await readStream(appender, stream)).map(({ revision }) => revision)).toEqual([2n]);
    const all = (await readAll(appender)).filter((one) => one.stream === stream);
    expect(all.map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
  });

  test('at "any" is nothing that this server knows', async () => {
    await expect(appender.appendToStream('any-1', [event()])).rejects.toThrow(/does not know what a server does/);
  });
});

describe('A read', () => {
  const revisions = async (options: Parameters<typeof readStream>[2]) =>
    (await readStream(client, 'read-1', options)).map(({ revision }) => Number(revision));
  beforeAll(async () => {
    await append(client, 'read-1', 5);
  });

  test('of a stream goes from a revision, which is included, forwards or backwards', async () => {
    expect(await revisions({})).toEqual([0, 1, 2, 3, 4]);
    expect(await revisions({ fromRevision: 3n })).toEqual([3, 4]);
    expect(await revisions({ fromRevision: 9n })).toEqual([]);
    expect(await revisions({ fromRevision: 1n, maxCount: 2 })).toEqual([1, 2]);
    expect(await revisions({ direction: BACKWARDS, fromRevision: END })).toEqual([4, 3, 2, 1, 0]);
    expect(await revisions({ direction: BACKWARDS, fromRevision: 2n, maxCount: 2 })).toEqual([2, 1]);
    expect(await errorOf(readStream(client, 'read-unknown'))).toBe('stream-not-found');
  });

  test('of all goes forwards from a position, which is included, and backwards from before it', async () => {
    const places = (await readAll(client)).map(({ position }) => position);
    expect(places).toEqual([...new Set(places)].sort((a, b) => (a < b ? -1 : 1)));
    const [first, second] = places as [bigint, bigint];
    const fromPosition = { commit: second, prepare: second };
    expect(await positions(client, { fromPosition, maxCount: 1 })).toEqual([second]);
    expect(await positions(client, { fromPosition, direction: BACKWARDS, maxCount: 1 })).toEqual([first]);
    const last = { fromPosition: END, direction: BACKWARDS, maxCount: 1 } as const;
    expect(await positions(client, last)).toEqual(places.slice(-1));
  });

  test('of all has what the server wrote of itself, and positions with gaps', async () => {
    const found: string[] = [];
    for await (const { event: one } of client.readAll({ maxCount: 2 }))
      found.push(`${one?.streamId} ${one?.position?.commit}`);
    expect(found[0]).toMatch(/^\$\$\$stats \d\d$/);
    expect(found[1]).toMatch(/^read-1 \d\d\d$/);
  });

  test('between two events goes on with the next one, or is refused where the server is told so', async () => {
    const strict = await StandIn.start({ betweenEvents: 'refused' });
    const other = connect(strict.url);
    const second = (await append(other, 'order-1', 2)).position!.commit;
    const from = (reader: EventStoreDBClient, commit: bigint) =>
      positions(reader, { fromPosition: { commit, prepare: commit }, maxCount: 1 });
    expect(await from(other, second)).toEqual([second]);
    await expect(from(other, second - 1n)).rejects.toThrow(/Invalid position/);
    await other.dispose();
    await strict.stop();
    const place = (await readAll(client)).at(-1)!.position;
    expect(await from(client, place - 1n)).toEqual([place]);
    expect(await from(client, place + 1n)).toEqual([]);
  });
});

describe('A subscription', () => {
  const filter = eventTypeFilter({ regex: '^[^$].*', checkpointInterval: 2 });
  let node: StandIn;
  let reader: EventStoreDBClient;
  beforeEach(async () => {
    node = await StandIn.start();
    reader = connect(node.url);
  });
  afterEach(async () => {
    await reader.dispose();
    await node.stop();
  });

  test('confirms, gives the events, a checkpoint at the last one considered, catches up, and goes on', async () => {
    const { position } = await append(reader, 'order-1', 2);
    const listener = new Listener(reader, { fromPosition: START, filter });
    await until('caught up', () => listener.said.includes('caughtUp'));
    await append(reader, 'order-2');
    await until('live', () => listener.said.includes('order-2@0'));
    const checkpoint = `checkpoint ${position?.commit}`;
    expect(listener.said).toEqual(['confirmation', 'order-1@0', 'order-1@1', checkpoint, 'caughtUp', 'order-2@0']);
    await listener.end();
    await until('the stream is free', async () => (await node.openCalls()).every((call) => !call.startsWith('read')));
  });

  test('gives a checkpoint every interval of 32 considered events, whether they pass the filter or not', async () => {
    await append(reader, 'order-1', 70);
    const listener = new Listener(reader, { filter: eventTypeFilter({ prefixes: ['Bill'], checkpointInterval: 1 }) });
    await until('caught up', () => listener.said.includes('caughtUp'));
    expect(listener.said.map((said) => said.split(' ')[0])).toEqual([
      'confirmation',
      ...Array(3).fill('checkpoint'),
      'caughtUp',
    ]);
    await listener.end();
  });

  test('without a filter gives no checkpoint; from a position it goes on behind it; from the end it waits', async () => {
    const first = await append(reader, 'order-1', 1);
    const at = { commit: first.position!.commit, prepare: first.position!.prepare };
    const listeners = [
      new Listener(reader),
      new Listener(reader, { fromPosition: at }),
      new Listener(reader, { fromPosition: END }),
    ];
    await until('caught up', () => listeners.every(({ said }) => said.includes('caughtUp')));
    await append(reader, 'order-2');
    await until('live', () => listeners.every(({ said }) => said.includes('order-2@0')));
    const [all, behind, end] = listeners.map(({ said }) => said);
    expect(all).toEqual(['confirmation', 'order-1@0', 'caughtUp', 'order-2@0']);
    expect(behind).toEqual(['confirmation', 'caughtUp', 'order-2@0']);
    expect(end).toEqual(behind);
    for (const listener of listeners) await listener.end();
  });

  test.each<[what: string, kept: string[], filter: SubscribeToAllOptions['filter']]>([
    ['a prefix takes what begins with it', ['order-1@0', 'order-2@0'], eventTypeFilter({ prefixes: ['Order'] })],
    ['an expression takes what matches it', ['order-1@0'], eventTypeFilter({ regex: '^Order$' })],
  ])('filtered by %s', async (_, kept, given) => {
    await reader.appendToStream('order-1', event('Order'), { expectedRevision: NO_STREAM });
    await reader.appendToStream('order-2', event('OrderLine'), { expectedRevision: NO_STREAM });
    const listener = new Listener(reader, { filter: given });
    await until('caught up', () => listener.said.includes('caughtUp'));
    expect(listener.said.filter((said) => said.includes('@'))).toEqual(kept);
    await listener.end();
  });

  test('catches up again when more than the live buffer of 32 waits', async () => {
    const listener = new Listener(reader);
    await until('caught up', () => listener.said.includes('caughtUp'));
    await append(reader, 'order-1', 40);
    await until('caught up again', () => listener.said.filter((said) => said === 'caughtUp').length === 2);
    expect(listener.said.at(-1)).toBe('caughtUp');
    await listener.end();
  });
});
