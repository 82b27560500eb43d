import { type Appended, EVENTS_PER_APPEND_MAX, type Expected, type NewEvent, type StoredEvent } from '#event-store';
import { Failure } from '#kernel';
import { refuse } from './failures.js';
import { factOf, fold } from './folding.js';
import type { Context, Fact, Stream } from './stream.js';
import type { RememberedStream } from './stream-memory.js';
import { entityOfSource } from './time.js';

/** A checked fact with what was looked up for it. */
export interface Submitted extends Context {
  readonly fact: Fact;
}

/** Who said it, and everything of an append that needs a secret, a clock or chance: given by the caller. */
export interface Provenance {
  readonly id: string;
  /** Client that posted it. */
  readonly actor: string;
  readonly correlation?: string | undefined;
  readonly causation?: string | undefined;
  /** Canonical bytes of the fact's data, personal members already encrypted. */
  readonly data: Uint8Array;
  /** Salt and MAC of one attempt, fresh at every call. */
  stamp(): Pick<NewEvent, 'salt' | 'requestMac'>;
  /** Whether a recorded event of the same source and id came from the same request, byte for byte. */
  matches(event: StoredEvent): boolean;
  /** Waits a little before attempt 2, 3 …, so that racers part. */
  pause(attempt: number): Promise<void>;
}

/** One fact at the door of its stream, and who said it. */
export interface Told {
  readonly command: Submitted;
  readonly provenance: Provenance;
}

export interface Answer extends Appended {
  readonly stream: string;
  /** True: nothing was written, and the place is that of the event that already holds the fact. */
  readonly isDuplicate: boolean;
}

/** What became of one fact. */
export type Outcome = { readonly answer: Answer } | { readonly failure: Failure };

/** What the rules make of one fact: refused, so already since an event of the stream, or events to be written. */
export type Ruling =
  | { readonly failure: Failure }
  | { readonly holder: StoredEvent }
  | { readonly events: readonly Fact[] };

/**
 * A stream as the next fact finds it: what is known of it and what is about to be written behind it. Known is what was read,
 * all of its events; or what is remembered, and then it rules only on facts that lead to an append, which proves it.
 */
export class Standing {
  readonly expected: Expected;
  private readonly past: readonly StoredEvent[] | undefined;
  private readonly remembered: RememberedStream | undefined;
  /** Ids of what is about to be written. */
  private readonly coming = new Set<string>();
  private comingEvents = 0;
  /** Behind `state`, and not yet in it: folded when the next fact asks. */
  private unfolded: readonly Fact[] = [];
  private folded: { state: unknown } | undefined;

  /** @param known every event of the stream, or what is remembered of it */
  constructor(
    private readonly stream: Stream,
    known: readonly StoredEvent[] | RememberedStream,
  ) {
    if ('ids' in known) {
      this.remembered = known;
      this.folded = { state: known.state };
      this.expected = known.expected;
    } else {
      this.past = known;
      this.expected = known.at(-1)?.revision ?? 'empty';
    }
  }

  /**
   * Rules on facts in their order, each as if the ones before it were written. Ends early: where an append is full, where a
   * fact can only be answered once the ones before it have their place in the journal, and behind a refusal that a repeat may
   * overcome; never before the first, unless the stream has to be read for it.
   *
   * @param most facts that may share an append
   */
  rulingsOn(told: readonly Told[], most: number): readonly Ruling[] {
    const rulings: Ruling[] = [];
    for (const one of told) {
      if (this.comingEvents > 0 && (rulings.length >= most || this.comingEvents >= EVENTS_PER_APPEND_MAX)) break;
      const ruling = this.rule(one);
      if (ruling === undefined) break;
      rulings.push(ruling);
      if ('failure' in ruling && ruling.failure.isUnsettled) break;
    }
    return rulings;
  }

  /** The stream once everything that was ruled to be written is. @param bytes of its data */
  after(expected: Expected, bytes: number): RememberedStream {
    const { past, remembered } = this;
    const ids = new Set(remembered?.ids ?? past?.map(({ id }) => id));
    for (const id of this.coming) ids.add(id);
    const before = remembered?.bytes ?? past?.reduce((sum, { data }) => sum + data.length, 0) ?? 0;
    return { expected, state: this.state(), ids, bytes: before + bytes };
  }

  /**
   * Undefined: what is about to be written must be in the journal first, or has no room for more, or the stream has to be
   * read.
   */
  private rule({ command, provenance }: Told): Ruling | undefined {
    const { past, comingEvents } = this;
    if (this.coming.has(provenance.id) || this.remembered?.ids.has(provenance.id)) return undefined;
    try {
      const holder = past && settled(past, command.fact, provenance);
      if (holder) return { holder };
      const events = this.decide(command);
      if (comingEvents > 0 && events.length === 0) return undefined;
      if (events.length === 0) return past && { holder: holderOf(this.stream, command, past) };
      if (comingEvents > 0 && comingEvents + events.length > EVENTS_PER_APPEND_MAX) return undefined;
      this.expect(provenance.id, events);
      return { events };
    } catch (error) {
      if (error instanceof Failure) return past && { failure: error };
      throw error;
    }
  }

  private decide(command: Submitted): readonly Fact[] {
    const { stream } = this;
    checkRole(stream, command);
    const state = this.state();
    const isEmpty = this.expected === 'empty' && this.comingEvents === 0;
    const isUnopened = isEmpty && !stream.opening.includes(command.fact.type);
    if (!isUnopened) checkOwner(stream, command, state);
    const events = stream.decider.decide(command.fact, state, command);
    if (isUnopened) checkOwner(stream, command, state); // nobody owns what is not there: the decider names that first
    return events;
  }

  private state(): unknown {
    const { decider } = this.stream;
    this.folded ??= { state: fold(decider, this.past ?? []) };
    for (const event of this.unfolded) this.folded.state = decider.evolve(this.folded.state, event);
    this.unfolded = [];
    return this.folded.state;
  }

  private expect(id: string, events: readonly Fact[]): void {
    this.coming.add(id);
    this.comingEvents += events.length;
    this.unfolded = events;
  }
}

/** The event that an earlier try of the same request recorded. */
const settled = (past: readonly StoredEvent[], { source }: Fact, provenance: Provenance): StoredEvent | undefined => {
  const { id } = provenance;
  const event = past.length === 0 ? undefined : past.find((one) => one.id === id && one.source === source);
  if (event === undefined) return undefined;
  if (event.isWithheld) throw refuse('event.withheld', { params: { id } });
  if (!provenance.matches(event)) throw refuse('event.idReused', { params: { id, position: String(event.position) } });
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
