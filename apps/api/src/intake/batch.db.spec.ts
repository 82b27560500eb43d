import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';

let api: TestApi;
let numbers = 0;
const number = () => `N-${++numbers}`;

beforeAll(async () => {
  api = await startTestApi();
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
});
afterAll(() => api.close());

const statuses = (results: readonly { status: string }[]) => results.map(({ status }) => status);

describe('A repeated event', () => {
  test('is answered as the first time, with 200 instead of 201', async () => {
    const event = transactionReceived(number());
    const first = await api.post('integrator', event);
    const second = await api.post('integrator', event);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.headers.get('location')).toBe(`/v1/events/${first.body.position}`);
    expect(first.body).toEqual({
      position: expect.stringMatching(/^\d+$/),
      stream: `transaction-rta:${event.data && (event.data as { number: string }).number}`,
      revision: '0',
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      duplicate: false,
    });
    expect(second.body).toEqual({ ...first.body, duplicate: true });
  });

  test('is recognised however its members are ordered and spaced', async () => {
    const event = transactionReceived(number());
    await api.post('integrator', event);
    const shuffled = JSON.stringify(Object.fromEntries(Object.entries(event).reverse()), null, 3);
    expect((await api.post('integrator', shuffled)).body.duplicate).toBe(true);
  });

  test.each<[string, object]>([
    ['other data', { data: { ...transactionReceived('x').data, feeDue: '1' } }],
    ['another time', { time: '2026-02-03T10:04:11.202+04:00' }],
    ['the same moment in another zone', { time: '2026-02-03T06:04:11.201Z' }],
    ['a correlation', { correlationid: 'c' }],
  ])('with %s is refused: the id stands for other content', async (_, change) => {
    const name = number();
    const event = transactionReceived(name);
    const first = await api.post('integrator', event);
    const { data, ...attributes } = { data: {}, ...change } as { data: object };
    const reply = await api.post('integrator', {
      ...event,
      ...attributes,
      data: { ...event.data, ...data, number: name },
    });
    expect(reply.body).toMatchObject({
      status: 409,
      code: 'event.idReused',
      params: { position: first.body.position },
    });
  });

  test('sent by eight clients at once is stored once', async () => {
    const event = transactionReceived(number());
    const replies = await Promise.all(Array.from({ length: 8 }, () => api.post('integrator', event)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(replies.map(({ body }) => body.position)).size).toBe(1);
  });
});

describe('A batch', () => {
  test('answers every item in its place, whatever happens to its neighbours', async () => {
    const good = transactionReceived(number());
    const bad = transactionReceived(number(), { feeDue: '350.00' });
    const stranger = transactionReceived(number(), {}, { source: 'urn:sijill:dm:counter' });
    const { status, body } = await api.post('integrator', [bad, good, 7, good, stranger]);
    expect(status).toBe(200);
    expect(statuses(body.results)).toEqual(['rejected', 'created', 'rejected', 'duplicate', 'rejected']);
    expect(body.results.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(body).toMatchObject({ created: 1, duplicate: 1, rejected: 3 });
    expect(body.results[3].position).toBe(body.results[1].position);
    expect(body.results[0].problem).toMatchObject({
      code: 'event.invalid',
      schema: 'gov.sijill.transaction.received.v1',
      hint: 'sijill schema show transaction.received',
      errors: [{ pointer: '#/data/feeDue', received: '350.00' }],
    });
    expect(body.results[4].problem.code).toBe('source.notOwner');
  });

  test('lets later items refer to what earlier ones open', async () => {
    const entity = `entity-${++numbers}`;
    const service = `${entity}-permit`;
    const name = number();
    const source = { source: `urn:sijill:${entity}:desk` };
    const place = { entityId: entity, serviceId: service };
    const { body } = await api.post('steward', [
      transactionReceived(number(), place, source),
      entityRegistered(entity),
      serviceRegistered(service, entity),
      transactionReceived(name, place, source),
      cloudEvent(
        'transaction.completed',
        { entityId: entity, number: name, intended: true, delivery: 'electronic' },
        source,
      ),
    ]);
    expect(body.results[0].problem.code).toBe('reference.unknown');
    expect(statuses(body.results).slice(1)).toEqual(['created', 'created', 'created', 'created']);
  });

  test.each([
    ['1899-12-31T00:00:00Z', 'time.tooEarly'],
    ['0001-02-28T00:00:00Z', 'time.tooEarly'],
    ['2199-01-01T00:00:00Z', 'time.inFuture'],
    ['9999-12-31T00:00:00Z', 'time.inFuture'],
  ])('with an item of %s gives that item %s', async (time, code) => {
    const { body } = await api.post('integrator', [transactionReceived(number(), {}, { time })]);
    expect(body.results[0].problem.code).toBe(code);
  });

  test('does not count a rejected earlier item as a reference', async () => {
    const entity = `entity-${++numbers}`;
    const { body } = await api.post('steward', [
      entityRegistered(entity, { time: '2999-01-01T00:00:00Z' }),
      serviceRegistered(`${entity}-permit`, entity),
    ]);
    expect(body.results.map(({ problem }: { problem: { code: string } }) => problem.code)).toEqual([
      'time.inFuture',
      'reference.unknown',
    ]);
  });

  test('takes 1,000 events and refuses 1,001', async () => {
    const events = Array.from({ length: 1001 }, () => transactionReceived(number()));
    const most = await api.post('integrator', events.slice(0, 1000));
    expect(most.body).toMatchObject({ created: 1000, duplicate: 0, rejected: 0 });
    const tooMany = await api.post('integrator', events);
    expect(tooMany.body).toMatchObject({
      status: 413,
      code: 'request.tooManyEvents',
      params: { events: '1001', most: '1000' },
    });
    const lines = events.map((event) => JSON.stringify(event)).join('\n');
    const tooManyLines = await api.post('integrator', lines, { 'content-type': 'application/x-ndjson' });
    expect(tooManyLines.body.code).toBe('request.tooManyEvents');
  });

  test('of nothing is answered with nothing', async () => {
    const { status, body } = await api.post('integrator', []);
    expect([status, body]).toEqual([200, { results: [], created: 0, duplicate: 0, rejected: 0 }]);
  });

  test('speaks the language of the reader in its problems', async () => {
    const { body, headers } = await api.post('integrator', [7], { 'accept-language': 'ar, en;q=0.5' });
    expect(headers.get('content-language')).toBe('ar');
    expect(body.results[0].problem.detail).toMatch(/[\u0600-\u06ff]/);
  });
});

describe('Lines', () => {
  test('have their own verdict each; blank lines are left out', async () => {
    const lines = [
      JSON.stringify(transactionReceived(number())),
      '',
      '{"broken":',
      JSON.stringify(transactionReceived(number())),
    ];
    const { body } = await api.post('integrator', `${lines.join('\r\n')}\n`, {
      'content-type': 'application/x-ndjson',
    });
    expect(statuses(body.results)).toEqual(['created', 'rejected', 'created']);
    expect(body.results[1].problem.code).toBe('json.malformed');
  });
});

describe('A dry run', () => {
  test('judges as the real run would, and records nothing', async () => {
    const head = await api.store.head();
    const entity = `entity-${++numbers}`;
    const events = [
      entityRegistered(entity),
      serviceRegistered(`${entity}-permit`, entity),
      serviceRegistered(`${entity}-other`, `${entity}-nobody`),
      entityRegistered('rta'),
    ];
    const dry = await api.post('steward', events, {}, '?validate=only');
    expect(dry.body).toMatchObject({ validated: true, created: 2, duplicate: 1, rejected: 1 });
    const isTold = ({ status, position }: { status: string; position?: string }) => [status, position !== undefined];
    expect(new Map(dry.body.results.map(isTold))).toEqual(
      new Map([
        ['created', false],
        ['duplicate', true],
        ['rejected', false],
      ]),
    );
    expect(await api.store.head()).toBe(head);
    expect(statuses((await api.post('steward', events)).body.results)).toEqual(statuses(dry.body.results));
  });

  test('of one event tells its stream, and whether it is there already', async () => {
    const event = transactionReceived(number());
    const dry = await api.post('integrator', event, {}, '?validate=only');
    expect([dry.status, dry.body.duplicate, dry.body.validated]).toEqual([200, false, true]);
    await api.post('integrator', event);
    expect((await api.post('integrator', event, {}, '?validate=only')).body.duplicate).toBe(true);
    expect((await api.post('integrator', transactionReceived('!'), {}, '?validate=only')).status).toBe(422);
  });

  test('under another word is refused rather than recorded', async () => {
    const head = await api.store.head();
    const reply = await api.post('integrator', transactionReceived(number()), {}, '?validate=true');
    expect(reply.body).toMatchObject({ status: 422, code: 'query.invalid' });
    expect(await api.store.head()).toBe(head);
  });
});
