import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { NewEvent, StoredEvent } from '#event-store';
import { canonicalText } from '#kernel';
import type { Provenance } from '#ledger';
import type { Envelope } from './envelope.js';

const SALT_BYTES = 32;
const SALTS_DRAWN = 128;
const REQUEST_LABEL = 'sijill/v1/request\0';
/** Longest wait between two attempts on one stream, in milliseconds. */
const JITTER_MILLISECONDS_MAX = 20;

/**
 * JCS of {causation?, correlation?, data, id, source, time, type} as submitted: what "the same bytes" means on a retry. The attributes
 * hold no character that JSON escapes, so only the data have to be canonicalised.
 */
export function requestText({ causation, correlation, id, source, time, type }: Envelope, dataText: string): string {
  const optional = (name: string, value: string | undefined) => (value === undefined ? '' : `"${name}":"${value}",`);
  return (
    `{${optional('causation', causation)}${optional('correlation', correlation)}` +
    `"data":${dataText},"id":"${id}","source":"${source}","time":"${time}","type":"${type}"}`
  );
}

export const requestMac = (key: Uint8Array, request: string): Buffer =>
  createHmac('sha256', key)
    .update(REQUEST_LABEL + request)
    .digest();

/** Who said it, for an event without personal members: the salt of an attempt is the key of its MAC. */
export function provenanceOf(envelope: Envelope, actor: string): Provenance {
  const dataText = canonicalText(envelope.data);
  const request = requestText(envelope, dataText);
  return {
    ...attribution(envelope, actor),
    data: Buffer.from(dataText),
    stamp: () => stampWith(newSalt(), (salt) => requestMac(salt, request)),
    matches: ({ salt, requestMac: stored }: StoredEvent) => isSame(stored, requestMac(salt, request)),
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

export const stampWith = (salt: Buffer, mac: (salt: Uint8Array) => Buffer): Pick<NewEvent, 'salt' | 'requestMac'> => ({
  salt,
  requestMac: mac(salt),
});

export const isSame = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right);

export const attribution = ({ id, correlation, causation }: Envelope, actor: string) => ({
  id,
  actor,
  ...(correlation !== undefined && { correlation }),
  ...(causation !== undefined && { causation }),
  pause: (_attempt: number) => pause(randomInt(JITTER_MILLISECONDS_MAX + 1)).then(() => undefined),
});
