import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { TOKEN_BYTES_MAX } from '../limits.js';
import { refuse } from '../problems/failures.js';
import { type Caller, ROLES, type Role } from './caller.js';

/** @throws Failure `auth.invalid` with a class of reason, never with the token; `auth.unavailable` when the keys cannot be read. */
export type CheckToken = (token: string) => Promise<Caller>;

export interface OidcOptions {
  readonly issuer: string;
  /** Default `sijill`. */
  readonly audience?: string;
  /** Address of the key set. Undefined: read from the issuer's discovery document. */
  readonly jwks?: string;
}

/** Signature algorithms we accept: asymmetric only, so that a public key never serves as a shared secret. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
export const DEFAULT_AUDIENCE = 'sijill';
export const TOKEN_TYPE = 'at+jwt';
const CLOCK_TOLERANCE_SECONDS = 5;
const ISSUER_TIMEOUT_MILLISECONDS = 5_000;
const SOURCES_MAX = 100;
const REMEMBERED_TOKENS_MAX = 1_000;
/** A key that the issuer withdrew is honoured at most this much longer. */
const REMEMBERED_MILLISECONDS_MAX = 60_000;
const ACTOR = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

export type KeySource = JWTVerifyGetKey;

/** Checks tokens of one issuer for one audience with the keys that `keyOf` finds. */
export function tokenCheck(issuer: string, audience: string, keyOf: KeySource): CheckToken {
  return remembering(async (token) => {
    if (token.length > TOKEN_BYTES_MAX) throw invalid('tooLarge');
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      typ: TOKEN_TYPE,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    }).catch((error: unknown) => {
      throw translated(error);
    });
    return callerOfClaims(payload);
  });
}

/** Accepted tokens of the last minute: a client that posts events one by one pays for one signature check, not for each. */
function remembering(check: CheckToken): CheckToken {
  const accepted = new Map<string, { readonly caller: Caller; readonly until: number }>();
  return async (token) => {
    const known = accepted.get(token);
    if (known !== undefined && Date.now() < known.until) return known.caller;
    const caller = await check(token);
    if (accepted.size >= REMEMBERED_TOKENS_MAX) accepted.clear();
    accepted.set(token, { caller, until: Math.min(Date.now() + REMEMBERED_MILLISECONDS_MAX, caller.expiresAt * 1000) });
    return caller;
  };
}

/** Checks tokens of a configured issuer. Nothing is fetched before the first token; keys come from the configuration alone. */
export function issuerCheck(options: OidcOptions): CheckToken {
  let keys: Promise<KeySource> | undefined;
  const keySource = async () => {
    const address = options.jwks ?? (await discovered(options.issuer));
    return createRemoteJWKSet(new URL(address), { timeoutDuration: ISSUER_TIMEOUT_MILLISECONDS });
  };
  const keyOf: KeySource = async (header, token) => {
    keys ??= keySource();
    const known = await keys.catch((error: unknown) => {
      keys = undefined; // the next token asks the issuer again
      throw error;
    });
    return known(header, token);
  };
  return tokenCheck(options.issuer, options.audience ?? DEFAULT_AUDIENCE, keyOf);
}

/** OpenID Connect Discovery 1.0 section 4: the document must name the issuer that was asked. */
async function discovered(issuer: string): Promise<string> {
  try {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, {
      redirect: 'error',
      signal: AbortSignal.timeout(ISSUER_TIMEOUT_MILLISECONDS),
    });
    const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (document.issuer !== issuer || typeof document.jwks_uri !== 'string')
      throw new Error('not its discovery document');
    return document.jwks_uri;
  } catch (cause) {
    throw refuse('auth.unavailable', { cause });
  }
}

function callerOfClaims({ iss = '', sub = '', exp = 0, ...claims }: JWTPayload): Caller {
  if (!ACTOR.test(sub)) throw invalid('sub');
  const roles = texts(claims.roles, 'roles').filter((role): role is Role =>
    (ROLES as readonly string[]).includes(role),
  );
  return { issuer: iss, actor: sub, expiresAt: exp, roles: new Set(roles), sources: texts(claims.sources, 'sources') };
}

function texts(claim: unknown, name: string): readonly string[] {
  if (claim === undefined) return [];
  const isList =
    Array.isArray(claim) &&
    claim.length <= SOURCES_MAX &&
    claim.every((item) => typeof item === 'string' && item !== '');
  if (!isList) throw invalid(name);
  return claim;
}

const invalid = (reason: string, cause?: unknown) => refuse('auth.invalid', { params: { reason }, cause });

/** The class of a jose error as one word: says what to mend, gives nothing of the token back. */
function translated(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return invalid('expired', error);
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(CLAIM_REASONS[error.claim] ?? error.claim, error);
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('algorithm', error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('signature', error);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return invalid('key', error);
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return unavailable(error);
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return invalid('malformed', error);
  if (error instanceof errors.JOSENotSupported) return invalid('algorithm', error);
  if (error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC') return invalid('malformed', error);
  // A header that is not JSON, a number where a name belongs: the sender's fault. Everything else is the issuer out of reach.
  if (error instanceof SyntaxError) return invalid('malformed', error);
  return error instanceof Error && error.name === 'Failure' ? error : unavailable(error);
}
const unavailable = (cause: unknown) => refuse('auth.unavailable', { cause });

const CLAIM_REASONS: Readonly<Record<string, string>> = { aud: 'audience', iss: 'issuer', typ: 'type' };
