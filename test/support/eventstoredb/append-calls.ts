import { type ServerDuplexStream, type ServerReadableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import { APPEND_BYTES_MAX, type AppendOutcome, appendExpecting, type ExpectedRevision } from './appends.js';
import type { LogRecord, Proposed } from './event-log.js';
import { AppendResp, batchRefusal, batchSuccess, details, Empty, nameOf, placed, proposedOf } from './messages.js';
import { appendTooLarge, streamDeleted, unknownBehaviour } from './refusals.js';
import { nowMs, type ServerState } from './settings.js';

type AppendReq = InstanceType<typeof import('./messages.js').AppendReq>;
type BatchAppendReq = InstanceType<typeof import('./messages.js').BatchAppendReq>;
type BatchAppendResp = InstanceType<typeof import('./messages.js').BatchAppendResp>;
type BatchOptions = InstanceType<typeof import('./messages.js').BatchAppendReq.Options>;
type UnaryAnswer = InstanceType<typeof AppendResp>;

/** A tag without an end. */
const GARBAGE = Buffer.from([0xff]);

/** What stands between an append and its answer: the faults that a test asked for. @returns whether to answer. */
const isAnswered = (state: ServerState, outcome: AppendOutcome): boolean => {
  if (outcome.is === 'appended' && state.isDyingAfterAppend) process.kill(process.pid, 'SIGKILL');
  if (outcome.is !== 'appended' || state.answersToLose === 0) return true;
  state.answersToLose--;
  return false;
};

/** Whether the append that is there now is lost on the way, as a test asked for. */
const isLost = (state: ServerState): boolean => {
  if (state.appendsToLose === 0) return false;
  state.appendsToLose--;
  return true;
};

/** `any` and `stream_exists` are answered from a memory that servers lose: nobody here may rely on what they do. */
const expectedOf = (
  options: { hasNoStream(): boolean; hasAny(): boolean; hasStreamExists(): boolean },
  revision: string,
): ExpectedRevision => {
  if (options.hasAny() || options.hasStreamExists()) throw unknownBehaviour('an append at "any" or "stream exists"');
  return options.hasNoStream() ? 'no_stream' : Number(revision);
};

interface Begun {
  readonly options: BatchOptions;
  readonly events: Proposed[];
}

/** One call for all appends of a client: requests in pieces, answers by correlation id, in the order of the last pieces. */
export function batchAppend(
  state: ServerState,
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp | Buffer>,
  admit: () => void,
  mayAppend: boolean,
): void {
  const begun = new Map<string, Begun>();
  const take = (request: BatchAppendReq): void => {
    admit();
    const correlation = request.getCorrelationId()!.getString();
    const options = request.getOptions() ?? begun.get(correlation)?.options;
    if (!options) throw unknownBehaviour('a part of an append that was not begun');
    const one = begun.get(correlation) ?? { options, events: [] };
    one.events.push(...request.getProposedMessagesList().map(proposedOf));
    if (!request.getIsFinal()) {
      begun.set(correlation, one);
      return;
    }
    begun.delete(correlation);
    if (isLost(state)) return;
    const answer = batchAnswer(state, one, mayAppend);
    if (!answer) return;
    answer.setCorrelationId(request.getCorrelationId());
    call.write(answer);
    if (state.isSendingGarbage) call.write(GARBAGE);
    state.isSendingGarbage = false;
  };
  call.on('data', (request: BatchAppendReq) => {
    try {
      take(request);
    } catch (refusal) {
      call.emit('error', refusal);
    }
  });
  call.on('end', () => call.end());
}

function batchAnswer(state: ServerState, { options, events }: Begun, mayAppend: boolean): BatchAppendResp | undefined {
  const stream = nameOf(options.getStreamIdentifier());
  const refuse = (code: status, name: string, detail: { serializeBinary(): Uint8Array }) =>
    batchRefusal(stream, { code, name, detail: detail.serializeBinary() });
  if (!mayAppend) return refuse(status.PERMISSION_DENIED, 'AccessDenied', new details.AccessDenied());
  // The deadline is a time by the clock of the client, and is held against ours.
  if (options.hasDeadline() && options.getDeadline()!.toDate().getTime() <= nowMs(state)) {
    return refuse(status.DEADLINE_EXCEEDED, 'Timeout', new details.Timeout());
  }
  if (events.length === 0) throw unknownBehaviour('an append without events');
  const expected = expectedOf(options, options.getStreamPosition());
  const outcome = appendExpecting(state.log, stream, expected, events, nowMs(state));
  if (!isAnswered(state, outcome)) return undefined;
  if (outcome.is === 'appended') return batchSuccess(outcome.last);
  if (outcome.is === 'streamDeleted')
    return refuse(status.FAILED_PRECONDITION, 'StreamDeleted', new details.StreamDeleted());
  if (outcome.is === 'tooLarge') {
    const tooLarge = new details.MaximumAppendSizeExceeded();
    tooLarge.setMaxappendsize(APPEND_BYTES_MAX);
    return refuse(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', tooLarge);
  }
  return refuse(status.FAILED_PRECONDITION, 'WrongExpectedVersion', wrongVersion(options, outcome.actual));
}

function wrongVersion(options: BatchOptions, actual: number | undefined) {
  const detail = new details.WrongExpectedVersion();
  if (actual === undefined) detail.setCurrentNoStream(options.getNoStream() ?? new Empty());
  else detail.setCurrentStreamRevision(String(actual));
  if (options.hasNoStream()) detail.setExpectedNoStream(options.getNoStream());
  else detail.setExpectedStreamPosition(options.getStreamPosition());
  return detail;
}

/** One call an append: its options, then an event a message. */
export function append(
  state: ServerState,
  call: ServerReadableStream<AppendReq, UnaryAnswer>,
  answer: sendUnaryData<UnaryAnswer>,
): void {
  let options: InstanceType<typeof import('./messages.js').AppendReq.Options> | undefined;
  const events: Proposed[] = [];
  call.on('data', (request: AppendReq) => {
    if (request.hasOptions()) options = request.getOptions();
    else events.push(proposedOf(request.getProposedMessage()!));
  });
  call.on('end', () => {
    try {
      if (!options || events.length === 0) throw unknownBehaviour('an append without events');
      if (isLost(state)) return;
      const stream = nameOf(options.getStreamIdentifier());
      const expected = expectedOf(options, options.getRevision());
      const outcome = appendExpecting(state.log, stream, expected, events, nowMs(state));
      if (outcome.is === 'streamDeleted') throw streamDeleted(stream);
      if (outcome.is === 'tooLarge') throw appendTooLarge(APPEND_BYTES_MAX);
      if (!isAnswered(state, outcome)) return;
      answer(null, outcome.is === 'appended' ? unarySuccess(outcome.last) : unaryConflict(expected, outcome.actual));
    } catch (refusal) {
      answer(refusal as Error);
    }
  });
}

function unarySuccess({ revision, position }: LogRecord): UnaryAnswer {
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(revision));
  success.setPosition(placed(new AppendResp.Position(), position));
  const answer = new AppendResp();
  answer.setSuccess(success);
  return answer;
}

function unaryConflict(expected: ExpectedRevision, actual: number | undefined): UnaryAnswer {
  const conflict = new AppendResp.WrongExpectedVersion();
  if (actual === undefined) conflict.setCurrentNoStream(new Empty());
  else conflict.setCurrentRevision(String(actual));
  if (expected === 'no_stream') conflict.setExpectedNoStream(new Empty());
  else conflict.setExpectedRevision(String(expected));
  const answer = new AppendResp();
  answer.setWrongExpectedVersion(conflict);
  return answer;
}
