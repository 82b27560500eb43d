import { setTimeout as pause } from 'node:timers/promises';
import { type JournalState, journalState } from '#event-store';
import { expectEqual, type Findings } from '../report.js';
import type { Ledger } from '../server.js';

type JournalPartition = JournalState['partitions'][number];

/** Positions of a partition, so that a filled ledger has several. */
export const PARTITION_EVENTS = 1_000_000;
/** A vacuum comes each minute, and takes its time on purpose. */
const FROZEN_SECONDS_MAX = 180;
const SAY_EVERY_SECONDS = 10;

const fullPartitions = async ({ apiUrl }: Ledger): Promise<readonly JournalPartition[]> =>
  (await journalState(apiUrl)).partitions.filter(({ isFull }) => isFull);

/** Waits for the server's own vacuum, which nobody asks to come; not longer than it may take. */
export async function waitUntilFrozen(ledger: Ledger, say: (line: string) => void): Promise<void> {
  for (let second = 0; second < FROZEN_SECONDS_MAX; second++) {
    const full = await fullPartitions(ledger);
    const left = full.filter(({ isFrozen }) => !isFrozen).length;
    if (left === 0) return;
    if (second % SAY_EVERY_SECONDS === 0) {
      const seconds = FROZEN_SECONDS_MAX - second;
      say(`${left} of ${full.length} full partitions are not frozen yet; waiting ${seconds} s at most`);
    }
    await pause(1_000);
  }
}

const PLACES = `select tableoid::regclass::text as name, min(position)::text as first, max(position)::text as last,
  count(*)::text as events from journal.event group by tableoid order by min(position)`;

/** Each partition begins where the one before ends and is full but for the last, and the full ones are frozen by themselves. */
export async function checkPartitions(ledger: Ledger, events: number, findings: Findings): Promise<void> {
  const full = await fullPartitions(ledger);
  const frozen = full.filter(({ isFrozen }) => isFrozen);
  findings.figures.push({ name: 'full partitions of the journal', value: full.length, unit: '' });
  const names = (of: readonly JournalPartition[]) => of.map(({ name }) => name);
  expectEqual(findings, 'full partitions that froze by themselves', names(frozen), names(full));
  const places = await ledger.admin.rows<object>(PLACES);
  const wanted = Array.from({ length: Math.ceil(events / PARTITION_EVENTS) }, (_, nth) => {
    const [first, end] = [nth * PARTITION_EVENTS, Math.min((nth + 1) * PARTITION_EVENTS, events)];
    return {
      name: `journal.event_from_${first}`,
      first: String(first),
      last: String(end - 1),
      events: String(end - first),
    };
  });
  expectEqual(findings, 'positions run over the borders of partitions', places, wanted);
}
