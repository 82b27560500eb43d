import type { EventStore } from '#event-store';
import type { Fault } from '#kernel';
import { refuse } from './failures.js';
import { fold } from './folding.js';
import type { Context, Reference, ReferenceCategory, ReferenceFacts } from './stream.js';
import { streamOfCategory } from './streams.js';

type Facts = ReferenceFacts[ReferenceCategory];

/** What the caller can add to a look-up. */
export interface LookUp {
  /**
   * Facts that the caller vouches for, so that no stream is read: an earlier item of the same batch, or a memory kept
   * fresh by a subscription. That a stream exists never changes; its facts may.
   */
  known?(category: ReferenceCategory, id: string): Facts | undefined;
  /** Known ids most like a wrong one, nearest first, for the refusal. */
  nearestIds?(category: ReferenceCategory, id: string): readonly string[] | Promise<readonly string[]>;
}

const TEXT = { ar: 'المشار إليه غير مسجّل', en: 'What is named here is not recorded' };

/**
 * Reads the streams that a fact names. Existence only is demanded: retired or closed is accepted, for facts outrank the
 * catalogue.
 *
 * @returns The `refer` of a decider's context.
 * @throws Failure `reference.unknown` with one fault a reference that has no stream. Failures of the store.
 */
export const lookUp = async (
  store: EventStore,
  references: readonly Reference[],
  { known, nearestIds }: LookUp = {},
): Promise<Context['refer']> => {
  const found = new Map<string, Facts>();
  const faults = await Promise.all(
    references.map(async ({ category, id, pointer }): Promise<Fault | undefined> => {
      const facts = known?.(category, id) ?? (await factsOf(store, category, id));
      if (facts !== undefined) {
        found.set(`${category}-${id}`, facts);
        return undefined;
      }
      const candidates = (await nearestIds?.(category, id)) ?? [];
      const expected = candidates.length > 0 ? { expected: candidates.join(', ') } : {};
      return { pointer, code: 'reference.unknown', text: TEXT, received: id, ...expected };
    }),
  );
  const missing = faults.filter((fault) => fault !== undefined);
  if (missing.length > 0) {
    const ids = missing.map(({ received }) => received).join(', ');
    throw refuse('reference.unknown', { params: { ids }, faults: missing });
  }
  return <C extends ReferenceCategory>(category: C, id: string | undefined) =>
    found.get(`${category}-${id}`) as ReferenceFacts[C] | undefined;
};

/** What a stream lets others know of it, read from the journal; undefined: there is no such stream. */
export const factsOf = async (
  store: EventStore,
  category: ReferenceCategory,
  id: string,
): Promise<Facts | undefined> => {
  const stream = streamOfCategory(category);
  if (stream === undefined) return undefined;
  return stream.facts?.(fold(stream.decider, await store.readWhole(`${category}-${id}`)));
};
