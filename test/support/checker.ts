import { createHash } from 'node:crypto';
import pg from 'pg';
import type { EventStore, StoredEvent } from '#event-store';
import { canonicalBytes, type Json } from '#kernel';
import { DEFAULTS_SOURCE } from '#ledger';
import { dumpHash, Projector, readModels } from '#read-models';

/** What a poster was told: the event, and where the ledger says it is. */
export interface Acknowledged {
  readonly source: string;
  readonly id: string;
  readonly data: Json;
  readonly position: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Every event of the journal, in order. */
export const wholeJournal = async (store: EventStore): Promise<StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for (let after: bigint | undefined; ; ) {
    const { events, next, atHead } = await store.readAll({ after, max: 1_000 });
    all.push(...events);
    if (next !== undefined) after = next;
    if (atHead) return all;
  }
};

/**
 * Faults of a journal against what its posters sent and were told: revisions without a hole, and positions where the store has none, every acknowledged event
 * exactly once, where it was said to be, byte-equal, and nothing that nobody sent. Empty: none.
 */
export const checkJournal = (
  journal: readonly StoredEvent[],
  acknowledged: readonly Acknowledged[],
  sent: ReadonlySet<string>,
  order: EventStore['capabilities']['order'] = 'dense',
): string[] => {
  const faults: string[] = [];
  const revisions = new Map<string, bigint>();
  const places = new Map<string, StoredEvent[]>();
  for (const [index, event] of journal.entries()) {
    const isMisplaced =
      order === 'dense' ? event.position !== BigInt(index) : event.position <= (journal[index - 1]?.position ?? -1n);
    if (isMisplaced) faults.push(`position ${event.position} stands at ${index}`);
    const expected = (revisions.get(event.stream) ?? -1n) + 1n;
    if (event.revision !== expected)
      faults.push(`${event.stream} has revision ${event.revision} after ${expected - 1n}`);
    revisions.set(event.stream, event.revision);
    const key = `${event.source} ${event.id}`;
    if (event.source !== DEFAULTS_SOURCE && !sent.has(event.id)) faults.push(`${key} was never sent`);
    places.set(key, [...(places.get(key) ?? []), event]);
  }
  for (const [key, events] of places) if (events.length > 1) faults.push(`${key} is there ${events.length} times`);
  for (const { source, id, data, position } of acknowledged) {
    const stored = places.get(`${source} ${id}`)?.[0];
    if (!stored) faults.push(`${id} was acknowledged and is not there`);
    else if (stored.position !== BigInt(position))
      faults.push(`${id} was acknowledged at ${position}, is at ${stored.position}`);
    else if (sha256(stored.data) !== sha256(canonicalBytes(data))) faults.push(`${id} has other bytes`);
  }
  return faults;
};

/** Read models whose live tables differ from a fresh fold of the same journal into an empty database. Empty: none. */
export const checkProjections = async (store: EventStore, liveUrl: string, freshUrl: string): Promise<string[]> => {
  const head = await store.head();
  const projector = new Projector({ store, connectionString: freshUrl, models: readModels, owner: 'checker' });
  await projector.start();
  const [live, fresh] = [new pg.Client(liveUrl), new pg.Client(freshUrl)];
  try {
    await Promise.all([live.connect(), fresh.connect()]);
    await caughtUp('fresh', fresh, head);
    await caughtUp('live', live, head);
    const faults: string[] = [];
    for (const model of readModels) {
      const schema = `p_${model.name}`;
      const hashes = [await dumpHash(live, model, schema), await dumpHash(fresh, model, schema)];
      if (hashes[0] !== hashes[1]) faults.push(`${model.name} differs from a fresh fold`);
    }
    return faults;
  } finally {
    await projector.stop();
    await Promise.all([live.end(), fresh.end()]);
  }
};

const STATUS = `select name, state, position, parked_code from projector.projection order by name`;

interface Status {
  readonly name: string;
  readonly state: string;
  readonly position: string;
  readonly parked_code: string | null;
}

/** Looks without a step forward, a tenth of a second apart. */
const STANDSTILL_LOOKS_MAX = 600;

const caughtUp = async (which: string, client: pg.Client, head: bigint | undefined): Promise<void> => {
  let rows: readonly Status[] = [];
  let seen = '';
  for (let looks = 0; looks < STANDSTILL_LOOKS_MAX; looks++) {
    rows = (await client.query<Status>(STATUS)).rows;
    const now = JSON.stringify(rows);
    if (now !== seen) looks = 0;
    seen = now;
    if (rows.length >= readModels.length && rows.every(({ position }) => BigInt(position) >= (head ?? -1n))) return;
    if (rows.some(({ parked_code: code }) => code !== null)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the ${which} projections do not come to ${head}: ${JSON.stringify(rows)}`);
};
