import { setImmediate as turn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { decimalText } from '#kernel';
import type { AnswerRow, AnswerValue, DataSetDescription } from '#read-models';
import { FILE_LIMITS, type FileLimits } from '../limits.js';
import { refuse } from '../problems/failures.js';

/** Excel takes UTF-8 for its local encoding unless the file begins with this mark. */
const BYTE_ORDER_MARK = '\ufeff';
/** A cell that begins so is run as a formula by spreadsheets. */
const FORMULA = /^[=+\-@\t\r]/;

type Cell = string | number | boolean | null;
/** A column of the file. `of` names what it shows and, where that takes several columns, which part of it. */
export interface Column {
  readonly name: string;
  readonly of: { readonly member: string; readonly part?: 'num' | 'den' | 'dirham' };
  readonly isText: boolean;
  read(row: AnswerRow): Cell;
}

interface RatioValue {
  readonly num: AnswerValue;
  readonly den: AnswerValue;
  readonly value: AnswerValue;
}
const isRatio = (value: AnswerValue | undefined): value is RatioValue & AnswerValue =>
  typeof value === 'object' && value !== null && 'num' in value && 'den' in value;

/** Groups and KPIs that were asked for: they have columns in a file without rows too. */
export interface ColumnNames {
  readonly groups: readonly string[];
  readonly kpis: readonly string[];
}

/** Rows between two looks at what else the process has to do. */
const ROWS_PER_TURN = 2_000;

/**
 * RFC 4180: names as header, one line a row, CRLF. A ratio is three columns, `<name>_num`, `<name>_den`, `<name>`; money has a
 * second column in dirhams. The Excel flavour adds the byte order mark and defuses formulas in text columns, nothing else.
 *
 * @throws Failure `export.tooLarge` when the file would be larger than `limits` say.
 */
export async function csvOf(
  description: DataSetDescription,
  names: ColumnNames,
  rows: readonly AnswerRow[],
  { flavor, limits = FILE_LIMITS }: { readonly flavor?: 'excel'; readonly limits?: FileLimits } = {},
): Promise<Buffer> {
  const columns = columnsOf(description, names, rows);
  const isExcel = flavor === 'excel';
  const lineOf = (row: AnswerRow) =>
    columns.map(({ read, isText }) => {
      const cell = read(row);
      return isExcel && isText && typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;
    });
  const header = `${isExcel ? BYTE_ORDER_MARK : ''}${written([columns.map(({ name }) => name)])}`;
  const parts = [Buffer.from(header)];
  let bytes = 0;
  for (let start = 0; start < rows.length; start += ROWS_PER_TURN) {
    const part = Buffer.from(written(rows.slice(start, start + ROWS_PER_TURN).map(lineOf)));
    parts.push(part);
    bytes += part.length;
    if (bytes > limits.bytes) throw tooLarge(limits);
    await turn(); // others are answered in between
  }
  return Buffer.concat(parts);
}

export const tooLarge = ({ rows, bytes }: FileLimits) =>
  refuse('export.tooLarge', { params: { rows: String(rows), bytes: String(bytes) } });

const written = (lines: readonly (readonly Cell[])[]): string =>
  stringify(lines as Cell[][], { record_delimiter: 'windows', cast: { boolean: (value) => String(value) } });

export function columnsOf(
  { measures }: DataSetDescription,
  { groups, kpis }: ColumnNames,
  rows: readonly AnswerRow[],
): readonly Column[] {
  const [served, ratios] = [new Set<string>(), new Set(kpis)];
  for (const row of rows) {
    for (const name in row) {
      served.add(name);
      if (isRatio(row[name])) ratios.add(name);
    }
  }
  const described = [
    ...groups,
    ...Object.keys(measures).filter((name) => rows.length === 0 || served.has(name)),
    ...kpis,
  ];
  return [...new Set([...described, ...served])].flatMap((name) => {
    const unit = measures[name]?.unit;
    if (unit === 'ratio' || ratios.has(name))
      return [...ratioColumns(name), ...(unit === 'fils' ? [dirhamColumn(name)] : [])];
    const column: Column = {
      name,
      of: { member: name },
      isText: unit === undefined,
      read: (row) => cellOf(row[name]),
    };
    return unit === 'fils' ? [column, dirhamColumn(name)] : [column];
  });
}

const ratioColumns = (name: string): readonly Column[] => {
  const part = (member: 'num' | 'den' | 'value') => (row: AnswerRow) => {
    const value = row[name];
    return isRatio(value) ? cellOf(value[member]) : member === 'value' ? cellOf(value) : null;
  };
  return [
    { name: `${name}_num`, of: { member: name, part: 'num' }, isText: false, read: part('num') },
    { name: `${name}_den`, of: { member: name, part: 'den' }, isText: false, read: part('den') },
    { name, of: { member: name }, isText: false, read: part('value') },
  ];
};

/** 100 fils are one dirham. */
const dirhamColumn = (name: string): Column => ({
  name: `${name}_dirham`,
  of: { member: name, part: 'dirham' },
  isText: false,
  read: (row) => {
    const amount = row[name];
    const { num, den } = isRatio(amount) ? amount : { num: amount ?? null, den: 1 };
    return num === null || den === null
      ? null
      : decimalText({ num: BigInt(String(num)), den: BigInt(String(den)) * 100n }, 2);
  },
});

const cellOf = (value: AnswerValue | undefined): Cell => {
  if (value === undefined) return null;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
};
