import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Json, parseJson } from '#kernel';
import { refuse } from '../problems/failures.js';

const MAC_BYTES = 16;
const CURSOR_CHARACTERS_MAX = 4_096;

/**
 * Opaque page cursors: b64u(JSON ‖ MAC), bound to the route and the question they came from. They carry no secret; the MAC keeps
 * them from being altered or taken to another question, where they would skip rows silently.
 */
export class Cursors {
  constructor(private readonly key: Buffer) {}

  make(question: string, place: Json): string {
    const text = Buffer.from(JSON.stringify(place));
    return Buffer.concat([text, this.mac(question, text)]).toString('base64url');
  }

  /** @throws Failure `cursor.invalid` */
  read(question: string, cursor: string): Json {
    const bytes = Buffer.from(cursor.slice(0, CURSOR_CHARACTERS_MAX), 'base64url');
    const text = bytes.subarray(0, -MAC_BYTES);
    const mac = bytes.subarray(-MAC_BYTES);
    // Spelt again and compared: base64 readers overlook foreign characters and spare bits.
    const isWhole = bytes.length > MAC_BYTES && bytes.toString('base64url') === cursor;
    if (!isWhole || !timingSafeEqual(mac, this.mac(question, text))) throw refuse('cursor.invalid');
    return parseJson(text);
  }

  private mac(question: string, text: Uint8Array): Buffer {
    return createHmac('sha256', this.key).update(question).update('\0').update(text).digest().subarray(0, MAC_BYTES);
  }
}
