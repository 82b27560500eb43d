import type { EventStore } from '#event-store';
import { Failure, type Fault } from '#kernel';
import { refuse } from './failures.js';
import { fold } from './folding.js';
import type { Context, Reference, ReferenceCategory, ReferenceFacts, Stream } from './stream.js';
import { streamOfCategory } from './streams.js';

type Facts = ReferenceFacts[ReferenceCategory];

/** Where the facts of named streams come from: the journal, or a memory of it that its owner keeps fresh. */
export interface References {
  /** What others may know of a stream, at once where it is remembered; undefined: there is no such stream. */
  find(category: ReferenceCategory, id: string): Facts | undefined | Promise<Facts | undefined>;
  /** Known ids most like a wrong one, nearest first, for the refusal. */
  nearestIds(category: ReferenceCategory, id: string): readonly string[] | Promise<readonly string[]>;
  /** A fact was written to this stream: what is remembered of it may no longer hold. */
  forget(stream: string): void;
}

/** What was found behind references: facts by stream name. A failure to read stands in their place. */
export type Found = ReadonlyMap<string, Facts | Failure>;

/** Name of the stream to which a fact belongs. */
export const streamNameOf = (stream: Stream, data: object): string => `${stream.category}-${stream.id(data)}`;

export const nameOf = ({ category, id }: Reference): string => `${category}-${id}`;

/** Asks for every stream that is named, once each and all at the same time. */
export const findAll = async (named: readonly Reference[], references: References): Promise<Found> => {
  const found = new Map<string, Facts | Failure>();
  const asked = new Map<string, Promise<void>>();
  for (const reference of named) {
    const name = nameOf(reference);
    if (found.has(name) || asked.has(name)) continue;
    const note = (facts: Facts | undefined) => void (facts !== undefined && found.set(name, facts));
    const answer = references.find(reference.category, reference.id);
    if (answer instanceof Promise)
      asked.set(
        name,
        answer.then(note, (error) => void found.set(name, failureOf(error))),
      );
    else note(answer);
  }
  if (asked.size > 0) await Promise.all(asked.values());
  return found;
};

const failureOf = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  throw error;
};

const TEXT = { ar: 'المشار إليه غير مسجّل', en: 'What is named here is not recorded' };
const NOTHING: Context['refer'] = () => undefined;

/**
 * What a decider may refer to: the streams that its fact names and no others. Existence only is demanded: retired or closed
 * is accepted, for facts outrank the catalogue. A promise only where something is refused.
 *
 * @returns The failure `reference.unknown` with one fault a reference that has no stream, or the failure to read one.
 */
export const referTo = (
  named: readonly Reference[],
  found: Found,
  references: References,
): Context['refer'] | Promise<Failure> => {
  if (named.length === 0) return NOTHING;
  const known = named.map((reference) => found.get(nameOf(reference)));
  const unread = known.find((one) => one instanceof Failure);
  if (unread !== undefined) return Promise.resolve(unread);
  if (known.includes(undefined)) {
    const missing = named.filter((_, at) => known[at] === undefined);
    return unknown(missing, references);
  }
  return <C extends ReferenceCategory>(category: C, id: string | undefined) => {
    const at = named.findIndex((one) => one.category === category && one.id === id);
    return known[at] as ReferenceFacts[C] | undefined;
  };
};

const unknown = async (missing: readonly Reference[], references: References): Promise<Failure> => {
  const faults = missing.map(async ({ category, id, pointer }): Promise<Fault> => {
    const candidates = await references.nearestIds(category, id);
    const expected = candidates.length > 0 ? { expected: candidates.join(', ') } : {};
    return { pointer, code: 'reference.unknown', text: TEXT, received: id, ...expected };
  });
  const ids = missing.map(({ id }) => id).join(', ');
  return refuse('reference.unknown', { params: { ids }, faults: await Promise.all(faults) });
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
