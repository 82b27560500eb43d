import { stringify } from 'csv-stringify/sync';
import { decimalText } from '#kernel';
import type { AnswerRow, AnswerValue, DataSetDescription } from '#read-models';

/** Excel takes UTF-8 for its local encoding unless the file begins with this mark. */
const BYTE_ORDER_MARK = '\ufeff';
/** A cell that begins so is run as a formula by spreadsheets. */
const FORMULA = /^[=+\-@\t\r]/;

type Cell = string | number | boolean | null;
type Column = readonly [name: string, read: (row: AnswerRow) => Cell, isText: boolean];

interface RatioValue {
  readonly num: AnswerValue;
  readonly den: AnswerValue;
  readonly value: AnswerValue;
}
const isRatio = (value: AnswerValue | undefined): value is RatioValue & AnswerValue =>
  typeof value === 'object' && value !== null && 'num' in value && 'den' in value;

/**
 * RFC 4180: names as header, one line a row, CRLF. A ratio is three columns, `<name>_num`, `<name>_den`, `<name>`; money has a
 * second column in dirhams. The Excel flavour adds the byte order mark and defuses formulas in text columns, nothing else.
 */
export function csvOf(
  description: DataSetDescription,
  names: { readonly groups: readonly string[]; readonly kpis: readonly string[] },
  rows: readonly AnswerRow[],
  flavor?: 'excel',
): Buffer {
  const columns = columnsOf(description, names, rows);
  const isExcel = flavor === 'excel';
  const lines = rows.map((row) =>
    columns.map(([, read, isText]) => {
      const cell = read(row);
      return isExcel && isText && typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;
    }),
  );
  const text = stringify([columns.map(([name]) => name), ...lines], {
    record_delimiter: 'windows',
    cast: { boolean: (value) => String(value) },
  });
  return Buffer.from(isExcel ? `${BYTE_ORDER_MARK}${text}` : text);
}

function columnsOf(
  { measures }: DataSetDescription,
  { groups, kpis }: { readonly groups: readonly string[]; readonly kpis: readonly string[] },
  rows: readonly AnswerRow[],
): readonly Column[] {
  const served = new Set(rows.flatMap((row) => Object.keys(row)));
  const described = [
    ...groups,
    ...Object.keys(measures).filter((name) => rows.length === 0 || served.has(name)),
    ...kpis,
  ];
  const names = [...new Set([...described, ...served])];
  return names.flatMap((name) => {
    const unit = measures[name]?.unit;
    const isRatioColumn = unit === 'ratio' || kpis.includes(name) || rows.some((row) => isRatio(row[name]));
    if (isRatioColumn) return ratioColumns(name);
    const column: Column = [name, (row) => cellOf(row[name]), unit === undefined];
    return unit === 'fils' ? [column, dirhamColumn(name)] : [column];
  });
}

const ratioColumns = (name: string): readonly Column[] => {
  const part = (member: 'num' | 'den' | 'value') => (row: AnswerRow) => {
    const value = row[name];
    return isRatio(value) ? cellOf(value[member]) : member === 'value' ? cellOf(value) : null;
  };
  return [
    [`${name}_num`, part('num'), false],
    [`${name}_den`, part('den'), false],
    [name, part('value'), false],
  ];
};

/** 100 fils are one dirham. */
const dirhamColumn = (name: string): Column => [
  `${name}_dirham`,
  (row) =>
    row[name] === null || row[name] === undefined
      ? null
      : decimalText({ num: BigInt(String(row[name])), den: 100n }, 2),
  false,
];

const cellOf = (value: AnswerValue | undefined): Cell => {
  if (value === undefined) return null;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
};
