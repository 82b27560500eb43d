import { hash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { MemoryPage } from '../page.js';
import type { ReadModel, Table } from '../read-model.js';
import { type ColumnShape, quoted, shapeOf, tablesDdl } from '../tables.js';

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
  private readonly writeSql = new Map<string, { readonly name: string; readonly text: string }>();

  constructor(
    readonly model: ReadModel,
    readonly schema: string,
  ) {
    this.readSql = `select key, value from ${quoted(schema)}.state where key = any($1)`;
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
    const { cubes, rows } = this.model;
    const contributions = cubes.length > 0 ? [contributionsOf(page)] : [];
    const documents = [
      [...page.changedStates()],
      ...cubes.map((table) => cellsOf(page, table)),
      ...contributions,
      ...rows.map((table) => rowsOf(page, table)),
    ];
    const { rowCount } = await client.query({
      ...this.writeWith(sql, values.length),
      values: [...values, ...documents.map((document) => JSON.stringify(document))],
    });
    return rowCount === 1;
  }

  private writeWith(advanceSql: string, parameters: number): { readonly name: string; readonly text: string } {
    let statement = this.writeSql.get(advanceSql);
    if (!statement) {
      const text = writeSqlOf(this.model, this.schema, advanceSql, parameters + 1);
      statement = { name: `page ${hash('sha256', text).slice(0, 32)}`, text };
      this.writeSql.set(advanceSql, statement);
    }
    return statement;
  }
}

/** One JSON document a table: PostgreSQL turns it into typed rows faster than the driver encodes arrays of each column. */
const writeSqlOf = (model: ReadModel, schema: string, advanceSql: string, firstDocument: number): string => {
  const at = quoted(schema);
  const parts: string[] = [];
  const add = (insert: string, columns: string, conflict: string) => {
    const parameter = firstDocument + parts.length;
    const from = `moved, json_to_recordset($${parameter}::json) as r(${columns})`;
    parts.push(`w${parts.length} as (insert into ${at}.${insert} select r.* from ${from} ${conflict})`);
  };
  add('state as t (key, value)', 'key text, value json', 'on conflict (key) do update set value = excluded.value');
  for (const table of model.cubes) {
    const { name, keys, values } = shapeOf(table);
    const columns = [...keys, ...values];
    const sums = values.map(({ name: n }) => `${quoted(n)} = t.${quoted(n)} + excluded.${quoted(n)}`).join(', ');
    const target = `${quoted(name)} as t (cell, ${namesOf(columns)})`;
    add(target, `cell uuid, ${typedOf(columns)}`, `on conflict (cell) do update set ${sums}`);
  }
  if (model.cubes.length > 0)
    add(
      'contribution (cell, stream, revision, effective_day, known_day, deltas)',
      'cell uuid, stream text, revision bigint, effective_day date, known_day date, deltas json',
      '',
    );
  for (const table of model.rows) {
    const { name, columns, keys, values } = shapeOf(table);
    const sets = values.map(({ name: n }) => `${quoted(n)} = excluded.${quoted(n)}`).join(', ');
    const conflict = `on conflict (${namesOf(keys)}) do ${sets ? `update set ${sets}` : 'nothing'}`;
    add(`${quoted(name)} as t (${namesOf(columns)})`, typedOf(columns), conflict);
  }
  return `with moved as (${advanceSql}), ${parts.join(', ')} select from moved`;
};

const namesOf = (columns: readonly ColumnShape[]): string => columns.map(({ name }) => quoted(name)).join(', ');
const typedOf = (columns: readonly ColumnShape[]): string =>
  columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');

type Document = Record<string, unknown>[];

const cellsOf = (page: MemoryPage, table: Table): Document => {
  const { keys, values } = shapeOf(table);
  return Array.from(page.cells(table), ({ cell, dimensions, measures }) => {
    const row: Record<string, unknown> = { cell };
    for (const [at, { name }] of keys.entries()) row[name] = dimensions[at];
    for (const { name, property } of values) row[name] = measures.get(property)?.toString() ?? '0';
    return row;
  });
};

const contributionsOf = (page: MemoryPage): Document =>
  page.contributions().map(({ cell, event, deltas }) => {
    const { values } = shapeOf(cell.table);
    const named = values.filter(({ property }) => deltas.has(property));
    return {
      cell: cell.cell,
      stream: event.stream,
      revision: event.revision.toString(),
      effective_day: event.effectiveDay,
      known_day: event.knownDay,
      deltas: Object.fromEntries(named.map(({ name, property }) => [name, String(deltas.get(property))])),
    };
  });

const rowsOf = (page: MemoryPage, table: Table): Document => {
  const { columns } = shapeOf(table);
  return Array.from(page.rows(table), (row) =>
    Object.fromEntries(columns.map(({ name, property }) => [name, jsonable(row[property])])),
  );
};

const jsonable = (value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : (value ?? null));
