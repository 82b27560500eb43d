import pg from 'pg';
import { instantMicros } from '#kernel';
import { refuse } from '../failures.js';
import type { JournalImport } from '../journal-import.js';
import type { StoredEvent } from '../port.js';
import { blobArray, int8Array, textArray } from './binary-values.js';
import { faultOf } from './driver-faults.js';
import { checkServer } from './server-checks.js';

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 60_000;
// One transaction: all of the events or none, and on disk when it answers.
const IMPORT = 'select journal.import($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)';
/** What the function raises when the journal is not the one that its caller knows. */
const OTHER_JOURNAL = new Set(['55000', '23505']);

/** Writes into the journal of a database as its owner, whom the login must be allowed to become. */
export class PostgresImport implements JournalImport {
  private constructor(private readonly client: pg.Client) {}

  /** @throws Failure `store.denied`, `store.unavailable`; `store.unsafe` as for every connection that writes. */
  static async open(connectionString: string, durability: 'full' | 'none'): Promise<PostgresImport> {
    const client = new pg.Client({
      connectionString,
      application_name: 'sijill import',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    client.on('error', () => undefined); // the call under way fails as well, and says why
    try {
      await client.connect();
      await checkServer(client, durability, () => undefined);
      await client.query('set role sijill_owner');
    } catch (error) {
      await client.end().catch(() => undefined); // it was never there, or is gone
      throw faultOf(error).failure;
    }
    return new PostgresImport(client);
  }

  async take(events: readonly StoredEvent[], held: bigint): Promise<void> {
    const texts = (member: 'stream' | 'source' | 'id' | 'type' | 'time' | 'actor' | 'correlation' | 'causation') =>
      textArray(events.map((event) => event[member]));
    const values = [
      String(held),
      texts('stream'),
      int8Array(events.map(({ revision }) => revision)),
      int8Array(events.map(({ recorded }) => instantMicros(recorded))),
      ...(['source', 'id', 'type', 'time', 'actor', 'correlation', 'causation'] as const).map(texts),
      blobArray(events.map(({ salt }) => salt)),
      blobArray(events.map(({ requestMac }) => requestMac)),
      blobArray(events.map(({ data }) => data)),
    ];
    try {
      await this.client.query(IMPORT, values);
    } catch (error) {
      if (error instanceof pg.DatabaseError && OTHER_JOURNAL.has(error.code ?? ''))
        throw refuse('store.corrupt', { params: { reason: error.message } });
      throw faultOf(error).failure;
    }
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
