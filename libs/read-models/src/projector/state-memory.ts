/** Keys of one generation; two are held. */
const KEYS_MAX = 10_000;

/** States of the pages before, so that a page asks the database only for what it has not seen. Null: there is none. */
export class StateMemory {
  private recent = new Map<string, object | null>();
  private older = new Map<string, object | null>();

  /** Undefined: not known here. */
  get(key: string): object | null | undefined {
    const state = this.recent.get(key);
    return state === undefined ? this.older.get(key) : state;
  }

  /**
   * Keeps the states after a page. Those of the page before are surely still there: it may be on its way to the database, and
   * what is not there yet must not be read from there.
   */
  keep(states: Iterable<readonly [key: string, state: object | null]>): void {
    if (this.recent.size > KEYS_MAX) {
      this.older = this.recent;
      this.recent = new Map();
    }
    for (const [key, state] of states) this.recent.set(key, state);
  }
}
