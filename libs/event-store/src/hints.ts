/** What a subscription waits for when it has read all there is. */
export interface WakeUp {
  /** Rises with each hint. Read it before reading the journal, so that a hint in between is not missed. */
  readonly generation: number;
  /** Resolves at the next hint after `generation`, after a while anyway, or when `signal` is aborted. */
  change(generation: number, signal: AbortSignal): Promise<void>;
}

/** Those who wait for a hint. It may be lost: whoever waits looks at the journal after a while anyway. */
export class Waiters {
  generation = 0;
  private readonly waiting = new Set<() => void>();

  async change(generation: number, signal: AbortSignal, milliseconds: number): Promise<void> {
    if (signal.aborted || generation !== this.generation) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  wakeAll(): void {
    this.generation++;
    for (const wake of this.waiting) wake();
  }
}

/**
 * Hints are this far apart at least. In PostgreSQL each is a transaction of its own, and at 5 ms there were nearly as many as
 * groups of single events; who follows reads a page at a time anyway, and is told at once after a pause.
 */
export const HINT_PAUSE_MS = 20;

/**
 * Tells that there is something new: at once after a pause, then every few milliseconds. It happens behind the commit and
 * beside the appends, because a notification inside of one holds up every other commit.
 */
export class Herald {
  private isPausing = false;
  private isDue = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param send may fail: who is not told looks by himself. */
  constructor(private readonly send: () => Promise<unknown>) {}

  tell(): void {
    this.isDue = true;
    if (this.isPausing) return;
    this.isPausing = true;
    this.isDue = false;
    this.send().catch(() => undefined);
    this.timer = setTimeout(() => {
      this.isPausing = false;
      if (this.isDue) this.tell();
    }, HINT_PAUSE_MS);
  }

  /** What is due is sent now. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.isPausing = true;
    if (this.isDue) await this.send().catch(() => undefined);
  }
}
