import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { entityRegistered, startTestApi, type TestApi, transactionReceived } from '../../../../test/support/api.js';
import { AUDIENCE, startIssuer, type TestIssuer } from '../../../../test/support/issuer.js';
import { coversSource } from './caller.js';

let issuer: TestIssuer;
let api: TestApi;
beforeAll(async () => {
  issuer = await startIssuer();
  api = await startTestApi({ oidc: { issuer: issuer.url, audience: AUDIENCE } });
});
afterAll(async () => {
  await api.close();
  await issuer.close();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const projections = (token: string) => api.get(null, '/v1/projections', bearer(token));
const now = () => Math.floor(Date.now() / 1000);
const claims = (over: object = {}) => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: 'client-0',
  iat: now(),
  exp: now() + 60,
  roles: ['operator'],
  ...over,
});
const unsigned = (header: object, payload: object) =>
  `${[header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

describe('A token of the configured issuer', () => {
  test('opens the routes of its roles; keys are found by discovery', async () => {
    const token = await issuer.token({ roles: ['operator'] });
    expect((await projections(token)).status).toBe(200);
    expect((await api.get(null, '/v1/datasets', bearer(token))).body.code).toBe('role.forbidden');
  });

  test('speaks for its source prefixes only, by whole segments', async () => {
    const token = await issuer.token({ roles: ['integrator'], sources: ['urn:sijill:rta'] });
    const post = (source: string) => api.post(null, transactionReceived('S-1', {}, { source }), bearer(token));
    expect((await post('urn:sijill:rta2:counter')).body).toMatchObject({
      code: 'source.forbidden',
      params: { allowed: 'urn:sijill:rta' },
    });
    expect((await post('urn:sijill:rta:counter')).body.code).toBe('reference.unknown');
  });

  test('does not see the streams of others', async () => {
    const steward = await issuer.token({ roles: ['steward'] });
    await api.post(null, entityRegistered('rta'), bearer(steward));
    const token = await issuer.token({ roles: ['integrator'], sources: ['urn:sijill:rta'] });
    expect((await api.get(null, '/v1/streams/entity-rta', bearer(token))).body.code).toBe('source.forbidden');
    expect((await api.get(null, '/v1/events/0', bearer(token))).body.code).toBe('source.forbidden');
  });

  test('without roles opens nothing', async () => {
    expect((await projections(await issuer.token({}))).body.code).toBe('role.forbidden');
  });

  test('made by hand with every claim right is accepted: the cases below differ in one thing each', async () => {
    expect((await projections(await issuer.forge(claims()))).status).toBe(200);
    expect((await projections(await issuer.forge(claims({ exp: now() - 1 })))).status).toBe(200); // within the tolerance of 5 s
  });
});

describe('A token is refused', () => {
  const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const signedBy = (key: Parameters<SignJWT['sign']>[0], alg: string, header: object = {}) =>
    new SignJWT(claims()).setProtectedHeader({ alg, typ: 'at+jwt', kid: 'test-key', ...header }).sign(key);

  test.each<[string, () => Promise<string> | string, string]>([
    ['for another audience', () => issuer.token({ roles: ['operator'] }, 'https://other.test'), 'audience'],
    ['of another issuer', () => issuer.forge(claims({ iss: 'https://evil.test' })), 'issuer'],
    ['when it has expired', () => issuer.forge(claims({ exp: now() - 60 })), 'expired'],
    ['before its time', () => issuer.forge(claims({ nbf: now() + 600 })), 'nbf'],
    ['without exp', () => issuer.forge(claims({ exp: undefined })), 'exp'],
    ['without iat', () => issuer.forge(claims({ iat: undefined })), 'iat'],
    ['without sub', () => issuer.forge(claims({ sub: undefined })), 'sub'],
    ['with a sub that no event may carry', () => issuer.forge(claims({ sub: 'a b' })), 'sub'],
    ['with roles that are no list', () => issuer.forge(claims({ roles: 'operator' })), 'roles'],
    ['of another type', () => issuer.forge(claims(), { typ: 'JWT' }), 'type'],
    ['without signature', () => unsigned({ alg: 'none', typ: 'at+jwt' }, claims()), 'malformed|algorithm'],
    ['signed with the public key as a secret', () => hmacToken(), 'algorithm'],
    ['signed by a stranger', () => signedBy(foreignKey, 'RS256'), 'signature'],
    [
      'with a key of its own inside',
      () => signedBy(foreignKey, 'RS256', { jwk: {}, jku: 'https://evil.test/keys' }),
      'signature',
    ],
    [
      'with an unknown critical header',
      () => signedBy(foreignKey, 'RS256', { crit: ['b64'], b64: true }),
      'malformed|algorithm|signature',
    ],
    ['of an unknown key', () => signedBy(foreignKey, 'RS256', { kid: '../../etc/passwd' }), 'key'],
    ['when it is no token at all', () => 'abc', 'malformed'],
    [
      'above 8 KiB',
      () => issuer.forge(claims({ roles: Array.from({ length: 60 }, (_, at) => `role-${at}`.padEnd(120, 'x')) })),
      'tooLarge',
    ],
  ])('%s', async (_, make, reason) => {
    const reply = await projections(await make());
    expect([reply.status, reply.body.code]).toEqual([401, 'auth.invalid']);
    expect(reply.body.params.reason).toMatch(new RegExp(`^(?:${reason})$`));
    expect(reply.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('in any other scheme than Bearer', async () => {
    const reply = await api.get(null, '/v1/projections', { authorization: 'Basic b3BlcmF0b3I6eA==' });
    expect([reply.status, reply.body.code]).toEqual([401, 'auth.missing']);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="sijill"');
  });

  async function hmacToken(): Promise<string> {
    const keys = (await (await fetch(issuer.jwks)).text()) as string;
    const head = unsigned({ alg: 'HS256', typ: 'at+jwt', kid: 'test-key' }, claims()).slice(0, -1);
    return `${head}.${createHmac('sha256', keys).update(head).digest('base64url')}`;
  }
});

describe('An issuer out of reach', () => {
  test('is no fault of the caller: 503, to be tried again', async () => {
    const lost = await startTestApi({ oidc: { issuer: 'http://127.0.0.1:9', audience: AUDIENCE } });
    const reply = await lost.get(null, '/v1/projections', bearer(await issuer.forge(claims())));
    await lost.close();
    expect(reply.body).toMatchObject({ status: 503, code: 'auth.unavailable', retryable: true });
    expect(reply.headers.get('retry-after')).toBe('1');
  });
});

describe('A source prefix', () => {
  test.each([
    ['urn:sijill:rta', 'urn:sijill:rta', true],
    ['urn:sijill:rta', 'urn:sijill:rta:counter', true],
    ['urn:sijill:rta:', 'urn:sijill:rta:counter', true],
    ['urn:sijill:rta', 'urn:sijill:rta2:counter', false],
    ['urn:sijill:rta:counter', 'urn:sijill:rta', false],
  ])('%s covers %s: %s', (prefix, source, covers) => expect(coversSource(prefix, source)).toBe(covers));
});
