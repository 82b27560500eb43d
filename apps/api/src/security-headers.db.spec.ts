import { startTestApi, type TestApi } from '../../../test/support/api.js';

const HEADERS = {
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self';font-src 'self';connect-src 'self';img-src 'self' data:;" +
    "base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

describe('Every answer', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  test.each([
    ['of a route', 'regulator', '/v1/events', 200],
    ['to a caller without a token', null, '/v1/events', 401],
    ['to an address that does not exist', null, '/v1/nothing', 404],
    ['of the documents', null, '/docs', 200],
  ] as const)('%s tells a browser what it may not do', async (_, role, path, status) => {
    const answer = await api.get(role, path);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(Object.keys(HEADERS).map((name) => [name, answer.headers.get(name)]))).toEqual(HEADERS);
  });
});
