/** Keys of one generation; two are held. */
const KEYS_MAX = 10_000;

/** States as the fold left them, so that it asks the database only for what it has not seen. Null: there is none. */
export class StateMemory {
  private recent = new Map<string, object | null>();
  private older = new Map<string, object | null>();

  /** Undefined: not known here. */
  get(key: string): object | null | undefined {
    const state = this.recent.get(key);
    return state === undefined ? this.older.get(key) : state;
  }

  set(key: string, state: object | null): void {
    this.recent.set(key, state);
  }

  /** Whether it is known. What the next events need stays for as long as a generation does. */
  holds(key: string): boolean {
    if (this.recent.get(key) !== undefined) return true;
    const state = this.older.get(key);
    if (state !== undefined) this.recent.set(key, state);
    return state !== undefined;
  }

  /**
   * A page begins, while the one before it may be on its way to the database and all others have arrived. What is let go was last
   * set before the generation that now becomes the older one, so that it can be read from there.
   */
  turn(): void {
    if (this.recent.size <= KEYS_MAX) return;
    this.older = this.recent;
    this.recent = new Map();
  }
}
