import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
} from '../../../../test/support/api.js';

const TEXT = 'أنا سالم، أرجو إتاحة الدفع بالتقسيط';
const submitted = (data: object = {}) =>
  cloudEvent('suggestion.submitted', {
    ...{ suggestionId: 'ask-dubai-1', about: { kind: 'service', id: 'rta-vehicle-renewal' }, by: 'customer' },
    ...{ entityId: 'rta', customerCategory: 'resident', topic: 'improvement', text: TEXT, ...data },
  });
const decided = (decision: string) =>
  cloudEvent('suggestion.decided', { suggestionId: 'ask-dubai-1', decision, reason: { ar: 'ضمن خطة العام' } });

describe('A suggestion at the door', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
  });
  afterAll(() => api?.close());

  test('[CAT-18, CAT-20] of a customer is recorded with its words sealed, decided and delivered', async () => {
    const { status, body } = await api.post('integrator', submitted());
    expect(status).toBe(201);
    const event = await api.store.readAt(BigInt(body.position));
    const stored = Buffer.from(event?.data ?? []).toString();
    expect(stored).not.toContain('سالم');
    expect(JSON.parse(stored)).toMatchObject({ about: { id: 'rta-vehicle-renewal' }, text: { $personal: {} } });
    expect((await api.post('integrator', submitted())).status).toBe(200); // told again, sealed anew: it is so already
    expect((await api.post('integrator', decided('accepted'))).body.code).toBe('role.forbidden');
    expect((await api.post('steward', decided('accepted'))).status).toBe(201);
    expect((await api.post('steward', decided('declined'))).body.code).toBe('suggestion.decided');
    const delivered = cloudEvent('suggestion.delivered', {
      ...{ suggestionId: 'ask-dubai-1', serviceId: 'rta-vehicle-renewal' },
    });
    expect((await api.post('steward', delivered)).status).toBe(201);
  });
  test('never hears its words repeated, whatever is wrong with them', async () => {
    const wrong = await api.post('integrator', submitted({ suggestionId: 'ask-dubai-2', text: `${TEXT}\u202e` }));
    expect([wrong.status, wrong.body.errors?.[0]?.pointer ?? wrong.text]).toEqual([422, '#/data/text']);
    expect(wrong.text).not.toContain('سالم');
  });
  test('names what is recorded, and is told the nearest of what is not', async () => {
    const about = { kind: 'bundle', id: 'getting-married' };
    const { body } = await api.post('integrator', submitted({ suggestionId: 'ask-dubai-3', about }));
    expect(body).toMatchObject({ code: 'reference.unknown' });
  });
});
