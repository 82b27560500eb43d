import type { EventStore } from '#event-store';
import { nearest } from '#kernel';
import { factsOf, type ReferenceCategory, type ReferenceFacts, streamOfCategory } from '#ledger';

type Facts = ReferenceFacts[ReferenceCategory];

/** How old a remembered fact may be. Another process can change it at any moment; a decision never waits for that. */
const FRESH_MILLISECONDS = 1_000;
const FACTS_MAX = 10_000;
const PAGE_EVENTS = 1_000;
/** Pages read at once to learn ids for a suggestion. More are learnt with the next wrong reference. */
const PAGES_MAX = 20;
const IDS_MAX = 100_000;

/** Facts of streams that others refer to, remembered for a moment: a thousand transactions of one service read it once. */
export class ReferenceMemory {
  private readonly facts = new Map<string, { readonly facts: Facts; readonly at: number }>();
  private readonly ids = new Map<ReferenceCategory, { readonly known: Set<string>; after: bigint | undefined }>();

  constructor(private readonly store: EventStore) {}

  /** Facts that are fresh enough to decide by. */
  known(category: ReferenceCategory, id: string): Facts | undefined {
    const remembered = this.facts.get(`${category}-${id}`);
    return remembered !== undefined && Date.now() - remembered.at < FRESH_MILLISECONDS ? remembered.facts : undefined;
  }

  /** Reads what is not fresh, so that the look-up that follows finds it. Absence is never remembered. */
  async refresh(category: ReferenceCategory, id: string): Promise<void> {
    if (this.known(category, id) !== undefined) return;
    const facts = await factsOf(this.store, category, id);
    if (facts === undefined) return;
    if (this.facts.size >= FACTS_MAX) this.facts.clear();
    this.facts.set(`${category}-${id}`, { facts, at: Date.now() });
  }

  /** After a write to a stream: what was remembered of it may no longer hold. */
  forget(stream: string): void {
    this.facts.delete(stream);
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
