import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { canonicalBytes } from '#kernel';
import type { Provenance } from '#ledger';
import type { Envelope } from './envelope.js';

const SALT_BYTES = 32;
const SALTS_DRAWN = 128;
const REQUEST_LABEL = 'sijill/v1/request\0';
/** Longest wait between two attempts on one stream, in milliseconds. */
const JITTER_MILLISECONDS_MAX = 20;

/** What "the same bytes" means on a retry: the request in canonical form, around its data. */
export interface Request {
  readonly before: string;
  readonly data: Uint8Array;
  readonly after: string;
}

/**
 * JCS of {causation?, correlation?, data, id, source, time, type} as submitted. The attributes are ASCII and hold no character that
 * JSON escapes, so only the data have to be canonicalised.
 */
export function requestOf({ causation, correlation, id, source, time, type }: Envelope, data: Uint8Array): Request {
  const optional = (name: string, value: string | undefined) => (value === undefined ? '' : `"${name}":"${value}",`);
  return {
    before: `{${optional('causation', causation)}${optional('correlation', correlation)}"data":`,
    data,
    after: `,"id":"${id}","source":"${source}","time":"${time}","type":"${type}"}`,
  };
}

/** SHA-256 works on blocks of so many bytes. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
let inner = Buffer.alloc(8 * 1024);
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

/**
 * HMAC-SHA-256 of label and request (RFC 2104: hash of the outer key block and the hash of the inner one and the message), as two
 * one-shot hashes: half of what an object of node:crypto costs, and nothing for the collector to finalise.
 *
 * @param key of up to 64 bytes
 */
export function requestMac(key: Uint8Array, { before, data, after }: Request): Buffer {
  if (key.length > BLOCK_BYTES) throw new RangeError(`a key of ${key.length} bytes`);
  const bytes = BLOCK_BYTES + REQUEST_LABEL.length + before.length + data.length + after.length;
  if (bytes > inner.length) inner = Buffer.alloc(2 * bytes);
  for (let at = 0; at < BLOCK_BYTES; at++) {
    const byte = key[at] ?? 0;
    inner[at] = byte ^ INNER_PAD;
    outer[at] = byte ^ OUTER_PAD;
  }
  let at = BLOCK_BYTES + inner.write(REQUEST_LABEL + before, BLOCK_BYTES, 'latin1');
  inner.set(data, at);
  at += data.length;
  inner.write(after, at, 'latin1');
  outer.write(hash('sha256', inner.subarray(0, bytes), 'binary'), BLOCK_BYTES, 'binary');
  const mac = Buffer.from(hash('sha256', outer, 'binary'), 'binary');
  // Neither the key of a person nor what is sealed under it stays behind in memory that outlives the call.
  inner.fill(0, 0, bytes);
  outer.fill(0);
  return mac;
}

/** Who said it, for an event without personal members: the salt of an attempt is the key of its MAC. */
export function provenanceOf(envelope: Envelope, actor: string): Provenance {
  const data = canonicalBytes(envelope.data);
  const request = requestOf(envelope, data);
  return {
    id: envelope.id,
    actor,
    correlation: envelope.correlation,
    causation: envelope.causation,
    data,
    stamp: () => {
      const salt = newSalt();
      return { salt, requestMac: requestMac(salt, request) };
    },
    matches: ({ salt, requestMac: stored }) => isSame(stored, requestMac(salt, request)),
    pause: pauseByChance,
  };
}

let salts: Buffer = Buffer.alloc(0);

/** 32 random bytes that nobody gets twice. They are drawn many at a time: one call a salt would cost more than the MAC under it. */
export function newSalt(): Buffer {
  if (salts.length === 0) salts = randomBytes(SALTS_DRAWN * SALT_BYTES);
  const salt = salts.subarray(0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}

export const isSame = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right);

export const pauseByChance = (_attempt: number): Promise<void> => pause(randomInt(JITTER_MILLISECONDS_MAX + 1));
