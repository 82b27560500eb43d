import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ApiClient } from '../client.js';
import { CliError, EXIT } from '../exit-codes.js';
import { FORMATS, NDJSON_FORMAT } from '../formats/formats.js';
import type { ImportIdentity } from './import-state.js';
import { identify, openLines, readLines } from './lines.js';
import { hasCells, NewerFile } from './newer-file.js';
import { BARRIER, type Input } from './poster.js';
import { countTable, publicationDay, readTable, type TableOptions } from './table-reader.js';
import type { Place } from './watermark.js';

/** What an import reads from, whatever its format. */
export interface Source {
  /** Outputs after the record `after`, in order; each reading gives the same ones. */
  readonly inputs: (after: number) => AsyncIterable<Input>;
  /** Undefined: not known before the end. */
  readonly total: number | undefined;
  /** What a later run must find again. Undefined: an input that cannot be read twice. */
  readonly identity: Pick<ImportIdentity, 'file' | 'format' | 'publishedOn' | 'names'> | undefined;
  /** @throws CliError when the file was written to since it was identified. */
  readonly checkUnchanged?: () => void;
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
export const openSource = async (options: SourceOptions, analyst: ApiClient): Promise<Source> => {
  const { file, format: name } = options;
  if (name === NDJSON_FORMAT) return openEvents(file);
  if (file === '-') throw new CliError(`${name} is read twice: give a file, not standard input`, EXIT.usage);
  const { identity, checkUnchanged } = await identifyFile(file);
  const format = FORMATS.find((one) => one.name === name)!;
  const table: TableOptions = {
    file,
    publishedOn: options.publishedOn,
    names: options.names,
    serviceIds: format.namesServicesByTitle ? await servicesByTitle(analyst) : new Map(),
  };
  const total = await countTable(format, table);
  const publishedOn = publicationDay(format, file, options.publishedOn);
  const names = options.names ? (await identifyFile(options.names)).identity : null;
  const newer = format.isWhole
    ? { file: new NewerFile(format, publishedOn), hadCells: await hasCells(analyst, format) }
    : undefined;
  return {
    inputs: (after) => tableInputs(readTable(format, table), after, newer?.file),
    total,
    identity: { file: identity, format: `${format.name}@${format.version}`, publishedOn, names },
    checkUnchanged,
    ...(newer && { newer }),
  };
};

const openEvents = async (file: string): Promise<Source> => {
  if (file === '-') return { inputs: () => eventsOf(process.stdin, 0), total: undefined, identity: undefined };
  const { identity, lines, checkUnchanged } = await identifyFile(file);
  return {
    inputs: (after) => eventsOf(openLines(file), after),
    total: lines,
    identity: { file: identity, format: NDJSON_FORMAT, publishedOn: null, names: null },
    checkUnchanged,
  };
};

const identifyFile = async (file: string) => {
  const before = statSync(file, { throwIfNoEntry: false });
  if (!before?.isFile()) throw new CliError(`no file ${file}`);
  const { lines, ...identity } = await identify(file);
  const checkUnchanged = (): void => {
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.mtimeMs === before.mtimeMs && now.size === identity.bytes) return;
    throw new CliError(`${file} was written to while it was read: import it again, without --resume`);
  };
  return { identity, lines, checkUnchanged };
};

/** The walk over a table starts at its head, whatever is skipped: later steps depend on what earlier ones met. */
async function* tableInputs(inputs: AsyncIterable<Input>, after: number, newer?: NewerFile): AsyncGenerator<Input> {
  for await (const input of inputs) {
    if (input !== BARRIER && 'text' in input) newer?.note(input);
    if (input === BARRIER || (input.place?.record ?? 0) > after) yield input;
  }
}

async function* eventsOf(input: Readable, after: number): AsyncGenerator<Input> {
  const { keyOfEventText } = await import('./event-key.js'); // the streams of the ledger, which tables do not need
  for await (const { number, bytes } of readLines(input, after)) {
    const place: Place = { record: number, part: 0, isLast: true };
    const origin = `line ${number}`;
    if (bytes === undefined) {
      yield { refused: { origin, code: 'event.tooLarge', reason: 'longer than any request may be' }, place };
    } else if (!isUtf8(bytes)) {
      // Decoded with marks of replacement it would be other bytes, and perhaps an event that nobody sent.
      yield { refused: { origin, code: 'json.encoding', reason: 'not UTF-8', line: bytes.toString('latin1') }, place };
    } else {
      const text = bytes.toString();
      if (text.trim() !== '') yield { text, key: keyOfEventText(text), origin, place };
    }
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
