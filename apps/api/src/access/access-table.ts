import type { Role } from './caller.js';

export interface Access {
  /** Roles of which the caller needs one; `public` needs no token. */
  readonly roles: 'public' | readonly Role[];
  /**
   * `source`: an integrator sees only what its own source prefixes cover. `write`: it posts under them only. `replay`: a client
   * reads, compares and cancels the replays that it asked for; those of others are unknown to it.
   */
  readonly ownership?: 'source' | 'write' | 'replay';
  /** A data set that was released is read without a token as well, by the terms of its release. */
  readonly isReleasable?: true;
  /** Asked by the machines that watch the process: never refused for asking often. */
  readonly isUncounted?: true;
}

export const PUBLIC: Access = { roles: 'public' };
const watched: Access = { roles: 'public', isUncounted: true };
// Regulators compare figures as known on two days, so every question of an analyst is theirs too.
const figures: Access = { roles: ['analyst', 'regulator'], ownership: 'replay' };
const replays: Access = { roles: ['regulator'], ownership: 'replay' };
const operation: Access = { roles: ['operator'] };

/**
 * Who may call which route: the whole authorisation of the api. A route without a line here is refused, and a test compares the
 * lines with the routes that the server really has.
 */
export const accessTable: Readonly<Record<string, Access>> = {
  'POST /v1/events': { roles: ['integrator', 'steward'], ownership: 'write' },
  'GET /v1/events': { roles: ['regulator'] },
  'GET /v1/events/:position': { roles: ['regulator', 'integrator'], ownership: 'source' },
  'GET /v1/streams/:stream': { roles: ['regulator', 'integrator'], ownership: 'source' },
  'GET /v1/services': PUBLIC,
  'GET /v1/services.ttl': PUBLIC,
  'GET /v1/services.jsonld': PUBLIC,
  'GET /v1/services/:id': PUBLIC,
  'GET /v1/services/:id/history': PUBLIC,
  'GET /v1/stamps': PUBLIC,
  'GET /v1/datasets': { roles: figures.roles },
  'GET /v1/datasets.ttl': { roles: figures.roles },
  'GET /v1/datasets.jsonld': { roles: figures.roles },
  'GET /v1/datasets/:name': { ...figures, isReleasable: true },
  'GET /v1/datasets/:name/events': figures,
  'GET /v1/datasets/:name/events.csv': figures,
  'POST /v1/replays': replays,
  'GET /v1/replays': replays,
  'GET /v1/replays/:id': replays,
  'DELETE /v1/replays/:id': replays,
  'GET /v1/projections': operation,
  'POST /v1/projections/:name/rebuilds': operation,
  'GET /v1/projections/:name/rebuilds': operation,
  'GET /v1/projections/:name/rebuilds/:id': operation,
  'DELETE /v1/projections/:name/rebuilds/:id': operation,
  'POST /v1/projections/:name/rebuilds/:id/confirmation': operation,
  'POST /v1/erasures': operation,
  'GET /v1/erasures': operation,
  'GET /v1/erasures/:id': operation,
  'DELETE /v1/erasures/:id': operation,
  'POST /v1/erasures/:id/confirmation': operation,
  'GET /health/live': watched,
  'GET /health/ready': watched,
  'GET /metrics': watched,
  'GET /openapi.json': PUBLIC,
  'GET /docs': PUBLIC,
  'GET /docs/assets/:file': PUBLIC,
  'GET /docs/problems': PUBLIC,
  'GET /docs/problems/:code': PUBLIC,
};

/** HEAD is answered wherever GET is, under the same line. */
export const accessOf = (method: string, route: string): Access | undefined =>
  accessTable[`${method === 'HEAD' ? 'GET' : method} ${route}`];
