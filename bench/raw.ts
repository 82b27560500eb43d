import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { NewEvent } from '#event-store';

/** A database driven directly: for the raw limits, for what the server says of itself, and for checks behind the ledger's back. */
export class Raw {
  private readonly pool: pg.Pool;

  /** @param settings for each session, `name=value`. */
  constructor(url: string, connections = 2, settings: readonly string[] = []) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: connections,
      idleTimeoutMillis: 0,
      application_name: 'sijill bench',
      options: settings.map((setting) => `-c ${setting}`).join(' '),
    });
    // An idle connection that is cut matters to nobody: the next use opens another or says why not.
    this.pool.on('error', () => undefined);
  }

  async rows<T extends object>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    return (await this.pool.query<T>(text, [...values])).rows;
  }

  /** The first row. @throws TypeError when there is none. */
  async row<T extends object>(text: string, values: readonly unknown[] = []): Promise<T> {
    const [first] = await this.rows<T>(text, values);
    if (first === undefined) throw new TypeError('a row was expected');
    return first;
  }

  /** Prepared once a connection under `name`. */
  async prepared<T extends object>(name: string, text: string, values: readonly unknown[]): Promise<readonly T[]> {
    return (await this.pool.query<T>({ name, text, values: [...values] })).rows;
  }

  /** What `copy … to stdout` gives, in pieces as they come. */
  async *copyOut(text: string): AsyncGenerator<Buffer> {
    const client = await this.pool.connect();
    let isWhole = false;
    try {
      for await (const piece of client.query(copyTo(text))) yield piece as Buffer;
      isWhole = true;
    } finally {
      client.release(!isWhole); // left half way, the connection would still be sending
    }
  }

  /** `copy … from stdin` of a whole file. */
  async copyIn(text: string, file: Buffer): Promise<void> {
    const client = await this.pool.connect();
    let isWhole = false;
    try {
      await finished(client.query(copyFrom(text)).end(file));
      isWhole = true;
    } finally {
      client.release(!isWhole);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** An event and where it goes, as a row. */
export interface EventRow {
  readonly stream: string;
  readonly revision: number;
  readonly event: NewEvent;
}

// Columns, indexes, checks and storage of the journal. Without its guards, its head row, its revision check and its order of commits.
const TABLE = `
create schema bench;
create sequence bench.position minvalue 0;
create table bench.event (like journal.event including all, unique (stream, revision));
alter table bench.event alter position set default nextval('bench.position'),
                        alter recorded set default (extract(epoch from clock_timestamp()) * 1000000)::bigint`;
export const EVENT_COLUMNS =
  'stream, revision, source, id, type, time, actor, correlation, causation, salt, request_mac, data';
const INSERT = `insert into bench.event (${EVENT_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
const INSERT_MANY = `insert into bench.event (${EVENT_COLUMNS}) select * from unnest($1::text[], $2::int8[], $3::text[],
  $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[], $12::bytea[])`;

const OID = { text: 25, int8: 20, bytea: 17 } as const;

export const makeRawTable = async (raw: Raw): Promise<void> => {
  await raw.rows(TABLE);
};

export const insertOne = async (raw: Raw, { stream, revision, event }: EventRow): Promise<void> => {
  const { source, id, type, time, actor, correlation = null, causation = null, salt, requestMac, data } = event;
  const values = [stream, revision, source, id, type, time, actor, correlation, causation, salt, requestMac, data];
  await raw.prepared('insert_one', INSERT, values);
};

/** One statement, arrays in binary form: the fastest that the driver can do without COPY. */
export const insertMany = async (raw: Raw, rows: readonly EventRow[]): Promise<void> => {
  const texts = (of: (event: NewEvent) => string | undefined) =>
    binaryArray(
      OID.text,
      rows.map(({ event }) => textBytes(of(event))),
    );
  const bytes = (of: (event: NewEvent) => Uint8Array) =>
    binaryArray(
      OID.bytea,
      rows.map(({ event }) => of(event)),
    );
  const streams = rows.map(({ stream }) => textBytes(stream));
  const revisions = rows.map(({ revision }) => int8Bytes(revision));
  await raw.prepared('insert_many', INSERT_MANY, [
    binaryArray(OID.text, streams),
    binaryArray(OID.int8, revisions),
    texts(({ source }) => source),
    texts(({ id }) => id),
    texts(({ type }) => type),
    texts(({ time }) => time),
    texts(({ actor }) => actor),
    texts(({ correlation }) => correlation),
    texts(({ causation }) => causation),
    bytes(({ salt }) => salt),
    bytes(({ requestMac }) => requestMac),
    bytes(({ data }) => data),
  ]);
};

const textBytes = (text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : Buffer.from(text, 'latin1');
const int8Bytes = (value: number): Uint8Array => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};

/** One-dimensional array as PostgreSQL receives it; undefined is null. */
export const binaryArray = (oid: number, values: readonly (Uint8Array | undefined)[]): Buffer => {
  const size = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 20);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  // Dimensions, "may hold nulls", element type, length, lower bound.
  for (const header of [1, 1, oid, values.length, 1]) at = out.writeInt32BE(header, at);
  for (const value of values) {
    at = out.writeInt32BE(value?.length ?? -1, at);
    if (value) {
      out.set(value, at);
      at += value.length;
    }
  }
  return out;
};
