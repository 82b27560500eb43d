import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importPKCS8, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export const AUDIENCE = 'https://ledger.test';

export interface TestIssuer {
  readonly url: string;
  readonly jwks: string;
  /** An access token as the provider issues it, for a client with these claims. */
  token(claims: { roles?: readonly string[]; sources?: readonly string[] }, audience?: string): Promise<string>;
  /** A token signed with the provider's own key whose claims and header a test chooses. */
  forge(claims: Record<string, unknown>, header?: { typ?: string; alg?: string }): Promise<string>;
  close(): Promise<void>;
}

const CLIENTS: Record<string, { roles?: readonly string[]; sources?: readonly string[] }> = {};

/** A real OpenID provider on the loopback that issues JWT access tokens by client credentials. */
export async function startIssuer(): Promise<TestIssuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test-key' };
  const secret = randomBytes(16).toString('hex');
  const names = Array.from({ length: 8 }, (_, at) => `client-${at}`);
  const provider = new Provider(url, {
    jwks: { keys: [jwk] },
    clients: names.map((name) => ({
      client_id: name,
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt' as const,
          accessTokenTTL: 300,
        }),
      },
    },
    extraTokenClaims: (_context: unknown, token: { clientId?: string }) => ({ ...CLIENTS[token.clientId ?? ''] }),
  });
  server.on('request', provider.callback());
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    url,
    jwks: `${url}/jwks`,
    token: async (claims, audience = AUDIENCE) => {
      const name = names[Object.keys(CLIENTS).length % names.length] as string;
      CLIENTS[name] = claims;
      const response = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      });
      const { access_token: token } = (await response.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`the provider gave no token: ${response.status}`);
      return token;
    },
    forge: async (claims, { typ = 'at+jwt', alg = 'RS256' } = {}) =>
      new SignJWT(claims as never).setProtectedHeader({ alg, typ, kid: 'test-key' }).sign(await importPKCS8(pem, alg)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
