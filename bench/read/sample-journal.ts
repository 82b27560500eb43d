import { PostgresEventStore } from '#event-store';
import { sampleEvent, sampleStream } from '../sample.js';
import type { Ledger } from '../server.js';

export const EVENTS_PER_STREAM = 10;
const APPENDS_AT_ONCE = 256;

/** Writes this many sample events, {@link EVENTS_PER_STREAM} a stream, through the store itself. @returns the ledger. */
export async function recordSamples(ledger: Ledger, events: number): Promise<Ledger> {
  const store = await PostgresEventStore.open({ connectionString: ledger.apiUrl });
  let stream = 0;
  const write = async (): Promise<void> => {
    for (let nth = stream++; nth * EVENTS_PER_STREAM < events; nth = stream++) {
      const first = nth * EVENTS_PER_STREAM;
      await store.append(sampleStream(nth), 'empty', sampleEvents(first, Math.min(EVENTS_PER_STREAM, events - first)));
    }
  };
  await Promise.all(Array.from({ length: APPENDS_AT_ONCE }, write));
  await store.close();
  await ledger.admin.rows('vacuum (analyze, freeze) journal.event');
  return ledger;
}

const sampleEvents = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => sampleEvent(first + index));
