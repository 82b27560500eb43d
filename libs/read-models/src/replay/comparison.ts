import type { ClientBase } from 'pg';
import { type DumpTable, dumpTables } from '../canonical-dump.js';
import type { ReadModel } from '../read-model.js';
import { quoted } from '../tables.js';

const SAMPLES_PER_TABLE_MAX = 20;
const SAMPLE_CHARACTERS_MAX = 500;

/** A row that is not the same on both sides. Values are texts, cut after {@link SAMPLE_CHARACTERS_MAX} characters. */
export interface RowSample {
  readonly key: Readonly<Record<string, string | null>>;
  /** `missing`: only the other side has it. `extra`: only this one. */
  readonly kind: 'differing' | 'missing' | 'extra';
  /** Of a differing row: column → what stands here and there. */
  readonly columns?: Readonly<Record<string, { readonly here: string | null; readonly there: string | null }>>;
}

/** How the rows of one table stand to those of the other side, by key. */
export interface TableComparison {
  readonly table: string;
  readonly equal: number;
  readonly differing: number;
  readonly missing: number;
  readonly extra: number;
  readonly samples: readonly RowSample[];
}

interface Counts {
  readonly equal: string;
  readonly differing: string;
  readonly missing: string;
  readonly extra: string;
}
interface SampleRow {
  readonly here: (string | null)[] | null;
  readonly there: (string | null)[] | null;
}

/**
 * Compares two schemas of one read model row by row, as the canonical dump would write them: equal in every table means equal
 * dumps. Let `client` be in a repeatable-read transaction, so that all tables are seen at the same moment.
 */
export const compareSchemas = async (
  client: ClientBase,
  model: ReadModel,
  here: string,
  there: string,
): Promise<readonly TableComparison[]> => {
  const comparisons: TableComparison[] = [];
  for (const table of dumpTables(model)) comparisons.push(await compareTables(client, table, here, there));
  return comparisons;
};

export const isParity = (tables: readonly TableComparison[]): boolean =>
  tables.every(({ differing, missing, extra }) => differing + missing + extra === 0);

/** Rows of all tables on this side. */
export const rowsHere = (tables: readonly TableComparison[]): number =>
  tables.reduce((sum, { equal, differing, extra }) => sum + equal + differing + extra, 0);

const compareTables = async (
  client: ClientBase,
  table: DumpTable,
  here: string,
  there: string,
): Promise<TableComparison> => {
  const both = bothSides(table, here, there);
  const { rows } = await client.query<Counts>(`select count(*) filter (where here.line = there.line) as equal,
      count(*) filter (where here.line <> there.line) as differing,
      count(*) filter (where here.line is null) as missing, count(*) filter (where there.line is null) as extra ${both}`);
  const [{ equal, differing, missing, extra }] = rows as [Counts];
  const counts = { equal: +equal, differing: +differing, missing: +missing, extra: +extra };
  const isEqual = counts.differing + counts.missing + counts.extra === 0;
  return { table: table.name, ...counts, samples: isEqual ? [] : await samplesOf(client, table, both) };
};

/** A line is the array of all columns as text; null within it equals null. */
const bothSides = ({ name, columns, keys }: DumpTable, here: string, there: string): string => {
  const line = `array[${columns.map((column) => `${quoted(column)}::text`).join(', ')}] as line`;
  const names = keys.map(quoted).join(', ');
  const side = (schema: string) => `(select ${names}, ${line} from ${quoted(schema)}.${quoted(name)})`;
  return `from ${side(here)} here full join ${side(there)} there using (${names})`;
};

const samplesOf = async (client: ClientBase, { columns, keys }: DumpTable, both: string): Promise<RowSample[]> => {
  const order = keys.map((key) => `${quoted(key)}::text collate "C"`).join(', ');
  const { rows } = await client.query<SampleRow>(`select here.line as here, there.line as there ${both}
    where here.line is distinct from there.line order by ${order} limit ${SAMPLES_PER_TABLE_MAX}`);
  const textOf = (line: readonly (string | null)[] | null, column: string) => cut(line?.[columns.indexOf(column)]);
  return rows.map(({ here, there }) => {
    const key = Object.fromEntries(keys.map((column) => [column, textOf(here ?? there, column)]));
    if (here === null || there === null) return { key, kind: here === null ? 'missing' : 'extra' };
    const changed = columns.filter((_, at) => here[at] !== there[at]);
    const pairs = changed.map((column) => [column, { here: textOf(here, column), there: textOf(there, column) }]);
    return { key, kind: 'differing', columns: Object.fromEntries(pairs) };
  });
};

const cut = (text: string | null | undefined): string | null =>
  text == null || text.length <= SAMPLE_CHARACTERS_MAX ? (text ?? null) : `${text.slice(0, SAMPLE_CHARACTERS_MAX)}…`;
