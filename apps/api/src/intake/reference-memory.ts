import type { EventStore } from '#event-store';
import { nearest } from '#kernel';
import { factsOf, type ReferenceCategory, type ReferenceFacts, type References, streamOfCategory } from '#ledger';

type Facts = ReferenceFacts[ReferenceCategory];

/** How old a remembered fact may be. Another process can change it at any moment; a decision never waits for that. */
const FRESH_MILLISECONDS = 1_000;
const FACTS_MAX = 10_000;
const PAGE_EVENTS = 1_000;
/** Pages read at once to learn ids for a suggestion. More are learnt with the next wrong reference. */
const PAGES_MAX = 20;
const IDS_MAX = 100_000;

/** Facts of streams that others refer to, remembered for a moment: a thousand transactions of one service read it once. */
export class ReferenceMemory implements References {
  private readonly facts = new Map<string, { readonly facts: Facts; readonly at: number }>();
  private readonly ids = new Map<ReferenceCategory, { readonly known: Set<string>; after: bigint | undefined }>();

  constructor(private readonly store: EventStore) {}

  /** Facts that are fresh enough to decide by, else as they are now. Absence is never remembered. */
  find(category: ReferenceCategory, id: string): Facts | Promise<Facts | undefined> {
    const remembered = this.facts.get(`${category}-${id}`);
    const isFresh = remembered !== undefined && Date.now() - remembered.at < FRESH_MILLISECONDS;
    return isFresh ? remembered.facts : this.read(category, id);
  }

  /** After a write to a stream: what was remembered of it may no longer hold. */
  forget(stream: string): void {
    this.facts.delete(stream);
  }

  private async read(category: ReferenceCategory, id: string): Promise<Facts | undefined> {
    const facts = await factsOf(this.store, category, id);
    if (facts === undefined) return undefined;
    if (this.facts.size >= FACTS_MAX) this.facts.clear();
    this.facts.set(`${category}-${id}`, { facts, at: Date.now() });
    return facts;
  }

  /** Known ids most like a wrong one, from the events that open streams of the category. */
  async nearestIds(category: ReferenceCategory, id: string): Promise<readonly string[]> {
    const held = this.ids.get(category) ?? { known: new Set<string>(), after: undefined };
    this.ids.set(category, held);
    const types = streamOfCategory(category)?.opening ?? [];
    for (let page = 0; page < PAGES_MAX && types.length > 0 && held.known.size < IDS_MAX; page++) {
      const after = held.after === undefined ? {} : { after: held.after };
      const { events, next, atHead } = await this.store.readAll({ ...after, max: PAGE_EVENTS, filter: { types } });
      for (const { stream } of events) held.known.add(stream.slice(category.length + 1));
      held.after = next ?? held.after;
      if (atHead) break;
    }
    return nearest(id, held.known);
  }
}
