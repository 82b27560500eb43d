import type { Json } from './strict-json.js';

/** Deeper than any accepted document (32) with its envelope; keeps a hostile value from exhausting the call stack. */
const CANONICAL_DEPTH_MAX = 64;

const LONE_SURROGATE = /\p{Cs}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Written into by one value at a time, from its beginning; widened by a large value, which does not keep it. */
const KEPT_BYTES = 64 * 1024;
let out = Buffer.alloc(KEPT_BYTES);
let end = 0;

/**
 * RFC 8785: no spaces, members by UTF-16 code units of their names, numbers and texts as ECMAScript writes them. UTF-8: what is stored
 * and hashed. Written byte by byte: texts put together piece by piece would cost twice as much and leave a kilobyte to collect.
 *
 * @throws TypeError for what JSON has not: undefined, NaN, infinities, half a surrogate pair. RangeError beyond 64 levels.
 */
export const canonicalBytes = (value: Json): Uint8Array => {
  end = 0;
  write(value, 0);
  const bytes = Buffer.from(out.subarray(0, end));
  if (out.length > KEPT_BYTES) out = Buffer.alloc(KEPT_BYTES);
  return bytes;
};

/** {@link canonicalBytes} as text. */
export const canonicalText = (value: Json): string => (canonicalBytes(value) as Buffer).toString('utf8');

const write = (value: Json, depth: number): void => {
  if (typeof value === 'string') writeText(value);
  else if (typeof value === 'number') writeNumber(value);
  else if (typeof value === 'boolean' || value === null) writePlain(String(value));
  else if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical JSON`);
  else if (depth === CANONICAL_DEPTH_MAX) throw new RangeError(`nested more than ${CANONICAL_DEPTH_MAX} deep`);
  else if (isList(value)) writeList(value, depth);
  else writeObject(value, depth);
};

const writeObject = (value: { readonly [name: string]: Json }, depth: number): void => {
  writePlain('{');
  const names = sorted(Object.keys(value));
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    if (at > 0) writeByte(COMMA);
    writeText(name);
    writeByte(COLON);
    write(value[name] as Json, depth + 1);
  }
  writePlain('}');
};

const FEW_NAMES = 16;

/** By UTF-16 code units (RFC 8785, section 3.2.3), the default order of sort(), which makes a copy that a few names are not worth. */
const sorted = (names: string[]): string[] => {
  if (names.length > FEW_NAMES) return names.sort();
  for (let next = 1; next < names.length; next++) {
    const name = names[next] as string;
    let at = next;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
  }
  return names;
};

const writeList = (value: readonly Json[], depth: number): void => {
  writePlain('[');
  for (let at = 0; at < value.length; at++) {
    if (at > 0) writeByte(COMMA);
    write(value[at] as Json, depth + 1);
  }
  writePlain(']');
};

/** RFC 8785, section 3.2.2.3: ECMAScript's number to text, and -0 is 0. */
const writeNumber = (value: number): void => {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON`);
  writePlain(String(value));
};

/** Printable ASCII without the quote and the backslash is written as it stands: nearly every text is no more. */
const writeText = (text: string): void => {
  const { length } = text;
  makeRoom(length + 2);
  let at = end;
  out[at++] = QUOTE;
  for (let nth = 0; nth < length; nth++) {
    const unit = text.charCodeAt(nth);
    if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) {
      writeEscaped(text);
      return;
    }
    out[at++] = unit;
  }
  out[at++] = QUOTE;
  end = at;
};

/** RFC 8785, section 3.2.2.2: JSON.stringify escapes exactly what the section lists. */
const writeEscaped = (text: string): void => {
  if (LONE_SURROGATE.test(text)) throw new TypeError('half a surrogate pair has no canonical JSON');
  const quoted = JSON.stringify(text);
  makeRoom(3 * quoted.length); // UTF-8 has three bytes a UTF-16 unit at most
  end += out.write(quoted, end, 'utf8');
};

/** ASCII that needs no quotes. */
const writePlain = (text: string): void => {
  makeRoom(text.length);
  for (let nth = 0; nth < text.length; nth++) out[end++] = text.charCodeAt(nth);
};

const writeByte = (byte: number): void => {
  makeRoom(1);
  out[end++] = byte;
};

const makeRoom = (bytes: number): void => {
  if (end + bytes <= out.length) return;
  const wider = Buffer.alloc(2 * (end + bytes));
  wider.set(out.subarray(0, end));
  out = wider;
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
