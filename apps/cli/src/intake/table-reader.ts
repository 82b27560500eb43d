import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse';
import { canonicalText, isDay, type Json, lastDayOfPart } from '#kernel';
import { CliError, EXIT } from '../exit-codes.js';
import { type BadCell, type Draft, type Format, isBad, type Mapped, type Row, type Sheet } from '../formats/format.js';
import { BARRIER, type Input, type Item, REGISTERS, type Refused } from './poster.js';
import type { Place } from './watermark.js';

export interface TableOptions {
  readonly file: string;
  readonly publishedOn: string | undefined;
  readonly names: string | undefined;
  readonly serviceIds: ReadonlyMap<string, string>;
}

/** Offset of a zone on a day, `+01:00` or `Z`. */
const offsetAt = (day: string, zone: string): string => {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
    new Date(`${day}T00:00:00Z`),
  );
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
  return offset === '' ? 'Z' : offset;
};

/**
 * Turns a published table into events, pass by pass, without ever holding the table. A record of it is a step of this walk: a row in
 * a pass, or the end of a pass.
 */
export async function* readTable(format: Format, options: TableOptions): AsyncGenerator<Input> {
  const sheet = await openSheet(format, options);
  const seen = new Set<string>();
  const isNew = (one: Mapped): boolean => isBad(one) || one.once === undefined || !seen.has(one.once);
  let record = 0;
  const step = function* (row: Row | undefined, mapped: readonly Mapped[]): Generator<Item | Refused> {
    record += 1;
    const origin = row ? `line ${row.line}` : 'the whole file';
    const outputs: Mapped[] = [];
    for (const one of mapped) {
      if (isNew(one)) outputs.push(one);
      if (!isBad(one) && one.once !== undefined) seen.add(one.once);
    }
    for (const [part, one] of outputs.entries()) {
      const place: Place = { record, part, isLast: part === outputs.length - 1 };
      if (isBad(one)) yield { refused: refusalOf(one, origin), place };
      else yield { ...itemOf(format, sheet.publishedOn, one, origin), place };
    }
  };
  for (const pass of format.passes) {
    for await (const row of rowsOf(format, options.file)) if (pass.row) yield* step(row, pass.row(row, sheet));
    yield BARRIER;
    if (pass.end) yield* step(undefined, pass.end(sheet));
    yield BARRIER;
  }
}

const refusalOf = ({ column, value, code, remedy }: BadCell, origin: string) => ({
  origin,
  column,
  value,
  code,
  reason: remedy,
});

/** Outputs of the whole table, counted by walking over it once: for progress in per cent. */
export async function countTable(format: Format, options: TableOptions): Promise<number> {
  let outputs = 0;
  for await (const input of readTable(format, options)) if (input !== BARRIER) outputs += 1;
  return outputs;
}

/** @throws CliError when the day is neither given, nor fixed, nor in the file's name. */
export const publicationDay = (format: Format, file: string, given: string | undefined): string => {
  const day = given ?? format.publishedOn(basename(file));
  if (day && isDay(day)) return day;
  throw new CliError('give the day of publication with --published-on YYYY-MM-DD', EXIT.usage);
};

const openSheet = async (format: Format, { file, publishedOn, names, serviceIds }: TableOptions): Promise<Sheet> => {
  const day = publicationDay(format, file, publishedOn);
  const header = await headerOf(format, file);
  const missing = format.columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new CliError(
      `${file} is no ${format.name}: it has no column ${missing.map((name) => `"${name}"`).join(', ')}`,
    );
  }
  return { header, publishedOn: day, names: await namesOf(format, names), serviceIds, metServices: [] };
};

const headerOf = async (format: Format, file: string): Promise<readonly string[]> => {
  for await (const { cells } of recordsOf(file, format.delimiter)) return cells;
  throw new CliError(`${file} is empty`);
};

async function* rowsOf(format: Format, file: string): AsyncGenerator<Row> {
  let isHeader = true;
  for await (const row of recordsOf(file, format.delimiter)) {
    if (!isHeader && !format.isNoise?.(row.cells)) yield row;
    isHeader = false;
  }
}

async function* recordsOf(file: string, delimiter: string): AsyncGenerator<Row> {
  const parser = parse({ delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
  const input = createReadStream(file);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line, cells: record };
      line = info.lines + 1;
    }
  } catch (error) {
    throw new CliError(`cannot read ${file}: ${(error as Error).message}`);
  } finally {
    input.destroy();
  }
}

/** Titles of the second file, under its first key column and under all of them. */
const namesOf = async (format: Format, file: string | undefined): Promise<Sheet['names']> => {
  const names = new Map<string, Readonly<Record<string, string>>>();
  if (!file) return names;
  if (!format.names) throw new CliError(`${format.name} takes no --names`, EXIT.usage);
  let header: readonly string[] | undefined;
  for await (const { cells } of recordsOf(file, ',')) {
    if (!header) {
      header = cells;
      continue;
    }
    const record = Object.fromEntries(header.map((column, index) => [column, cells[index] ?? '']));
    const keys = format.names.key.map((column) => record[column] ?? '');
    if (!names.has(keys[0]!)) names.set(keys[0]!, record);
    names.set(keys.join(' '), record);
  }
  return names;
};

/** An event of a table as it is posted: its id follows from its content, so that a second import adds nothing. */
export const itemOf = (format: Format, publishedOn: string, draft: Draft, origin: string): Item => {
  const { noun, data } = draft;
  const day = lastDayOfPart((data.publishedOn as string | undefined) ?? publishedOn);
  const digest = createHash('sha256')
    // With the day of publication: a register is told again by a newer file, at another time.
    .update(canonicalText({ ...data, publishedOn: day } as Json))
    .digest('hex')
    .slice(0, 32);
  return {
    key: isCell(draft) ? placeOf(data) : REGISTERS,
    origin,
    draft,
    text: JSON.stringify({
      specversion: '1.0',
      type: `gov.sijill.${noun}.v1`,
      source: `urn:sijill:${format.publisher}:import`,
      id: `${format.name}@${format.version}:${digest}`,
      time: `${day}T00:00:00${offsetAt(day, format.zone)}`,
      datacontenttype: 'application/json',
      data,
    }),
  };
};

export const isCell = ({ noun }: Draft): boolean => noun.startsWith('aggregate.');

/** What a published figure is about, without the figure: the same text for every event of one cell. */
export const placeOf = ({ publishedOn, previous, value, reason, ...place }: Draft['data']): string =>
  canonicalText(place as Json);
