import type { EventLog, LogRecord, Proposed, Stream } from './event-log.js';

/** The servers of the versions we support take 1 MiB an append; 24.10 counts the bytes of data only. */
export const APPEND_BYTES_MAX = 1_048_576;

export type ExpectedRevision = 'no_stream' | number;

export type AppendOutcome =
  | { readonly is: 'appended'; readonly last: LogRecord }
  | { readonly is: 'wrongVersion'; readonly actual: number | undefined }
  | { readonly is: 'streamDeleted' }
  | { readonly is: 'tooLarge' };

/** Whether these very events were appended after `expected` before: only then may the old result be given again. */
const appendedBefore = (
  stream: Stream | undefined,
  first: number,
  events: readonly Proposed[],
): LogRecord | undefined => {
  const start = stream?.records.findIndex(({ revision }) => revision === first) ?? -1;
  if (!stream || start < 0) return undefined;
  const isSame = events.every(({ id }, nth) => stream.records[start + nth]?.id === id);
  return isSame ? stream.records[start + events.length - 1] : undefined;
};

/** Appends all events or none, by the table of expected revisions: with the right one no id is looked at. */
export function appendExpecting(
  log: EventLog,
  name: string,
  expected: ExpectedRevision,
  events: readonly Proposed[],
  nowMs: number,
): AppendOutcome {
  if (events.reduce((sum, { data }) => sum + data.length, 0) > APPEND_BYTES_MAX) return { is: 'tooLarge' };
  const stream = log.stream(name);
  if (stream?.isTombstoned) return { is: 'streamDeleted' };
  const last = stream?.records.at(-1)?.revision;
  const isOpen = last === undefined || stream!.truncateBefore > last;
  if (expected === 'no_stream' ? isOpen : expected === last) {
    return { is: 'appended', last: log.append(name, events, nowMs) };
  }
  const first = expected === 'no_stream' ? 0 : expected + 1;
  const before = appendedBefore(stream, first, events);
  return before ? { is: 'appended', last: before } : { is: 'wrongVersion', actual: last };
}
