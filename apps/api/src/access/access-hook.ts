import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../problems/failures.js';
import { type Access, accessOf } from './access-table.js';
import type { Caller } from './caller.js';
import type { CheckToken } from './tokens.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** `<method> <route>` of everything that the server answers. */
    routeLines: Set<string>;
  }
  interface FastifyRequest {
    /** Set on every route that is not public. */
    caller?: Caller;
    /** Code of the problem that the request was answered with. */
    problemCode?: string;
  }
}

/**
 * Guards every route of the server, ours and those of plugins, before a byte of the body is read: a stranger cannot make us
 * hold 4 MiB. A server with a route that the table does not name does not start.
 */
export function guardRoutes(server: FastifyInstance, checkToken: CheckToken): void {
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
  server.addHook('onRequest', async (request: FastifyRequest, _reply: FastifyReply) => {
    const route = request.routeOptions.url;
    if (request.is404 || route === undefined) return; // nothing to guard: the answer is 404
    const access = accessOf(request.method, route);
    if (access === undefined) throw refuse('role.forbidden', { params: { needed: '-' } });
    if (access.roles === 'public') return;
    request.caller = await admit(access, request.headers.authorization, checkToken);
  });
}

async function admit(access: Access, authorization: string | undefined, checkToken: CheckToken): Promise<Caller> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refuse('auth.missing');
  const caller = await checkToken(token);
  const needed = access.roles as Exclude<Access['roles'], 'public'>;
  if (!needed.some((role) => caller.roles.has(role))) {
    throw refuse('role.forbidden', { params: { needed: needed.join(', ') } });
  }
  return caller;
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw refuse('auth.missing');
  return request.caller;
}
