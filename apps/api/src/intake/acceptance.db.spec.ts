import { CloudEvent, HTTP } from 'cloudevents';
import { cloudEvent, type Reply, startTestApi, type TestApi } from '../../../../test/support/api.js';

type Attributes = Record<string, unknown>;
type Form = 'structured' | 'binary' | 'batch' | 'lines';
const FORMS: readonly Form[] = ['structured', 'binary', 'batch', 'lines'];

let api: TestApi;
let numbers = 0;

const entity = (attributes: Attributes = {}): Attributes => {
  const entityId = `entity-${++numbers}`;
  const data = {
    entityId,
    title: { ar: 'جهة', en: 'Entity' },
    kind: 'government',
    jurisdiction: 'AE-DU',
    from: '2000-01-01',
  };
  return cloudEvent('entity.registered', data, { source: 'urn:sijill:sijill:registry', ...attributes }) as Attributes;
};

const without = (event: Attributes, ...names: string[]): Attributes =>
  Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)));

/** Sends one event in a form; the outcome is told alike for each of them. */
async function sent(
  form: Form,
  event: Attributes,
): Promise<{ status: number; code?: string; pointers: string[]; reply: Reply }> {
  const reply = await post(form, event);
  const result = form === 'batch' || form === 'lines' ? reply.body.results?.[0] : undefined;
  const problem = result === undefined ? (reply.status >= 400 ? reply.body : undefined) : result.problem;
  const created = result === undefined ? reply.status : { created: 201, duplicate: 200 }[result.status as string];
  const pointers = (problem?.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  return { status: problem?.status ?? created, code: problem?.code, pointers, reply };
}

function post(form: Form, event: Attributes): Promise<Reply> {
  if (form === 'structured') return api.post('steward', event);
  if (form === 'batch') return api.post('steward', [event]);
  if (form === 'lines')
    return api.post('steward', `${JSON.stringify(event)}\n`, { 'content-type': 'application/x-ndjson' });
  const { data, datacontenttype, ...attributes } = event;
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]));
  return api.post('steward', JSON.stringify(data), {
    ...headers,
    'content-type': String(datacontenttype ?? 'application/json'),
  });
}

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe.each(FORMS)('A CloudEvent in %s form', (form) => {
  test('is recorded and found again as it was sent', async () => {
    const event = entity({ time: '2026-02-03T10:04:11.201+04:00', correlationid: 'c-1', causationid: 'd-1' });
    const { status, reply } = await sent(form, event);
    expect(status).toBe(201);
    const position = reply.body.position ?? reply.body.results[0].position;
    const found = (await api.get('regulator', `/v1/events/${position}`)).body;
    const { type, source, id, time, data } = event;
    expect(found).toMatchObject({
      specversion: '1.0',
      type,
      source,
      id,
      time,
      data,
      correlationid: 'c-1',
      causationid: 'd-1',
    });
  });

  test('with trace context is recorded without it', async () => {
    const { status } = await sent(
      form,
      entity({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=1' }),
    );
    expect(status).toBe(201);
  });

  test('without datacontenttype is taken for JSON', async () => {
    expect((await sent(form, without(entity(), 'datacontenttype'))).status).toBe(201);
  });

  test.each([
    [
      'a subject that is the id of its stream',
      (event: Attributes) => ({ subject: (event.data as Attributes).entityId }),
    ],
    [
      'a dataschema that is the schema of its type',
      (event: Attributes) => ({ dataschema: `urn:sijill:schema:${event.type}` }),
    ],
    ['a time in UTC', () => ({ time: '2026-02-03T10:04:11Z' })],
    ['an id of 128 characters', () => ({ id: `${++numbers}`.padStart(128, 'x') })],
    ['a source of 512 characters', () => ({ source: 'urn:sijill:rta:'.padEnd(512, 's') })],
  ])('with %s is accepted', async (_, attributes) => {
    const event = entity();
    expect((await sent(form, { ...event, ...attributes(event) })).status).toBe(201);
  });

  test.each(['specversion', 'type', 'source', 'id', 'time'])('without %s is refused', async (name) => {
    const outcome = await sent(form, without(entity(), name));
    expect(outcome).toMatchObject({ status: 422, code: 'envelope.invalid', pointers: [`#/${name}`] });
  });

  test.each<[string, Attributes, string]>([
    ['specversion 0.3', { specversion: '0.3' }, '#/specversion'],
    ['specversion 1.0.0', { specversion: '1.0.0' }, '#/specversion'],
    ['a time in words', { time: 'yesterday' }, '#/time'],
    ['a day that does not exist', { time: '2026-02-30T00:00:00Z' }, '#/time'],
    ['a lower-case t', { time: '2026-02-03t10:04:11Z' }, '#/time'],
    ['a time without offset', { time: '2026-02-03T10:04:11' }, '#/time'],
    ['four fraction digits', { time: '2026-02-03T10:04:11.2015Z' }, '#/time'],
    ['an id of 129 characters', { id: 'x'.repeat(129) }, '#/id'],
    ['an id with a space', { id: 'a b' }, '#/id'],
    ['a source of 513 characters', { source: 'urn:sijill:rta:'.padEnd(513, 's') }, '#/source'],
    ['a source of another name space', { source: 'https://rta.example/counter' }, '#/source'],
    ['a source without a system', { source: 'urn:sijill:rta' }, '#/source'],
    ['a type of 129 characters', { type: 't'.repeat(129) }, '#/type'],
    ['an unknown extension', { comment: 'hello' }, '#/comment'],
    ['a subject of another stream', { subject: 'somebody-else' }, '#/subject'],
    ['a dataschema of another type', { dataschema: 'urn:sijill:schema:gov.sijill.entity.closed.v1' }, '#/dataschema'],
    ['a correlation of 129 characters', { correlationid: 'c'.repeat(129) }, '#/correlationid'],
  ])('with %s is refused', async (_, attributes, pointer) => {
    const outcome = await sent(form, entity(attributes));
    expect(outcome).toMatchObject({ status: 422, code: 'envelope.invalid', pointers: [pointer] });
  });

  test('of an unknown type is refused with the nearest types', async () => {
    const outcome = await sent(form, entity({ type: 'gov.sijill.entity.registerd.v1' }));
    expect(outcome).toMatchObject({ status: 422, code: 'event.unknownType' });
    expect(JSON.stringify(outcome.reply.body)).toContain('gov.sijill.entity.registered.v1');
  });

  test('with several faults is told all of them at once', async () => {
    const event = entity();
    const data = { ...(event.data as Attributes), kind: 'municipal', from: '2026-02-30', colour: 'red' };
    const outcome = await sent(form, { ...event, data });
    expect(outcome).toMatchObject({ status: 422, code: 'event.invalid' });
    expect([...outcome.pointers].sort()).toEqual(['#/data/colour', '#/data/from', '#/data/kind']);
  });
});

describe.each<Form>(['structured', 'batch', 'lines'])('A CloudEvent in %s form', (form) => {
  test.each<[string, Attributes, string]>([
    ['an attribute that is no text', { id: 7 }, '#/id'],
    ['a null attribute', { subject: null }, '#/subject'],
    ['an object as extension', { correlationid: { a: 1 } }, '#/correlationid'],
    ['binary data', { data_base64: 'AA==' }, '#/data_base64'],
    ['data of another type', { datacontenttype: 'text/plain' }, '#/datacontenttype'],
  ])('with %s is refused', async (_, attributes, pointer) => {
    expect(await sent(form, entity(attributes))).toMatchObject({ code: 'envelope.invalid', pointers: [pointer] });
  });

  test('without data is refused', async () => {
    expect(await sent(form, without(entity(), 'data'))).toMatchObject({
      code: 'envelope.invalid',
      pointers: ['#/data'],
    });
  });

  test.each([[0], ['text'], [null], [[]]])('with the data %j is refused by the schema', async (data) => {
    expect(await sent(form, entity({ data }))).toMatchObject({ status: 422, code: 'event.invalid' });
  });
});

describe('Binary mode', () => {
  test('percent-decodes header values', async () => {
    const event = entity({ id: 'a%2Fb' });
    const { reply } = await sent('binary', event);
    expect((await api.get('regulator', `/v1/events/${reply.body.position}`)).body.id).toBe('a/b');
  });

  test('without a single attribute is no event: the answer lists the accepted types', async () => {
    const reply = await api.post('steward', JSON.stringify(entity()), { 'content-type': 'application/json' });
    expect(reply.status).toBe(415);
    expect(reply.body.params.accepted).toContain('application/cloudevents+json');
  });

  test.each(['ce-datacontenttype', 'ce-data'])('refuses the header %s', async (header) => {
    const reply = await api.post('steward', '{}', { 'content-type': 'application/json', 'ce-id': '1', [header]: 'x' });
    expect(reply.body).toMatchObject({ status: 400, code: 'request.malformed' });
  });
});

describe('The CloudEvents SDK', () => {
  test.each(['structured', 'binary'] as const)('sends an event in %s form and reads the recorded one', async (mode) => {
    const event = new CloudEvent(entity() as never);
    const message = HTTP[mode](event);
    const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
    const reply = await api.send('steward', 'POST', '/v1/events', { body: message.body as string, headers });
    expect(reply.status).toBe(201);
    const found = await api.get('regulator', `/v1/events/${reply.body.position}`);
    const read = HTTP.toEvent({
      headers: Object.fromEntries(found.headers),
      body: found.text,
    }) as CloudEvent<Attributes>;
    expect(read).toMatchObject({ id: event.id, type: event.type, source: event.source, data: event.data });
    expect(read.validate()).toBe(true);
  });
});
