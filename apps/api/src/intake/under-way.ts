import { refuse } from '../problems/failures.js';

/** What one client may have on its way to the journal at once. */
export interface Share {
  readonly events: number;
  /** Of request bodies. */
  readonly bytes: number;
}

/**
 * Half of what waits in the queue of the store. One request of any size fits, and so does all that an importer keeps on the way by
 * itself.
 */
export const SHARE: Share = { events: 2_048, bytes: 8 * 1024 * 1024 };
const RETRY_AFTER_SECONDS = '1';

/**
 * What each client has on its way to the journal, in this process as the queue is. The queue serves who comes first until it is
 * full: without a bound of its own, one client with many batches would leave no place to the single events of all others.
 */
export class UnderWay {
  private readonly clients = new Map<string, Share>();

  constructor(private readonly most: Share = SHARE) {}

  /**
   * Counts a request as long as `work` takes.
   * @throws Failure `rate.limited` when it would take its client past its share: then `work` is not begun, nothing was recorded.
   */
  async during<T>(client: string, { events, bytes }: Share, work: () => Promise<T>): Promise<T> {
    const before = this.clients.get(client) ?? { events: 0, bytes: 0 };
    const isOver = before.events + events > this.most.events || before.bytes + bytes > this.most.bytes;
    if (isOver) throw refuse('rate.limited', { params: { seconds: RETRY_AFTER_SECONDS } });
    this.add(client, events, bytes);
    try {
      return await work();
    } finally {
      this.add(client, -events, -bytes);
    }
  }

  /** Clients that have anything on its way: others are not kept. */
  get size(): number {
    return this.clients.size;
  }

  private add(client: string, events: number, bytes: number): void {
    const before = this.clients.get(client) ?? { events: 0, bytes: 0 };
    const now = { events: before.events + events, bytes: before.bytes + bytes };
    if (now.events === 0 && now.bytes === 0) this.clients.delete(client);
    else this.clients.set(client, now);
  }
}
