import type { BilingualText } from '#kernel';
import { isDay } from '#kernel';
import type { AnswerRow, DataSetDescription } from '#read-models';
import type { Column } from './dataset-csv.js';

/** Media type of metadata about tables (W3C, Metadata Vocabulary for Tabular Data, section 11). */
export const CSVW_TYPE = 'application/csvm+json';

const GRAINS: Readonly<Record<string, BilingualText & { readonly datatype: string }>> = {
  day: { ar: 'اليوم', en: 'Day', datatype: 'date' },
  week: { ar: 'الأسبوع', en: 'Week', datatype: 'string' },
  month: { ar: 'الشهر', en: 'Month', datatype: 'gYearMonth' },
  quarter: { ar: 'الربع', en: 'Quarter', datatype: 'string' },
  half: { ar: 'نصف السنة', en: 'Half-year', datatype: 'string' },
  year: { ar: 'السنة', en: 'Year', datatype: 'gYear' },
  fiscal_year: { ar: 'السنة المالية', en: 'Fiscal year', datatype: 'string' },
};
const PARTS: Readonly<Record<NonNullable<Column['of']['part']>, BilingualText>> = {
  num: { ar: 'البسط', en: 'numerator' },
  den: { ar: 'المقام', en: 'denominator' },
  dirham: { ar: 'بالدرهم', en: 'in dirhams' },
};
const SUPPRESSED: BilingualText = { ar: 'قيم محجوبة لصغر العدد', en: 'Values withheld because the count is small' };

/** What a file is and stands for. */
export interface CsvFile {
  /** Absolute address of the file, with its question. */
  readonly url: string;
  readonly columns: readonly Column[];
  readonly rows: readonly AnswerRow[];
  /** Columns that tell one row from every other. */
  readonly keys: readonly string[];
  readonly licence: string | undefined;
  /** Position, days of knowledge, versions. */
  readonly meta: object;
}

/** Metadata of a CSV answer by CSV on the Web: every column with its titles and datatype, the key, and what the figures stand for. */
export const csvwOf = ({ title, grain, ...description }: DataSetDescription, file: CsvFile): object => ({
  '@context': 'http://www.w3.org/ns/csvw',
  '@type': 'Table',
  url: file.url,
  'dc:identifier': description.name,
  'dc:title': textsOf(title),
  'dc:description': textsOf(grain),
  ...(file.licence !== undefined && { 'dc:license': file.licence }),
  'schema:additionalProperty': Object.entries(file.meta).map(([name, value]) => ({
    '@type': 'schema:PropertyValue',
    'schema:name': name,
    'schema:value': typeof value === 'string' ? value : JSON.stringify(value),
  })),
  dialect: {
    header: true,
    headerRowCount: 1,
    delimiter: ',',
    lineTerminators: ['\r\n'],
    quoteChar: '"',
    doubleQuote: true,
    encoding: 'utf-8',
  },
  tableSchema: {
    columns: file.columns.map((column) => columnOf(column, description, file.rows)),
    ...(file.keys.length > 0 && { primaryKey: file.keys }),
  },
});

const textsOf = ({ ar, en }: BilingualText) => [
  { '@value': ar, '@language': 'ar' },
  { '@value': en, '@language': 'en' },
];

type Described = Pick<DataSetDescription, 'dimensions' | 'measures' | 'name'>;

const columnOf = (column: Column, { dimensions, measures }: Described, rows: readonly AnswerRow[]): object => {
  const { name, of } = column;
  const grain = GRAINS[of.member];
  const dimension = dimensions[of.member];
  const measure = measures[of.member];
  const title = of.member === 'suppressed' ? SUPPRESSED : ((dimension ?? measure)?.title ?? grain);
  const datatype = dimension
    ? dimension.integers
      ? 'integer'
      : 'string'
    : (grain?.datatype ?? narrowestType(column, rows));
  // The header of the file has no language.
  return {
    name,
    titles: { und: name, ...(title && titlesOf(title, of.part)) },
    datatype,
    ...(measure && { 'schema:unitText': measure.unit }),
  };
};

const titlesOf = ({ ar, en }: BilingualText, part: Column['of']['part']): BilingualText =>
  part === undefined ? { ar, en } : { ar: `${ar}: ${PARTS[part].ar}`, en: `${en}: ${PARTS[part].en}` };

type Narrow = readonly [datatype: string, takes: (cell: string) => boolean];
const NARROW: readonly Narrow[] = [
  ['boolean', (cell) => cell === 'true' || cell === 'false'],
  ['integer', (cell) => /^-?\d+$/.test(cell)],
  ['decimal', (cell) => /^-?\d+(\.\d+)?$/.test(cell)],
  ['date', isDay],
  ['json', (cell) => /^[[{]/.test(cell)],
];

/** The narrowest datatype that takes every value of a column; `string` where it has none. */
const narrowestType = ({ read }: Column, rows: readonly AnswerRow[]): string => {
  let fitting = NARROW;
  let isEmpty = true;
  for (const row of rows) {
    const cell = read(row);
    if (cell === null) continue;
    isEmpty = false;
    fitting = fitting.filter(([, takes]) => takes(String(cell)));
  }
  return isEmpty ? 'string' : (fitting[0]?.[0] ?? 'string');
};
