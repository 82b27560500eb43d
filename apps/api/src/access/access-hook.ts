import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#kernel';
import { refuse } from '../problems/failures.js';
import { accessOf, PUBLIC } from './access-table.js';
import { type Caller, clientOf, type Role } from './caller.js';
import { type RateClass, type RateLimits, type Standing, tooMany } from './rate-limits.js';
import type { CheckToken } from './tokens.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** `<method> <route>` of everything that the server answers. */
    routeLines: Set<string>;
  }
  interface FastifyRequest {
    /** Set on every route that is not public, but for readers of what was released. */
    caller?: Caller;
    /** Code of the problem that the request was answered with. */
    problemCode?: string;
  }
}

/**
 * Guards every route of the server, ours and those of plugins, before a byte of the body is read: a stranger cannot make us
 * hold 4 MiB. A server with a route that the table does not name does not start.
 */
export function guardRoutes(server: FastifyInstance, checkToken: CheckToken, limits: RateLimits): void {
  const lines = new Set<string>();
  server.decorate('routeLines', lines);
  server.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) {
      lines.add(`${verb} ${url}`);
      if (accessOf(verb, url) === undefined) throw new Error(`${verb} ${url} has no line in the access table`);
    }
  });
  server.decorateRequest('caller', undefined);
  server.decorateRequest('problemCode', undefined);
  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url;
    const isKnown = !request.is404 && route !== undefined;
    const access = isKnown ? accessOf(request.method, route) : PUBLIC; // nothing to guard: the answer is 404
    if (access === undefined) throw refuse('role.forbidden', { params: { needed: '-' } });
    if (access.isUncounted) return;
    const count = (kind: RateClass, client: string) => counted(reply, limits.count(kind, client));
    const isOpen = access.isReleasable && request.headers.authorization === undefined; // the route asks for its release
    if (access.roles === 'public' || isOpen) {
      count('open', request.ip);
      return;
    }
    try {
      request.caller = await callerBehind(request.headers.authorization, checkToken);
    } catch (error) {
      // A good token is never refused for the bad ones of others behind the same address.
      if (error instanceof Failure && error.kind === 'unauthenticated') count('refused', request.ip);
      throw error;
    }
    count(access.ownership === 'write' ? 'intake' : 'read', clientOf(request.caller));
    admit(access.roles, request.caller);
  });
}

/** IETF draft "RateLimit header fields for HTTP", revision 10: the policy, and what is left of it. */
function counted(reply: FastifyReply, standing: Standing): void {
  reply.header('ratelimit-policy', standing.policy).header('ratelimit', standing.limit);
  if (!standing.isOver) return;
  reply.header('retry-after', standing.seconds);
  throw tooMany(standing);
}

async function callerBehind(authorization: string | undefined, checkToken: CheckToken): Promise<Caller> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refuse('auth.missing');
  return checkToken(token);
}

function admit(needed: readonly Role[], caller: Caller): void {
  if (needed.some((role) => caller.roles.has(role))) return;
  throw refuse('role.forbidden', { params: { needed: needed.join(', ') } });
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw refuse('auth.missing');
  return request.caller;
}
