import type { Failure } from '../failure.js';
import { refuse } from '../kernel-failures.js';
import { JsonScanner } from './json-scanner.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Verdict on one item of a list: its value and its length in bytes, or the first rule it broke. */
export type JsonItem = { readonly value: Json; readonly bytes: number } | { readonly failure: Failure };

/** One line of newline-delimited JSON. */
export interface JsonLine {
  /** 1-based, blank lines counted: what an editor shows. */
  readonly line: number;
  /** Without its line end. A view of the input, not a copy. */
  readonly bytes: Uint8Array;
}

const COMMA = 0x2c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads one document. Accepted is what every reader understands alike (RFC 8259 as I-JSON, RFC 7493, and stricter):
 * UTF-8 without byte order mark, at most 32 levels, 10,000 members, texts of 65,536 bytes, no name twice in an object,
 * none of `__proto__`, `constructor`, `prototype`, no U+0000, no half surrogate pair, integers within ±(2^53-1), no -0,
 * no number beyond the range of a double.
 *
 * @throws Failure `json.*` with the byte offset (base 0) in `params.offset`.
 */
export const parseJson = (bytes: Uint8Array): Json => jsonReader()(bytes);

/** A {@link parseJson} for many small documents, one after the other: what reading needs is made once. */
export const jsonReader = (): ((bytes: Uint8Array) => Json) => {
  const scanner = new JsonScanner(NOTHING);
  return (bytes) => {
    scanner.turnTo(bufferOf(bytes));
    scanner.next();
    const item = readItem(scanner);
    if (scanner.next() !== -1) throw scanner.malformed(scanner.at);
    if ('failure' in item) throw item.failure;
    return item.value;
  };
};

const NOTHING = Buffer.alloc(0);

/**
 * Reads a document that is a list. Limits count for each item on its own, and an item that breaks a rule of
 * {@link parseJson} has that as its verdict.
 *
 * @throws Failure `json.malformed` or `json.encoding` when the frame is broken: then no item can be told from the next.
 */
export const parseJsonItems = (bytes: Uint8Array): readonly JsonItem[] => {
  const scanner = new JsonScanner(bufferOf(bytes));
  const items: JsonItem[] = [];
  if (scanner.next() !== LIST) throw scanner.malformed(scanner.at);
  scanner.at++;
  if (scanner.next() === LIST_END) scanner.at++;
  else {
    for (let separator = COMMA; separator !== LIST_END; scanner.at++) {
      if (separator !== COMMA) throw scanner.malformed(scanner.at - 1);
      scanner.next();
      items.push(readItem(scanner));
      separator = scanner.next();
    }
  }
  if (scanner.next() !== -1) throw scanner.malformed(scanner.at);
  return items;
};

/** Lines of newline-delimited JSON, ended by LF or CRLF. Lines of white space alone are left out but counted. */
export const splitLines = (bytes: Uint8Array): readonly JsonLine[] => {
  const lines: JsonLine[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const next = feed < 0 ? bytes.length : feed;
    const end = bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    const content = bytes.subarray(start, end);
    if (!content.every((byte) => byte === 0x20 || byte === 0x09)) lines.push({ line, bytes: content });
    start = next + 1;
  }
  return lines;
};

/** The value at which the scanner stands. JSON.parse builds it: the pass before has left it nothing to decide. */
const readItem = (scanner: JsonScanner): JsonItem => {
  const start = scanner.at;
  scanner.begin();
  scanner.value();
  if (scanner.fault) return { failure: scanner.fault };
  const { at, bytes, isWide } = scanner;
  const text = isWide ? bytes.toString('utf8', start, at) : bytes.toString('latin1', start, at);
  return { value: JSON.parse(text) as Json, bytes: at - start };
};

const bufferOf = (bytes: Uint8Array): Buffer => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw refuse('json.encoding', { params: { offset: '0' } });
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};
