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
/** How long an unwrapped key stays in memory: erasing waits for two such periods. */
export const KEY_CACHE_MILLISECONDS_MAX = 60_000;
const CACHED_KEYS_MAX = 20_000;
const CONNECTIONS = 2;
const ANSWER_MILLISECONDS_MAX = 10_000;

const FIND = `select encode(lookup, 'hex') as lookup, subject_id, wrapped_key, is_blocked, types
  from vault.subject where lookup = any($1::bytea[])`;
// In the order of the lookups: two writers that meet the same persons wait for each other instead of blocking each other.
const MAKE = `insert into vault.subject (lookup, subject_id, wrapped_key, types)
  select lookup, subject_id, wrapped_key, array[type]
    from unnest($1::bytea[], $2::text[], $3::bytea[], $4::text[]) as made (lookup, subject_id, wrapped_key, type) order by lookup
  on conflict (lookup) do nothing`;
const NOTE_TYPES = 'select vault.note_types($1::bytea[], $2::text[])';
const KEYS = `select subject_id, case when not is_blocked then wrapped_key end as key
  from vault.subject where subject_id = any($1::text[])`;

/** A person, as far as the ledger knows it. */
export interface Subject {
  /** Opaque and random; all that the journal and the read models hold. */
  readonly id: string;
  /** Key of what is personal about it, 32 bytes. */
  readonly key: Buffer;
}

/** What an entity calls a person, and the type of the event that speaks of it. */
export interface Named {
  readonly entityId: string;
  readonly value: string;
  readonly type: string;
}

interface Row {
  readonly lookup: string;
  readonly subject_id: string;
  readonly wrapped_key: Buffer | null;
  readonly is_blocked: boolean;
  readonly types: readonly string[];
}

interface Known {
  readonly subject: Subject;
  readonly types: readonly string[];
  readonly at: number;
}

interface Wish {
  readonly lookup: string;
  readonly type: string;
  readonly isMade: boolean;
  readonly resolve: (subject: Subject | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Persons and their keys. The keys that protect them are files, not rows: whoever takes the database alone takes nothing. */
export class Vault {
  private readonly cache = new Map<string, Known>();
  private wishes: Wish[] = [];

  private constructor(
    /** The database of the keys, where erasures are as well. */
    readonly source: DataSource,
    private readonly wrappingKey: Buffer,
    private readonly indexKey: Buffer,
    /** How long a key stays in memory. */
    readonly cachedMillisecondsMax: number,
  ) {}

  /** Makes the two key files under `<data directory>/keys` on first start. Losing them loses every personal value. */
  static async open(
    url: string,
    dataDirectory: string,
    cachedMillisecondsMax = KEY_CACHE_MILLISECONDS_MAX,
  ): Promise<Vault> {
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
    return new Vault(await source.initialize(), wrappingKey, indexKey, cachedMillisecondsMax);
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  /**
   * The person whom an entity calls so, made on first sight.
   * @param isMade false for a dry run: an unknown person is then undefined, and nothing is written
   * @throws Failure `subject.erased` when its erasure was confirmed: within the time that keys are cached where that was another process.
   */
  subject({ entityId, value, type }: Named, isMade: boolean): Promise<Subject | undefined> {
    const lookup = this.lookupOf(entityId, value);
    const cached = this.cache.get(lookup);
    const isFresh = cached !== undefined && Date.now() - cached.at < this.cachedMillisecondsMax;
    if (isFresh && (!isMade || cached.types.includes(type))) return Promise.resolve(cached.subject);
    return new Promise((resolve, reject) => {
      this.wishes.push({ lookup, type, isMade, resolve, reject });
      if (this.wishes.length === 1) setImmediate(() => void this.grant(this.wishes.splice(0)));
    });
  }

  /** Id of the person whom an entity calls so, whatever became of it; undefined: nobody, or nobody any more. */
  async idOf(entityId: string, value: string): Promise<string | undefined> {
    const [row] = (await this.query(FIND, [[bytesOf(this.lookupOf(entityId, value))]])) as Row[];
    return row?.subject_id;
  }

  /**
   * Keys of persons by subject id; null: erased, or about to be. Left out: nothing is known of it. Never from memory: who is blocked is
   * blocked for reading at once, whichever process did it.
   */
  async keysOf(subjectIds: readonly string[]): Promise<ReadonlyMap<string, Buffer | null>> {
    const rows = (await this.query(KEYS, [subjectIds])) as { subject_id: string; key: Buffer | null }[];
    return new Map(rows.map(({ subject_id, key }) => [subject_id, key && this.unwrap(key)]));
  }

  /** Drops what this process remembers of a person. */
  forget(subjectId: string): void {
    for (const [lookup, { subject }] of this.cache) if (subject.id === subjectId) this.cache.delete(lookup);
  }

  private lookupOf(entityId: string, value: string): string {
    return createHmac('sha256', this.indexKey)
      .update(canonicalBytes([entityId, value]))
      .digest('hex');
  }

  /** Wishes of one turn of the event loop in at most four statements: a batch of a thousand persons is no thousand round trips. */
  private async grant(wishes: readonly Wish[]): Promise<void> {
    try {
      const lookups = [...new Set(wishes.map(({ lookup }) => lookup))];
      const found = await this.find(lookups);
      const unknown = new Map(
        wishes.filter(({ lookup, isMade }) => isMade && !found.has(lookup)).map(({ lookup, type }) => [lookup, type]),
      );
      if (unknown.size > 0) {
        await this.make(unknown);
        for (const [lookup, row] of await this.find([...unknown.keys()])) found.set(lookup, row); // ours, or another's that was first
      }
      await this.noteTypes(wishes, found);
      for (const wish of wishes) this.settle(wish, found.get(wish.lookup));
    } catch (error) {
      const cause = refuse('store.unavailable', { cause: error }); // nothing of the event was written
      for (const { reject } of wishes) reject(cause);
    }
  }

  /** Durable before the event is: whoever asks which types speak of a person may be told one too many, never one too few. */
  private async noteTypes(wishes: readonly Wish[], found: Map<string, Row>): Promise<void> {
    const isNew = ({ lookup, type, isMade }: Wish) => isMade && !found.get(lookup)?.types.includes(type);
    const untold = wishes.filter((wish) => isNew(wish) && !isErased(found.get(wish.lookup)));
    if (untold.length === 0) return;
    await this.query(NOTE_TYPES, [untold.map(({ lookup }) => bytesOf(lookup)), untold.map(({ type }) => type)]);
    for (const [lookup, row] of await this.find(untold.map(({ lookup }) => lookup))) found.set(lookup, row);
  }

  private settle({ lookup, isMade, resolve, reject }: Wish, row: Row | undefined): void {
    try {
      if (row === undefined && isMade) throw new Error('a subject that was just made is not there');
      if (isErased(row)) throw refuse('subject.erased');
      const subject = row && { id: row.subject_id, key: this.unwrap(row.wrapped_key as Buffer) };
      if (subject !== undefined) this.remember(lookup, { subject, types: row?.types ?? [], at: Date.now() });
      resolve(subject);
    } catch (error) {
      reject(error);
    }
  }

  private remember(lookup: string, known: Known): void {
    if (this.cache.size >= CACHED_KEYS_MAX) this.cache.clear();
    this.cache.set(lookup, known);
  }

  private async find(lookups: readonly string[]): Promise<Map<string, Row>> {
    const rows = (await this.query(FIND, [lookups.map(bytesOf)])) as Row[];
    return new Map(rows.map((row) => [row.lookup, row]));
  }

  private async make(unknown: ReadonlyMap<string, string>): Promise<void> {
    const [lookups, types] = [[...unknown.keys()], [...unknown.values()]];
    const keys = lookups.map(() => this.wrap(randomBytes(KEY_BYTES)));
    await this.query(MAKE, [lookups.map(bytesOf), lookups.map(() => randomUUID()), keys, types]);
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

const isErased = (row: Row | undefined): boolean => row !== undefined && (row.is_blocked || row.wrapped_key === null);

const bytesOf = (lookup: string): Buffer => Buffer.from(lookup, 'hex');
