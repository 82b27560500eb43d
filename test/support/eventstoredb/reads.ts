import type { ServerWritableStream } from '@grpc/grpc-js';
import { DELETED_BEFORE, type EventLog, type LogRecord } from './event-log.js';
import { nameOf, ReadReq, streamNotFound } from './messages.js';
import { invalidPosition, streamDeleted, unknownBehaviour } from './refusals.js';
import type { ServerState } from './settings.js';

type Request = InstanceType<typeof ReadReq>;
type Options = InstanceType<typeof ReadReq.Options>;
export type ReadCall = ServerWritableStream<Request, Buffer>;

const BACKWARDS = 1;

/** Reads of one stream and of `$all`: what there is at this moment, at most `count`, as fast as the client takes it. */
export function read(state: ServerState, call: ReadCall): void {
  const options = call.request.getOptions()!;
  if (options.getResolveLinks()) throw unknownBehaviour('links that are to be resolved');
  if (options.hasFilter()) throw unknownBehaviour('a filter of a read');
  const count = Number(options.getCount());
  if (count < 1) throw unknownBehaviour('a read of no events');
  if (options.hasAll()) {
    const { log, settings } = state;
    send(call, recordsOfAll(log, options, settings.betweenEvents), count);
    return;
  }
  const name = nameOf(options.getStream()!.getStreamIdentifier());
  const records = recordsOfStream(state.log, name, options);
  if (records) send(call, records, count);
  else {
    call.write(streamNotFound(name));
    call.end();
  }
}

/** Pauses while the client does not take what was written: nothing heaps up here. */
function send(call: ReadCall, records: Iterable<LogRecord>, count: number): void {
  const iterator = records[Symbol.iterator]();
  let left = count;
  const write = (): void => {
    while (left > 0) {
      const { done, value } = iterator.next();
      if (done) break;
      left--;
      if (!call.write(value.bytes)) {
        call.once('drain', write);
        return;
      }
    }
    call.end();
  };
  write();
}

/** Forwards from a position, which is included; backwards from before it. */
function recordsOfAll(log: EventLog, options: Options, between: 'next' | 'refused'): LogRecord[] | Iterable<LogRecord> {
  const all = options.getAll()!;
  const isBackwards = options.getReadDirection() === BACKWARDS;
  if (all.hasStart()) return isBackwards ? [] : from(log.records, 0, 1);
  if (all.hasEnd()) return isBackwards ? from(log.records, log.records.length - 1, -1) : [];
  const position = Number(all.getPosition()!.getCommitPosition());
  const index = log.indexAt(position);
  if (isBackwards) return from(log.records, index - 1, -1);
  if (between === 'refused' && index < log.records.length && log.records[index]!.position !== position) {
    throw invalidPosition();
  }
  return from(log.records, index, 1);
}

/** Undefined: there is no such stream, or it was deleted. */
function recordsOfStream(log: EventLog, name: string, options: Options): Iterable<LogRecord> | undefined {
  const stream = log.stream(name);
  if (stream?.isTombstoned) throw streamDeleted(name);
  if (!stream || stream.records.length === 0 || stream.truncateBefore === DELETED_BEFORE) return undefined;
  const last = stream.records.at(-1)!.revision;
  const oldest = Math.max(stream.truncateBefore, last - stream.maxCount + 1);
  const visible = oldest > 0 ? stream.records.filter(({ revision }) => revision >= oldest) : stream.records;
  if (visible.length === 0) throw unknownBehaviour('a stream that is truncated to its end');
  const place = options.getStream()!;
  const isBackwards = options.getReadDirection() === BACKWARDS;
  if (place.hasStart()) return isBackwards ? from(visible, 0, -1) : from(visible, 0, 1);
  if (place.hasEnd()) return isBackwards ? from(visible, visible.length - 1, -1) : [];
  const revision = Number(place.getRevision());
  const index = visible.findIndex((record) => record.revision >= revision);
  if (!isBackwards) return index < 0 ? [] : from(visible, index, 1);
  if (index < 0) return from(visible, visible.length - 1, -1);
  return from(visible, visible[index]!.revision === revision ? index : index - 1, -1);
}

/** The records as they are now, without a copy of them: what is appended later is not read. */
function* from(records: readonly LogRecord[], first: number, step: 1 | -1): Generator<LogRecord> {
  const { length } = records;
  for (let index = first; index >= 0 && index < length; index += step) yield records[index]!;
}
