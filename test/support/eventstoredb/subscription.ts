import { randomUUID } from 'node:crypto';
import type { LogRecord } from './event-log.js';
import { caughtUp, checkpointAt, confirmation, type ReadReq } from './messages.js';
import type { ReadCall } from './reads.js';
import { invalidPosition, unknownBehaviour } from './refusals.js';
import type { ServerState } from './settings.js';

type FilterOptions = InstanceType<typeof ReadReq.Options.FilterOptions>;
type AllOptions = InstanceType<typeof ReadReq.Options.AllOptions>;

/** Events of a search window: a checkpoint comes every `checkpointInterval` windows. */
const WINDOW_EVENTS = 32;
/** Live events that wait for a slow client; with more it has to catch up again. */
const LIVE_BUFFER_EVENTS = 32;

interface Filter {
  readonly passes: (record: LogRecord) => boolean;
  readonly checkpointEvents: number;
}

function filterOf(options: FilterOptions | undefined): Filter | undefined {
  if (!options) return undefined;
  if (!options.hasCount()) throw unknownBehaviour('a search window of its own');
  const expression = options.getEventType() ?? options.getStreamIdentifier();
  if (!expression) throw unknownBehaviour('a filter on nothing');
  const textOf = options.hasEventType() ? (record: LogRecord) => record.type : (record: LogRecord) => record.stream;
  const prefixes = expression.getPrefixList();
  const regex = prefixes.length === 0 ? new RegExp(expression.getRegex()) : undefined;
  return {
    passes: (record) =>
      regex ? regex.test(textOf(record)) : prefixes.some((prefix) => textOf(record).startsWith(prefix)),
    checkpointEvents: options.getCheckpointintervalmultiplier() * WINDOW_EVENTS,
  };
}

/** Position after which a subscription begins. */
function positionOf(state: ServerState, all: AllOptions): number {
  const head = state.log.records.at(-1)?.position ?? -1;
  if (all.hasStart()) return -1;
  if (all.hasEnd()) return head;
  const position = Number(all.getPosition()!.getCommitPosition());
  // A journal that lost its tail: what a server does with a reader from its future is not known.
  if (position > head) throw invalidPosition();
  return position;
}

/**
 * A subscription to `$all`: confirmation, the events there are, a checkpoint at the last one considered, caught up, then events as
 * they come. It holds a position and nothing else: a client that does not take what was written stops it.
 */
export function subscribeToAll(state: ServerState, call: ReadCall): void {
  const options = call.request.getOptions()!;
  if (!options.hasAll()) throw unknownBehaviour('a subscription to one stream');
  if (options.getResolveLinks()) throw unknownBehaviour('links that are to be resolved');
  const filter = filterOf(options.getFilter());
  const { log } = state;
  let position = positionOf(state, options.getAll()!);
  let consideredEvents = 0;
  let isLive = false;
  let isWaiting = false;

  const write = (bytes: Buffer): void => {
    if (call.write(bytes) || isWaiting) return;
    isWaiting = true;
    call.once('drain', () => {
      isWaiting = false;
      advance();
    });
  };
  const consider = (record: LogRecord): void => {
    position = record.position;
    if (!filter || filter.passes(record)) write(record.bytes);
    if (filter && ++consideredEvents % filter.checkpointEvents === 0) write(checkpointAt(position));
  };
  const catchUp = (): void => {
    isLive = true;
    if (filter && consideredEvents > 0) write(checkpointAt(position));
    write(caughtUp());
  };
  const advance = (): void => {
    if (isWaiting || call.cancelled || state.isMute) return;
    let index = log.indexAt(position + 1);
    if (log.records.length - index > LIVE_BUFFER_EVENTS) isLive = false;
    for (; index < log.records.length && !isWaiting; index++) consider(log.records[index]!);
    if (!isWaiting && !isLive) catchUp();
  };

  const unwatch = log.watch(advance);
  call.once('cancelled', unwatch);
  if (!state.isMute) write(confirmation(randomUUID()));
  advance();
}
