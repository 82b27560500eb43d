/** An event that a row of a file stands for. */
export interface Draft {
  /** `aggregate.reported`: event name without prefix and version. */
  readonly noun: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What it registers, where several rows name the same thing: only the first of a name is posted. */
  readonly once?: string;
}

/** A cell that stands for nothing the ledger can take. Its neighbours go on. */
export interface BadCell {
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly remedy: string;
}
export type Mapped = Draft | BadCell;
export const isBad = (mapped: Mapped): mapped is BadCell => 'remedy' in mapped;

/** One record by column. */
export interface Row {
  /** 1-based line of the file on which the record starts. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a mapping may know beside the row. */
export interface Sheet {
  /** Column names as in the file. */
  readonly header: readonly string[];
  /** Day on which the source made the file known. */
  readonly publishedOn: string;
  /** Titles of a second file, by id. Empty when none was given. */
  readonly names: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Services of the ledger by title, for files that name services by title. */
  readonly serviceIds: ReadonlyMap<string, string>;
  /** Ids of services met in an earlier pass, in order of appearance. */
  readonly metServices: string[];
}

/** One walk over the file. Everything that a pass posts is acknowledged before the next begins. */
export interface Pass {
  /** Events of one row. */
  readonly row?: (row: Row, sheet: Sheet) => readonly Mapped[];
  /** Events once all rows of the pass were seen. */
  readonly end?: (sheet: Sheet) => readonly Mapped[];
}

/** How a published table becomes events: data and pure functions, nothing else. */
export interface Format {
  readonly name: string;
  /** Raise it when the same row would become other events: it is part of their ids. */
  readonly version: number;
  readonly title: string;
  readonly publisher: string;
  /** IANA zone of the publisher; publication days start at its midnight. */
  readonly zone: string;
  readonly delimiter: ',' | ';';
  /** Column names that must be there; checked before the first event. */
  readonly columns: readonly string[];
  /** Publication day when none is given: a fixed day, or one found in the file's name. */
  readonly publishedOn: (fileName: string) => string | undefined;
  /** Lines that are no records. */
  readonly isNoise?: (cells: readonly string[]) => boolean;
  /** Each file holds everything that the source then said: what a newer file changes is restated, what it lacks is withdrawn. */
  readonly isWhole?: boolean;
  /** Services are named by title: their ids are looked up in the ledger first. */
  readonly namesServicesByTitle?: boolean;
  /** Key column and title columns of the file given with `--names`. */
  readonly names?: { readonly key: readonly string[] };
  readonly passes: readonly Pass[];
}

/** A cell by column name; undefined when the name is not in the header. */
export const cellOf = ({ cells }: Row, { header }: Sheet, column: string): string =>
  cells[header.indexOf(column)]?.trim() ?? '';

/** Text as the ledger takes it: NFC, one space between words, no control characters. */
export const cleanText = (text: string, codePointsMax: number): string =>
  [
    ...text
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim(),
  ]
    .slice(0, codePointsMax)
    .join('');

/** Decimal of a cell: thousands commas removed. Undefined: blank or "-", that is not provided. */
export const decimalOf = (cell: string): { readonly value?: string } | { readonly isNotNumber: true } => {
  const text = cell.replaceAll(',', '').trim();
  if (text === '' || text === '-') return {};
  if (!/^-?\d{1,18}(\.\d+)?$/.test(text)) return { isNotNumber: true };
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  const kept = fraction.replace(/0+$/, '');
  // More than six decimals are more than the ledger keeps: the cell is refused rather than rounded.
  if (kept.length > 6) return { isNotNumber: true };
  const digits = whole.replace(/^(-?)0+(?=\d)/, '$1');
  return { value: kept ? `${digits}.${kept}` : digits };
};

export const badNumber = (column: string, value: string): BadCell => ({
  column: column.replaceAll('\n', ' '),
  value,
  code: 'cell.notNumber',
  remedy: 'write a decimal number with at most 6 decimals, or leave the cell blank for "not provided"',
});
