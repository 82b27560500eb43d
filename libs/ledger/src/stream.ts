import type { BilingualText } from '#kernel';

/** A class whose class-validator decorators are the schema of an event's data. */
export type DataClass<T extends object = object> = new () => T;

/** Name on the wire → data class. A name is permanent; a changed shape is `.v2` with its own class and an upcaster. */
export type EventRegister = Readonly<Record<`gov.sijill.${string}.${string}.v${number}`, DataClass>>;

/** What somebody says happened (submitted), or what the journal holds (recorded). */
export interface Fact<T extends string = string, D extends object = object> {
  readonly type: T;
  readonly data: Readonly<D>;
  /** RFC 3339 text as submitted. */
  readonly time: string;
  /** CloudEvents source, `urn:sijill:<entityId>:<system>`. */
  readonly source: string;
  /** Recording time of a recorded fact; of a submitted one the moment the intake received it. RFC 3339, UTC. */
  readonly recorded: string;
}

/** Union of the facts of a register: `{ type: 'gov.sijill.paper.voided.v1'; data: Readonly<PaperVoided>; … } | …`. */
export type FactOf<R extends EventRegister> = {
  [T in keyof R & string]: R[T] extends DataClass<infer D> ? Fact<T, D> : never;
}[keyof R & string];

/** What one stream may know of another: existence, and these few facts. Keyed by stream category. */
export interface ReferenceFacts {
  entity: {
    readonly kind: 'government' | 'semiGovernment' | 'private' | 'federal';
    readonly isClosed: boolean;
    /** Entity in which it went up. */
    readonly successorId?: string;
  };
  service: {
    readonly ownerEntityId: string;
    /** Owners before, each until the first day that was no longer theirs. Late facts may still be theirs. */
    readonly formerOwners?: readonly { readonly entityId: string; readonly until: string }[];
    readonly kind: 'transactional' | 'informational' | 'shared';
    readonly flow: 'customer' | 'internal';
  };
  centre: { readonly entityId: string };
  kiosk: { readonly entityId: string };
  callCentre: { readonly entityId: string };
  platform: { readonly operatorEntityId: string };
  bundle: { readonly kind: 'life' | 'business' | 'path' };
  programme: { readonly ownerEntityId: string; readonly kind: 'track' | 'strategy' | 'initiative' | 'series' };
  disruption: { readonly jurisdiction: string };
  campaign: { readonly ownerEntityId: string };
  /** What it says now: a decimal number or a date. */
  claim: { readonly value: string };
  /** Terms while it is released. */
  release: { readonly licence: string; readonly threshold: number; readonly from: string };
}
export type ReferenceCategory = keyof ReferenceFacts;

/** A stream that an event names and that must exist before it. */
export interface Reference {
  readonly category: ReferenceCategory;
  readonly id: string;
  /** JSON Pointer of the member that names it, for example `#/data/serviceId`. */
  readonly pointer: string;
}

/** What a rule may know beside the fact and the state: looked up before the decision, so that deciding stays pure. */
export interface Context {
  readonly isSteward: boolean;
  /** Facts of a declared reference; every declared reference exists when a decider runs. Others: undefined. */
  refer<C extends ReferenceCategory>(category: C, id: string | undefined): ReferenceFacts[C] | undefined;
}

export interface Decider<F extends Fact, S> {
  readonly initial: S;
  /**
   * The events that `fact` causes in this state: itself, or nothing when it is already so.
   * @throws Failure with the code of the rule that refuses it.
   */
  decide(fact: F, state: S, context: Context): readonly F[];
  /** Never refuses: it has happened. */
  evolve(state: S, event: F): S;
}

/** Everything the house knows of one stream category. One folder of this library each; `streams.ts` lists them. */
export interface Stream<F extends Fact = Fact, S = unknown> {
  /** First part of the stream name, `[a-z][A-Za-z0-9]*`. */
  readonly category: string;
  readonly title: BilingualText;
  readonly events: EventRegister;
  /** Types that open a stream. The funnel tries them on an empty stream first. */
  readonly opening: readonly F['type'][];
  /** Types that only a steward may post. */
  readonly stewardOnly: readonly F['type'][];
  /** Types that nobody posts: the ledger itself records them, as the outcome of an act with rules of its own. */
  readonly ledgerOnly?: readonly F['type'][];
  /** Id part of the stream name: the same for every event of one stream, made from the data alone. */
  id(data: F['data']): string;
  /** Streams that the fact names. An event of an open stream may name what its state already proves: leave it out. */
  references(fact: F): readonly Reference[];
  /** Ids of entities in whose name the fact may be posted: one of them stands in its source. Stewards are exempt. */
  owners(fact: F, state: S, context: Context): readonly string[];
  /** Sources that may add to an open stream beside its owners. */
  handlers?(state: S): readonly string[];
  /** What other streams may know of this one; undefined while it is not open. */
  facts?(state: S): ReferenceFacts[ReferenceCategory] | undefined;
  readonly decider: Decider<F, S>;
}

/** Keeps the parts of one definition consistent with each other while the catalogue holds them as plain streams. */
export const defineStream = <F extends Fact, S>(stream: Stream<F, S>): Stream => stream as unknown as Stream;
