import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { ReadModel } from './read-model.js';
import { cubeShapesOf, quoted, shapeOf } from './tables.js';

export interface DumpTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
}

/** All tables of a read model with their columns and key, by name. */
export const dumpTables = (model: ReadModel): DumpTable[] => {
  const cubes = cubeShapesOf(model).map(({ name, columns }) => {
    return { name, columns: ['cell', ...columns.map((column) => column.name)], keys: ['cell'] };
  });
  const rows = model.rows.map((table) => {
    const { name, columns, keys } = shapeOf(table);
    return { name, columns: columns.map((column) => column.name), keys: keys.map((column) => column.name) };
  });
  const contribution = ['stream', 'revision', 'effective_day', 'known_day', 'cells', 'deltas'];
  const behind = { name: 'contribution', columns: contribution, keys: contribution.slice(0, 2) };
  const state = { name: 'state', columns: ['key', 'value'], keys: ['key'] };
  return [...cubes, ...rows, ...(cubes.length > 0 ? [behind] : []), state].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
};

const ROWS_PER_FETCH = 5000;

/**
 * Canonical lines of a projection: tables by name, rows by key in byte order, each the JSON array of its column values as
 * text (null stays null). No position and no token is among them, so equal figures give equal dumps on every store.
 * Runs in one snapshot of its own.
 */
export async function* dumpLines(client: ClientBase, model: ReadModel, schema: string): AsyncGenerator<string> {
  await client.query('begin isolation level repeatable read read only');
  try {
    for (const { name, columns, keys } of dumpTables(model)) {
      yield `# ${name}`;
      const values = columns.map((column) => `${quoted(column)}::text`).join(', ');
      const order = keys.map((key) => `${quoted(key)}::text collate "C"`).join(', ');
      await client.query(
        `declare dump no scroll cursor for select array[${values}] as line from ${quoted(schema)}.${quoted(name)} order by ${order}`,
      );
      for (;;) {
        const { rows } = await client.query<{ line: (string | null)[] }>(`fetch ${ROWS_PER_FETCH} from dump`);
        for (const { line } of rows) yield JSON.stringify(line);
        if (rows.length < ROWS_PER_FETCH) break;
      }
      await client.query('close dump');
    }
  } finally {
    await client.query('rollback');
  }
}

/** SHA-256, hex, over the {@link dumpLines canonical lines}, each ended by a newline; and how many rows they tell. */
export const dumpDigest = async (
  client: ClientBase,
  model: ReadModel,
  schema: string,
): Promise<{ readonly hash: string; readonly rows: number }> => {
  const digest = createHash('sha256');
  let rows = 0;
  for await (const line of dumpLines(client, model, schema)) {
    digest.update(line).update('\n');
    if (!line.startsWith('#')) rows++; // a row is a JSON array
  }
  return { hash: digest.digest('hex'), rows };
};

export const dumpHash = async (client: ClientBase, model: ReadModel, schema: string): Promise<string> =>
  (await dumpDigest(client, model, schema)).hash;
