import { StandIn, type StandInOptions } from '../../../../test/support/eventstoredb/stand-in.js';
import { fill, freshStream } from '../contract/fixtures.contract.js';
import { ClientDriver } from './client-driver.js';
import type { EsdbDriver } from './driver.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';
import { JournalReader } from './journal-reader.js';

const OF_THE_SERVER = 3_000;

let server: StandIn;
let store: EventStoreDbEventStore;
let driver: EsdbDriver;
let reader: JournalReader;
let read: { calls: number; events: number };

const start = async (options?: StandInOptions): Promise<void> => {
  server = await StandIn.start(options);
  store = await EventStoreDbEventStore.open({ connectionString: server.url });
  driver = await ClientDriver.open(server.url, Date.now, () => undefined);
  const readAll: EsdbDriver['readAll'] = (from, { take, ...options }) => {
    read.calls++;
    const counted = (event: Parameters<typeof take>[0]) => {
      read.events++;
      return take(event);
    };
    return driver.readAll(from, { ...options, take: counted });
  };
  reader = new JournalReader({ readStream: driver.readStream, readAll }, () => undefined);
};
/** @returns the position of the last one. */
const written = (count: number) =>
  server.inject('$stats-0', Array<{ type: string }>(count).fill({ type: '$statsCollected' }));
const counted = async <T>(question: () => Promise<T>) => {
  read = { calls: 0, events: 0 };
  const answer = await question();
  return { answer, ...read };
};
const look = (after: bigint, max = 2) => counted(() => reader.all(after, max, undefined));
const positions = ({ answer }: Awaited<ReturnType<typeof look>>) => answer.events.map(({ position }) => position);

describe('What a server writes for itself behind the head', () => {
  afterEach(async () => {
    await driver.close();
    await store.close();
    await server.stop();
  });

  test('is read once by who waits there, and what comes behind it is found', async () => {
    await start();
    const { position } = await fill(store, freshStream(), 1);
    await written(OF_THE_SERVER);
    expect((await look(position)).events).toBeGreaterThanOrEqual(OF_THE_SERVER);
    const again = await look(position);
    expect(again).toMatchObject({ answer: { events: [], next: position, atHead: true }, calls: 1, events: 1 });
    await written(10);
    expect(await look(position, 100)).toMatchObject({ answer: { atHead: true }, events: 11 });
    const next = await fill(store, freshStream(), 1);
    expect(positions(await look(position))).toEqual([next.position]);
  });

  test('is read once by who asks for the head', async () => {
    await start();
    const { position } = await fill(store, freshStream(), 1);
    await written(OF_THE_SERVER);
    const first = await counted(() => reader.head());
    expect(first.events).toBeGreaterThanOrEqual(OF_THE_SERVER);
    expect(first.calls).toBeLessThanOrEqual(2 + OF_THE_SERVER / 1_000);
    expect(await counted(() => reader.head())).toEqual({ answer: position, calls: 2, events: 2 });
    const next = await fill(store, freshStream(), 1);
    expect((await counted(() => reader.head())).answer).toBe(next.position);
    await written(3);
    expect((await counted(() => reader.head())).answer).toBe(next.position);
    await server.remove(next.position);
    expect((await counted(() => reader.head())).answer).toBe(position);
  });

  test.each(['next', 'refused'] as const)('may be taken away again (%s between events)', async (betweenEvents) => {
    await start({ betweenEvents });
    const { position } = await fill(store, freshStream(), 1);
    const last = await written(10);
    await look(position);
    await server.remove(last);
    const next = await fill(store, freshStream(), 1);
    expect(positions(await look(position))).toEqual([next.position]);
  });

  test('may be lost by a server that was set back: what we write in its place is found', async () => {
    await start();
    const { position } = await fill(store, freshStream(), 1);
    const last = await written(10);
    await look(position);
    await reader.head();
    await server.loseTail(1);
    const ours: bigint[] = [];
    while ((ours.at(-1) ?? 0n) <= last) ours.push((await fill(store, freshStream(), 1)).position);
    expect(positions(await look(position, 100))).toEqual(ours);
    expect((await counted(() => reader.head())).answer).toBe(ours.at(-1));
  });
});
