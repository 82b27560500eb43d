import type { EventStore, JournalImport, Position, StoredEvent } from '#event-store';
import { failingWith } from '#kernel';
import { entryOf } from './entry.js';
import { copyFailures } from './failures.js';
import { digestOf, GrowingDigest, type JournalDigest, pagesOf } from './journal-digest.js';

const refuse = failingWith(copyFailures);

export interface Copying {
  readonly from: EventStore;
  /** To read what is there; written to by nobody but `into`. */
  readonly to: EventStore;
  readonly into: JournalImport;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

export interface CopyProgress {
  readonly step: 'comparing' | 'copying' | 'proving';
  /** Of the journal that are compared, copied, or proven. */
  readonly events: bigint;
}

/**
 * Makes one journal the copy of another: what the target holds is compared event by event with the beginning of the source,
 * the rest is written behind it, and at the end the target is read once more from its first event and must have the digest
 * of the source. The target itself says how far it came: whoever goes on after a crash compares, and goes on.
 *
 * Both must be left alone meanwhile. What the source takes on nevertheless is copied too, as long as it comes before the end.
 *
 * @returns the digest of both.
 * @throws Failure `copy.noPrefix`: nothing was written; `copy.differs`; failures of the stores.
 */
export async function copyJournal(copying: Copying): Promise<JournalDigest> {
  const { from, to, signal, onProgress } = copying;
  const source = new GrowingDigest();
  await compare(copying, source);
  for (let head = await from.head(); head !== source.position; head = await from.head())
    await copy(copying, source, head as Position);
  const target = await digestOf(to, {
    ...(signal && { signal }),
    onPage: (events) => onProgress?.({ step: 'proving', events }),
  });
  const copied = source.now();
  if (target.events !== copied.events || !Buffer.from(target.root).equals(copied.root))
    throw refuse('copy.differs', { params: { source: rootText(copied), target: rootText(target) } });
  return copied;
}

/** Takes into the digest as many events of the source as the target has, which must be the same. */
async function compare({ from, to, signal, onProgress }: Copying, source: GrowingDigest): Promise<void> {
  const end = await to.head();
  if (end === undefined) return;
  const noPrefix = () => refuse('copy.noPrefix', { params: { events: String(source.events) } });
  for await (const page of pagesOf(to, end)) {
    for (let at = 0; at < page.length; ) {
      signal?.throwIfAborted();
      const after = source.position;
      const { events } = await from.readAll({ max: page.length - at, ...(after !== undefined && { after }) });
      if (events.length === 0) throw noPrefix(); // the target has more
      for (const event of events) {
        if (!isSame(event, page[at++] as StoredEvent, source.events)) throw noPrefix();
        source.add(event);
      }
    }
    onProgress?.({ step: 'comparing', events: source.events });
  }
}

/** Writes what the source has up to `head` behind what was taken in before. */
async function copy({ from, into, signal, onProgress }: Copying, source: GrowingDigest, head: Position): Promise<void> {
  for await (const page of pagesOf(from, head, source.position)) {
    signal?.throwIfAborted();
    await into.take(page, source.events); // durable: whoever goes on finds it
    for (const event of page) source.add(event);
    onProgress?.({ step: 'copying', events: source.events });
  }
}

const isSame = (event: StoredEvent, other: StoredEvent, seq: bigint): boolean =>
  Buffer.compare(entryOf(event, seq), entryOf(other, seq)) === 0;

const rootText = ({ events, root }: JournalDigest): string => `${events} ${Buffer.from(root).toString('base64')}`;
