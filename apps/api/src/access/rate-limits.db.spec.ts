import { entityRegistered, startTestApi, type TestApi } from '../../../../test/support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ quotas: { open: 4, read: 3, intake: 50, refused: 2 } });
});
afterAll(() => api.close());

const inTurn = async <T>(times: number, ask: () => Promise<T>): Promise<T[]> => {
  const answers: T[] = [];
  for (let at = 0; at < times; at++) answers.push(await ask());
  return answers;
};
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status);

describe('Who asks too often', () => {
  test('is told to wait, for how long, and only for this kind of request', async () => {
    const answers = await inTurn(4, () => api.get('regulator', '/v1/events?limit=1'));
    expect(statuses(answers)).toEqual([200, 200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"read";q=3;w=10');
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"read";r=2;t=(10|[1-9])$/);
    const refused = answers[3]!;
    const seconds = refused.headers.get('retry-after');
    expect(Number(seconds)).toBeGreaterThanOrEqual(1);
    expect(Number(seconds)).toBeLessThanOrEqual(10);
    expect(refused.body).toMatchObject({ code: 'rate.limited', status: 429, retryable: true, params: { seconds } });
    expect(refused.headers.get('ratelimit')).toMatch(/^"read";r=0;/);
    const posts = await inTurn(20, () => api.post('steward', entityRegistered('rta', { id: 'same' })));
    expect(new Set(statuses(posts.slice(1)))).toEqual(new Set([200]));
    expect((await api.get('operator', '/v1/projections')).status).toBe(200); // another caller
  });

  test('with bad tokens is counted by address; a good token passes all the same', async () => {
    const guess = () => api.get(null, '/v1/datasets', { authorization: 'Bearer x.y.z' });
    expect(statuses(await inTurn(4, guess))).toEqual([401, 401, 429, 429]);
    expect((await api.get('analyst', '/v1/datasets')).status).toBe(200);
  });

  test('without a token is counted by address; those who watch the process are not', async () => {
    expect(statuses(await inTurn(5, () => api.get(null, '/openapi.json')))).toEqual([200, 200, 200, 200, 429]);
    expect((await api.get(null, '/nothing')).status).toBe(429);
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect(new Set(statuses(await inTurn(10, () => api.get(null, path))))).toEqual(new Set([200]));
    }
  });
});
