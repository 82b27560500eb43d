import type { StoredEvent } from './port.js';

/**
 * The other way into a journal, for moving a ledger and nothing else: events keep the recording times, salts and MACs that
 * they have, and no rule of the ledger is asked. Its rights are not those of an api.
 */
export interface JournalImport {
  /**
   * Writes what comes next in the journal, in this order. Positions are the store's own.
   *
   * All is durable when it resolves. After a failure or a crash the journal holds the first few of them, perhaps none or all,
   * and no other.
   *
   * @param held how many events the journal holds before, for a store that counts them.
   * @throws Failure `store.corrupt` when it holds others, or the events do not follow theirs; `store.denied`,
   *   `store.unavailable`.
   */
  take(events: readonly StoredEvent[], held: bigint): Promise<void>;
  close(): Promise<void>;
}
