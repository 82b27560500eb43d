import type { Json } from './strict-json.js';

/** Deeper than any accepted document (32) with its envelope; keeps a hostile value from exhausting the call stack. */
const CANONICAL_DEPTH_MAX = 64;

const LONE_SURROGATE = /\p{Cs}/u;
/** Printable ASCII without the quote and the backslash: nearly every text, and nothing in it is escaped. */
const UNESCAPED = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * RFC 8785: no spaces, members by UTF-16 code units of their names, numbers and texts as ECMAScript writes them.
 *
 * @throws TypeError for what JSON has not: undefined, NaN, infinities, half a surrogate pair. RangeError beyond 64 levels.
 */
export const canonicalText = (value: Json): string => write(value, 0);

/** UTF-8 of {@link canonicalText}: what is stored and hashed. */
export const canonicalBytes = (value: Json): Uint8Array => encoder.encode(write(value, 0));

const encoder = new TextEncoder();

const write = (value: Json, depth: number): string => {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  if (depth === CANONICAL_DEPTH_MAX) throw new RangeError(`nested more than ${CANONICAL_DEPTH_MAX} deep`);
  if (isList(value)) return writeList(value, depth);
  if (typeof value === 'object') return writeObject(value, depth);
  throw new TypeError(`a ${typeof value} has no canonical JSON`);
};

const writeObject = (value: { readonly [name: string]: Json }, depth: number): string => {
  let text = '{';
  for (const name of sorted(Object.keys(value))) {
    text += `${text === '{' ? '' : ','}${quote(name)}:${write(value[name] as Json, depth + 1)}`;
  }
  return `${text}}`;
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

const writeList = (value: readonly Json[], depth: number): string => {
  let text = '[';
  for (let at = 0; at < value.length; at++) text += `${at === 0 ? '' : ','}${write(value[at] as Json, depth + 1)}`;
  return `${text}]`;
};

/** RFC 8785, section 3.2.2.3: ECMAScript's number to text, and -0 is 0. */
const writeNumber = (value: number): string => {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON`);
  return String(value);
};

/** RFC 8785, section 3.2.2.2: JSON.stringify escapes exactly what the section lists. */
const quote = (text: string): string => {
  if (UNESCAPED.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new TypeError('half a surrogate pair has no canonical JSON');
  return JSON.stringify(text);
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
