import { type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { connect as connectBare } from '../../../../test/eventstoredb/bare-client.js';
import { StandIn } from '../../../../test/support/eventstoredb/stand-in.js';
import { consume, failing, fill, freshStream, readAfter } from '../contract/fixtures.contract.js';
import type { StoreMetric } from '../metrics.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

// The port has no delete, no truncation and no metadata. Whoever has the rights may do all of it to a stream of ours.

let server: StandIn;
let bare: EventStoreDBClient;
let store: EventStoreDbEventStore;
let metrics: StoreMetric[];
let stream: string;

beforeEach(async () => {
  server = await StandIn.start();
  bare = connectBare(server.url);
  metrics = [];
  const onMetric = (metric: StoreMetric) => void metrics.push(metric);
  store = await EventStoreDbEventStore.open({ connectionString: server.url, onMetric });
  stream = freshStream();
  await fill(store, stream, 3);
});
afterEach(async () => {
  await store.close();
  await bare.dispose();
  await server.stop();
});

const setMetadata = (name: string, metadata: Readonly<Record<string, number>>) =>
  bare.setStreamMetadata(name, metadata, { expectedRevision: NO_STREAM });
const alarms = () => metrics.filter(({ name }) => name === 'foreign_events').length;

describe('What somebody else does to a stream of ours', () => {
  test.each<[what: string, harm: () => Promise<unknown>]>([
    ['a deletion', () => bare.deleteStream(stream)],
    ['a tombstone', () => bare.tombstoneStream(stream)],
    ['a limit to its length', () => setMetadata(stream, { maxCount: 1 })],
    ['a truncation', () => setMetadata(stream, { truncateBefore: 2 })],
    ['a link in it', () => server.inject(stream, [{ type: '$>', data: '0@elsewhere-1' }])],
  ])('%s is an alarm, and takes nothing away from who reads the journal', async (_what, harm) => {
    await harm();
    const { position } = await fill(store, freshStream(), 1);
    expect(await readAfter(store, undefined)).toHaveLength(4);
    const seen = await consume(store, {}, (_events, { caughtUp }) => caughtUp);
    expect([seen.length, await store.head(), alarms()]).toEqual([4, position, 1]);
  });

  test.each<[what: string, harm: () => Promise<unknown>]>([
    ['cut short', () => setMetadata(stream, { maxCount: 1 })],
    ['truncated', () => setMetadata(stream, { truncateBefore: 2 })],
    ['linked into', () => server.inject(stream, [{ type: '$>', data: '0@elsewhere-1' }])],
  ])('a stream that was %s is not read as if it began later or held something else', async (_what, harm) => {
    await harm();
    await expect(store.readWhole(stream)).rejects.toEqual(failing('store.corrupt'));
  });

  test('a deleted stream goes on at its old end: an append that took it for new is no success, and stops its readers', async () => {
    await bare.deleteStream(stream);
    expect(await store.readWhole(stream)).toEqual([]);
    await expect(fill(store, stream, 2)).rejects.toEqual(failing('store.corrupt'));
    await expect(store.readWhole(stream)).rejects.toEqual(failing('store.corrupt'));
    expect((await readAfter(store, undefined)).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });

  test('what the server writes for itself is no alarm', async () => {
    await server.inject('$stats-0', [{ type: '$statsCollected' }]);
    await setMetadata('$stats-0', { maxAge: 60 });
    await setMetadata('$ce-sample', { maxCount: 9 });
    await fill(store, freshStream(), 1);
    expect([(await readAfter(store, undefined)).length, alarms()]).toEqual([4, 0]);
  });
});
