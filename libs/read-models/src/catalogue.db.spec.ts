import { type ProjectedLots, projectedLots } from '../../../test/support/projection.js';
import { foldInPages, type PostedFact } from '../../../test/support/read-models.js';
import { serviceEntry } from './catalogue/entry-answer.js';
import { type ServiceSearch, searchServices } from './catalogue/search.js';
import { catalogueDataSet, catalogueModel } from './catalogue.js';
import type { DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';

const fact = (noun: string, id: string, data: object): PostedFact => {
  const [category = ''] = noun.split('.');
  return { type: `gov.sijill.${noun}.v1`, stream: `${category}-${id}`, data: { [`${category}Id`]: id, ...data } };
};
const entity = (id: string, kind: string) =>
  fact('entity.registered', id, {
    title: { ar: `جهة ${id}`, en: `Entity ${id}` },
    kind,
    jurisdiction: 'AE-DU',
    from: '2010-01-01',
  });
const service = (id: string, ownerEntityId: string, title: object, more: object = {}) =>
  fact('service.registered', id, {
    ...{
      ownerEntityId,
      title,
      kind: 'transactional',
      flow: 'customer',
      critical: false,
      status: 'active',
      from: '2020-01-01',
    },
    ...more,
  });

const BEGINNING: readonly PostedFact[] = [
  entity('rta', 'government'),
  entity('enoc', 'private'),
  fact('platform.launched', 'now', {
    operatorEntityId: 'rta',
    title: { ar: 'دبي الآن', en: 'DubaiNow' },
    audience: ['public'],
    from: '2020-01-01',
  }),
  service('rta-renewal', 'rta', { ar: 'تجديد ترخيص المركبات', en: 'Vehicle licence renewal' }, { critical: true }),
  fact('service.classified', 'rta-renewal', {
    audience: ['citizen', 'resident'],
    scheme: 'life',
    themes: ['vehicles'],
    from: '2020-01-01',
  }),
  fact('service.channelOffered', 'rta-renewal', { channel: 'app', feeFils: '35000', from: '2020-01-01' }),
  fact('service.channelOffered', 'rta-renewal', { channel: 'counter', from: '2020-01-01' }),
  fact('service.documentsSet', 'rta-renewal', {
    items: [{ id: 'id', title: { en: 'Card' }, form: 'digital' }],
    from: '2020-01-01',
  }),
  fact('service.requirementsSet', 'rta-renewal', { items: [], from: '2020-01-01' }),
  fact('service.sharesDeclared', 'rta-renewal', {
    electronicBp: 7500,
    manualBp: 2500,
    from: '2020-01-01',
    basis: 'declared',
  }),
  service('rta-plates', 'rta', { ar: 'لوحات المركبات' }),
  service('enoc-fuel', 'enoc', { en: 'Contactless fuel' }),
  fact('platform.serviceAdded', 'now', { serviceId: 'enoc-fuel', from: '2020-06-01' }),
];
const LATER: readonly PostedFact[] = [
  fact('service.channelWithdrawn', 'rta-renewal', { channel: 'counter', from: '2020-10-01' }),
  fact('service.retired', 'rta-plates', {
    from: '2021-02-01',
    reason: { en: 'Merged' },
    successorIds: ['rta-renewal'],
  }),
  fact('service.transferred', 'enoc-fuel', { toEntityId: 'rta', from: '2021-02-01' }),
];

describe('The catalogue', () => {
  let lots: ProjectedLots;
  const query: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
  const ask = (more: Partial<DataSetQuery> = {}) =>
    inSnapshot(lots.source, 'catalogue', (manager) => catalogueDataSet.rows({ ...query, ...more }, manager));
  const search = (more: Partial<ServiceSearch> = {}) =>
    inSnapshot(lots.source, 'catalogue', (manager) => searchServices({ filters: {}, limit: 10, ...more }, manager));
  const entry = (id: string, asOf: { effectiveAt?: string; knownAt?: string } = {}) =>
    inSnapshot(lots.source, 'catalogue', (manager) => serviceEntry(id, asOf, manager));
  const counts = async (dimension: string, more: Partial<DataSetQuery> = {}) =>
    Object.fromEntries(
      (await ask({ group: [dimension], ...more })).rows.map((row) => [String(row[dimension]), row.services]),
    );

  beforeAll(async () => {
    lots = await projectedLots(catalogueModel, BEGINNING, LATER);
  });
  afterAll(() => lots?.close());

  test('[CAT-9, CAT-14, CAT-16] counts services by owner, kind, audience, channel class and platform', async () => {
    expect((await ask()).rows).toEqual([
      {
        services: 2,
        channels: 1,
        documents: 1,
        requirements: 0,
        electronic_bp: { num: '7500', den: '10000', value: '0.75' },
        completeness: { num: '10', den: '24', value: '0.416667' },
        ...{ dependencies_inside: 0, dependencies_outside: 0, dangling: 0, relations: 0 },
      },
    ]);
    expect(await counts('entity_kind')).toEqual({ government: 2 });
    expect(await counts('audience')).toEqual({ citizen: 1, resident: 1, null: 1 });
    expect(await counts('channel_class')).toEqual({ digital: 1, null: 1 });
    expect(await counts('platform')).toEqual({ now: 1, null: 1 });
    expect(await counts('status')).toEqual({ active: 2, retired: 1 });
    expect(await counts('critical', { filters: { audience: ['citizen', 'visitor'] } })).toEqual({ true: 1 });
  });

  test('counts a service once in the whole and once under each value of a list', async () => {
    const { rows } = await ask({ group: ['audience', 'channel'], effectiveAt: '2020-05-01' });
    expect(rows.map(({ audience, channel, services }) => [audience, channel, services])).toEqual([
      [null, null, 2],
      ['citizen', 'app', 1],
      ['citizen', 'counter', 1],
      ['resident', 'app', 1],
      ['resident', 'counter', 1],
    ]);
    const first = await ask({ group: ['audience', 'channel'], effectiveAt: '2020-05-01', limit: 2 });
    const rest = await ask({ group: ['audience', 'channel'], effectiveAt: '2020-05-01', after: first.next ?? [] });
    expect([...first.rows, ...rest.rows]).toEqual(rows);
  });

  test('[CAT-12] answers for a day, as known on a day', async () => {
    expect(await counts('entity', { effectiveAt: '2020-12-31' })).toEqual({ enoc: 1, rta: 2 });
    expect(await counts('entity', { effectiveAt: '2021-02-01' })).toEqual({ rta: 2 });
    expect(await counts('entity', { effectiveAt: '2021-02-01', knownAt: '2021-03-09' })).toEqual({ enoc: 1, rta: 2 });
    expect(await counts('entity', { knownAt: '2021-02-28' })).toEqual({});
    expect(await counts('entity', { effectiveAt: '2019-12-31' })).toEqual({});
    expect(await counts('channel', { effectiveAt: '2020-12-01', filters: { service: ['rta-renewal'] } })).toEqual({
      app: 1,
    });
  });

  test('lists the events that made the entries', async () => {
    const behind = (more: Partial<DataSetQuery>) =>
      inSnapshot(lots.source, 'catalogue', (manager) => catalogueDataSet.contributions({ ...query, ...more }, manager));
    const { events: found } = await behind({ filters: { service: ['rta-renewal'] } });
    expect(found.map(({ stream, revision }) => `${stream}/${revision}`)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((at) => `service-rta-renewal/${at}`),
    );
    expect((await behind({ filters: { service: ['rta-renewal'] }, knownAt: '2021-03-05' })).events).toHaveLength(7);
  });

  test('[CAT-11, CAT-25] finds Arabic words with and without article, vowels and hamza forms', async () => {
    const found = async (q: string) => (await search({ q })).services.map(({ serviceId, match }) => [serviceId, match]);
    expect(await found('تجديد ترخيص المركبات')).toEqual([['rta-renewal', 'exact']]);
    expect(await found('مركبات')).toEqual([['rta-renewal', 'prefix']]);
    expect(await found('تَرخيص')).toEqual([['rta-renewal', 'prefix']]);
    expect(await found('vehic licen')).toEqual([['rta-renewal', 'prefix']]);
    expect(await found('contactles feul')).toEqual([['enoc-fuel', 'similar']]);
    expect(await found('rta-renewal')).toEqual([['rta-renewal', 'exact']]);
    expect(await found('passport')).toEqual([]);
    expect(await found("' or 1=1 --")).toEqual([]);
  });

  test('gives facets under the other filters, and pages', async () => {
    const { total, facets, services } = await search({ filters: { audience: ['citizen'] } });
    expect(total).toBe(1);
    expect(services[0]).toMatchObject({ serviceId: 'rta-renewal', ownerTitle: { en: 'Entity rta' }, match: null });
    expect(facets.audience).toEqual({ citizen: 1, resident: 1 });
    expect(facets.language).toEqual({ ar: 1, en: 1 });
    expect(facets.channel).toEqual({ app: 1 });
    const first = await search({ limit: 1 });
    const second = await search({ limit: 1, ...(first.next && { after: first.next }) });
    expect([...first.services, ...second.services].map(({ serviceId }) => serviceId)).toEqual([
      'enoc-fuel',
      'rta-renewal',
    ]);
    expect(second.next).toBeUndefined();
  });

  test('[CAT-2, CAT-24] shows an entry with owner, platforms and what is missing', async () => {
    const fuel = await entry('enoc-fuel');
    expect(fuel).toMatchObject({
      owner: { entityId: 'rta' },
      platforms: [{ platformId: 'now' }],
      effectiveFrom: '2021-02-01',
      effectiveTo: null,
    });
    expect(await entry('enoc-fuel', { effectiveAt: '2020-05-01' })).toMatchObject({
      owner: { entityId: 'enoc' },
      effectiveFrom: '2020-01-01',
      effectiveTo: '2021-02-01',
    });
    const renewal = await entry('rta-renewal', { effectiveAt: '2020-05-01' });
    expect(renewal?.entry.channels.map(({ channel }) => channel)).toEqual(['app', 'counter']);
    expect(renewal?.completeness).toEqual({
      num: '9',
      den: '12',
      missing: ['definition_ar', 'definition_en', 'steps'],
    });
    expect(await entry('rta-plates')).toMatchObject({ entry: { status: 'retired', successorIds: ['rta-renewal'] } });
    expect(await entry('nobody')).toBeUndefined();
  });

  test('gives the same tables wherever pages end', () => {
    const whole = foldInPages(catalogueModel, lots.events, []);
    for (const ends of [[1, 2, 3], [5], [4, 9, 12]])
      expect(foldInPages(catalogueModel, lots.events, ends)).toEqual(whole);
  });
});
