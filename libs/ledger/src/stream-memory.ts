import type { EventStore, Expected } from '#event-store';

/** A stream as it was left by an append of ours: enough to rule on what comes next, not to say what was before. */
export interface RememberedStream {
  /** What an append behind it expects. */
  readonly expected: Expected;
  readonly state: unknown;
  /** Of every event in it. Sources are left out: who shares an id with another source is read, not confused. */
  readonly ids: ReadonlySet<string>;
  /** Of the data of its events. */
  readonly bytes: number;
}

/** A stream of which nothing is recorded. */
export const emptyStream = (initial: unknown): RememberedStream => ({
  expected: 'empty',
  state: initial,
  ids: new Set(),
  bytes: 0,
});

/** Longer streams are read each time: few, and dear to keep. */
const STREAM_BYTES_MAX = 64 * 1024;
/** Two generations are kept. In memory a stream takes some five times its data. */
const GENERATION_BYTES_MAX = 4 * 1024 * 1024;
/** What a stream takes besides its data. */
const STREAM_BYTES = 1024;
const PASSED_MIN = 64;
const PASSED_MAX = 65_536;

/**
 * Streams that this process wrote lately, so that the next fact of one need not wait until it was read. It is a guess that
 * the append proves: another process may have written since, and then its expected revision is refused. What is not written
 * is never decided by memory.
 *
 * Behind a lost connection all is forgotten: a store that was set back may have other events at the same revisions.
 *
 * A wrong guess costs its neighbours in the group a second try. Where several processes write the same streams, guessing
 * pauses: twice as long after each mistake, a little less after each hit. A race inside this process is no mistake: whoever
 * won it left what is so now.
 */
export class StreamMemory {
  private young = new Map<string, RememberedStream>();
  private old = new Map<string, RememberedStream>();
  private youngBytes = 0;
  private interruptions = 0;
  /** Guesses passed up after a mistake, and how many of them are still to come. */
  private pause = 0;
  private toPass = 0;

  /** @param interruptions of the store, see {@link EventStore.interruptions} */
  heed(interruptions: number): void {
    if (interruptions === this.interruptions) return;
    this.interruptions = interruptions;
    this.young = new Map();
    this.old = new Map();
    this.youngBytes = 0;
  }

  /** Passed up: the stream is there, and has to be read. Undefined: nothing is known of it. */
  recall(name: string): RememberedStream | 'passedUp' | undefined {
    const found = this.held(name);
    if (found === undefined || this.toPass === 0) return found;
    this.toPass--;
    return 'passedUp';
  }

  /** Whether a stream is still remembered as it was recalled: nobody here wrote it or failed to since. */
  holds(name: string, recalled: RememberedStream): boolean {
    return this.held(name) === recalled;
  }

  /** After an append: durable on the store, or it must not be kept. */
  keep(name: string, stream: RememberedStream): void {
    this.forget(name);
    if (stream.bytes > STREAM_BYTES_MAX) return;
    this.young.set(name, stream);
    this.youngBytes += takenBy(stream);
    if (this.youngBytes < GENERATION_BYTES_MAX) return;
    this.old = this.young;
    this.young = new Map();
    this.youngBytes = 0;
  }

  forget(name: string): void {
    const young = this.young.get(name);
    if (young !== undefined) this.youngBytes -= takenBy(young);
    this.young.delete(name);
    this.old.delete(name);
  }

  /**
   * After an append that failed, or who knows: forgets what it may have made untrue. What stands behind `expected` was
   * acknowledged to this process: the append that failed is not there, or was read by who wrote behind it.
   */
  doubt(name: string, expected: Expected): void {
    const found = this.held(name);
    if (found !== undefined && !isBehind(found.expected, expected)) this.forget(name);
  }

  /** Whether a stream was as it was remembered, or another process wrote it since. */
  learn(wasRight: boolean): void {
    if (wasRight) this.pause = Math.max(this.pause - 1, 0);
    else {
      this.pause = Math.min(Math.max(2 * this.pause, PASSED_MIN), PASSED_MAX);
      this.toPass = this.pause;
    }
  }

  private held(name: string): RememberedStream | undefined {
    return this.young.get(name) ?? this.old.get(name);
  }
}

const takenBy = ({ bytes }: RememberedStream): number => STREAM_BYTES + bytes;

const isBehind = (one: Expected, other: Expected): boolean => one !== 'empty' && (other === 'empty' || one > other);
