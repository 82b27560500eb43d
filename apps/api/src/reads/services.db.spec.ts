import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';

const RENEWAL = 'rta-vehicle-renewal';
const TEST = 'rta-vehicle-test';
const from = '2020-01-01';
const step = (number: string, stepId: string, mode: string) =>
  cloudEvent('transaction.stepCompleted', { entityId: 'rta', number, stepId, mode, actor: 'system' }, AT);
const AT = { time: '2026-03-01T10:00:00+04:00' };

describe('The catalogue of services, open to everybody', () => {
  let api: TestApi;
  const get = (path: string) => api.get(null, path);

  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true, today: () => '2199-01-01' });
    const registered = await api.post('steward', [
      ...[entityRegistered('rta'), entityRegistered('dm'), serviceRegistered(RENEWAL, 'rta')],
      ...[serviceRegistered(TEST, 'rta'), serviceRegistered('permit', 'dm')],
      cloudEvent('service.sharesDeclared', {
        ...{ serviceId: RENEWAL, electronicBp: 10_000, manualBp: 0, basis: 'declared', from },
      }),
      cloudEvent('service.channelOffered', { serviceId: RENEWAL, channel: 'app', hours: 'always', from }),
      cloudEvent('service.classified', {
        ...{ serviceId: RENEWAL, audience: ['citizen', 'business'], scheme: 'gss2', themes: ['cars'], from },
      }),
      cloudEvent('dependency.declared', { fromServiceId: RENEWAL, toServiceId: TEST, from }),
      cloudEvent('dependency.declared', { fromServiceId: RENEWAL, toServiceId: 'not-there-yet', from }),
      cloudEvent('bundle.registered', {
        ...{ bundleId: 'own-a-car', kind: 'path', title: { ar: 'امتلاك مركبة' }, audience: ['citizen'], from },
      }),
      ...[TEST, RENEWAL].map((serviceId) =>
        cloudEvent('bundle.serviceAdded', { bundleId: 'own-a-car', serviceId, from }),
      ),
    ]);
    expect(registered.body.results.filter(({ status }: { status: string }) => status !== 'created')).toEqual([]);
    await api.post('integrator', [
      transactionReceived('S-1', { channel: 'app' }, { time: '2026-02-10T10:00:00+04:00' }),
      ...[step('S-1', 'apply', 'electronic'), step('S-1', 'check', 'manual'), step('S-1', 'issue', 'electronic')],
      cloudEvent(
        'transaction.completed',
        { entityId: 'rta', number: 'S-1', intended: true, delivery: 'electronic' },
        AT,
      ),
    ]);
    const head = String(await api.store.head());
    for (const dataSet of ['catalogue', 'electronic_share'])
      await api.get('analyst', `/v1/datasets/${dataSet}?min_position=${head}`);
  });
  afterAll(() => api?.close());

  test('[CAT-25] is searched and faceted by category, channel, owner and language', async () => {
    const found = async (query: string) =>
      (await get(`/v1/services?${query}`)).body.services.map(({ serviceId }: { serviceId: string }) => serviceId);
    expect(await found('audience=business')).toEqual([RENEWAL]);
    expect(await found('channel=app')).toEqual([RENEWAL]);
    expect(await found('entity=dm')).toEqual(['permit']);
    expect(await found('language=fr')).toEqual([]);
    expect(await found('bundle=own-a-car')).toEqual([RENEWAL, TEST]);
    const { facets } = (await get('/v1/services')).body;
    expect(facets).toMatchObject({
      ...{ audience: { citizen: 1, business: 1 }, channel: { app: 1 }, entity: { rta: 2, dm: 1 } },
      language: { en: 3 },
    });
  });
  test('[CAT-10] shows declared and observed electronic share side by side, the observed one in whole thresholds', async () => {
    const sharesOf = async (id: string, day: string) =>
      (await get(`/v1/services/${id}?effective_at=${day}&known_at=2199-01-01`)).body.electronicShares;
    expect(await sharesOf(RENEWAL, '2026-12-31')).toMatchObject({
      declared: { electronicBp: 10_000, manualBp: 0, basis: 'declared' },
      observed: { from: '2026-01-01', to: '2026-12-31', threshold: 10, share: null, gap: null },
    });
    const exactly = cloudEvent('policy.adopted', {
      ...{ policyId: 'publication', version: 2, parameters: { smallCount: 1, complementary: true } },
      ...{ from: '2020-01-01', reason: { en: 'A test' } },
    });
    expect((await api.post('steward', exactly)).status).toBe(201);
    await api.get('analyst', `/v1/datasets/electronic_share?min_position=${await api.store.head()}`);
    expect((await sharesOf(RENEWAL, '2026-12-31')).observed).toMatchObject({
      ...{ threshold: 1, share: { num: '2', den: '3', value: '0.666667' } },
      gap: { num: '10000', den: '30000', value: '0.333333' },
    });
    expect(await sharesOf('permit', '2026-12-31')).toMatchObject({ declared: null, observed: { share: null } });
    expect((await sharesOf(RENEWAL, '2026-12-30')).observed).toMatchObject({ to: '2025-12-31', share: null });
  });
  test('[CAT-7, CAT-13] shows an entry with its dependencies and paths', async () => {
    const { dependencies, bundles, completeness, history } = (await get(`/v1/services/${RENEWAL}`)).body;
    expect(dependencies.map((one: { serviceId: string; side: string }) => [one.serviceId, one.side])).toEqual([
      ['not-there-yet', 'dangling'],
      [TEST, 'inside'],
    ]);
    expect(bundles[0].services.map(({ serviceId }: { serviceId: string }) => serviceId)).toEqual([TEST, RENEWAL]);
    expect(completeness.missing).toContain('requirements');
    expect(history).toBe(`/v1/services/${RENEWAL}/history`);
  });
  test('[CAT-12] tells the history of an entry, in pages', async () => {
    const whole = (await get(`/v1/services/${RENEWAL}/history`)).body;
    expect(whole).toMatchObject({ next: null, meta: { projection: 'catalogue' } });
    const spans = [];
    for (let place = ''; ; ) {
      const { body } = await get(`/v1/services/${RENEWAL}/history?limit=5${place}`);
      spans.push(...body.spans);
      if (body.next === null) break;
      place = `&cursor=${body.next}`;
    }
    expect(spans).toEqual(whole.spans);
    expect(spans.find(({ attribute }) => attribute === 'shares')).toMatchObject({
      ...{ effectiveFrom: from, effectiveTo: null, event: { type: 'gov.sijill.service.sharesDeclared.v1' } },
    });
  });
  test.each([
    ['/v1/services?q=%00', 422, 'query.invalid'],
    [`/v1/services?q=${'ا'.repeat(201)}`, 422, 'query.invalid'],
    ['/v1/services?status=gone', 422, 'query.invalid'],
    ['/v1/services?cursor=AAAA', 400, 'cursor.invalid'],
    ['/v1/services?effective_at=2020-02-30', 422, 'query.invalid'],
    ['/v1/services/%27%20or%201=1--', 404, 'service.unknown'],
    [`/v1/services/${'a'.repeat(201)}`, 404, 'service.unknown'],
    ['/v1/services/nobody/history', 404, 'service.unknown'],
    [`/v1/services/${RENEWAL}/history?cursor=AAAA`, 400, 'cursor.invalid'],
    [`/v1/services/${RENEWAL}/history?limit=0`, 422, 'query.invalid'],
    [`/v1/services/${RENEWAL}/history?effective_at=2020-01-01`, 422, 'query.invalid'],
    [`/v1/services/${RENEWAL}?known_at=now`, 422, 'query.invalid'],
    [`/v1/services/${RENEWAL}?known_at=2020-01-01&known_at=2020-01-02`, 422, 'query.invalid'],
  ])('answers %s with a problem', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, answer.body?.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});
