import {
  type Appended,
  EVENTS_PER_APPEND_MAX,
  type EventStore,
  eventStoreFailures,
  type NewEvent,
  type StoredEvent,
} from '#event-store';
import { canonicalBytes, dayOfInstant, Failure, failingWith, type Json } from '#kernel';
import { type Outcome, type Provenance, type Ruling, Standing, type Told } from './judgement.js';
import type { Fact, Stream } from './stream.js';
import { emptyStream, type RememberedStream, type StreamMemory } from './stream-memory.js';
import { LEDGER_ZONE } from './time.js';

const refuse = failingWith(eventStoreFailures);

/** Appends of the same facts before `stream.conflict` goes to the caller. */
export const ATTEMPTS_MAX = 5;

/**
 * The one way into the journal, and the only caller of `append`: settle, fold, check the owner, decide, append. Facts of one
 * stream go together, and each is answered as if it had come alone behind the ones before it.
 *
 * A crash before `append` returns leaves nothing or all of what it was given; a repeat with the same source and id finds out
 * which, for it is answered from the stream itself. A dry run is the same call on a store that keeps nothing.
 *
 * @param told one fact or more of the stream `name`, in their order
 * @param memory of streams of this store that were written lately; only a store that keeps what it is given may have one
 * @returns One outcome a fact, when all is on disk or was before: the rule that refuses it, `event.idReused`,
 *   `source.notOwner`; `stream.conflict` after {@link ATTEMPTS_MAX} lost races; failures of the store. Behind a failure that
 *   a repeat may overcome nothing is tried: the later facts have the same failure, so that their repeat comes in order.
 */
export const record = async (
  store: EventStore,
  stream: Stream,
  name: string,
  told: readonly Told[],
  memory?: StreamMemory,
): Promise<readonly Outcome[]> => {
  const course = new Course(store, stream, name, told, memory);
  while (!course.isOver()) await course.goOn();
  return course.outcomes;
};

class Course {
  readonly outcomes: Outcome[] = [];
  /** Salts of attempts that met a conflict: an event with one of them is our own. */
  private readonly salts: Uint8Array[] = [];
  private mayGuess = true;
  private lostRaces = 0;
  private factsPerAppendMax = EVENTS_PER_APPEND_MAX;

  constructor(
    private readonly store: EventStore,
    private readonly stream: Stream,
    private readonly name: string,
    private readonly told: readonly Told[],
    private readonly memory: StreamMemory | undefined,
  ) {}

  isOver(): boolean {
    return this.outcomes.length === this.told.length;
  }

  /** Rules on as many facts as can go together, writes what they cause and notes their outcomes. */
  async goOn(): Promise<void> {
    const rest = this.outcomes.length === 0 ? this.told : this.told.slice(this.outcomes.length);
    const { interruptions } = this.store;
    const guess = this.guessAt((rest[0] as Told).command.fact);
    let standing = guess && new Standing(this.stream, guess);
    let rulings = standing?.rulingsOn(rest, this.factsPerAppendMax) ?? [];
    const isGuessed = rulings.length > 0;
    const recalled = isGuessed && guess?.expected !== 'empty' ? guess : undefined;
    let stamped: readonly NewEvent[] = [];
    try {
      if (standing === undefined || !isGuessed) {
        standing = new Standing(this.stream, await this.store.readWhole(this.name));
        rulings = standing.rulingsOn(rest, this.factsPerAppendMax);
      }
      stamped = stampedOf(rulings, rest);
      // Durable on return: all events or on a failure none, unless it says `store.outcomeUnknown`.
      const last = stamped.length > 0 ? await this.store.append(this.name, standing.expected, stamped) : undefined;
      if (last !== undefined) this.remember(standing, last, stamped, interruptions);
      if (recalled) this.memory?.learn(true);
      this.note(rulings, last && (await this.placesOf(last, rulings, stamped.length)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      for (const { salt } of stamped) this.salts.push(salt);
      const isMistaken = isGuessed && error.code === 'stream.conflict';
      if (isMistaken && recalled && this.memory?.holds(this.name, recalled)) this.memory.learn(false);
      if (standing === undefined) this.memory?.forget(this.name);
      else this.memory?.doubt(this.name, standing.expected);
      // Something else is there: the ordinary way finds out what, and nothing was written.
      if (!isMistaken) await this.resume(error, rulings, rest[0] as Told);
    }
  }

  /**
   * What the stream is likely to be: saves the read. Undefined when it has to be read first; also after a refusal, for a
   * repeat of a fact that was accepted once must find its first answer.
   */
  private guessAt({ type }: Fact): RememberedStream | undefined {
    if (!this.mayGuess) return undefined;
    this.mayGuess = false;
    this.memory?.heed(this.store.interruptions);
    const { decider, opening } = this.stream;
    const recalled = this.memory?.recall(this.name);
    if (recalled === 'passedUp') return undefined;
    return recalled ?? (opening.includes(type) ? emptyStream(decider.initial) : undefined);
  }

  /**
   * Not what may be of another day: a state may know the one on which an event was recorded, and it was judged by the one on
   * which the facts came. And not what was judged before a connection was lost.
   */
  private remember(
    standing: Standing,
    { revision, recorded }: Appended,
    stamped: readonly NewEvent[],
    interruptions: number,
  ): void {
    if (this.memory === undefined) return;
    const came = (this.told[0] as Told).command.fact.recorded;
    const isOfThatDay = dayOfInstant(recorded, LEDGER_ZONE) === dayOfInstant(came, LEDGER_ZONE);
    if (!isOfThatDay || this.store.interruptions !== interruptions) {
      this.memory.forget(this.name);
      return;
    }
    const bytes = stamped.reduce((sum, { data }) => sum + data.length, 0);
    this.memory.keep(this.name, standing.after(revision, bytes));
  }

  /**
   * Where the events of an append stand. Positions with gaps are read back, unless one fact alone asks for its place.
   *
   * @throws Failure `store.outcomeUnknown`: they are on disk, and a repeat is told where.
   */
  private async placesOf(last: Appended, rulings: readonly Ruling[], count: number): Promise<Places> {
    if (this.store.capabilities.order === 'dense') return (behind) => placeBefore(last, behind);
    if (rulings.filter(isWriting).length === 1) return () => last;
    const from = last.revision - BigInt(count - 1);
    const written = await this.store.readStream(this.name, { from, max: count }).catch((cause: unknown) => {
      throw refuse('store.outcomeUnknown', { cause });
    });
    if (written.length < count) throw refuse('store.outcomeUnknown');
    return (behind) => written[count - 1 - behind] as StoredEvent;
  }

  /** @param places of the events that were written, if any were */
  private note(rulings: readonly Ruling[], places?: Places): void {
    let behind = rulings.reduce((sum, ruling) => sum + (isWriting(ruling) ? ruling.events.length : 0), 0);
    for (const ruling of rulings) {
      if ('failure' in ruling) this.outcomes.push(ruling);
      else if ('holder' in ruling) this.answer(ruling.holder, !isOurs(ruling.holder, this.salts));
      else {
        behind -= ruling.events.length;
        this.answer((places as Places)(behind), false);
      }
    }
    this.lostRaces = 0;
    this.endBehind(rulings.at(-1));
  }

  private answer({ revision, position, recorded }: Appended, isDuplicate: boolean): void {
    this.outcomes.push({ answer: { stream: this.name, isDuplicate, revision, position, recorded } });
  }

  /** What comes after a failure to read or write: another try, or outcomes up to the first fact that it concerns. */
  private async resume(failure: Failure, rulings: readonly Ruling[], first: Told): Promise<void> {
    if (failure.code === 'stream.conflict') {
      this.lostRaces++;
      if (this.lostRaces < ATTEMPTS_MAX) return first.provenance.pause(this.lostRaces); // read again, decide again
    }
    if (rulings.filter(isWriting).length > 1 && !failure.isUnsettled) {
      this.factsPerAppendMax = 1; // one of them may be the cause, and must not sink its neighbours
      return;
    }
    const concerned = rulings.findIndex(isWriting);
    this.note([...rulings.slice(0, Math.max(concerned, 0)), { failure }]);
  }

  /** Behind a failure that a repeat may overcome nothing more of the stream is tried. */
  private endBehind(last: Ruling | undefined): void {
    if (last === undefined || !('failure' in last) || !last.failure.isUnsettled) return;
    while (!this.isOver()) this.outcomes.push(last);
  }
}

/** Place of the event of an append behind which so many of it stand. */
type Places = (behind: number) => Appended;

const isWriting = (ruling: Ruling): ruling is Extract<Ruling, { events: unknown }> => 'events' in ruling;

const stampedOf = (rulings: readonly Ruling[], told: readonly Told[]): readonly NewEvent[] => {
  const stamped: NewEvent[] = [];
  for (const [at, ruling] of rulings.entries()) {
    if (!isWriting(ruling)) continue;
    const { command, provenance } = told[at] as Told;
    for (const event of ruling.events) stamped.push(stamp(event, command.fact, provenance));
  }
  return stamped;
};

const stamp = (event: Fact, submitted: Fact, provenance: Provenance): NewEvent => {
  const { type, source, time } = event;
  const { id, actor, correlation, causation } = provenance;
  const data = event === submitted ? provenance.data : canonicalBytes(event.data as unknown as Json);
  const { salt, requestMac } = provenance.stamp(); // after `data`: an attempt begins there
  return { type, source, id, time, actor, correlation, causation, data, salt, requestMac };
};

/** Of the event that stands so many before the last one, where positions have no gaps. */
const placeBefore = (last: Appended, events: number): Appended =>
  events === 0 ? last : { ...last, revision: last.revision - BigInt(events), position: last.position - BigInt(events) };

const isOurs = (event: StoredEvent, salts: readonly Uint8Array[]): boolean =>
  salts.some((salt) => salt.length === event.salt.length && salt.every((byte, at) => byte === event.salt[at]));
