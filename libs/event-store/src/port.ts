/** 0-based index of an event within its stream. Not a count. */
export type Revision = bigint;
/** Place of an event in one store's journal. Rises strictly; compare only, never add, never carry to another store. */
export type Position = bigint;
/** Revision of the stream's last event as the caller read it, or `'empty'`. There is no "any". */
export type Expected = 'empty' | Revision;

/** An event as handed to the store. Text members hold 0x21-0x7E without `"` and `\`. */
export interface NewEvent {
  readonly type: string;
  readonly source: string;
  readonly id: string;
  /** RFC 3339 text as submitted, never rounded or shifted. */
  readonly time: string;
  /** Client that posted it. */
  readonly actor: string;
  readonly correlation?: string;
  readonly causation?: string;
  /** Canonical JSON (RFC 8785) of the accepted data, at most {@link EVENT_DATA_BYTES_MAX} bytes. */
  readonly data: Uint8Array;
  /** 32 random bytes, fresh for every attempt to append: the salt is the identity of the attempt. */
  readonly salt: Uint8Array;
  /** 32 bytes: HMAC-SHA-256 over the submitted request under the salt. Decides "same bytes" on a retry. */
  readonly requestMac: Uint8Array;
}

/**
 * An event as the store gives it. Ask for its members by name: a store may read them off its bytes only then, so that a
 * spread or a deep comparison of the object need not find them.
 */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  /**
   * Recording time, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, exactly six digits. Never falls in journal order, but in a journal that is
   * or was in a sparse store: between processes, by as much as their clocks differ, and where an append arrives after its answer
   * was given up.
   */
  readonly recorded: string;
  /** True when the payload was destroyed; `data` and `salt` are then empty. */
  readonly isWithheld: boolean;
}

export interface Appended {
  readonly revision: Revision;
  readonly position: Position;
  readonly recorded: string;
}

/** One kind a call: exact event types, or exact stream categories (the part of a stream name before the first `-`). */
export type Filter = { readonly types: readonly string[] } | { readonly categories: readonly string[] };

export interface ReadPage {
  readonly events: readonly StoredEvent[];
  /**
   * Where to go on from: pass it as `after`. Moves past events that the filter left out. Undefined: nothing was read.
   */
  readonly next: Position | undefined;
  /** True when the page reached the head of the journal at the moment of reading. */
  readonly atHead: boolean;
}

export interface SubscriptionBatch {
  readonly events: readonly StoredEvent[];
  readonly next: Position | undefined;
  /** Everything up to a head read after subscribing was delivered. A signal, not a promise of silence. */
  readonly caughtUp: boolean;
}

export interface EventStore {
  /**
   * Appends `events` to one stream: all of them, in order, or none.
   *
   * @returns Place of the last event, when the events are on disk and never before.
   * @throws Failure `stream.conflict` {expected, actual} when the stream is not at `expected`; nothing was written.
   *   `append.invalid`, `append.tooLarge` before any I/O. `store.overloaded`, `store.unavailable`, `store.full`: surely
   * not written. `store.outcomeUnknown`: may or may not be written; a retry with the same source and id settles it.
   */
  append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended>;
  /**
   * Events of one stream from revision `from` (inclusive); backwards: from `from` down (default: the last). Unknown
   * stream: [].
   */
  readStream(
    stream: string,
    options: { readonly from?: Revision; readonly max: number; readonly backwards?: boolean },
  ): Promise<readonly StoredEvent[]>;
  /**
   * Every event of one stream in order, at most {@link STREAM_EVENTS_MAX}. Concurrent calls share one query where the
   * store can.
   */
  readWhole(stream: string): Promise<readonly StoredEvent[]>;
  /** Journal in order, strictly after `after`; undefined starts at the first event. */
  readAll(options: { readonly after?: Position; readonly max: number; readonly filter?: Filter }): Promise<ReadPage>;
  readAt(position: Position): Promise<StoredEvent | undefined>;
  /** Position of the last readable event; undefined: the journal is empty. */
  head(): Promise<Position | undefined>;
  /**
   * Pull-driven batches in order, without loss or repeat within one iteration. Aborting `signal` ends it without an
   * error.
   */
  subscribe(options: {
    readonly after?: Position;
    readonly filter?: Filter;
    readonly signal: AbortSignal;
    /** Most events of one batch, 1 to {@link READ_EVENTS_MAX}. Default 500. */
    readonly batch?: number;
  }): AsyncIterable<SubscriptionBatch>;
  readonly capabilities: {
    readonly order: 'dense' | 'sparse';
    readonly withhold: boolean;
    /** `none` only in tests: then readiness says so. */
    readonly durability: 'full' | 'none';
  };
  /**
   * Connections for appends that were lost so far; rises before anything is sent over a new one. Behind that one may stand a
   * store that knows less (a backup, a standby): what was known of a stream is worth nothing then.
   */
  readonly interruptions: number;
  /** Drains appends in flight, then frees everything. */
  close(): Promise<void>;
}

export const EVENTS_PER_APPEND_MAX = 100;
export const EVENT_DATA_BYTES_MAX = 512 * 1024;
/** Data plus 2 KiB an event, over one append. */
export const APPEND_BYTES_MAX = 1_000_000;
export const STREAM_NAME_BYTES_MAX = 512;
export const STREAM_EVENTS_MAX = 50_000;
export const READ_EVENTS_MAX = 5_000;
/** A page also ends with the event that takes its data this far: it passes the limit by less than one event. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;
