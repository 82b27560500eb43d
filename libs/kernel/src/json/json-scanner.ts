import type { Failure } from '../failure.js';
import { refuse } from '../kernel-failures.js';
import { hexAt, isDigit, isExact, sequenceLength, utf8Length } from './json-bytes.js';
import { MemberNames } from './json-names.js';

export const JSON_DEPTH_MAX = 32;
/** Members of all objects of one document. */
export const JSON_MEMBERS_MAX = 10_000;
/** UTF-8 bytes of one text or member name after unescaping. */
export const JSON_TEXT_BYTES_MAX = 65_536;

type Fault = Parameters<typeof refuse>[0];

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const SMALL_E = 0x65;
const SMALL_U = 0x75;
const WORDS = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);
/** What may follow a backslash besides `u`. */
const ESCAPED = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));
/** Every integer of so few digits lies within ±(2^53-1). */
const SAFE_DIGITS = 15;

/**
 * One pass over the bytes of JSON (RFC 8259) under the rules of the write routes. A broken frame (syntax, bytes that
 * are not UTF-8) is thrown. A fault within one document is kept in {@link fault}, the first one wins, and the pass goes
 * on by syntax alone, so that the neighbours of a bad item keep their own verdict.
 */
export class JsonScanner {
  /** Byte at which the pass stands. */
  at = 0;
  /** First fault of the document being read. */
  fault: Failure | undefined;
  /** Whether the document being read has a byte above 0x7F. */
  isWide = false;

  private members = 0;
  private readonly names: MemberNames;
  /** Brackets open around the current value. Grows with the input: depth costs memory, never the call stack. */
  private brackets = new Uint8Array(64);

  constructor(public bytes: Buffer) {
    this.names = new MemberNames(bytes);
  }

  /** Goes on with other bytes, from their beginning: what a pass needs is not made again. */
  turnTo(bytes: Buffer): void {
    this.bytes = bytes;
    this.at = 0;
  }

  /** Begins a document: its limits count from here. */
  begin(): void {
    this.fault = undefined;
    this.isWide = false;
    this.members = 0;
    this.names.begin(this.bytes);
  }

  /** Passes over one whole value, whatever its depth. */
  value(): void {
    let depth = 0;
    for (;;) {
      // A value begins here.
      const byte = this.next();
      if (byte === OBJECT || byte === LIST) {
        this.open(byte, ++depth);
        if (this.next() !== (byte === OBJECT ? OBJECT_END : LIST_END)) {
          if (byte === OBJECT) this.name(depth);
          continue;
        }
        this.close(depth--);
      } else this.scalar(byte);
      // A value has ended here.
      for (;;) {
        if (depth === 0) return;
        const isObject = this.brackets[depth] === OBJECT;
        const separator = this.next();
        if (separator === COMMA) {
          this.at++;
          if (isObject) this.name(depth);
          break;
        }
        if (separator !== (isObject ? OBJECT_END : LIST_END)) throw this.malformed(this.at);
        this.close(depth--);
      }
    }
  }

  /** Passes white space; the byte that follows, -1 at the end. */
  next(): number {
    const { bytes } = this;
    const { length } = bytes;
    let { at } = this;
    while (at < length) {
      const byte = bytes[at];
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return -1;
  }

  malformed(offset: number): Failure {
    return refuse('json.malformed', { params: { offset: String(offset) } });
  }

  private open(bracket: number, depth: number): void {
    if (depth > JSON_DEPTH_MAX) this.find('json.tooDeep', this.at);
    if (depth === this.brackets.length) {
      const wider = new Uint8Array(depth * 2);
      wider.set(this.brackets);
      this.brackets = wider;
    }
    this.brackets[depth] = bracket;
    if (bracket === OBJECT && this.fault === undefined) this.names.open(depth);
    this.at++;
  }

  private close(depth: number): void {
    if (this.brackets[depth] === OBJECT && this.fault === undefined) this.names.close(depth);
    this.at++;
  }

  /** Member name and colon. */
  private name(depth: number): void {
    if (this.next() !== QUOTE) throw this.malformed(this.at);
    const start = this.at;
    this.text();
    if (this.fault === undefined) {
      if (++this.members > JSON_MEMBERS_MAX) this.find('json.tooLarge', start);
      else {
        const verdict = this.names.add(depth, start, this.at);
        if (verdict !== undefined) this.find(verdict, start);
      }
    }
    if (this.next() !== COLON) throw this.malformed(this.at);
    this.at++;
  }

  private scalar(byte: number): void {
    if (byte === QUOTE) this.text();
    else if (byte === MINUS || (byte >= ZERO && byte <= ZERO + 9)) this.number();
    else this.word(byte);
  }

  private word(byte: number): void {
    const word = WORDS.get(byte);
    if (!word || this.bytes.toString('latin1', this.at, this.at + word.length) !== word) throw this.malformed(this.at);
    this.at += word.length;
  }

  private number(): void {
    const { bytes, at: start } = this;
    const first = bytes[start] === MINUS ? start + 1 : start;
    const whole = bytes[first] === ZERO ? first + 1 : this.digits(first);
    let at = bytes[whole] === POINT ? this.digits(whole + 1) : whole;
    if ((bytes[at] | 0x20) === SMALL_E)
      at = this.digits(bytes[at + 1] === MINUS || bytes[at + 1] === 0x2b ? at + 2 : at + 1);
    this.at = at;
    const isShort = at === whole && at - first <= SAFE_DIGITS && !(first > start && bytes[first] === ZERO);
    if (!isShort && !isExact(bytes.toString('latin1', start, at))) this.find('json.number', start);
  }

  /** End of one or more digits. */
  private digits(start: number): number {
    let at = start;
    while (isDigit(this.bytes[at])) at++;
    if (at === start) throw this.malformed(at);
    return at;
  }

  /** A text from its opening quote to behind its closing one. */
  private text(): void {
    const { bytes, at: start } = this;
    const { length } = bytes;
    let at = start + 1;
    let spared = 0; // bytes by which escapes are longer than what they stand for
    for (;;) {
      if (at >= length) throw this.malformed(length);
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        const units = this.escape(at);
        spared += units.length - units.bytes;
        at += units.length;
      } else if (byte >= 0x80) at += this.wide(at);
      else if (byte < 0x20) throw this.malformed(at);
      else at++;
    }
    if (at - start - 1 - spared > JSON_TEXT_BYTES_MAX) this.find('json.tooLarge', start);
    this.at = at + 1;
  }

  /** Length of the escape at a backslash, and of the UTF-8 it stands for. */
  private escape(at: number): { length: number; bytes: number } {
    if (ESCAPED.has(this.bytes[at + 1])) return SHORT_ESCAPE;
    const unit = this.bytes[at + 1] === SMALL_U ? hexAt(this.bytes, at + 2) : -1;
    if (unit < 0) throw this.malformed(at);
    if (unit >= 0xd800 && unit <= 0xdbff && this.bytes[at + 6] === BACKSLASH && this.bytes[at + 7] === SMALL_U) {
      const low = hexAt(this.bytes, at + 8);
      if (low < 0) throw this.malformed(at + 6);
      if (low >= 0xdc00 && low <= 0xdfff) return PAIR_ESCAPE;
    }
    if (unit === 0 || (unit >= 0xd800 && unit <= 0xdfff)) this.find('json.encoding', at);
    return { length: 6, bytes: utf8Length(unit) };
  }

  /** Length of the UTF-8 sequence above 0x7F. */
  private wide(at: number): number {
    const length = sequenceLength(this.bytes, at);
    if (length === 0) throw refuse('json.encoding', { params: { offset: String(at) } });
    this.isWide = true;
    return length;
  }

  private find(code: Fault, offset: number): void {
    this.fault ??= refuse(code, { params: { offset: String(offset) } });
  }
}

const SHORT_ESCAPE = { length: 2, bytes: 1 };
const PAIR_ESCAPE = { length: 12, bytes: 4 };
