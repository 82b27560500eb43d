import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';

const entityId = 'rta';
const H1 = { entityId, half: '2021-H1' };
const whole = { num: '1', den: '1' };

describe('The public mark', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true });
    const leave = { ...serviceRegistered('leave', entityId), id: 'leave' };
    const receipt = { serviceId: 'leave', flow: 'internal', customerCategory: 'employee' };
    await post('steward', [
      entityRegistered(entityId),
      serviceRegistered('rta-vehicle-renewal', entityId),
      { ...leave, data: { ...(leave.data as object), flow: 'internal' } },
    ]);
    await post('integrator', [
      transactionReceived('D-1', { channel: 'app' }, { time: '2021-02-10T10:00:00+04:00' }),
      transactionReceived('D-2', { channel: 'app', ...receipt }, { time: '2021-02-10T10:00:00+04:00' }),
    ]);
    await post('steward', [
      cloudEvent('assessment.opened', H1),
      cloudEvent('assessment.resultAnnounced', {
        ...{ ...H1, atPosition: '1', sizeClass: 'large', services: whole, internal: whole, announcedOn: '2021-08-02' },
      }),
      cloudEvent('stamp.conferred', { ...H1, sizeClass: 'large' }, { time: '2021-08-02T10:00:00+04:00' }),
    ]);
  });
  afterAll(() => api.close());

  const post = async (role: 'steward' | 'integrator', events: readonly object[]) => {
    const { body } = await api.post(role, events);
    expect(body.results.filter(({ status }: { status: string }) => status === 'rejected')).toEqual([]);
  };
  /** What anybody reads once the projection has taken in all that was posted. */
  const stamps = async (query = '') => {
    const head = await api.store.head();
    expect((await api.get('analyst', `/v1/datasets/stamp?min_position=${head}`)).status).toBe(200);
    return api.get(null, `/v1/stamps${query}`);
  };
  const mark = { entity: entityId, half: '2021-H1', sizeClass: 'large', conferredOn: '2021-08-02' };

  test('[STP-1] is read by everybody, without a token: who holds it and of which half, and nothing else', async () => {
    const { status, body } = await stamps();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      stamps: [mark],
      next: null,
      meta: { asOfPosition: expect.any(String), knownAt: null },
    });
    expect(Object.keys(body.stamps[0]).sort()).toEqual([...Object.keys(mark), 'title'].sort());
    expect(body.stamps[0].title).toEqual(expect.objectContaining({ en: expect.any(String) }));
    expect((await stamps('?half=2021-H2')).body.stamps).toEqual([]);
    expect((await stamps('?known_at=2021-08-03')).body.stamps).toEqual([]); // it was recorded today
    expect((await api.get(null, '/v1/datasets/stamp')).status).toBe(401);
  });

  test('answers a question that it does not have with what is wrong in it', async () => {
    for (const query of ['?half=2021', '?known_at=soon', '?entity=rta', '?limit=0', '?cursor=x'])
      expect([query, (await stamps(query)).status]).toEqual([query, query === '?cursor=x' ? 400 : 422]);
  });

  test('[STP-14] is gone from the public while a late sheet stands in its way, and back when it is voided', async () => {
    const record = { entityId, recordId: 'late' };
    const consumed = cloudEvent('paper.consumed', {
      ...{
        ...record,
        sheets: 12,
        kind: 'process',
        flow: 'customer',
        serviceId: 'rta-vehicle-renewal',
        method: 'counted',
      },
      ...{ periodStart: '2021-03-01', periodEnd: '2021-03-31' },
    });
    await post('integrator', [consumed]);
    expect((await stamps()).body.stamps).toEqual([]);
    await post('integrator', [cloudEvent('paper.voided', { ...record, reason: { ar: 'ليس لنا' } })]);
    expect((await stamps()).body.stamps).toMatchObject([mark]);
  });
});
