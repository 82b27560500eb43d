/** Where an output stands in its source, the same whenever the source is read. */
export interface Place {
  /** 1-based: line of a file of events, step of a walk over a table. */
  readonly record: number;
  /** 0-based among the outputs of its record. */
  readonly part: number;
  /** No further output of this record follows. */
  readonly isLast: boolean;
}

export type Status = 'created' | 'duplicate' | 'rejected';
export type Counts = Record<Status, number>;

/** What was said of the highest position of the journal that was acknowledged: the journal has everything before it too. */
export interface Witness {
  readonly record: number;
  readonly part: number;
  readonly position: string;
}

/** Every output of this record and of all before it has its final answer. */
export interface Mark {
  readonly record: number;
  readonly counts: Readonly<Counts>;
  /** Undefined: nothing was recorded yet. */
  readonly witness?: Witness;
}

export const START: Mark = { record: 0, counts: { created: 0, duplicate: 0, rejected: 0 } };

/** One output between the reader and the watermark. */
export interface Entry {
  readonly place: Place | undefined;
  readonly bytes: number;
  status?: Status;
  position?: string;
}

/** Outputs that may be read ahead of the watermark, and their bytes: memory stays bounded however long the input is. */
const ENTRIES_MAX = 16_000;
const BYTES_MAX = 64 * 1024 * 1024;

/**
 * The contiguous part of what has been answered. Answers come in any order; the mark passes an output only when all before it have
 * their final answer, so that whoever starts again behind the mark leaves nothing out.
 */
export class Watermark {
  private entries: Entry[] = [];
  private first = 0;
  private bytes = 0;
  private readonly counts: Counts;
  private witness: Witness | undefined;
  private reached: Mark;
  private wakers: (() => void)[] = [];

  constructor(start: Mark = START) {
    this.reached = start;
    this.counts = { ...start.counts };
    this.witness = start.witness;
  }

  get mark(): Mark {
    return this.reached;
  }

  get isFull(): boolean {
    return this.entries.length - this.first >= ENTRIES_MAX || this.bytes >= BYTES_MAX;
  }

  get isEmpty(): boolean {
    return this.entries.length === this.first;
  }

  /** To be called in the order of the source. */
  enter(place: Place | undefined, bytes: number): Entry {
    const entry = { place, bytes };
    this.entries.push(entry);
    this.bytes += bytes;
    return entry;
  }

  /** The final answer to one output. A rejection is final when it is kept where a later run finds it. */
  settle(entry: Entry, status: Status, position?: string): void {
    entry.status = status;
    if (position !== undefined) entry.position = position;
    for (let head = this.entries[this.first]; head?.status; head = this.entries[this.first]) this.pass(head);
    if (this.first > ENTRIES_MAX) {
      this.entries = this.entries.slice(this.first);
      this.first = 0;
    }
    this.wake();
  }

  /** Waits until something was settled, or {@link wake} is called. */
  moved(): Promise<void> {
    return new Promise((resolve) => void this.wakers.push(resolve));
  }

  wake(): void {
    for (const waker of this.wakers.splice(0)) waker();
  }

  private pass({ place, bytes, status, position }: Entry): void {
    this.first += 1;
    this.bytes -= bytes;
    if (place === undefined) return;
    this.counts[status as Status] += 1;
    if (position !== undefined && BigInt(position) > BigInt(this.witness?.position ?? -1)) {
      this.witness = { record: place.record, part: place.part, position };
    }
    if (!place.isLast) return;
    this.reached = { record: place.record, counts: { ...this.counts }, ...(this.witness && { witness: this.witness }) };
  }
}
