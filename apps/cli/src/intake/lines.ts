import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { LINE_BYTES_MAX } from './lane.js';

export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Without its line feed. Undefined: longer than {@link LINE_BYTES_MAX}. */
  readonly bytes: Buffer | undefined;
  /** False for a last line without line feed. */
  readonly isEnded: boolean;
}

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 10;

/** Opens a file for {@link readLines}. */
export const openLines = (file: string): Readable => createReadStream(file, { highWaterMark: CHUNK_BYTES });

/** Lines of an input, those after the line `after`; the ones before are counted and not looked at. */
export async function* readLines(input: Readable, after = 0): AsyncGenerator<Line> {
  let number = 1;
  let held: Buffer[] = [];
  let bytes = 0;
  const take = (isEnded: boolean): Line => {
    const line = { number, bytes: bytes > LINE_BYTES_MAX ? undefined : Buffer.concat(held, bytes), isEnded };
    held = [];
    bytes = 0;
    return line;
  };
  const hold = (piece: Buffer): void => {
    bytes += piece.length;
    if (number > after && bytes <= LINE_BYTES_MAX) held.push(piece);
    else held = [];
  };
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      hold(chunk.subarray(start, end));
      if (number > after) yield take(true);
      bytes = 0;
      number += 1;
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (bytes > 0 && number > after) yield take(false);
}

/** What makes a file this file and no other. */
export interface FileIdentity {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Reads a file to its end, once. */
export async function identify(file: string): Promise<FileIdentity & { readonly lines: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let lines = 0;
  let last = LINE_FEED;
  for await (const chunk of openLines(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    last = chunk.at(-1) ?? last;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
  }
  return { bytes, sha256: hash.digest('hex'), lines: last === LINE_FEED ? lines : lines + 1 };
}
