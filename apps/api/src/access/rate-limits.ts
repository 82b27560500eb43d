import { refuse } from '../problems/failures.js';

/** What a request is counted as; each class has a count of its own. */
export type RateClass = 'open' | 'read' | 'intake' | 'refused';

/** Most requests of one client within a window. */
export type RateQuotas = Readonly<Record<RateClass, number>>;

/**
 * `open`: routes without a token, by address. `read`: by caller. `intake`: by caller, beyond what one process can take in, so that an
 * import at full speed is never slowed; what protects the journal is the bounded queue of the store. `refused`: bad tokens, by address.
 */
export const RATE_QUOTAS: RateQuotas = { open: 3_000, read: 2_000, intake: 50_000, refused: 100 };
export const WINDOW_SECONDS = 10;
/** Clients that are counted at once; beyond it the one longest counted is forgotten. */
const CLIENTS_MAX = 10_000;

interface Count {
  requests: number;
  readonly endsAt: number;
}

/** Where a client stands, as the header fields of the answer tell it. */
export interface Standing {
  readonly policy: string;
  readonly limit: string;
  /** Seconds until the window ends, at least 1. */
  readonly seconds: number;
  readonly isOver: boolean;
}

/** Requests of each client in windows of ten seconds, in this process. Memory is bounded, and nothing is stored. */
export class RateLimits {
  private readonly counts = new Map<string, Count>();

  /** @param now milliseconds of a clock that only rises */
  constructor(
    private readonly quotas: RateQuotas = RATE_QUOTAS,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one request and tells where that leaves its client. */
  count(kind: RateClass, client: string): Standing {
    const now = Math.floor(this.now()); // whole, so that no sum is rounded up to an eleventh second
    const current = this.current(`${kind} ${client}`, now);
    current.requests++;
    const quota = this.quotas[kind];
    const seconds = Math.max(1, Math.ceil((current.endsAt - now) / 1000));
    return {
      policy: `"${kind}";q=${quota};w=${WINDOW_SECONDS}`,
      limit: `"${kind}";r=${Math.max(0, quota - current.requests)};t=${seconds}`,
      seconds,
      isOver: current.requests > quota,
    };
  }

  get clients(): number {
    return this.counts.size;
  }

  private current(key: string, now: number): Count {
    const known = this.counts.get(key);
    if (known !== undefined && now < known.endsAt) return known;
    this.counts.delete(key); // an ended window starts anew at the end of the order
    const [oldest] = this.counts.size >= CLIENTS_MAX ? this.counts.keys() : [];
    if (oldest !== undefined) this.counts.delete(oldest);
    const fresh = { requests: 0, endsAt: now + WINDOW_SECONDS * 1000 };
    this.counts.set(key, fresh);
    return fresh;
  }
}

export const tooMany = ({ seconds }: Standing) => refuse('rate.limited', { params: { seconds: String(seconds) } });
