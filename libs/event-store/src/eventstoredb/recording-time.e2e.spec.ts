import { setTimeout as pause } from 'node:timers/promises';
import { StandIn } from '../../../../test/support/eventstoredb/stand-in.js';
import { fill, freshStream, readAfter, write } from '../contract/fixtures.contract.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

let server: StandIn;
let store: EventStoreDbEventStore;

const open = () => EventStoreDbEventStore.open({ connectionString: server.url });

describe('Recording time in EventStoreDB', () => {
  beforeEach(async () => {
    server = await StandIn.start();
    store = await open();
  });

  afterEach(async () => {
    await store.close();
    await server.stop();
  });

  test('never falls where a connection is opened: nobody overtakes the append that opens it', async () => {
    const others: EventStoreDbEventStore[] = [];
    for (let round = 0; round < 5; round++) {
      const fresh = await open();
      others.push(fresh);
      await Promise.all(Array.from({ length: 8 }, () => write(fresh, 1, 3)));
      await server.dropConnections();
      await Promise.all(Array.from({ length: 8 }, () => write(fresh, 1, 3).catch(() => undefined)));
    }
    const recorded = (await readAfter(store, undefined)).map((event) => event.recorded);
    expect(recorded.length).toBeGreaterThan(5 * 8 * 3);
    expect(recorded).toEqual([...recorded].sort());
    for (const one of others) await one.close();
  });

  test('never falls where an append was lost and is sent again: it is recorded behind what was stored meanwhile', async () => {
    const streams = [freshStream(), freshStream()];
    await server.loseAppends(1);
    const lost = fill(store, streams[0], 2);
    await pause(50);
    const { recorded } = await fill(store, streams[1], 1);
    await server.dropConnections();
    const sentAgain = await lost;
    const events = await readAfter(store, undefined);
    expect(events.map(({ stream }) => stream)).toEqual([streams[1], streams[0], streams[0]]);
    expect(events.map((event) => event.recorded)).toEqual([recorded, sentAgain.recorded, sentAgain.recorded]);
    expect(sentAgain.recorded >= recorded).toBe(true);
  });
});
