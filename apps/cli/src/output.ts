import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes an answer to a file, or to stdout, piece by piece. Says on stderr which file it wrote. */
export const writeBody = async (response: Response, output: string | undefined): Promise<void> => {
  const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
  if (!output || output === '-') {
    for await (const chunk of body) process.stdout.write(chunk);
    return;
  }
  await pipeline(body, createWriteStream(output));
  process.stderr.write(`wrote ${output}\n`);
};

/** Rows as columns of text, right-aligned where they hold numbers. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (text: string) => /^-?[\d,.]+$/.test(text);
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => (isNumber(text) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
};
