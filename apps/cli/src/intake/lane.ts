/** Requests that an importer has on the way at most. All of them together fit into what a ledger takes of one client at once. */
export const LANES = 4;
export const EVENTS_PER_REQUEST_MAX = 500;
/** Of a body, with the line feed behind each event. */
export const REQUEST_BYTES_MAX = 2 * 1024 * 1024;
/** More than the intake takes as one event by far; a longer line is never held, nor sent. With its line feed it fills a request. */
export const LINE_BYTES_MAX = REQUEST_BYTES_MAX - 1;

/** What a lane must know of an element to put it into a request. */
export interface Sized {
  /** In whose name it is sent: a request has one. */
  readonly client: unknown;
  readonly bytes: number;
}

/** A queue that has one request on the way at most, so that what it holds is sent in order. */
export class Lane<T extends Sized> {
  private waiting: T[] = [];
  private running: Promise<void> | undefined;

  /** @param send never rejects; elements that it leaves unsent are its own business */
  constructor(private readonly send: (batch: readonly T[]) => Promise<void>) {}

  /** Sent as soon as a request is full. */
  add(element: T): void {
    this.waiting.push(element);
    if (this.waiting.length >= EVENTS_PER_REQUEST_MAX) this.flush();
  }

  /** Sends what waits, however little, unless a request is on the way. */
  flush(): void {
    if (this.waiting.length > 0) this.running ??= this.work();
  }

  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.running) {
      this.flush();
      await this.running;
    }
  }

  /** Forgets what waits; a request on the way goes on. */
  clear(): void {
    this.waiting = [];
  }

  private async work(): Promise<void> {
    await this.send(this.takeBatch());
    this.running = undefined;
    if (this.waiting.length >= EVENTS_PER_REQUEST_MAX) this.flush();
  }

  private takeBatch(): T[] {
    let size = 0;
    let count = 0;
    for (const { bytes, client } of this.waiting) {
      size += bytes;
      const isFull = count >= EVENTS_PER_REQUEST_MAX || size > REQUEST_BYTES_MAX;
      if (count > 0 && (isFull || client !== this.waiting[0]!.client)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
