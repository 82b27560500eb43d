/** Settles as `work` does, or rejects with `fault` after so many milliseconds; what `work` does later is nobody's business. */
export async function inTime<T>(work: Promise<T>, milliseconds: number, fault: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fault()), Math.max(milliseconds, 0));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** So many at a time; the others wait in the order in which they came. */
export class Places {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly places: number) {}

  /** @returns what gives the place back. Rejects with `fault` when none is free in time. */
  async take(milliseconds: number, fault: () => Error): Promise<() => void> {
    if (this.taken < this.places) {
      this.taken++;
      return this.giveBack;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(turn), 1);
        reject(fault());
      }, milliseconds);
      this.waiting.push(turn);
    });
    return this.giveBack;
  }

  private readonly giveBack = (): void => {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken--;
  };
}

/**
 * Most messages that a stream of appends may hold unsent. With one more the client keeps the rest in a list of its own, which
 * it rejects to nobody when the stream breaks: an unhandled rejection, which ends the process.
 */
export const UNSENT_MAX = 15;
const BLOCKED_PAUSE_MS = 1;

/** Lets appends through in order, so that at no time more than {@link UNSENT_MAX} of them are unsent. */
export class SendRoom {
  private readonly waiting: (() => void)[] = [];
  private isTurnDue = false;

  /** @param unsent counts what was let through in earlier turns of the event loop, and is still unsent. */
  constructor(private readonly unsent: () => number) {}

  /** Resolves when one more may be handed over: it is counted as unsent until the next turn. */
  async enter(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (!this.isTurnDue) this.turnAfter(false);
    });
  }

  private readonly turn = (): void => {
    this.isTurnDue = false;
    const room = Math.max(UNSENT_MAX - this.unsent(), 0);
    for (const resolve of this.waiting.splice(0, room)) resolve();
    if (this.waiting.length > 0) this.turnAfter(room === 0);
  };

  private turnAfter(isBlocked: boolean): void {
    this.isTurnDue = true;
    if (isBlocked) setTimeout(this.turn, BLOCKED_PAUSE_MS);
    else setImmediate(this.turn);
  }
}
