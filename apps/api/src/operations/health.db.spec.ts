import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { until } from '../../../../test/support/processes.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ isProjecting: true, throughProxy: true });
});
afterAll(() => api.close());

type Check = { readonly name: string; readonly status: string };
const namesOf = ({ checks }: { checks: Check[] }) => checks.map(({ name }) => name);
const ready = () => api.get(null, '/health/ready');

describe('The readiness', () => {
  test('names the store, every projection and the durability; without the database it answers 503 with the same list', async () => {
    await until('the projections are there', async () => (await ready()).body.checks.length > 1);
    const before = await ready();
    expect([before.status, before.body.status, before.body.durability]).toEqual([200, 'ready', 'none']);
    expect(namesOf(before.body)).toEqual(expect.arrayContaining(['store', 'projection channel_volume']));

    api.proxy?.refuse();
    const during = await ready();
    expect([during.status, during.body.status]).toEqual([503, 'notReady']);
    expect(namesOf(during.body).sort()).toEqual(namesOf(before.body).sort());
    expect(new Set(during.body.checks.map(({ status }: Check) => status))).toEqual(new Set(['down']));
    expect((await api.get(null, '/health/live')).status).toBe(200);

    api.proxy?.restore();
    await until('it is ready again', async () => (await ready()).status === 200);
  });

  test('answers in time when the database says nothing at all', async () => {
    api.proxy?.freeze();
    const started = Date.now();
    const { status } = await ready();
    api.proxy?.thaw();
    expect(status).toBe(503);
    expect(Date.now() - started).toBeLessThan(5_000);
    await until('it is ready again', async () => (await ready()).status === 200);
  });
});

describe('Without the database', () => {
  test('a question is answered 503 and worth repeating, never as a fault of the program', async () => {
    api.proxy?.refuse();
    const asked = [
      await api.get('analyst', '/v1/datasets/channel_volume'),
      await api.get('analyst', '/v1/datasets/channel_volume/events'),
      await api.get('analyst', '/v1/datasets/channel_volume?min_position=1'),
      await api.get('analyst', '/v1/datasets/channel_volume?known_at=2026-01-01'),
      await api.get('regulator', '/v1/events'),
      await api.get('regulator', '/v1/events/1'),
      await api.get('operator', '/v1/projections'),
      await api.get(null, '/v1/services?q=a'),
      await api.get(null, '/v1/services/a'),
    ];
    api.proxy?.restore();
    expect(asked.map(({ body }) => [body.status, body.code, body.retryable])).toEqual(
      asked.map(() => [503, 'store.unavailable', true]),
    );
    await until(
      'it answers again',
      async () => (await api.get('analyst', '/v1/datasets/channel_volume')).status === 200,
    );
  });
});
