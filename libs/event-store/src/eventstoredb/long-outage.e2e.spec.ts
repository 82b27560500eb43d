import { setTimeout as pause } from 'node:timers/promises';
import { StandIn } from '../../../../test/support/eventstoredb/stand-in.js';
import { freshStream, samples } from '../contract/fixtures.contract.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

/** Longer than an append is settled: writers meet a cluster of which no node is there. */
const OUTAGE_MS = 14_000;
const WRITERS = 8;
const LOOKS_MAX = 300;

describe('A cluster that was away for longer than an append waits', () => {
  test('is appended to again by whoever appended before, without a new store', async () => {
    const cluster = await StandIn.start({ nodes: 3 });
    const store = await EventStoreDbEventStore.open({ connectionString: cluster.url });
    const append = () => store.append(freshStream(), 'empty', samples(1)).catch(({ code }: { code: string }) => code);
    const told: unknown[] = [];
    let isOver = false;
    const writers = Array.from({ length: WRITERS }, async () => {
      for (; !isOver; await pause(20)) told.push(await append());
    });
    await cluster.kill();
    await pause(OUTAGE_MS);
    expect(told).toContain('store.unavailable');
    await cluster.restart();
    let last: unknown;
    for (let looks = 0; looks < LOOKS_MAX && typeof last !== 'object'; looks++) {
      await pause(100);
      last = told.at(-1);
    }
    isOver = true;
    await Promise.all(writers);
    expect(last).toMatchObject({ revision: 0n });
    await store.close();
    await cluster.stop();
  });
});
