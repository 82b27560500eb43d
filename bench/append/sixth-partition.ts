import { PostgresEventStore } from '#event-store';
import { sampleEvent, sampleStream } from '../sample.js';
import type { BenchServer, Ledger } from '../server.js';

const PARTITION_EVENTS = 200_000;
const FULL_PARTITIONS = 5;
/** Position of the first event that is measured. */
export const SIXTH_BEGINS_AT = FULL_PARTITIONS * PARTITION_EVENTS;
export const SIXTH_PARTITION = `journal.event_from_${SIXTH_BEGINS_AT}`;
export const SIXTH_NOTES: readonly string[] = [
  `sixth partition: five are full before, of ${PARTITION_EVENTS.toLocaleString('en')} events of as many streams each`,
  'the new streams fall among theirs by name; the limit is the same raw table',
];
const APPENDS_AT_ONCE = 512;

// It was made ahead, as small as the others, and would be full within seconds.
const WIDEN = `
drop table ${SIXTH_PARTITION};
update journal.head set partition_events = ${SIXTH_BEGINS_AT}, partitioned_to = ${SIXTH_BEGINS_AT};
select journal.extend()`;

/**
 * Fills five partitions through the store itself, once. A new stream is then looked for in the index of each of them.
 * @returns makes a ledger like that each time, the sixth partition empty and with room for as many events again.
 */
export async function sixthPartition(server: BenchServer, say: (line: string) => void): Promise<() => Promise<Ledger>> {
  say(`filling ${FULL_PARTITIONS} partitions of ${PARTITION_EVENTS} events`);
  const filled = await server.freshLedger(PARTITION_EVENTS);
  const store = await PostgresEventStore.open({ connectionString: filled.apiUrl });
  let number = 0;
  const write = async (): Promise<void> => {
    for (let nth = number++; nth < SIXTH_BEGINS_AT; nth = number++) {
      await store.append(`${sampleStream(nth)}-before`, 'empty', [sampleEvent(nth)]);
    }
  };
  await Promise.all(Array.from({ length: APPENDS_AT_ONCE }, write));
  await store.close();
  await filled.admin.rows(WIDEN);
  await filled.admin.rows('vacuum (analyze, freeze) journal.event');
  await filled.admin.close(); // what is copied, nobody may be using
  return () => server.copyOf(filled);
}
