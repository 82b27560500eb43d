import type { ClientBase } from 'pg';
import { quoted, schemaOf } from '../tables.js';

/** Tables that were replaced, or that somebody asked to look at, are kept so long. */
export const KEPT_DAYS = 7;

/**
 * Readers lock `state` before they take their snapshot, and so does this: nobody reads the tables of one build with a snapshot
 * that is older than what was written into them. Call it before any row is locked, in a transaction with a lock_timeout; a
 * reader that takes longer is waited for by trying again.
 */
export const lockOutReaders = async (client: ClientBase, projection: string): Promise<void> => {
  await client.query(`lock table ${quoted(schemaOf(projection))}.state in access exclusive mode`);
};

/** Schema of the tables that another build took the place of. */
export const oldSchemaOf = (projection: string): string => `${schemaOf(projection)}__old`;

/** Puts the tables of `built` into the place of the live ones, whose tables stay as `p_<name>__old` until the next change. */
export const swapSchemas = async (client: ClientBase, projection: string, built: string): Promise<void> => {
  const [live, old] = [schemaOf(projection), oldSchemaOf(projection)].map(quoted);
  await client.query(
    `drop schema if exists ${old} cascade; alter schema ${live} rename to ${old}; alter schema ${quoted(built)} rename to ${live}`,
  );
};
