import { PAGES_AHEAD_MAX } from './page-queue.js';

/** Keys of one generation; two are held. */
const KEYS_MAX = 10_000;

/** States of the pages before, so that a page asks the database only for what it has not seen. Null: there is none. */
export class StateMemory {
  private recent = new Map<string, object | null>();
  private older = new Map<string, object | null>();
  private pages = 0;

  /** Undefined: not known here. */
  get(key: string): object | null | undefined {
    const state = this.recent.get(key);
    return state === undefined ? this.older.get(key) : state;
  }

  /**
   * Keeps the states after a page. Those of the pages before that may be on their way to the database are surely still there:
   * what has not arrived must not be read from there.
   */
  keep(states: Iterable<readonly [key: string, state: object | null]>): void {
    if (this.recent.size > KEYS_MAX && this.pages > PAGES_AHEAD_MAX) {
      this.older = this.recent;
      this.recent = new Map();
      this.pages = 0;
    }
    for (const [key, state] of states) this.recent.set(key, state);
    this.pages++;
  }
}
