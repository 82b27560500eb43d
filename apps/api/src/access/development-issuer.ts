import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { ROLES, type Role } from './caller.js';
import { keyFile } from './key-file.js';
import { type CheckToken, DEFAULT_AUDIENCE, TOKEN_TYPE, tokenCheck } from './tokens.js';

export const DEVELOPMENT_ISSUER = 'urn:sijill:development';
/** Source prefix of the development integrator: every entity of the local ledger. */
const DEVELOPMENT_SOURCES = ['urn:sijill'];
/** What takes two operators can be tried on one machine. */
const SECOND_OPERATOR = 'second-operator';
/** Tokens are renewed at each start, so this only bounds how long one process may run on the same ones. */
const VALIDITY = '90d';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Without a configured issuer anybody who can read a file is everybody: such a server stays on its own machine. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

/**
 * Local issuer for a machine without an identity provider. Makes its key on first start and writes one token a role to
 * `<data directory>/tokens/<role>`, mode 0600. @returns the check of those tokens.
 */
export async function startDevelopmentIssuer(dataDirectory: string): Promise<CheckToken> {
  const pem = await keyFile(join(dataDirectory, 'keys'), 'development-issuer.pem', () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const key = createPrivateKey(pem);
  const directory = join(dataDirectory, 'tokens');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const role of ROLES) await writeToken(directory, role, await developmentToken(key, role));
  await writeToken(directory, SECOND_OPERATOR, await developmentToken(key, 'operator', SECOND_OPERATOR));
  const publicKey = createPublicKey(pem);
  return tokenCheck(DEVELOPMENT_ISSUER, DEFAULT_AUDIENCE, async () => publicKey);
}

const developmentToken = (key: KeyObject, role: Role, name: string = role): Promise<string> =>
  new SignJWT({ roles: [role], ...(role === 'integrator' && { sources: DEVELOPMENT_SOURCES }) })
    .setProtectedHeader({ alg: 'EdDSA', typ: TOKEN_TYPE })
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEFAULT_AUDIENCE)
    .setSubject(`development-${name}`)
    .setIssuedAt()
    .setExpirationTime(VALIDITY)
    .sign(key);

/** Written aside and renamed: a reader finds the old token or the new one, never half of one. */
async function writeToken(directory: string, name: string, token: string): Promise<void> {
  const path = join(directory, name);
  const aside = `${path}.${randomUUID()}`; // several processes may start at once
  await writeFile(aside, `${token}\n`, { mode: 0o600 });
  await chmod(aside, 0o600);
  await rename(aside, path);
}
