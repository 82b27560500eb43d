import { hash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { MemoryPage } from '../page.js';
import type { ReadModel } from '../read-model.js';
import { quoted, tablesDdl } from '../tables.js';
import { type PageWrite, pageWritesOf } from './page-writes.js';

/**
 * Moves a checkpoint by compare-and-set: an `update … returning` with the parameters $1 to $n that gives one row when the
 * checkpoint was where it had to be, and none otherwise. Every write of a page joins it: no row of it, no row of theirs, all
 * in one statement and so in one transaction. Whoever lost the checkpoint to another finds no row and has written nothing.
 */
export interface Advance {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The tables of one read model in one schema: live, rebuilt beside, or replayed. */
export class ProjectionTables {
  private readonly readSql: string;
  private readonly writes: readonly PageWrite[];
  private readonly statements = new Map<string, { readonly name: string; readonly text: string }>();

  constructor(
    readonly model: ReadModel,
    readonly schema: string,
  ) {
    this.readSql = `select key, value from ${quoted(schema)}.state where key = any($1)`;
    this.writes = pageWritesOf(model, schema);
  }

  /** Makes the schema if it is not there. One query text is one transaction: a crash leaves all of it or nothing. */
  async create(client: Pool | ClientBase): Promise<void> {
    const { rows } = await client.query<{ missing: boolean }>('select to_regnamespace($1) is null as missing', [
      quoted(this.schema),
    ]);
    if (rows[0]?.missing) await client.query(tablesDdl(this.model, this.schema).join('; '));
  }

  /** State rows of a page, in one round trip. */
  async readStates(client: Pool | ClientBase, keys: readonly string[]): Promise<[key: string, value: object][]> {
    if (keys.length === 0) return [];
    const { rows } = await client.query<{ key: string; value: object }>({
      name: `states of ${this.schema}`,
      text: this.readSql,
      values: [keys],
    });
    return rows.map(({ key, value }) => [key, value]);
  }

  /**
   * Writes all changes of a page and moves the checkpoint, in one statement.
   *
   * @returns False when the checkpoint did not move: nothing was written then.
   */
  async write(client: Pool | ClientBase, { sql, values }: Advance, page: MemoryPage): Promise<boolean> {
    const { rowCount } = await client.query({
      ...this.statementWith(sql, values.length),
      values: [...values, ...this.writes.flatMap((write) => write.values(page))],
    });
    return rowCount === 1;
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
