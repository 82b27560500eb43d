import { DriverFault, type RecordedEvent } from './driver.js';

/** Numbers of the fields in streams.proto of the protocol: of ReadResp, of its ReadEvent, of the RecordedEvent in that. */
const ANSWER = { event: 1, streamNotFound: 4 } as const;
const READ_EVENT = { event: 1 } as const;
const RECORDED = { stream: 2, revision: 3, prepare: 4, commit: 5, properties: 6, metadata: 7, data: 8 } as const;
const STREAM_IDENTIFIER = { name: 3 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const PROPERTY = { type: 'type', contentType: 'content-type' } as const;
const JSON_CONTENT = 'application/json';
const NOTHING = new Uint8Array();

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
 * What a message of a read says, taken off its bytes: of the identities, links and times that the client would decode as well,
 * nobody here wants any, and they cost as much as everything else.
 *
 * @returns the event, whose data are a view of the message; `link` to one that is gone; `other`: nothing of an event.
 * @throws DriverFault `missing` when there is no such stream, `strange` for bytes that are no such message.
 */
export function answerIn(message: Buffer): RecordedEvent | 'link' | 'other' {
  const answer = new Fields(message, 0, message.length);
  let said: RecordedEvent | 'link' | 'other' = 'other';
  while (answer.next()) {
    if (answer.number === ANSWER.event) said = eventIn(answer.inside());
    else if (answer.number === ANSWER.streamNotFound) throw new DriverFault('missing', 'there is no such stream');
  }
  return said;
}

function eventIn(read: Fields): RecordedEvent | 'link' {
  let said: RecordedEvent | 'link' = 'link';
  while (read.next()) if (read.number === READ_EVENT.event) said = recordedIn(read.inside());
  return said;
}

function recordedIn(fields: Fields): RecordedEvent {
  let stream = '';
  let revision = 0n;
  let prepare = 0n;
  let commit = 0n;
  let type = '';
  let isJson = false;
  let metadata = '';
  let data: Uint8Array = NOTHING;
  while (fields.next()) {
    switch (fields.number) {
      case RECORDED.stream:
        stream = textIn(fields.inside(), STREAM_IDENTIFIER.name);
        break;
      case RECORDED.revision:
        revision = fields.whole();
        break;
      case RECORDED.prepare:
        prepare = fields.whole();
        break;
      case RECORDED.commit:
        commit = fields.whole();
        break;
      case RECORDED.properties: {
        const key = textIn(fields.inside(), ENTRY.key);
        if (key === PROPERTY.type) type = textIn(fields.inside(), ENTRY.value);
        else if (key === PROPERTY.contentType) isJson = textIn(fields.inside(), ENTRY.value) === JSON_CONTENT;
        break;
      }
      case RECORDED.metadata:
        metadata = fields.text();
        break;
      case RECORDED.data:
        data = fields.bytes();
        break;
    }
  }
  return { stream, revision, type, isJson, data, metadata, commit, prepare };
}

function textIn(fields: Fields, number: number): string {
  let text = '';
  while (fields.next()) if (fields.number === number) text = fields.text();
  return text;
}

/**
 * Goes through the fields of a protobuf message in the order of their bytes, without a copy of any; what nobody asks for is
 * passed over. https://protobuf.dev/programming-guides/encoding/
 *
 * @throws DriverFault `strange` where the bytes are no such message, or a field is not of the kind that is asked for.
 */
class Fields {
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

const strange = (what: string) => new DriverFault('strange', `no answer of this protocol: ${what}`);
