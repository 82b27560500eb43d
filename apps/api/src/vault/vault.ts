import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { eventStoreFailures } from '#event-store';
import { canonicalBytes, failingWith } from '#kernel';
import { onConnection } from '#read-models';
import { keyFile } from '../access/key-file.js';
import { LENT_CONNECTIONS } from '../lent-connections.js';

const refuse = failingWith(eventStoreFailures);

const KEY_BYTES = 32;
/** RFC 3394, section 2.2.3.1. */
const WRAP_IV = Buffer.alloc(8, 0xa6);
/** How long an unwrapped key stays in memory: destroying one waits for two such periods. */
const CACHED_MILLISECONDS_MAX = 60_000;
const CACHED_KEYS_MAX = 20_000;
const CONNECTIONS = 2;
const ANSWER_MILLISECONDS_MAX = 10_000;

const FIND = `select encode(lookup, 'hex') as lookup, subject_id, wrapped_key from vault.subject where lookup = any($1::bytea[])`;
// In the order of the lookups: two writers that meet the same persons wait for each other instead of blocking each other.
const MAKE = `insert into vault.subject (lookup, subject_id, wrapped_key)
  select * from unnest($1::bytea[], $2::text[], $3::bytea[]) as made (lookup, subject_id, wrapped_key) order by made.lookup
  on conflict (lookup) do nothing`;

/** A person, as far as the ledger knows it. */
export interface Subject {
  /** Opaque and random; all that the journal and the read models hold. */
  readonly id: string;
  /** Key of what is personal about it, 32 bytes. */
  readonly key: Buffer;
}

interface Row {
  readonly lookup: string;
  readonly subject_id: string;
  readonly wrapped_key: Buffer | null;
}

interface Wish {
  readonly lookup: string;
  readonly isMade: boolean;
  readonly resolve: (subject: Subject | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Persons and their keys. The keys that protect them are files, not rows: whoever takes the database alone takes nothing. */
export class Vault {
  private readonly cache = new Map<string, { readonly subject: Subject; readonly at: number }>();
  private wishes: Wish[] = [];

  private constructor(
    private readonly source: DataSource,
    private readonly wrappingKey: Buffer,
    private readonly indexKey: Buffer,
  ) {}

  /** Makes the two key files under `<data directory>/keys` on first start. Losing them loses every personal value. */
  static async open(url: string, dataDirectory: string): Promise<Vault> {
    const directory = join(dataDirectory, 'keys');
    const random = () => randomBytes(KEY_BYTES);
    const wrappingKey = await keyFile(directory, 'vault-wrapping.key', random);
    const indexKey = await keyFile(directory, 'vault-index.key', random);
    const source = new DataSource({
      type: 'postgres',
      url,
      poolSize: CONNECTIONS,
      applicationName: 'sijill vault',
      // A connection that died without a word is given up.
      extra: {
        ...LENT_CONNECTIONS,
        query_timeout: ANSWER_MILLISECONDS_MAX,
        connectionTimeoutMillis: ANSWER_MILLISECONDS_MAX,
        keepAlive: true,
      },
    });
    return new Vault(await source.initialize(), wrappingKey, indexKey);
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  /**
   * The person whom an entity calls `value`, made on first sight.
   * @param isMade false for a dry run: an unknown person is then undefined, and nothing is written
   * @throws Failure `subject.erased` when its key was destroyed.
   */
  subject(entityId: string, value: string, isMade: boolean): Promise<Subject | undefined> {
    const lookup = createHmac('sha256', this.indexKey)
      .update(canonicalBytes([entityId, value]))
      .digest('hex');
    const cached = this.cache.get(lookup);
    if (cached !== undefined && Date.now() - cached.at < CACHED_MILLISECONDS_MAX)
      return Promise.resolve(cached.subject);
    return new Promise((resolve, reject) => {
      this.wishes.push({ lookup, isMade, resolve, reject });
      if (this.wishes.length === 1) setImmediate(() => void this.grant(this.wishes.splice(0)));
    });
  }

  /** Wishes of one turn of the event loop in at most three statements: a batch of a thousand persons is no thousand round trips. */
  private async grant(wishes: readonly Wish[]): Promise<void> {
    try {
      const lookups = [...new Set(wishes.map(({ lookup }) => lookup))];
      const found = await this.find(lookups);
      const unknown = [
        ...new Set(wishes.filter(({ lookup, isMade }) => isMade && !found.has(lookup)).map(({ lookup }) => lookup)),
      ];
      if (unknown.length > 0) {
        await this.make(unknown);
        for (const [lookup, row] of await this.find(unknown)) found.set(lookup, row); // ours, or another's that was first
      }
      for (const wish of wishes) this.settle(wish, found.get(wish.lookup));
    } catch (error) {
      const cause = refuse('store.unavailable', { cause: error }); // nothing of the event was written
      for (const { reject } of wishes) reject(cause);
    }
  }

  private settle({ lookup, isMade, resolve, reject }: Wish, row: Row | undefined): void {
    try {
      if (row === undefined && isMade) throw new Error('a subject that was just made is not there');
      if (row !== undefined && row.wrapped_key === null) throw refuse('subject.erased');
      const subject = row && { id: row.subject_id, key: this.unwrap(row.wrapped_key as Buffer) };
      if (subject !== undefined) this.remember(lookup, subject);
      resolve(subject);
    } catch (error) {
      reject(error);
    }
  }

  private remember(lookup: string, subject: Subject): void {
    if (this.cache.size >= CACHED_KEYS_MAX) this.cache.clear();
    this.cache.set(lookup, { subject, at: Date.now() });
  }

  private async find(lookups: readonly string[]): Promise<Map<string, Row>> {
    const rows = (await this.query(FIND, [lookups.map(bytesOf)])) as Row[];
    return new Map(rows.map((row) => [row.lookup, row]));
  }

  private async make(lookups: readonly string[]): Promise<void> {
    const keys = lookups.map(() => this.wrap(randomBytes(KEY_BYTES)));
    await this.query(MAKE, [lookups.map(bytesOf), lookups.map(() => randomUUID()), keys]);
  }

  private query(text: string, values: unknown[]): Promise<unknown> {
    return onConnection(this.source, (runner) => runner.query(text, values));
  }

  private wrap(key: Buffer): Buffer {
    const cipher = createCipheriv('id-aes256-wrap', this.wrappingKey, WRAP_IV);
    return Buffer.concat([cipher.update(key), cipher.final()]);
  }

  private unwrap(wrapped: Buffer): Buffer {
    const decipher = createDecipheriv('id-aes256-wrap', this.wrappingKey, WRAP_IV);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  }
}

const bytesOf = (lookup: string): Buffer => Buffer.from(lookup, 'hex');
