import type { Metadata } from '@grpc/grpc-js';
import { accessDenied, notLeader, unauthenticated, unknownBehaviour } from './refusals.js';
import { HOST, type Right, type ServerState } from './settings.js';

/** Rights of whoever calls. Without users everybody has all of them. */
export function rightsOf({ settings }: ServerState, metadata: Metadata): readonly Right[] {
  if (Object.keys(settings.users).length === 0) return ['append', 'read', 'all'];
  const [authorization] = metadata.get('authorization');
  const [scheme, token = ''] = String(authorization ?? '').split(' ');
  const [name = '', password] = Buffer.from(token, 'base64').toString('utf8').split(':');
  const user = settings.users[name];
  if (scheme !== 'Basic' || user?.password !== password) throw unauthenticated();
  return user.rights;
}

export function demand(state: ServerState, metadata: Metadata, right: Right): void {
  if (!rightsOf(state, metadata).includes(right)) throw accessDenied();
}

/** A call that requires the leader is told who it is; an append that does not require it must not reach a follower. */
export function demandLeader(state: ServerState, node: number, metadata: Metadata, isAppend: boolean): void {
  if (node === state.leader) return;
  if (metadata.get('requires-leader')[0] === 'true') throw notLeader(HOST, state.ports[state.leader]!);
  if (isAppend) throw unknownBehaviour('an append that a follower would have to pass on');
}
