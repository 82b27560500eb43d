import { createReadStream, statSync } from 'node:fs';
import split2 from 'split2';
import type { ApiClient } from '../client.js';
import { CliError, EXIT } from '../exit-codes.js';
import type { Format } from '../formats/format.js';
import { FORMATS, NDJSON_FORMAT } from '../formats/formats.js';
import { hasCells, NewerFile } from './newer-file.js';
import type { BARRIER, Item } from './poster.js';
import type { RejectFile } from './rejects.js';
import { countTable, publicationDay, readTable, type TableOptions } from './table-reader.js';

/** What an import reads from, whatever its format. */
export interface Source {
  readonly items: AsyncIterable<Item | typeof BARRIER>;
  /** Undefined: not known before the end. */
  readonly total: number | undefined;
  /** For whole files of a source that publishes again and again. */
  readonly newer?: { readonly file: NewerFile; readonly hadCells: boolean };
}

export interface SourceOptions {
  readonly file: string;
  readonly format: string;
  readonly publishedOn?: string;
  readonly names?: string;
}

const SERVICES_PER_PAGE = 100;

/** @throws CliError when the file is not there, or not of this format. */
export const openSource = async (options: SourceOptions, analyst: ApiClient, rejects: RejectFile): Promise<Source> => {
  const { file, format: name } = options;
  if (file !== '-' && !statSync(file, { throwIfNoEntry: false })?.isFile()) throw new CliError(`no file ${file}`);
  if (name === NDJSON_FORMAT) return { items: linesOf(file), total: undefined };
  if (file === '-') throw new CliError(`${name} is read twice: give a file, not standard input`, EXIT.usage);
  const format = FORMATS.find((one) => one.name === name)!;
  const table: TableOptions = {
    file,
    publishedOn: options.publishedOn,
    names: options.names,
    serviceIds: format.namesServicesByTitle ? await servicesByTitle(analyst) : new Map(),
    onBad: (row, { column, value, code, remedy }) =>
      rejects.add({ origin: row ? `line ${row.line}` : 'the whole file', column, value, code, reason: remedy }),
  };
  const total = await countTable(format, table);
  const items = readTable(format, table);
  if (!format.isWhole) return { items, total };
  return { items, total, newer: await newerOf(format, table, analyst) };
};

const newerOf = async (format: Format, { file, publishedOn }: TableOptions, analyst: ApiClient) => ({
  file: new NewerFile(format, publicationDay(format, file, publishedOn)),
  hadCells: await hasCells(analyst, format),
});

async function* linesOf(file: string): AsyncGenerator<Item> {
  const { keyOfEventText } = await import('./event-key.js'); // the streams of the ledger, which tables do not need
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const line of input.pipe(split2()) as AsyncIterable<string>) {
    number += 1;
    if (line.trim() !== '') yield { text: line, key: keyOfEventText(line), origin: `line ${number}` };
  }
}

interface ServicesPage {
  readonly services: readonly { readonly serviceId: string; readonly title: { readonly en?: string } }[];
  readonly next: string | null;
}

/** Titles are compared trimmed, in their source spelling. A title that two services share names neither. */
const servicesByTitle = async (client: ApiClient): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>();
  const shared = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const place: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: ServicesPage = await client.json(`/v1/services?limit=${SERVICES_PER_PAGE}${place}`);
    for (const { serviceId, title } of page.services) {
      const text = title.en?.trim();
      if (!text) continue;
      if (ids.has(text)) shared.add(text);
      ids.set(text, serviceId);
    }
    cursor = page.next;
  }
  for (const text of shared) ids.delete(text);
  return ids;
};
