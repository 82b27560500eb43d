import { setTimeout as pause } from 'node:timers/promises';

export interface PatienceOptions {
  /** Trying again is given up when it has led to nothing for so long. 0: nothing is tried again. */
  readonly patienceMs?: number;
  /** Told of every wait worth mentioning: what for, and how long. */
  readonly onWait?: (reason: string, milliseconds: number) => void;
}

export const PATIENCE_MS_DEFAULT = 30_000;
const BACK_OFF_MS_FIRST = 200;
const BACK_OFF_MS_MAX = 15_000;
/** Shorter waits are part of ordinary traffic. */
const MENTIONED_MS_MIN = 1_000;

/**
 * Waits before another attempt: longer each time, by chance a little shorter so that callers do not come back together, and bounded.
 * It begins with the first failure, not with the first attempt: however long that one took, there is another.
 */
export class Patience {
  private attempts = 0;
  private failingSince: number | undefined;

  constructor(private readonly options: PatienceOptions = {}) {}

  /** Something was settled: the next failure is a first one. */
  renew(): void {
    this.attempts = 0;
    this.failingSince = undefined;
  }

  /**
   * @param retryAfterMs what the server asked for; honoured as far as the patience goes
   * @param calledOff ends the wait at once
   * @returns false when the patience is over or it was called off: do not try again
   */
  async wait(reason: string, retryAfterMs = 0, calledOff?: AbortSignal): Promise<boolean> {
    const { patienceMs = PATIENCE_MS_DEFAULT, onWait } = this.options;
    const now = performance.now();
    this.failingSince ??= now;
    const leftMs = patienceMs - (now - this.failingSince);
    if (leftMs <= 0 || calledOff?.aborted) return false;
    const backOffMs = Math.min(BACK_OFF_MS_FIRST * 2 ** this.attempts, BACK_OFF_MS_MAX) * (0.5 + Math.random() / 2);
    this.attempts += 1;
    const milliseconds = Math.min(Math.max(backOffMs, retryAfterMs), leftMs);
    if (milliseconds >= MENTIONED_MS_MIN) onWait?.(reason, milliseconds);
    return pause(milliseconds, true, calledOff && { signal: calledOff }).catch(() => false);
  }
}
