import { dataSets } from '#read-models';
import { simulate } from '#simulation';
import { cloudEvent, startTestApi, type TestApi } from '../../../../test/support/api.js';
import {
  jsonLd,
  lines,
  OFFICIAL_SHAPES,
  objects,
  officialFindings,
  ofType,
  ownFindings,
  turtle,
} from '../../../../test/support/linked-data.js';
import { withPublicData } from '../../../../test/support/public-data.js';

const CATALOGUE = /^gov\.sijill\.(entity|service|platform|bundle|dependency|relation)\./;
const EVENTS_PER_POST = 500;

describe('The catalogue of the demo', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true });
    const events = [...simulate({ seed: '2026', events: 4_000, programmes: true })]
      .map(({ event }) => event)
      .filter(({ type }) => CATALOGUE.test(type));
    for (let start = 0; start < events.length; start += EVENTS_PER_POST) {
      const { body } = await api.post('steward', events.slice(start, start + EVENTS_PER_POST));
      expect(body.results.filter(({ status }: { status: string }) => status !== 'created')).toEqual([]);
    }
    await api.get('analyst', `/v1/datasets/catalogue?min_position=${await api.store.head()}`);
  });
  afterAll(() => api?.close());

  const quads = async () => turtle((await api.get(null, '/v1/services.ttl')).text);

  test('[CAT-24] keeps every rule of the shapes of this project', async () => {
    const whole = await quads();
    expect(ofType(whole, 'cpsv:PublicService').length).toBeGreaterThan(50);
    for (const type of ['cv:LifeEvent', 'cv:Channel', 'cv:Cost', 'cv:Participation', 'skos:OrderedCollection'])
      expect([type, ofType(whole, type).length > 0]).toEqual([type, true]);
    expect(await ownFindings(whole)).toEqual([]);
    expect(lines(await jsonLd((await api.get(null, '/v1/services.jsonld')).text))).toEqual(lines(whole));
  });

  withPublicData([OFFICIAL_SHAPES], () => {
    test('[CAT-24] passes the official shapes of CPSV-AP 3.2.0 with no finding', async () => {
      expect(await officialFindings(await quads())).toEqual([]);
    });
  });

  test('[SHR-9] data sets say by DCAT whether they are released, and under which licence', async () => {
    const released = { dataset: 'places', licence: 'Dubai Open Data Licence', threshold: 5, from: '2026-01-01' };
    expect((await api.post('steward', cloudEvent('dataset.released', released))).status).toBe(201);
    const { text, headers } = await api.get('analyst', '/v1/datasets.ttl');
    const graph = turtle(text);
    const [places, stamp] = [`${api.url}/v1/datasets/places`, `${api.url}/v1/datasets/stamp`];
    expect(objects(graph, `${places}#licence`, 'rdfs:label')).toEqual(['Dubai Open Data Licence']);
    expect(objects(graph, places, 'dct:license')).toEqual([`${places}#licence`]);
    expect(objects(graph, places, 'dct:accessRights')[0]).toMatch(/PUBLIC$/);
    expect([objects(graph, stamp, 'dct:license'), objects(graph, stamp, 'dct:title')]).toEqual([[], expect.any(Array)]);
    expect(objects(graph, stamp, 'dct:accessRights')[0]).toMatch(/RESTRICTED$/);
    const { body } = await api.get('analyst', '/v1/datasets');
    expect(ofType(graph, 'dcat:Dataset')).toEqual(
      body.datasets.map(({ href }: { href: string }) => `${api.url}${href}`),
    );
    expect(await ownFindings(graph)).toEqual([]);
    expect(lines(await jsonLd((await api.get('analyst', '/v1/datasets.jsonld')).text))).toEqual(lines(graph));
    const again = await api.get('analyst', '/v1/datasets.ttl', { 'if-none-match': headers.get('etag') as string });
    expect(again.status).toBe(304);
    expect((await api.get(null, '/v1/datasets.ttl')).status).toBe(401);
  });

  test('data sets by DCAT are told at their plain address as well, where Accept likes that best', async () => {
    const at = (accept: string) => api.get('analyst', '/v1/datasets', { accept });
    const [asTurtle, asJsonLd] = [
      await at('text/turtle'),
      await at('application/ld+json;q=0.9, application/json;q=0.8'),
    ];
    expect(asTurtle.text).toBe((await api.get('analyst', '/v1/datasets.ttl')).text);
    expect(asJsonLd.text).toBe((await api.get('analyst', '/v1/datasets.jsonld')).text);
    expect([asTurtle, asJsonLd].map(({ headers }) => headers.get('vary'))).toEqual(['accept', 'accept']);
    expect(asTurtle.headers.get('content-type')).toBe('text/turtle; charset=utf-8');
    expect((await at('text/turtle;q=0.1, application/json')).body.datasets).toHaveLength(dataSets.size);
    expect((await at('*/*')).headers.get('vary')).toBe('accept');
    expect((await api.get('analyst', '/v1/datasets?q=x', { accept: 'text/turtle' })).body.code).toBe('query.invalid');
  });

  test.each(['/v1/datasets', '/v1/services', '/v1/datasets/places', '/v1/datasets/places/events'])(
    '%s answers 406 where nothing that it has is liked, and says what it has',
    async (path) => {
      const { status, body, headers } = await api.get('analyst', path, { accept: 'text/html, application/xml;q=0.9' });
      expect([status, headers.get('content-type')]).toEqual([406, 'application/problem+json; charset=utf-8']);
      expect(body).toMatchObject({
        code: 'media.notAcceptable',
        params: { offered: expect.stringContaining('application/json') },
      });
    },
  );

  test('absolute addresses begin with the public one where the ledger has one, whatever the host that was asked', async () => {
    const publicUrl = 'https://ledger.example.ae';
    const behind = await startTestApi({ database: api.database, publicUrl });
    const headers = {
      'x-forwarded-proto': 'gopher',
      'x-forwarded-host': 'elsewhere.example',
      forwarded: 'host=elsewhere.example',
    };
    const graphs = [
      turtle((await behind.get(null, '/v1/services.ttl?entity=rta', headers)).text),
      turtle((await behind.get('analyst', '/v1/datasets.ttl', headers)).text),
    ];
    for (const graph of graphs) {
      const ours = graph.filter(({ subject }) => /\/v1\//.test(subject.value));
      expect(ours.length).toBeGreaterThan(10);
      expect(ours.filter(({ subject }) => !subject.value.startsWith(`${publicUrl}/v1/`))).toEqual([]);
    }
    const { body } = await behind.get('analyst', '/v1/datasets/places.csv-metadata.json', headers);
    expect(body.url).toBe(`${publicUrl}/v1/datasets/places.csv`);
    const plain = await api.get('analyst', '/v1/datasets.ttl', headers);
    expect(plain.text).toContain(`<${api.url}/v1/datasets>`);
    expect(plain.text).not.toContain('elsewhere');
    await behind.close();
  });
});
