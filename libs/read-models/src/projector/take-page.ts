import type { ClientBase, Pool } from 'pg';
import { MemoryPage } from '../page.js';
import type { ReadEvent, ReadModel } from '../read-model.js';
import type { Advance, ProjectionTables } from './projection-tables.js';
import type { Reading } from './reading.js';

/** Whether the model folds this event. A withheld one has lost its data: nobody can fold it any more. */
export const isFolded = ({ types }: ReadModel, { type, stored }: Reading): boolean =>
  !stored.isWithheld && (types === 'every' || types.includes(type));

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
  const { model } = tables;
  const events = readings.filter((reading) => isFolded(model, reading)).map(({ asRead }) => asRead);
  const page = new MemoryPage(await tables.readStates(client, keysOf(model, events)));
  for (const event of events) {
    page.begin(event);
    model.apply(event, page);
  }
  return tables.write(client, advance(events.length), page);
};

const keysOf = (model: ReadModel, events: readonly ReadEvent[]): string[] => [
  ...new Set(events.flatMap((event) => model.keys(event))),
];
