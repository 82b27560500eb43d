import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { tablesWith } from '../../../../test/support/canary.js';
import { ErasureBench, KEY_CACHE_MS, LEGAL_BASIS } from '../../../../test/support/erasures.js';

const CANARY = 'canary-784-2026';

let api: TestApi;
let bench: ErasureBench;
const log: string[] = [];

beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  api = await startTestApi({ keyCacheMilliseconds: KEY_CACHE_MS, logger });
  bench = await ErasureBench.withService(api);
});
afterAll(async () => {
  await bench.close();
  await api.close();
});

const opened = async (position: string) =>
  (await api.get('integrator', `/v1/events/${position}?personal=open`)).body.data.customerRef;

describe('An erasure', () => {
  test('is asked for by one operator, and blocks nothing', async () => {
    const event = bench.event('asked');
    const { body: posted } = await api.post('integrator', event);
    const asked = await bench.ask('asked');
    expect([asked.status, asked.headers.get('location')]).toEqual([202, `/v1/erasures/${asked.body.id}`]);
    expect(asked.body).toMatchObject({
      state: 'waiting',
      legalBasis: LEGAL_BASIS,
      eraseAfterDays: 7,
      askedBy: 'urn:sijill:development development-operator',
      confirmedBy: null,
      dueAt: null,
      position: null,
    });
    expect((await api.post('integrator', event)).body).toEqual({ ...posted, duplicate: true });
    expect(await opened(posted.position)).toBe('asked');
    const list = await api.get('second-operator', '/v1/erasures');
    expect(list.body.erasures[0]).toEqual(asked.body);
    expect((await api.get('operator', asked.body.href)).body).toEqual(asked.body);
  });

  test('is confirmed by a second one, whose word may be said again', async () => {
    await api.post('integrator', bench.event('takes two'));
    const { body } = await bench.ask('takes two');
    expect((await bench.confirm(body.id, 'operator')).body).toMatchObject({
      status: 403,
      code: 'erasure.secondNeeded',
    });
    const confirmed = await bench.confirm(body.id);
    expect([confirmed.status, confirmed.body.state]).toEqual([202, 'blocked']);
    expect(confirmed.body.confirmedBy).toBe('urn:sijill:development development-second-operator');
    const days = (Date.parse(confirmed.body.dueAt) - Date.parse(confirmed.body.confirmedAt)) / 86_400_000;
    expect(days).toBeCloseTo(7, 5);
    expect((await bench.confirm(body.id)).body).toEqual(confirmed.body);
  });

  test('blocks the person at once: for readers, for new events, for repeats and rehearsals', async () => {
    const event = bench.event('blocked');
    const { body: posted } = await api.post('integrator', event);
    await bench.wanted('blocked', {});
    for (const sent of [event, bench.event('blocked')]) {
      expect((await api.post('integrator', sent)).body).toMatchObject({ status: 409, code: 'subject.erased' });
      const rehearsed = await api.post('integrator', sent, {}, '?validate=only');
      expect(rehearsed.body).toMatchObject({ status: 409, code: 'subject.erased' });
    }
    const { $personal: stored } = JSON.parse((await api.get('integrator', `/v1/events/${posted.position}`)).text).data
      .customerRef;
    expect(await opened(posted.position)).toEqual({ $personal: { ...stored, erased: true } });
    const beside = await api.post('integrator', [bench.event('blocked'), bench.event('somebody else')]);
    expect(beside.body.results.map(({ status }: { status: string }) => status)).toEqual(['rejected', 'created']);
  });

  test('can be cancelled until it is due, and opens the person again', async () => {
    const { body: posted } = await api.post('integrator', bench.event('comes back'));
    const id = await bench.wanted('comes back', {});
    expect((await bench.cancel(id)).body).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'urn:sijill:development development-operator',
    });
    expect((await bench.cancel(id)).body.state).toBe('cancelled');
    expect(await opened(posted.position)).toBe('comes back');
    expect((await api.post('integrator', bench.event('comes back'))).status).toBe(201);
    expect((await bench.confirm(id)).body).toMatchObject({ status: 409, code: 'erasure.finished' });
    expect((await bench.ask('comes back')).status).toBe(202); // and asked for anew
  });

  test('is recorded, then the key is destroyed; the row that tells who it was goes 30 days later', async () => {
    const event = bench.event('goes');
    const { body: posted } = await api.post('integrator', event);
    const { body: asked } = await bench.ask('goes', { eraseAfterDays: 0 });
    const { wrapped_key: wrapped } = (await bench.subject(asked.id))!;
    await bench.confirm(asked.id);
    const erased = await bench.until(asked.id, 'erased');
    expect(Date.parse(erased.dueAt)).toBeGreaterThanOrEqual(Date.parse(erased.confirmedAt) + 2 * KEY_CACHE_MS);
    expect(erased.recordedAt >= erased.dueAt && erased.erasedAt >= erased.recordedAt).toBe(true);
    const [one, ...others] = await bench.recorded(asked.subjectId);
    expect([one?.type, others]).toEqual(['gov.sijill.subject.erased.v1', []]);
    const keyHash = createHash('sha256').update(wrapped!).digest('hex');
    expect(one?.data).toEqual({ subjectId: asked.subjectId, legalBasis: LEGAL_BASIS, keyHash });
    expect(await bench.subject(asked.id)).toMatchObject({ wrapped_key: null, is_blocked: true });
    expect((await bench.cancel(asked.id)).body).toMatchObject({ status: 409, code: 'erasure.finished' });
    expect((await bench.ask('goes')).body).toMatchObject({ status: 409, code: 'subject.erased' });
    expect((await api.post('integrator', event)).body.code).toBe('subject.erased');
    expect(await opened(posted.position)).toMatchObject({ $personal: { erased: true } });

    await bench.daysLater(asked.id, 29);
    expect((await bench.until(asked.id, 'erased')).forgottenAt).toBeNull();
    await bench.daysLater(asked.id, 1);
    await bench.until(asked.id, 'forgotten');
    expect(await bench.subject(asked.id)).toBeUndefined();
    expect(await opened(posted.position)).toMatchObject({ $personal: { key: asked.subjectId, erased: true } });
    expect((await bench.ask('goes')).body.code).toBe('subject.unknown');
    const { body: newcomer } = await api.post('integrator', bench.event('goes')); // nothing ties it to who was erased
    const { customerRef } = (await api.get('integrator', `/v1/events/${newcomer.position}`)).body.data;
    expect(customerRef.$personal.key).not.toBe(asked.subjectId);
  });

  test('names the person by the id in the journal as well', async () => {
    const { body: posted } = await api.post('integrator', bench.event('by id'));
    const { data } = (await api.get('regulator', `/v1/events/${posted.position}`)).body;
    const subjectId = data.customerRef.$personal.key;
    const { body } = await bench.send('operator', '/v1/erasures', { subjectId, legalBasis: 'x' });
    expect(body).toMatchObject({ subjectId, state: 'waiting' });
  });

  test('leaves nothing of what the person is called in database and log', async () => {
    const { body: posted } = await api.post('integrator', bench.event(CANARY));
    expect(await opened(posted.position)).toBe(CANARY);
    const id = await bench.wanted(CANARY);
    await bench.ask(CANARY, { eraseAfterDays: 'soon' });
    await bench.until(id, 'erased');
    expect(await tablesWith(bench.admin, CANARY)).toEqual([]);
    expect(log.filter((line) => line.includes(CANARY))).toEqual([]);
    const audited = log.filter((line) => line.includes('"audit"'));
    expect(audited.filter((line) => line.includes(`"erasure":"${id}"`))).toHaveLength(3);
    expect(
      audited.some((line) => line.includes(`development-integrator opened personal data at ${posted.position}`)),
    ).toBe(true);
  });
});

describe('A request to erase', () => {
  test('is refused for a person whom nobody named, and for one who is being erased', async () => {
    expect((await bench.ask('nobody')).body).toMatchObject({ status: 404, code: 'subject.unknown' });
    await api.post('integrator', bench.event('twice'));
    const { body } = await bench.ask('twice');
    expect((await bench.ask('twice')).body).toMatchObject({
      status: 409,
      code: 'erasure.exists',
      params: { id: body.id },
    });
    for (const path of ['/v1/erasures/999', '/v1/erasures/x'])
      expect((await api.get('operator', path)).body).toMatchObject({ status: 404, code: 'erasure.unknown' });
  });

  test('sent again with the same key is the same one; another one with that key is refused', async () => {
    await api.post('integrator', bench.event('once'));
    const key = { 'idempotency-key': 'erase-1' };
    const first = await bench.ask('once', {}, key);
    const again = await bench.ask('once', {}, key);
    expect([first.status, again.status, again.body]).toEqual([202, 200, first.body]);
    expect((await bench.ask('once', { eraseAfterDays: 1 }, key)).body.code).toBe('idempotencyKey.reused');
    const racing = await Promise.all(Array.from({ length: 8 }, () => bench.ask('once', {}, key)));
    expect(new Set(racing.map(({ body }) => body.id))).toEqual(new Set([first.body.id]));
  });

  test.each([
    ['without a person', { customerRef: undefined, entityId: undefined }, '#/subjectId'],
    ['with two names', { subjectId: 's' }, '#/subjectId'],
    ['with half a name', { customerRef: undefined }, '#/customerRef'],
    ['without a basis', { legalBasis: undefined }, '#/legalBasis'],
    ['with a basis that is too long', { legalBasis: 'x'.repeat(301) }, '#/legalBasis'],
    ['later than in 30 days', { eraseAfterDays: 31 }, '#/eraseAfterDays'],
    ['in half a day', { eraseAfterDays: 0.5 }, '#/eraseAfterDays'],
    ['for a name that is too long', { customerRef: `${CANARY}${'x'.repeat(128)}` }, '#/customerRef'],
    ['for a name that is no text', { customerRef: { CANARY } }, '#/customerRef'],
    ['with a member that it does not have', { reason: 'x' }, '#/reason'],
  ])('%s is told so', async (_, more, pointer) => {
    const { status, body, text } = await bench.ask('x', more);
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'query.invalid', pointer]);
    expect(text).not.toContain(CANARY);
  });

  test('is the business of operators', async () => {
    for (const role of ['integrator', 'analyst', 'regulator', 'steward'] as const)
      expect((await bench.ask('x', {}, {}, role)).body.code).toBe('role.forbidden');
  });
});

describe('A record that the law demands', () => {
  const hold = (version: number, eventTypes: string[]) =>
    api.post('steward', {
      ...{
        specversion: '1.0',
        source: 'urn:sijill:sijill:registry',
        id: `hold-${version}`,
        time: '2026-02-03T10:00:00Z',
      },
      type: 'gov.sijill.policy.adopted.v1',
      data: {
        ...{ policyId: 'legal-hold', version, parameters: { eventTypes } },
        ...{ from: '2026-01-01', reason: { en: 'Law 1', ar: 'القانون ١' } },
      },
    });
  const RECEIVED = 'gov.sijill.transaction.received.v1';
  const enquiry = (customerRef: string) => ({
    ...(bench.event(customerRef) as object),
    type: 'gov.sijill.enquiry.received.v1',
    data: {
      entityId: 'rta',
      number: `Q-${customerRef.replaceAll(' ', '-')}`,
      channel: 'call',
      customerRef,
      customerCategory: 'resident',
    },
  });

  test('keeps its person from being erased, at each step and by every type that speaks of the person', async () => {
    for (const customerRef of ['held', 'held later', 'held in the end'])
      await api.post('integrator', bench.event(customerRef));
    await api.post('integrator', enquiry('only asked'));
    await api.post('integrator', enquiry('asked and transacted'));
    await api.post('integrator', bench.event('asked and transacted'));
    const [waiting, blocked] = [(await bench.ask('held later')).body, await bench.wanted('held in the end', {})];
    expect((await hold(2, [RECEIVED])).status).toBe(201);

    for (const customerRef of ['held', 'asked and transacted'])
      expect((await bench.ask(customerRef)).body).toMatchObject({
        ...{ status: 409, code: 'subject.legalHold', params: { types: RECEIVED } },
      });
    expect((await bench.confirm(waiting.id)).body.code).toBe('subject.legalHold');
    await bench.admin.query('update vault.erasure set due_at = confirmed_at where id = $1', [blocked]);
    expect((await bench.until(blocked, 'cancelled')).cancelledBy).toBe('subject.legalHold');
    expect((await api.post('integrator', bench.event('held in the end'))).status).toBe(201);
    expect((await bench.ask('only asked')).status).toBe(202);

    await hold(3, []);
    expect((await bench.ask('held')).status).toBe(202);
  });
});

describe('The event of an erasure', () => {
  test.each(['integrator', 'steward'] as const)('is posted by nobody: the %s is told so', async (role) => {
    const event = {
      ...{
        specversion: '1.0',
        source: 'urn:sijill:sijill:erasures',
        id: `erasure-1-${role}`,
        time: '2026-02-03T10:00:00Z',
      },
      type: 'gov.sijill.subject.erased.v1',
      data: { subjectId: 's-1', legalBasis: 'x', keyHash: 'a'.repeat(64) },
    };
    for (const query of ['', '?validate=only'])
      expect((await api.post(role, event, {}, query)).body).toMatchObject({ status: 403, code: 'event.ledgerOnly' });
    const { body } = await api.post(role, [event, bench.event('beside')]);
    expect(body.results[0]).toMatchObject({ status: 'rejected', problem: { code: 'event.ledgerOnly' } });
  });
});
