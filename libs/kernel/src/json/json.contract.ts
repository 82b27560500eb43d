import { Failure } from '../failure.js';
import { parseJson } from './strict-json.js';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `code@offset` of the refusal, or `accepted`. */
export const verdict = (bytes: Uint8Array | string): string => {
  try {
    parseJson(typeof bytes === 'string' ? bytesOf(bytes) : bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof Failure) return `${error.code}@${error.params.offset}`;
    throw error;
  }
};

export const members = (count: number): string =>
  `{${Array.from({ length: count }, (_, at) => `"m${at}":0`).join(',')}}`;

export const nested = (depth: number, inner = ''): string => '['.repeat(depth) + inner + ']'.repeat(depth);
