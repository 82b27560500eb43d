import type { ClientBase, Pool } from 'pg';
import type { Advance, ProjectionTables } from './projection-tables.js';
import type { Reading } from './reading.js';

/**
 * Folds one page of the journal, in order, into the tables of a read model and moves their checkpoint: both or neither. The
 * live projection, a rebuild and a replay differ only in the schema of `tables` and in the checkpoint that `advance` moves.
 *
 * @param advance Gives the move for the number of events that the model folded.
 * @returns False when the checkpoint did not move: nothing was written then.
 * @throws What the fold or the database throws; nothing was written, unless the connection broke while it answered.
 */
export const takePage = async (
  client: Pool | ClientBase,
  tables: ProjectionTables,
  readings: readonly Reading[],
  advance: (applied: number) => Advance,
): Promise<boolean> => {
  const { changes, applied } = await tables.fold(client, readings);
  let isWritten = false;
  try {
    isWritten = await tables.write(client, advance(applied), changes);
  } finally {
    if (!isWritten) tables.forget();
  }
  return isWritten;
};
