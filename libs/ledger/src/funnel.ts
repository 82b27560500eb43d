import type { Appended, EventStore, NewEvent, StoredEvent } from '#event-store';
import { canonicalBytes, Failure, type Json } from '#kernel';
import { refuse } from './failures.js';
import { factOf, fold } from './folding.js';
import type { Context, Fact, Stream } from './stream.js';
import { entityOfSource } from './time.js';

/** Appends of one fact before `stream.conflict` goes to the caller. */
export const ATTEMPTS_MAX = 5;

/** A checked fact with what was looked up for it. */
export interface Submitted extends Context {
  readonly fact: Fact;
}

/** Who said it, and everything of an append that needs a secret, a clock or chance: given by the caller. */
export interface Provenance {
  readonly id: string;
  /** Client that posted it. */
  readonly actor: string;
  readonly correlation?: string;
  readonly causation?: string;
  /** Canonical bytes of the fact's data, personal members already encrypted. */
  readonly data: Uint8Array;
  /** Salt and MAC of one attempt, fresh at every call. */
  stamp(): Pick<NewEvent, 'salt' | 'requestMac'>;
  /** Whether a recorded event of the same source and id came from the same request, byte for byte. */
  matches(event: StoredEvent): boolean;
  /** Waits a little before attempt 2, 3 …, so that racers part. */
  pause(attempt: number): Promise<void>;
}

export interface Answer extends Appended {
  readonly stream: string;
  /** True: nothing was written, and the place is that of the event that already holds the fact. */
  readonly isDuplicate: boolean;
}

/** Name of the stream to which a fact belongs. */
export const streamNameOf = (stream: Stream, data: object): string => `${stream.category}-${stream.id(data)}`;

/**
 * The one way into the journal, and the only caller of `append`: settle, fold, check the owner, decide, append.
 *
 * A crash before `append` returns leaves nothing or the whole fact; a repeat with the same source and id finds out
 * which, for it is answered from the stream itself. A dry run is the same call on a store that keeps nothing.
 *
 * @returns When the fact is on disk, or was before.
 * @throws Failure of the rule that refuses it, `event.idReused`, `source.notOwner`; `stream.conflict` after
 *   {@link ATTEMPTS_MAX} lost races; failures of the store.
 */
export const execute = async (
  store: EventStore,
  stream: Stream,
  command: Submitted,
  provenance: Provenance,
): Promise<Answer> => {
  const name = streamNameOf(stream, command.fact.data);
  const salts: Uint8Array[] = [];
  const append = async (events: readonly Fact[], expected: 'empty' | bigint): Promise<Answer> => {
    const stamped = events.map((event) => stamp(event, command.fact, provenance));
    salts.push(...stamped.map(({ salt }) => salt));
    // Durable on return: all events of the fact, or on a failure none, unless it says `store.outcomeUnknown`.
    return { stream: name, isDuplicate: false, ...(await store.append(name, expected, stamped)) };
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const opening = attempt === 1 ? decideBlind(stream, command) : [];
      if (opening.length > 0) return await append(opening, 'empty');
    } catch (error) {
      if (!isConflict(error)) throw error;
      // Something is there already: the ordinary way finds out what, and nothing was written.
    }
    const past = await store.readWhole(name);
    const verdict = judge(stream, command, provenance, past);
    if ('holder' in verdict)
      return { stream: name, isDuplicate: !isOurs(verdict.holder, salts), ...placeOf(verdict.holder) };
    try {
      return await append(verdict.events, past.at(-1)?.revision ?? 'empty');
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS_MAX) throw error;
    }
    await provenance.pause(attempt); // lost a race: read again, decide again
  }
};

type Verdict = { readonly holder: StoredEvent } | { readonly events: readonly Fact[] };

const judge = (stream: Stream, command: Submitted, provenance: Provenance, past: readonly StoredEvent[]): Verdict => {
  const told = settled(past, command.fact, provenance);
  if (told) return { holder: told };
  checkRole(stream, command);
  const state = fold(stream.decider, past);
  const isUnopened = past.length === 0 && !stream.opening.includes(command.fact.type);
  if (!isUnopened) checkOwner(stream, command, state);
  const events = stream.decider.decide(command.fact, state, command);
  if (isUnopened) checkOwner(stream, command, state); // nobody owns what is not there: the decider names that first
  return events.length > 0 ? { events } : { holder: holderOf(stream, command, past) };
};

/**
 * The events of an opening fact on a stream that is likely new: saves the read. Empty when the stream has to be read
 * first; also after a refusal, for a repeat of a fact that was accepted once must find its first answer.
 */
const decideBlind = (stream: Stream, command: Submitted): readonly Fact[] => {
  const { decider, opening } = stream;
  if (!opening.includes(command.fact.type)) return [];
  try {
    checkRole(stream, command);
    checkOwner(stream, command, decider.initial);
    return decider.decide(command.fact, decider.initial, command);
  } catch (error) {
    if (error instanceof Failure) return []; // not swallowed: the read path refuses with the same failure
    throw error;
  }
};

/** The event that an earlier try of the same request recorded. */
const settled = (
  past: readonly StoredEvent[],
  { source }: Fact,
  { id, matches }: Provenance,
): StoredEvent | undefined => {
  const event = past.find((one) => one.id === id && one.source === source);
  if (event === undefined) return undefined;
  if (event.isWithheld) throw refuse('event.withheld', { params: { id } });
  if (!matches(event)) throw refuse('event.idReused', { params: { id, position: String(event.position) } });
  return event;
};

const checkRole = ({ stewardOnly }: Stream, { fact: { type }, isSteward }: Submitted): void => {
  if (stewardOnly.includes(type) && !isSteward) throw refuse('role.forbidden', { params: { needed: 'steward', type } });
};

const checkOwner = (stream: Stream, command: Submitted, state: unknown): void => {
  const { fact, isSteward } = command;
  if (isSteward) return;
  if (stream.handlers?.(state).includes(fact.source)) return;
  const owners = stream.owners(fact, state, command);
  if (owners.includes(entityOfSource(fact.source))) return;
  throw refuse('source.notOwner', { params: { source: fact.source, owners: owners.join(', ') } });
};

/** The event since which the fact is so: the last one before which it was not. */
const holderOf = ({ decider }: Stream, command: Submitted, past: readonly StoredEvent[]): StoredEvent => {
  const states = [decider.initial];
  for (const event of past) states.push(decider.evolve(states.at(-1), factOf(event)));
  const isSo = (state: unknown): boolean => {
    try {
      return decider.decide(command.fact, state, command).length === 0;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  };
  let at = past.length - 1;
  while (at > 0 && isSo(states[at])) at--;
  const holder = past[at];
  if (holder === undefined) throw new TypeError(`${command.fact.type} is said to be so on an empty stream`);
  return holder;
};

const stamp = (event: Fact, submitted: Fact, provenance: Provenance): NewEvent => {
  const { id, actor, correlation, causation } = provenance;
  return {
    type: event.type,
    source: event.source,
    id,
    time: event.time,
    actor,
    ...(correlation === undefined ? {} : { correlation }),
    ...(causation === undefined ? {} : { causation }),
    data: event === submitted ? provenance.data : canonicalBytes(event.data as unknown as Json),
    ...provenance.stamp(),
  };
};

const isConflict = (error: unknown): boolean => error instanceof Failure && error.code === 'stream.conflict';

const isOurs = (event: StoredEvent, salts: readonly Uint8Array[]): boolean =>
  salts.some((salt) => salt.length === event.salt.length && salt.every((byte, at) => byte === event.salt[at]));

const placeOf = ({ revision, position, recorded }: StoredEvent): Appended => ({ revision, position, recorded });
