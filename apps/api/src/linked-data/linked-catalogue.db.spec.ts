import type { Quad } from 'n3';
import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
} from '../../../../test/support/api.js';
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

const from = '2020-01-01';
const RENEWAL = 'rta-vehicle-renewal';
const lang = (ar: string, en: string) => ({ ar, en });
const service = (noun: string, data: object, serviceId = RENEWAL) =>
  cloudEvent(`service.${noun}`, { serviceId, ...data });

const GATEWAY = {
  ...{ serviceId: 'gateway', ownerEntityId: 'dm', title: lang('عنوان', 'Title'), kind: 'shared' },
  ...{ flow: 'internal', critical: true, status: 'active', from },
};
const ENTRY = [
  service('described', {
    definition: lang('تجديد ملكية مركبة', 'Renews the "ownership" of a vehicle \\ by mail'),
    keywords: [lang('مركبة', 'vehicle'), { ar: 'ملكية' }],
    outputs: [lang('بطاقة ملكية', 'Ownership card')],
    legalBasis: [lang('قانون السير', 'Traffic law')],
    contact: { phone: '8009090', url: 'https://example.ae/contact?a=1' },
    processingMinutes: 90,
  }),
  service('classified', { audience: ['citizen', 'business'], scheme: 'gss2', themes: ['cars'], from }),
  service('requirementsSet', { items: [{ id: 'insured', text: lang('تأمين سارٍ', 'Valid insurance') }], from }),
  service('documentsSet', {
    items: [{ id: 'policy', title: lang('وثيقة التأمين', 'Insurance policy'), form: 'digital', issuerEntityId: 'dm' }],
    from,
  }),
  service('channelOffered', { channel: 'app', hours: 'always', processingMinutes: 5, from }),
  service('channelOffered', {
    channel: 'counter',
    hours: { weekly: [{ day: 'monday', opens: '08:00', closes: '15:30' }], note: lang('عدا العطل', 'But holidays') },
    feeFils: '42050',
    from,
  }),
  service('feeSet', { feeFils: '35000', channel: 'app', from }),
  service('sharesDeclared', { electronicBp: 8_500, manualBp: 1_500, basis: 'declared', from }),
  service('sharedUsed', { sharedServiceId: 'gateway', from }),
];

describe('The catalogue as linked data', () => {
  let api: TestApi;
  let whole: Quad[];
  const get = (path: string, headers?: Record<string, string>) => api.get(null, path, headers);
  const address = (path: string) => `${api.url}/v1/services${path}`;

  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true });
    const edges = ['rta-vehicle-test', 'not-there-yet'].map((toServiceId) =>
      cloudEvent('dependency.declared', { fromServiceId: RENEWAL, toServiceId, from }),
    );
    const bundles = ['life', 'path'].flatMap((kind) => [
      cloudEvent('bundle.registered', {
        bundleId: `car-${kind}`,
        kind,
        title: lang('مركبة', 'Car'),
        audience: ['citizen'],
        from,
      }),
      ...['rta-vehicle-test', RENEWAL].map((serviceId) =>
        cloudEvent('bundle.serviceAdded', { bundleId: `car-${kind}`, serviceId, from }),
      ),
    ]);
    const { body } = await api.post('steward', [
      ...[entityRegistered('rta'), entityRegistered('dm'), serviceRegistered(RENEWAL, 'rta')],
      ...[serviceRegistered('rta-vehicle-test', 'rta'), cloudEvent('service.registered', GATEWAY)],
      ...[...ENTRY, ...edges, ...bundles],
      cloudEvent('relation.declared', { aServiceId: RENEWAL, bServiceId: 'gateway', from }),
    ]);
    expect(body.results.filter(({ status }: { status: string }) => status !== 'created')).toEqual([]);
    await api.get('analyst', `/v1/datasets/catalogue?min_position=${await api.store.head()}`);
    whole = turtle((await get('/v1/services.ttl')).text);
  });
  afterAll(() => api?.close());

  test('[CAT-24] says of an entry what CPSV-AP 3.2.0 has a property for', () => {
    const said = (property: string, of = address(`/${RENEWAL}`)) => objects(whole, of, property);
    const part = (name: string) => address(`/${RENEWAL}#${name}`);
    expect(said('dct:identifier')).toEqual([RENEWAL]);
    expect(said('cv:hasCompetentAuthority')).toEqual([address('#entity/rta')]);
    expect(said('dct:audience')).toEqual([address('#audience/citizen'), address('#audience/business')]);
    expect(said('cv:thematicArea')).toEqual([address('#theme/gss2/cars')]);
    expect(said('cv:processingTime')).toEqual(['PT90M']);
    expect(said('dct:requires')).toEqual([address('/rta-vehicle-test'), address('/gateway')]);
    expect(said('cv:relatedService')).toEqual([address('/gateway')]);
    expect(said('cv:isGroupedBy')).toEqual([address('#bundle/car-life')]);
    expect(said('cv:holdsRequirement')).toEqual([part('requirement/insured')]);
    expect(said('dct:type', part('document/policy'))).toEqual([address('#form/digital')]);
    expect(said('dct:type', part('channel/app'))).toEqual([address('#channel/app')]);
    expect(said('cv:processingTime', part('channel/app'))).toEqual(['PT5M']);
    expect(said('schema:openingHours', part('channel/counter/hours'))).toEqual(['Mo 08:00-15:30']);
    expect(said('dct:description', part('channel/counter/hours'))).toContain('الاثنين 08:00–15:30@ar');
    expect([said('cv:hasValue', part('cost/app')), said('cv:hasValue', part('cost/counter'))]).toEqual([
      ['350'],
      ['420.5'],
    ]);
    expect(said('cv:ifAccessedThrough', part('cost/counter'))).toEqual([part('channel/counter')]);
    expect(said('cv:hasParticipant', part('participation/gateway'))).toEqual([address('#entity/dm')]);
    expect(said('sijill:electronicShare', part('share/declared'))).toEqual(['0.85']);
    expect(said('skos:memberList', address('#bundle/car-path'))).toEqual([address('#bundle/car-path/1')]);
    expect(said('rdf:first', address('#bundle/car-path/2'))).toEqual([address(`/${RENEWAL}`)]);
  });

  test('[CAT-11] carries every text with its language, Arabic first', () => {
    const said = (property: string) => objects(whole, address(`/${RENEWAL}`), property);
    expect(said('dct:title')).toEqual(['عنوان@ar', 'Title@en']);
    expect(said('dct:description')).toEqual([
      'تجديد ملكية مركبة@ar',
      'Renews the "ownership" of a vehicle \\ by mail@en',
    ]);
    expect(said('dcat:keyword')).toEqual(['مركبة@ar', 'vehicle@en', 'ملكية@ar']);
    // Without a definition the title stands for it, and the entry is the less complete.
    expect(objects(whole, address('/gateway'), 'dct:description')).toEqual(['عنوان@ar', 'Title@en']);
    expect(objects(whole, address('/gateway'), 'sijill:completeness')).toEqual(['0.166667']);
  });

  test('[CAT-7] leaves out what nobody has recorded, and counts it', () => {
    expect(lines(whole).filter((line) => line.includes('not-there-yet'))).toEqual([]);
    expect(objects(whole, address(`/${RENEWAL}`), 'sijill:danglingServices')).toEqual(['1']);
    expect(objects(whole, address(''), 'sijill:danglingServices')).toEqual(['1']);
  });

  test('is one graph in both formats, by suffix and by Accept alike', async () => {
    const [byAccept, asJson] = [await get('/v1/services', { accept: 'text/turtle' }), await get('/v1/services.jsonld')];
    expect(byAccept.headers.get('content-type')).toBe('text/turtle; charset=utf-8');
    expect(asJson.headers.get('content-type')).toBe('application/ld+json');
    expect(lines(turtle(byAccept.text))).toEqual(lines(whole));
    expect(lines(await jsonLd(asJson.text))).toEqual(lines(whole));
    expect(whole.filter(({ subject }) => subject.termType === 'BlankNode')).toEqual([]);
    expect((await get('/v1/services', { accept: 'text/turtle;q=0.2, application/json' })).body.services).toHaveLength(
      3,
    );
  });

  test('of one entry tells what it names, and no more', async () => {
    const [one, asJson] = [await get(`/v1/services/${RENEWAL}.ttl`), await get(`/v1/services/${RENEWAL}.jsonld`)];
    const quads = turtle(one.text);
    expect(lines(await jsonLd(asJson.text))).toEqual(lines(quads));
    expect(objects(quads, address(`/${RENEWAL}`), 'cv:hasChannel')).toHaveLength(2);
    expect(objects(quads, address('/rta-vehicle-test'), 'dct:title')).toEqual(['عنوان@ar', 'Title@en']);
    expect(objects(quads, address('/rta-vehicle-test'), 'sijill:completeness')).toEqual([]);
    expect(
      (await get('/v1/services/rta-vehicle-test', { accept: 'application/ld+json' })).body['@graph'],
    ).toBeDefined();
    expect((await get('/v1/services/nobody.ttl')).body).toMatchObject({ status: 404, code: 'service.unknown' });
  });

  test('is filtered as the search is, and takes neither words nor pages', async () => {
    const quads = turtle((await get('/v1/services.ttl?entity=dm')).text);
    expect(ofType(quads, 'cv:Channel')).toEqual([]);
    expect(objects(quads, address(''), 'sijill:services')).toEqual(['1']);
    expect((await get('/v1/services.ttl?limit=5')).body).toMatchObject({ status: 422, code: 'query.invalid' });
    expect((await get('/v1/services.ttl?q=x')).body.code).toBe('query.invalid');
  });

  test('is told as of a day, as known on a day', async () => {
    const at = async (question: string) => turtle((await get(`/v1/services.ttl?${question}`)).text);
    const before = await at('effective_at=2019-12-31');
    expect(objects(before, address(`/${RENEWAL}`), 'cv:hasChannel')).toEqual([]);
    expect(objects(before, address(`/${RENEWAL}`), 'dct:title')).toHaveLength(2);
    expect(objects(before, address(''), 'sijill:effectiveAt')).toEqual(['2019-12-31']);
    const unknown = await at('known_at=2019-12-31');
    expect(objects(unknown, address(''), 'sijill:services')).toEqual(['0']);
    expect(await ownFindings(before)).toEqual([]);
  });

  test('known to its reader already is answered 304', async () => {
    const { headers } = await get('/v1/services.ttl');
    const tag = headers.get('etag') as string;
    const again = await get('/v1/services.ttl', { 'if-none-match': tag });
    expect([again.status, again.text, headers.get('vary')]).toEqual([304, '', 'accept']);
    expect((await get('/v1/services.jsonld', { 'if-none-match': tag })).status).toBe(200);
  });

  test('too large for an answer is refused, never cut', async () => {
    const small = await startTestApi({ database: api.database, files: { rows: 2, bytes: 2_000 } });
    for (const path of ['.ttl', '.jsonld'])
      expect((await small.get(null, `/v1/services${path}`)).body).toMatchObject({
        status: 413,
        code: 'export.tooLarge',
      });
    await small.close();
  });

  test('[CAT-24] keeps every rule of the shapes of this project, which report whatever is taken away', async () => {
    expect(await ownFindings(whole)).toEqual([]);
    const one = turtle((await get(`/v1/services/${RENEWAL}.ttl`)).text);
    expect(await ownFindings(one)).toEqual([]);
    for (const [focus, property] of [
      [address(`/${RENEWAL}`), 'http://purl.org/dc/terms/description'],
      [address('#entity/rta'), 'http://purl.org/dc/terms/spatial'],
      [address(`/${RENEWAL}#participation/gateway`), 'http://data.europa.eu/m8g/hasParticipant'],
    ] as const) {
      const rest = whole.filter(({ subject, predicate }) => subject.value !== focus || predicate.value !== property);
      expect(await ownFindings(rest)).toEqual([`${focus} ${property} MinCountConstraintComponent`]);
    }
  });

  withPublicData([OFFICIAL_SHAPES], () => {
    test('[CAT-24] passes the official shapes of CPSV-AP 3.2.0 with no finding, whole and entry by entry', async () => {
      expect(await officialFindings(whole)).toEqual([]);
      for (const id of [RENEWAL, 'rta-vehicle-test', 'gateway'])
        expect(await officialFindings(turtle((await get(`/v1/services/${id}.ttl`)).text))).toEqual([]);
      const title = 'http://purl.org/dc/terms/title';
      const rest = whole.filter((quad) => quad.subject.value !== address('/gateway') || quad.predicate.value !== title);
      expect(await officialFindings(rest)).toEqual([`${address('/gateway')} ${title} MinCountConstraintComponent`]);
    });
  });
});
