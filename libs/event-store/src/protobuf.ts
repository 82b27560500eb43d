import { DriverFault } from './eventstoredb/driver.js';

/** How the value of a field is written, in the last three bits of its tag; before them stands its number. */
const KIND = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const KIND_BITS = 3;
/** A varint: seven bits a byte, the lowest first; all bytes but the last one have the highest bit. */
const GOES_ON = 0x80;
const BITS = 7;
/** So many bytes of a varint together are a number that a double holds; the longest varint has ten. */
const EXACT_BYTES = 7;
const VARINT_BYTES_MAX = 10;

/**
 * Goes through the fields of a protobuf message in the order of their bytes, without a copy of any; what nobody asks for is
 * passed over. https://protobuf.dev/programming-guides/encoding/
 *
 * @throws DriverFault `strange` where the bytes are no such message, or a field is not of the kind that is asked for.
 */
export class Fields {
  /** Of the field. */
  number = 0;
  private kind = 0;
  /** Where the value of the field begins. It ends at `at`, where the next field begins. */
  private start = 0;

  constructor(
    private readonly message: Buffer,
    private at: number,
    private readonly end: number,
  ) {}

  /** Goes to the next field. @returns false behind the last one. */
  next(): boolean {
    if (this.at === this.end) return false;
    const tag = this.size();
    this.number = tag >>> KIND_BITS;
    this.kind = tag & ((1 << KIND_BITS) - 1);
    this.start = this.at;
    this.at = this.behindValue();
    if (this.at > this.end) throw strange('a message is cut off');
    return true;
  }

  /** A whole number of at most 64 bits, without a sign. */
  whole(): bigint {
    this.expect(KIND.varint);
    let low = 0;
    let high = 0n;
    for (let nth = 0; this.start + nth < this.at; nth++) {
      const bits = (this.message[this.start + nth] as number) & ~GOES_ON;
      if (nth < EXACT_BYTES) low += bits * 2 ** (BITS * nth);
      else high += BigInt(bits) << BigInt(BITS * nth);
    }
    return high === 0n ? BigInt(low) : BigInt.asUintN(64, high + BigInt(low));
  }

  /** A view, no copy. */
  bytes(): Uint8Array {
    this.expect(KIND.bytes);
    return new Uint8Array(this.message.buffer, this.message.byteOffset + this.start, this.at - this.start);
  }

  text(): string {
    this.expect(KIND.bytes);
    return this.message.toString('utf8', this.start, this.at);
  }

  /** The fields of a message within this one. */
  inside(): Fields {
    this.expect(KIND.bytes);
    return new Fields(this.message, this.start, this.at);
  }

  private behindValue(): number {
    switch (this.kind) {
      case KIND.varint:
        return this.behindVarint();
      case KIND.fixed64:
        return this.at + 8;
      case KIND.bytes: {
        const length = this.size();
        this.start = this.at;
        return this.at + length;
      }
      case KIND.fixed32:
        return this.at + 4;
      default:
        throw strange(`a field is of kind ${this.kind}`);
    }
  }

  private behindVarint(): number {
    const most = Math.min(this.end, this.at + VARINT_BYTES_MAX);
    for (let at = this.at; at < most; at++) if ((this.message[at] as number) < GOES_ON) return at + 1;
    throw strange('a number does not end');
  }

  /** A tag or a length: a varint, and nearly always of one byte or two. */
  private size(): number {
    const behind = this.behindVarint();
    let size = 0;
    for (let nth = behind - this.at - 1; nth >= 0; nth--)
      size = size * GOES_ON + ((this.message[this.at + nth] as number) & ~GOES_ON);
    this.at = behind;
    return size;
  }

  private expect(kind: number): void {
    if (this.kind !== kind) throw strange(`field ${this.number} is of kind ${this.kind}, not ${kind}`);
  }
}

/**
 * Writes a protobuf message from its last byte to its first: what has its length in front of it is written when that is known, so
 * nothing is measured before or moved after. Fields come in the reverse order of the calls, which the format leaves open.
 * https://protobuf.dev/programming-guides/encoding/
 */
export class MessageWriter {
  private bytes: Buffer;
  /** Where the first byte stands that is written. */
  private at: number;

  /** @param expectedBytes of the whole message, which may become longer. */
  constructor(expectedBytes: number) {
    this.bytes = Buffer.allocUnsafe(expectedBytes);
    this.at = expectedBytes;
  }

  /** Bytes so far. What is written from here on can be made a field of its own: see {@link wrap}. */
  get length(): number {
    return this.bytes.length - this.at;
  }

  /** Makes a field, a message in this one, of everything that was written since the length was `since`. */
  wrap(number: number, since: number): void {
    this.varint(this.length - since);
    this.tag(number, KIND.bytes);
  }

  /** @param value a whole number without a sign that a double holds exactly. */
  whole(number: number, value: number): void {
    this.varint(value);
    this.tag(number, KIND.varint);
  }

  text(number: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.makeRoom(length);
    this.bytes.write(text, this.at, length);
    this.wrap(number, this.length - length);
  }

  data(number: number, data: Uint8Array): void {
    this.makeRoom(data.length);
    this.bytes.set(data, this.at);
    this.wrap(number, this.length - data.length);
  }

  finished(): Buffer {
    return this.bytes.subarray(this.at);
  }

  private tag(number: number, kind: number): void {
    this.varint((number << KIND_BITS) | kind);
  }

  private varint(value: number): void {
    let length = 1;
    for (let rest = value; rest >= GOES_ON; rest = Math.floor(rest / GOES_ON)) length++;
    this.makeRoom(length);
    let rest = value;
    for (let at = this.at; at < this.at + length - 1; at++) {
      this.bytes[at] = (rest % GOES_ON) | GOES_ON;
      rest = Math.floor(rest / GOES_ON);
    }
    this.bytes[this.at + length - 1] = rest;
  }

  /** Moves to where the next so many bytes begin. */
  private makeRoom(length: number): void {
    if (length > this.at) {
      const wider = Buffer.allocUnsafe(2 * this.bytes.length + length);
      this.at = wider.length - this.length;
      this.bytes.copy(wider, this.at, this.bytes.length - (wider.length - this.at));
      this.bytes = wider;
    }
    this.at -= length;
  }
}

const strange = (what: string) => new DriverFault('strange', `no answer of this protocol: ${what}`);
