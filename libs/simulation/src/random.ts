/** Deterministic random numbers: the same seed gives the same sequence on every machine. Not for secrets. */
export class Random {
  private state: number;

  constructor(seed: string) {
    // FNV-1a spreads short seeds over the whole 32 bits.
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(seed, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
    this.state = hash >>> 0;
  }

  /** Uniform in [0, 1). Mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Integer in [low, high], both inside. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  isBelow(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** Picks by weight; weights are positive and need not sum to 1. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T {
    let left = this.next() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return items[items.length - 1]![0];
  }

  /** A whole number with the given mean: floor or ceiling, so that many draws add up. */
  around(mean: number): number {
    const floor = Math.floor(mean);
    return floor + (this.isBelow(mean - floor) ? 1 : 0);
  }
}
