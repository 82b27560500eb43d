import { hash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import { MemoryPage } from '../page.js';
import type { ReadModel } from '../read-model.js';
import { quoted, tablesDdl } from '../tables.js';
import { textArray } from './binary-arrays.js';
import { type PageWrite, pageWritesOf } from './page-writes.js';
import type { Reading } from './reading.js';
import { StateMemory } from './state-memory.js';

/**
 * Moves a checkpoint by compare-and-set: an `update … returning` with the parameters $1 to $n that gives one row when the
 * checkpoint was where it had to be, and none otherwise. Every write of a page joins it: no row of it, no row of theirs, all
 * in one statement and so in one transaction. Whoever lost the checkpoint to another finds no row and has written nothing.
 */
export interface Advance {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A page as folded on top of the pages before it, not yet written. */
export interface FoldedPage {
  /** What it changes, as {@link ProjectionTables.write} takes it: the page itself need not wait with it. */
  readonly changes: readonly unknown[];
  /** Events that the model folded. */
  readonly applied: number;
  /** What the model itself took. */
  readonly foldMs: number;
  readonly memory: StateMemory;
}

/**
 * The tables of one read model in one schema: live, rebuilt beside, or replayed. Remembers the states of the pages folded, so
 * whoever writes here must be the only one: {@link forget} when a page could not be written.
 */
export class ProjectionTables {
  private readonly types: ReadonlySet<string> | 'every';
  private memory = new StateMemory();
  private readonly readSql: string;
  private readonly writes: readonly PageWrite[];
  private readonly statements = new Map<string, { readonly name: string; readonly text: string }>();

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

  /** Folds readings that follow what was folded before, in journal order. Pages before may still be on their way. */
  async fold(client: Pool | ClientBase, readings: readonly Reading[]): Promise<FoldedPage> {
    const { model, memory, types } = this;
    // A withheld event has lost its data: nobody can fold it any more, and the projections that stand have done so before.
    const folded = readings.filter(({ type, stored }) => !stored.isWithheld && (types === 'every' || types.has(type)));
    const states = new Map<string, object | null | undefined>();
    for (const { asRead } of folded)
      for (const key of model.keys(asRead)) if (!states.has(key)) states.set(key, memory.get(key));
    await this.readUnknown(client, states);
    const page = new MemoryPage(states);
    const startedAt = this.now();
    for (const { asRead } of folded) page.take(asRead, model);
    memory.keep(states as Map<string, object | null>);
    const foldMs = this.now() - startedAt;
    return { changes: this.changesOf(page), applied: folded.length, foldMs, memory };
  }

  /** False for a page that was folded on top of one that could not be written: it is worth nothing. */
  isCurrent({ memory }: FoldedPage): boolean {
    return memory === this.memory;
  }

  /** After a page that was not written, or may not have been: what it would have left is not true. */
  forget(): void {
    this.memory = new StateMemory();
  }

  /** The changes of a page as parameters of its statement. */
  changesOf(page: MemoryPage): readonly unknown[] {
    return this.writes.flatMap((write) => write.values(page));
  }

  /**
   * Writes all changes of a page and moves the checkpoint, in one statement.
   *
   * @returns False when the checkpoint did not move: nothing was written then.
   */
  async write(client: Pool | ClientBase, { sql, values }: Advance, changes: readonly unknown[]): Promise<boolean> {
    const { rowCount } = await client.query({
      ...this.statementWith(sql, values.length),
      values: [...values, ...changes],
    });
    return rowCount === 1;
  }

  private async readUnknown(client: Pool | ClientBase, states: Map<string, object | null | undefined>): Promise<void> {
    const unknown: string[] = [];
    for (const [key, state] of states) if (state === undefined) unknown.push(key);
    if (unknown.length === 0) return;
    for (const key of unknown) states.set(key, null);
    const { rows } = await client.query<{ key: string; value: object }>({
      name: `states of ${this.schema}`,
      text: this.readSql,
      values: [textArray(unknown, (key) => key)],
    });
    for (const { key, value } of rows) states.set(key, value);
  }

  private statementWith(advanceSql: string, parameters: number): { readonly name: string; readonly text: string } {
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
