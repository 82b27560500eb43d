import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { decodedEvent, encodedEvent } from './messages.js';

/** An event as a client proposes it. */
export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
  /** Only of injected events: a prepare position that is not the commit position. */
  readonly prepare?: number;
}

export interface LogRecord {
  /** Offset in the log file: commit and prepare position. Rises strictly, with gaps. */
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly id: string;
  /** The answer that carries the event to a reader, encoded. */
  readonly bytes: Buffer;
}

export interface Stream {
  readonly records: LogRecord[];
  /** Final: nothing is appended or read any more. */
  isTombstoned: boolean;
  /** Events below are hidden from stream reads, not from `$all`. Above every revision: deleted, and numbering goes on. */
  truncateBefore: number;
  /** So many of the last events can be read. */
  maxCount: number;
}

const FILE_HEADER = Buffer.from('sijill stand-in log, version 1\n');
/** Length of a group or of an event in the file. The highest bit of an event's says that it was removed. */
const LENGTH_BYTES = 4;
const REMOVED = 0x8000_0000;
/** `$tb` of a deleted stream. */
export const DELETED_BEFORE = Number.MAX_SAFE_INTEGER;

const lengthField = (length: number): Buffer => {
  const field = Buffer.alloc(LENGTH_BYTES);
  field.writeUInt32BE(length);
  return field;
};

/**
 * The events of a server in one file: groups of events that were appended together, each event encoded as readers get it. What
 * an append returned is in the file, so that a server that is killed (not the machine) goes on where it was; a group that was
 * only begun is cut off.
 */
export class EventLog {
  readonly records: LogRecord[] = [];
  private readonly streams = new Map<string, Stream>();
  private readonly wakes = new Set<() => void>();
  private readonly file: number;
  private end = 0;

  constructor(path: string) {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    this.file = openSync(path, bytes.length > 0 ? 'r+' : 'w+');
    if (bytes.length === 0) this.write(FILE_HEADER);
    else this.load(bytes);
  }

  stream(name: string): Stream | undefined {
    return this.streams.get(name);
  }

  /** Appends a group without any check. `revision`: of the first event, else the one that follows. @returns the last event. */
  append(stream: string, events: readonly Proposed[], createdMs: number, revision?: number): LogRecord {
    const first = revision ?? (this.streams.get(stream)?.records.at(-1)?.revision ?? -1) + 1;
    const parts: Buffer[] = [];
    const records: LogRecord[] = [];
    let position = this.end + LENGTH_BYTES;
    for (const [nth, event] of events.entries()) {
      const record = { position, stream, revision: first + nth, type: event.type, id: event.id };
      const bytes = encodedEvent(record, event, createdMs);
      records.push({ ...record, bytes });
      parts.push(lengthField(bytes.length), bytes);
      position += LENGTH_BYTES + bytes.length;
    }
    // From here on a kill keeps the group.
    this.write(Buffer.concat([lengthField(position - this.end - LENGTH_BYTES), ...parts]));
    for (const [nth, record] of records.entries()) this.index(record, events[nth]!.data);
    for (const wake of this.wakes) wake();
    return records.at(-1)!;
  }

  /** Calls `wake` after each append. @returns what ends it. */
  watch(wake: () => void): () => void {
    this.wakes.add(wake);
    return () => this.wakes.delete(wake);
  }

  /** Index of the first record at or after a position. */
  indexAt(position: number): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.records[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What a scavenge or a redaction leaves: the event is gone for every reader, and everything else stays where it was. */
  remove(position: number): void {
    const record = this.records[this.indexAt(position)];
    if (record?.position !== position) throw new Error(`no event at ${position}`);
    writeSync(this.file, lengthField(REMOVED + record.bytes.length), 0, LENGTH_BYTES, position);
    this.records.splice(this.indexAt(position), 1);
    const { records } = this.streams.get(record.stream)!;
    records.splice(records.indexOf(record), 1);
  }

  close(): void {
    closeSync(this.file);
  }

  private write(bytes: Buffer): void {
    writeSync(this.file, bytes, 0, bytes.length, this.end);
    this.end += bytes.length;
  }

  private load(bytes: Buffer): void {
    let at = FILE_HEADER.length;
    while (at + LENGTH_BYTES <= bytes.length && at + LENGTH_BYTES + bytes.readUInt32BE(at) <= bytes.length) {
      const groupEnd = at + LENGTH_BYTES + bytes.readUInt32BE(at);
      for (at += LENGTH_BYTES; at < groupEnd; ) {
        const length = bytes.readUInt32BE(at);
        const event = bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + (length % REMOVED));
        at += LENGTH_BYTES + event.length;
        if (length >= REMOVED) continue;
        const { record, data } = decodedEvent(event);
        this.index({ ...record, bytes: event }, data);
      }
    }
    ftruncateSync(this.file, at);
    this.end = at;
  }

  private index(record: LogRecord, data: Uint8Array): void {
    const stream = this.held(record.stream);
    if (record.type === '$streamDeleted') stream.isTombstoned = true;
    if (stream.truncateBefore === DELETED_BEFORE) stream.truncateBefore = record.revision;
    if (record.type === '$metadata' && record.stream.startsWith('$$')) {
      const { $tb = 0, $maxCount = Number.POSITIVE_INFINITY } = JSON.parse(Buffer.from(data).toString('utf8'));
      const described = this.held(record.stream.slice(2));
      described.truncateBefore = Math.min($tb, DELETED_BEFORE);
      described.maxCount = $maxCount;
    }
    stream.records.push(record);
    this.records.push(record);
  }

  private held(name: string): Stream {
    let stream = this.streams.get(name);
    if (!stream) {
      stream = { records: [], isTombstoned: false, truncateBefore: 0, maxCount: Number.POSITIVE_INFINITY };
      this.streams.set(name, stream);
    }
    return stream;
  }
}

/** The file without its last `groups` appends. For a server that lost an acknowledged tail; it must not be running. */
export const cutTail = (path: string, groups: number): void => {
  const bytes = readFileSync(path);
  const starts: number[] = [];
  for (let at = FILE_HEADER.length; at < bytes.length; at += LENGTH_BYTES + bytes.readUInt32BE(at)) starts.push(at);
  const file = openSync(path, 'r+');
  ftruncateSync(file, starts.at(-groups) ?? FILE_HEADER.length);
  closeSync(file);
};
