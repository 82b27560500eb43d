import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { canonicalBytes, type Json, parseJson } from '#kernel';

/** A personal value as it is stored in place of itself. All members are base64url but `alg` and `key`, the subject id. */
export interface PersonalEnvelope {
  readonly alg: 'A256GCM-HKDF-v1';
  /** Commits to the key: AES-GCM alone lets one ciphertext open under two keys. */
  readonly commit: string;
  readonly ct: string;
  readonly key: string;
  readonly nonce: string;
  /** Commits to the value; hiding, because it is keyed with random bytes inside the ciphertext. */
  readonly opening: string;
}

/** What a ciphertext is bound to: it opens in no other event, member or person. */
export interface FieldPlace {
  readonly source: string;
  readonly id: string;
  /** JSON Pointer into the event, `/data/customerRef`. */
  readonly pointer: string;
  readonly subjectId: string;
}

const ALGORITHM = 'A256GCM-HKDF-v1';
const KEY_BYTES = 32;
const OPENER_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts one value under the key of its person. `salt` is that of the event, so that a destroyed salt destroys it too. */
export function sealField(
  value: Json,
  key: Buffer,
  salt: Buffer,
  place: FieldPlace,
): { readonly $personal: PersonalEnvelope } {
  const opener = randomBytes(OPENER_BYTES);
  const nonce = randomBytes(NONCE_BYTES); // never derived: a repeat with other content would use it twice
  const { encryption, commit } = fieldKeys(key, salt, place.pointer);
  const plain = canonicalBytes(value);
  const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(boundTo(place));
  const ct = Buffer.concat([cipher.update(opener), cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const opening = openingOf(opener, plain);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return {
    $personal: {
      alg: ALGORITHM,
      commit: text(commit),
      ct: text(ct),
      key: place.subjectId,
      nonce: text(nonce),
      opening: text(opening),
    },
  };
}

/**
 * The value behind an envelope.
 * @throws Error when key, place or content are not those it was sealed with.
 */
export function openField(
  { $personal: envelope }: { readonly $personal: PersonalEnvelope },
  key: Buffer,
  salt: Buffer,
  place: FieldPlace,
): Json {
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const { encryption, commit } = fieldKeys(key, salt, place.pointer);
  if (envelope.alg !== ALGORITHM || !isSame(commit, bytes(envelope.commit)))
    throw new Error('not the key of this value');
  const sealed = bytes(envelope.ct);
  const decipher = createDecipheriv('aes-256-gcm', encryption, bytes(envelope.nonce)).setAAD(boundTo(place));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const content = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  const [opener, plain] = [content.subarray(0, OPENER_BYTES), content.subarray(OPENER_BYTES)];
  if (!isSame(openingOf(opener, plain), bytes(envelope.opening)))
    throw new Error('not the value that was committed to');
  return parseJson(plain);
}

/** Key of the request MAC of an event with personal members: destroyed with the keys of its persons, given in subject id order. */
export const requestKey = (keys: readonly Buffer[], salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.concat(keys), salt, 'sijill/v1/request-key', KEY_BYTES));

function fieldKeys(key: Buffer, salt: Buffer, pointer: string) {
  const okm = Buffer.from(hkdfSync('sha256', key, salt, `sijill/v1/field\0${pointer}`, 2 * KEY_BYTES));
  return { encryption: okm.subarray(0, KEY_BYTES), commit: okm.subarray(KEY_BYTES) };
}

const boundTo = ({ source, id, pointer, subjectId }: FieldPlace): Buffer =>
  Buffer.concat([Buffer.from('sijill/v1/aad\0'), canonicalBytes([source, id, pointer, subjectId])]);

const openingOf = (opener: Buffer, plain: Uint8Array): Buffer =>
  createHmac('sha256', opener).update('sijill/v1/value\0').update(plain).digest();

const isSame = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);
