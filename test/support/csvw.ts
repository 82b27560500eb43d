import { parse } from 'csv-parse/sync';

/** Metadata of one table, as far as the rules below look at it (W3C, Metadata Vocabulary for Tabular Data). */
export interface CsvwTable {
  readonly '@context': string;
  readonly '@type': string;
  readonly url: string;
  readonly dialect: {
    readonly delimiter: string;
    readonly quoteChar: string;
    readonly lineTerminators: readonly string[];
  };
  readonly tableSchema: {
    readonly columns: readonly {
      readonly name: string;
      readonly titles: Readonly<Record<string, string>>;
      readonly datatype: string;
    }[];
    readonly primaryKey?: readonly string[];
  };
}

/** Lexical forms of XML Schema that the datatypes of the vocabulary take, as far as they are used here. */
const DATATYPES: Readonly<Record<string, (cell: string) => boolean>> = {
  string: () => true,
  boolean: (cell) => /^(true|false|0|1)$/.test(cell),
  integer: (cell) => /^[+-]?\d+$/.test(cell),
  decimal: (cell) => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(cell),
  date: (cell) => /^\d{4}-\d\d-\d\d$/.test(cell) && !Number.isNaN(Date.parse(cell)),
  gYearMonth: (cell) => /^\d{4}-(0[1-9]|1[0-2])$/.test(cell),
  gYear: (cell) => /^\d{4}$/.test(cell),
  json: (cell) => typeof JSON.parse(cell) === 'object',
};

/** Everything by which a file is not what its metadata say, in words. */
export const csvwFindings = (table: CsvwTable, csv: string): readonly string[] => {
  const { columns, primaryKey } = table.tableSchema;
  const { delimiter, quoteChar, lineTerminators } = table.dialect;
  const [header = [], ...rows] = parse(csv, {
    delimiter,
    quote: quoteChar,
    record_delimiter: [...lineTerminators],
  }) as string[][];
  const names = columns.map(({ name }) => name);
  const findings = [
    ...(table['@context'] === 'http://www.w3.org/ns/csvw' && table['@type'] === 'Table' ? [] : ['it is no table']),
    ...(URL.canParse(table.url) ? [] : [`${table.url} is no address`]),
    ...(new Set(names).size === names.length ? [] : ['two columns have one name']),
    ...names.filter((name) => !/^[A-Za-z][A-Za-z0-9_.]*$/.test(name)).map((name) => `${name} is no name`),
    ...(header.length === columns.length ? [] : [`${header.length} columns, ${columns.length} described`]),
    ...columns.flatMap(({ titles }, at) =>
      Object.values(titles).includes(header[at] ?? '') ? [] : [`${header[at]} is not described`],
    ),
    ...columns.flatMap(({ datatype }) => (datatype in DATATYPES ? [] : [`${datatype} is no datatype`])),
    ...(primaryKey ?? []).filter((name) => !names.includes(name)).map((name) => `the key ${name} is no column`),
  ];
  const keys = new Set<string>();
  for (const [line, row] of rows.entries()) {
    for (const [at, cell] of row.entries()) {
      const { datatype = '', name = '' } = columns[at] ?? {};
      if (cell !== '' && !DATATYPES[datatype]?.(cell))
        findings.push(`${name} in line ${line + 2} is no ${datatype}: ${cell}`);
    }
    if (primaryKey) keys.add(JSON.stringify(primaryKey.map((name) => row[names.indexOf(name)])));
  }
  if (primaryKey && keys.size !== rows.length) findings.push(`${rows.length} rows have ${keys.size} keys`);
  return findings;
};
