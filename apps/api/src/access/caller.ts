/** Who may do what; a token carries any number of them. */
export const ROLES = ['integrator', 'analyst', 'regulator', 'steward', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** The authenticated client behind a request. */
export interface Caller {
  /** Issuer and subject together identify the client. */
  readonly issuer: string;
  /** Written into every event it posts: 0x21-0x7E without `"` and `\`, at most 128 bytes. */
  readonly actor: string;
  readonly roles: ReadonlySet<Role>;
  /** When its token ends, in seconds since 1970 UTC. */
  readonly expiresAt: number;
  /** Prefixes of CloudEvents sources it may use as an integrator. */
  readonly sources: readonly string[];
}

/** The ledger itself, as the author of its default registers and of what it does on the word of others. No token is this one. */
export const LEDGER: Caller = {
  issuer: 'urn:sijill',
  actor: 'sijill',
  expiresAt: Number.MAX_SAFE_INTEGER,
  roles: new Set(['steward']),
  sources: [],
};

/** Issuer and subject together: what is asked for, owned and counted by one client. */
export const clientOf = ({ issuer, actor }: Caller): string => `${issuer} ${actor}`;

/** Compares by whole `:` segments: `urn:sijill:rta` covers `urn:sijill:rta:counter`, not `urn:sijill:rta2`. */
export const coversSource = (prefix: string, source: string): boolean =>
  source === prefix || source.startsWith(prefix.endsWith(':') ? prefix : `${prefix}:`);

export const mayUseSource = (caller: Caller, source: string): boolean =>
  caller.sources.some((prefix) => coversSource(prefix, source));

/** What is personal in an event, in clear: an integrator what its own sources posted, for it has it already. Nobody else. */
export const mayReadPersons = (caller: Caller, source: string): boolean =>
  caller.roles.has('integrator') && mayUseSource(caller, source);

/** An event whole, data and all: a regulator any, an integrator those under its own sources. Nobody else. */
export const mayReadEvent = (caller: Caller, source: string): boolean =>
  caller.roles.has('regulator') || (caller.roles.has('integrator') && mayUseSource(caller, source));
