import { hash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import { MemoryPage } from '../page.js';
import { textArray } from '../parameters/binary-arrays.js';
import { type Parameter, run, type Statement } from '../parameters/statement.js';
import type { ReadEvent, ReadModel } from '../read-model.js';
import { quoted, tablesDdl } from '../tables.js';
import type { JournalPlace } from './checkpoint.js';
import { ContributionRows, type PageWrite, pageWritesOf } from './page-writes.js';
import type { Reading } from './reading.js';
import { StateMemory } from './state-memory.js';

/**
 * Moves a checkpoint by compare-and-set: an `update … returning` with the parameters $1 to $n that gives one row when the
 * checkpoint was where it had to be, and none otherwise. Every write of a page joins it: no row of it, no row of theirs, all
 * in one statement and so in one transaction. Whoever lost the checkpoint to another finds no row and has written nothing.
 */
export interface Advance {
  readonly sql: string;
  readonly values: readonly Parameter[];
}

/**
 * A page on top of the pages before it, not yet written. It may take in more until it is. It holds nothing of its events: of what lives as
 * long as a page whoever clears memory away makes copies.
 */
export interface FoldedPage {
  readonly page: MemoryPage;
  readonly contributions: ContributionRows;
  readonly memory: StateMemory;
  /** Last event of the journal that it takes in; undefined before the first. */
  last: JournalPlace | undefined;
  /** Events of the journal that it takes in. */
  events: number;
  /** Calls of {@link ProjectionTables.fold}. */
  steps: number;
  /** Events that the model folded. */
  applied: number;
  /** What the model itself took. */
  foldMs: number;
}

/** Events whose states are in memory, so that they can be folded at once. */
export interface Prepared {
  readonly events: readonly ReadEvent[];
  readonly memory: StateMemory;
}

/**
 * The tables of one read model in one schema: live, rebuilt beside, or replayed. Remembers the states of the pages folded, so
 * whoever writes here must be the only one: {@link forget} when a page could not be written.
 */
export class ProjectionTables {
  private readonly types: ReadonlySet<string> | 'every';
  /** Another one once what was folded on top of this one is worth nothing. */
  memory = new StateMemory();
  private readonly readSql: string;
  /** Their memory is used again with each page. */
  private writes: readonly PageWrite[];
  /** Of a page that is written. */
  private spare: ContributionRows | undefined;
  private readonly statements = new Map<string, Statement>();

  constructor(
    readonly model: ReadModel,
    readonly schema: string,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.types = model.types === 'every' ? 'every' : new Set(model.types);
    this.readSql = `select key, value from ${quoted(schema)}.state where key = any($1::text[])`;
    this.writes = pageWritesOf(model, schema);
  }

  /** Makes the schema if it is not there. One query text is one transaction: a crash leaves all of it or nothing. */
  async create(client: Pool | ClientBase): Promise<void> {
    const { rows } = await client.query<{ missing: boolean }>('select to_regnamespace($1) is null as missing', [
      quoted(this.schema),
    ]);
    if (rows[0]?.missing) await client.query(tablesDdl(this.model, this.schema).join('; '));
  }

  /** Reads the states that readings need and that memory does not hold. Pages before them may still be on their way. */
  async prepare(client: Pool | ClientBase, readings: readonly Reading[]): Promise<Prepared> {
    const { model, memory, types } = this;
    // A withheld event has lost its data: nobody can fold it any more, and the projections that stand have done so before.
    const folded = readings.filter(({ type, stored }) => !stored.isWithheld && (types === 'every' || types.has(type)));
    const events = folded.map(({ asRead }) => asRead);
    const unknown = new Set<string>();
    for (const event of events)
      for (const key of model.keys(event))
        if (!memory.holds(key)) {
          if (key === event.stream && event.revision === 0n) memory.set(key, null);
          else unknown.add(key);
        }
    await this.readStates(client, [...unknown], memory);
    return { events, memory };
  }

  /** A page behind the one that was folded last, which is written or on its way; all before that are written. */
  begin(): FoldedPage {
    const { memory } = this;
    memory.turn();
    const contributions = this.spare ?? new ContributionRows();
    this.spare = undefined;
    contributions.clear();
    const page = new MemoryPage(memory, contributions);
    return { page, contributions, memory, last: undefined, events: 0, steps: 0, applied: 0, foldMs: 0 };
  }

  /** Folds what was prepared, behind all that was folded before. @throws what the model throws: {@link forget} then. */
  fold(folded: FoldedPage, { events }: Prepared): void {
    const startedAt = this.now();
    for (const event of events) folded.page.take(event, this.model);
    folded.applied += events.length;
    folded.steps++;
    folded.foldMs += this.now() - startedAt;
  }

  /**
   * Folds one page of the journal, in order, with nothing on its way, and moves the checkpoint: both or neither. The live projection, a
   * rebuild and a replay differ only in the schema of the tables and in the checkpoint that `advance` moves.
   *
   * @param advance Gives the move for the number of events that the model folded.
   * @returns False when the checkpoint did not move: nothing was written then.
   * @throws What the fold or the database throws; nothing was written, unless the connection broke while it answered.
   */
  async take(
    client: Pool | ClientBase,
    readings: readonly Reading[],
    advance: (applied: number) => Advance,
  ): Promise<boolean> {
    let isWritten = false;
    try {
      const prepared = await this.prepare(client, readings);
      const folded = this.begin();
      this.fold(folded, prepared);
      isWritten = await this.write(client, advance(folded.applied), folded);
    } finally {
      if (!isWritten) this.forget();
    }
    return isWritten;
  }

  /** False for what was folded or prepared on top of a page that could not be written: it is worth nothing. */
  isCurrent({ memory }: Pick<Prepared, 'memory'>): boolean {
    return memory === this.memory;
  }

  /**
   * After a page that was not written, or may not have been: what it would have left is not true, and while a connection holds its
   * parameters they may still be sent, so that their memory is not used again.
   */
  forget(): void {
    this.memory = new StateMemory();
    this.writes = pageWritesOf(this.model, this.schema);
    this.spare = undefined;
  }

  /**
   * Writes all changes of a page and moves the checkpoint, in one statement. One page at a time.
   *
   * @returns False when the checkpoint did not move: nothing was written then.
   * @throws What the database throws: {@link forget} then.
   */
  async write(client: Pool | ClientBase, { sql, values }: Advance, folded: FoldedPage): Promise<boolean> {
    const { page, contributions } = folded;
    const changes = this.writes.flatMap((write) => write.values(page, contributions));
    const { rowCount } = await run(client, this.statementWith(sql, values.length), [...values, ...changes]);
    if (rowCount !== 1) return false;
    this.spare = contributions;
    return true;
  }

  private async readStates(client: Pool | ClientBase, keys: readonly string[], memory: StateMemory): Promise<void> {
    if (keys.length === 0) return;
    const { rows } = await client.query<{ key: string; value: object }>({
      name: `states of ${this.schema}`,
      text: this.readSql,
      values: [textArray(keys)],
    });
    for (const key of keys) memory.set(key, null);
    for (const { key, value } of rows) memory.set(key, value);
  }

  private statementWith(advanceSql: string, parameters: number): Statement {
    let statement = this.statements.get(advanceSql);
    if (!statement) {
      let first = parameters + 1;
      const writes = this.writes.map((write, nth) => {
        const sql = `w${nth} as (${write.sql(first)})`;
        first += write.parameters;
        return sql;
      });
      const text = `with moved as (${advanceSql}), ${writes.join(', ')} select from moved`;
      statement = { name: `page ${hash('sha256', text, 'hex').slice(0, 32)}`, text };
      this.statements.set(advanceSql, statement);
    }
    return statement;
  }
}
