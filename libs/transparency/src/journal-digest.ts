import { type EventStore, type Position, READ_EVENTS_MAX, type StoredEvent } from '#event-store';
import { contentsOf, entryOf } from './entry.js';
import { MultisetHash } from './multiset-hash.js';
import { GrowingTree, type Hash, leafHash } from './tree.js';

/** What a journal holds up to one event, in few bytes. */
export interface JournalDigest {
  readonly events: bigint;
  /** Of the last event; undefined: there is none. A place in its store alone, in no way part of the digest. */
  readonly position: Position | undefined;
  /**
   * Root of the tree over the entries of the journal (RFC 6962): equal for a journal and its copy, and for no two others. The
   * same as in a signed checkpoint of that size.
   */
  readonly root: Hash;
  /**
   * SHA-256 over the multiset of what was told: equal for two journals that were told the same, at other times and with
   * streams interleaved in another order.
   */
  readonly contents: Hash;
}

/** A digest that grows with the events of a journal, each in its turn. */
export class GrowingDigest {
  private readonly tree = new GrowingTree();
  private readonly told = new MultisetHash();
  private last: Position | undefined;

  /** Of the last event, in its own store. */
  get position(): Position | undefined {
    return this.last;
  }

  get events(): bigint {
    return this.tree.size;
  }

  /** @throws RangeError where the payload was destroyed. */
  add(event: StoredEvent): void {
    this.tree.add(leafHash(entryOf(event, this.tree.size)));
    this.told.add(contentsOf(event));
    this.last = event.position;
  }

  now(): JournalDigest {
    return { events: this.events, position: this.last, root: this.tree.root(), contents: this.told.digest() };
  }
}

export interface DigestOptions {
  /** The last event. Default: the last of the journal at the beginning. */
  readonly until?: Position;
  readonly signal?: AbortSignal;
  readonly onPage?: (events: bigint) => void;
}

/**
 * Reads the journal once, page by page. Memory: two pages, whatever its length.
 *
 * @throws Failure of the store. RangeError where a payload was destroyed, or no event is at `until`.
 */
export async function digestOf(store: EventStore, options: DigestOptions = {}): Promise<JournalDigest> {
  const { signal, onPage = () => undefined } = options;
  const until = options.until ?? (await store.head());
  const digest = new GrowingDigest();
  if (until === undefined) return digest.now();
  for await (const events of pagesOf(store, until)) {
    signal?.throwIfAborted();
    for (const event of events) digest.add(event);
    onPage(digest.events);
  }
  const told = digest.now();
  if (told.position !== until) throw new RangeError(`no event is at position ${until}`);
  return told;
}

/** The journal in order up to the event at `until`, or the one before it. While a page is worked on the next one is read. */
export async function* pagesOf(
  store: EventStore,
  until: Position,
  after?: Position,
): AsyncGenerator<readonly StoredEvent[]> {
  const read = (from: Position | undefined) =>
    store.readAll({ max: READ_EVENTS_MAX, ...(from !== undefined && { after: from }) });
  let reading = read(after);
  for (;;) {
    const { events, next, atHead } = await reading;
    const isLast = atHead || next === undefined || next >= until;
    if (!isLast) {
      reading = read(next);
      reading.catch(() => undefined); // seen at the next turn, unless this page fails first
    }
    const wanted = isLast ? events.filter(({ position }) => position <= until) : events;
    if (wanted.length > 0) yield wanted;
    if (isLast) return;
  }
}
