import { randomUUID } from 'node:crypto';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { Proposed } from './event-log.js';
import { DeleteResp, nameOf, placed, TombstoneResp } from './messages.js';
import { streamDeleted, unknownBehaviour } from './refusals.js';
import { nowMs, type ServerState } from './settings.js';

type DeleteReq = InstanceType<typeof import('./messages.js').DeleteReq>;
type TombstoneReq = InstanceType<typeof import('./messages.js').TombstoneReq>;

/** `$tb` of a deleted stream: above every revision. */
const DELETED = '{"$tb":9223372036854775807}';

const systemEvent = (type: string, data: string): Proposed => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  metadata: Buffer.alloc(0),
  data: Buffer.from(data),
});

/** Name of a stream that is there; only "any" is known, which is what the client sends if it is told nothing. */
function existing(state: ServerState, options: ReturnType<DeleteReq['getOptions']>): string {
  const name = nameOf(options!.getStreamIdentifier());
  const stream = state.log.stream(name);
  if (stream?.isTombstoned) throw streamDeleted(name);
  if (!stream || !options!.hasAny()) throw unknownBehaviour('a delete of a missing stream or at a revision');
  return name;
}

/** Hides the events from reads of the stream. They stay in `$all`, and the next one goes on behind them. */
export function deleteStream(state: ServerState, { request }: ServerUnaryCall<DeleteReq, unknown>) {
  const name = existing(state, request.getOptions());
  const { position } = state.log.append(`$$${name}`, [systemEvent('$metadata', DELETED)], nowMs(state));
  const answer = new DeleteResp();
  answer.setPosition(placed(new DeleteResp.Position(), position));
  return answer;
}

/** Ends the stream for good. */
export function tombstoneStream(state: ServerState, { request }: ServerUnaryCall<TombstoneReq, unknown>) {
  const name = existing(state, request.getOptions());
  const { position } = state.log.append(name, [systemEvent('$streamDeleted', '{}')], nowMs(state));
  const answer = new TombstoneResp();
  answer.setPosition(placed(new TombstoneResp.Position(), position));
  return answer;
}
