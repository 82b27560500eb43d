import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import { foldInPages, type PostedFact } from '../../../../test/support/read-models.js';
import { catalogueDataSet, catalogueModel } from '../catalogue.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { type CatalogueEntry, serviceEntry, serviceHistory } from './entry-answer.js';
import { type AttributeSpan } from './history.js';

const fact = (noun: string, id: string, data: object): PostedFact => {
  const [category = ''] = noun.split('.');
  return { type: `gov.sijill.${noun}.v1`, stream: `${category}-${id}`, data: { [`${category}Id`]: id, ...data } };
};
const edge = (noun: string, data: object): PostedFact => ({
  type: `gov.sijill.${noun}.v1`,
  stream: 'graph-services',
  data,
});
const entity = (id: string, kind = 'government') =>
  fact('entity.registered', id, { title: { en: id.toUpperCase() }, kind, jurisdiction: 'AE-DU', from: '2010-01-01' });
const service = (id: string, ownerEntityId: string, more: object = {}) =>
  fact('service.registered', id, {
    ...{ ownerEntityId, title: { ar: `خدمة ${id}`, en: `Service ${id}` }, kind: 'transactional', flow: 'customer' },
    ...{ critical: false, status: 'active', from: '2020-01-01', ...more },
  });
const steps = (id: string, ...modes: string[]) =>
  fact('service.proceduresSet', id, {
    steps: modes.map((mode, at) => ({ id: `s${at}`, title: { en: `Step ${at}` }, mode, weight: 1 })),
    from: '2020-01-01',
  });
const needs = (fromServiceId: string, toServiceId: string, from = '2020-01-01') =>
  edge('dependency.declared', { fromServiceId, toServiceId, from });
const member = (id: string, serviceId: string, more: object = {}) =>
  fact('bundle.serviceAdded', id, { serviceId, from: '2020-01-01', ...more });

/** Three services of rta, one of dm; the payment gateway is shared; a path, a life bundle, a platform. */
const FIRST: readonly PostedFact[] = [
  ...[entity('rta'), entity('dm'), entity('sdd'), entity('dta')],
  ...[service('test', 'rta'), service('renewal', 'rta'), service('plates', 'rta'), service('permit', 'dm')],
  service('gateway', 'sdd', { kind: 'shared' }),
  fact('service.sharedUsed', 'renewal', { sharedServiceId: 'gateway', from: '2020-01-01' }),
  fact('service.sharedUsed', 'permit', { sharedServiceId: 'gateway', from: '2020-06-01' }),
  ...[steps('renewal', 'electronic', 'electronic'), steps('test', 'electronic', 'manual'), steps('permit')],
  ...[needs('renewal', 'test'), needs('renewal', 'permit'), needs('renewal', 'insurance')],
  edge('relation.declared', { aServiceId: 'permit', bServiceId: 'renewal', from: '2020-01-01' }),
  edge('relation.declared', { aServiceId: 'plates', bServiceId: 'renewal', from: '2020-01-01' }),
  fact('bundle.registered', 'own-a-car', {
    ...{ kind: 'path', title: { ar: 'امتلاك مركبة', en: 'Own a car' }, audience: ['citizen'], from: '2020-01-01' },
  }),
  ...[member('own-a-car', 'test'), member('own-a-car', 'renewal'), member('own-a-car', 'plates', { optional: true })],
  fact('bundle.registered', 'new-in-town', {
    ...{ kind: 'life', title: { en: 'New in town' }, audience: ['resident'], priority: 1, from: '2020-01-01' },
  }),
  member('new-in-town', 'renewal'),
  fact('platform.launched', 'now', {
    ...{ operatorEntityId: 'sdd', title: { ar: 'دبي الآن' }, audience: ['public'], from: '2020-01-01' },
  }),
  fact('platform.serviceAdded', 'now', { serviceId: 'renewal', from: '2020-03-01' }),
];
/** Told on 10 March 2021. */
const SECOND: readonly PostedFact[] = [
  service('insurance', 'dm', { from: '2021-01-01' }),
  edge('dependency.removed', { fromServiceId: 'renewal', toServiceId: 'test', from: '2021-02-01' }),
  needs('renewal', 'test', '2019-06-01'),
  fact('bundle.reordered', 'own-a-car', { serviceIds: ['plates', 'test', 'renewal'], from: '2021-02-01' }),
  fact('bundle.retired', 'new-in-town', { from: '2021-02-15' }),
  fact('entity.merged', 'dm', { intoEntityId: 'dta', from: '2021-02-20' }),
  fact('entity.merged', 'dta', { intoEntityId: 'rta', from: '2021-03-01' }),
  fact('service.described', 'renewal', { definition: { ar: 'تعريف' } }),
  fact('service.sharesDeclared', 'renewal', {
    ...{ electronicBp: 9000, manualBp: 1000, basis: 'declared', from: '2020-07-01' },
  }),
];

describe('The catalogue as a graph', () => {
  let lots: ProjectedLots;
  const query: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
  const rows = async (more: Partial<DataSetQuery> = {}) =>
    (await inSnapshot(lots.source, 'catalogue', (manager) => catalogueDataSet.rows({ ...query, ...more }, manager)))
      .rows;
  const counts = async (dimension: string, more: Partial<DataSetQuery> = {}) =>
    Object.fromEntries((await rows({ group: [dimension], ...more })).map((row) => [row[dimension], row.services]));
  const edgesOf = async (id: string, more: Partial<DataSetQuery> = {}) => {
    const [row] = await rows({ ...more, filters: { service: [id] } });
    return [row?.dependencies_inside, row?.dependencies_outside, row?.dangling, row?.relations];
  };
  const entry = (id: string, asOf: { effectiveAt?: string; knownAt?: string } = {}) =>
    inSnapshot(lots.source, 'catalogue', (manager) => serviceEntry(id, asOf, manager)) as Promise<CatalogueEntry>;
  const history = (id: string, asked: Partial<Parameters<typeof serviceHistory>[1]> = {}) =>
    inSnapshot(lots.source, 'catalogue', (manager) => serviceHistory(id, { limit: 100, ...asked }, manager));

  beforeAll(async () => {
    lots = await projectedLots(catalogueModel, FIRST, SECOND);
  });
  afterAll(() => lots?.close());

  test('[CAT-7, CAT-8] tells dependencies inside, outside and dangling apart, by the owners of the day asked', async () => {
    expect(await edgesOf('renewal', { effectiveAt: '2020-05-01', knownAt: '2021-03-05' })).toEqual([1, 1, 1, 2]);
    // Registered on 10 March from 2021 on: it had no owner in 2020, and is not dangling any more.
    expect(await edgesOf('renewal', { effectiveAt: '2020-05-01' })).toEqual([1, 2, 0, 2]);
    expect(await edgesOf('renewal', { effectiveAt: '2021-02-10' })).toEqual([0, 2, 0, 2]);
    // dm went up in dta, and dta in rta.
    expect(await edgesOf('renewal', { effectiveAt: '2021-02-25' })).toEqual([0, 2, 0, 2]);
    expect(await edgesOf('renewal', { effectiveAt: '2021-03-01' })).toEqual([2, 0, 0, 2]);
    expect(await edgesOf('permit', { effectiveAt: '2021-03-01' })).toEqual([0, 0, 0, 1]);
  });
  test('[CAT-7] learns late that a dependency began earlier', async () => {
    const { dependencies } = await entry('renewal', { effectiveAt: '2020-01-01' });
    expect(dependencies.map(({ serviceId }) => serviceId)).toEqual(['insurance', 'permit', 'test']);
    const spans = (await history('renewal'))?.spans.filter(({ value }) => value === 'test') ?? [];
    expect(spans.map(({ effectiveFrom, effectiveTo }) => [effectiveFrom, effectiveTo])).toEqual([
      ['2019-06-01', '2021-02-01'],
    ]);
  });
  test('counts services and their owners after a merger under the successor', async () => {
    expect(await counts('entity', { effectiveAt: '2021-02-19' })).toEqual({ rta: 3, dm: 2, sdd: 1 });
    expect(await counts('entity', { effectiveAt: '2021-02-20' })).toEqual({ rta: 3, dta: 2, sdd: 1 });
    expect(await counts('entity', { effectiveAt: '2021-03-01' })).toEqual({ rta: 5, sdd: 1 });
    expect(await counts('entity', { effectiveAt: '2021-03-01', knownAt: '2021-03-05' })).toMatchObject({ dm: 1 });
    expect((await entry('permit', { effectiveAt: '2021-03-01' })).owner?.entityId).toBe('rta');
  });
  test('[CAT-13, CAT-15] counts services by bundle and path until they retire', async () => {
    expect(await counts('bundle', { effectiveAt: '2021-02-14' })).toEqual({
      ...{ 'new-in-town': 1, 'own-a-car': 3, null: 3 },
    });
    expect(await counts('bundle', { effectiveAt: '2021-02-15' })).toEqual({ 'own-a-car': 3, null: 3 });
    expect(await counts('service', { filters: { bundle: ['new-in-town'] }, effectiveAt: '2020-01-01' })).toEqual({
      renewal: 1,
    });
  });
  test('[CAT-17] counts which service uses which shared one', async () => {
    expect(await counts('shared_service', { effectiveAt: '2020-05-31' })).toEqual({ gateway: 1, null: 4 });
    expect(await counts('service', { filters: { shared_service: ['gateway'] } })).toEqual({ permit: 1, renewal: 1 });
    const { sharedBy } = await entry('gateway');
    expect(sharedBy).toMatchObject({ total: 2, services: [{ serviceId: 'permit' }, { serviceId: 'renewal' }] });
    expect((await entry('renewal')).sharedServices).toEqual([
      {
        ...{ serviceId: 'gateway', title: { ar: 'خدمة gateway', en: 'Service gateway' }, ownerEntityId: 'sdd' },
        ownerTitle: { en: 'SDD' },
      },
    ]);
  });
  test('gives the KPI of services that are online from end to end, null where no procedure is set', async () => {
    const kpis = ['online_end_to_end'];
    expect((await rows({ kpis }))[0]?.online_end_to_end).toEqual({ num: '1', den: '2', value: '0.5' });
    expect((await rows({ kpis, filters: { service: ['permit'] } }))[0]?.online_end_to_end).toEqual({
      ...{ num: '0', den: '0', value: null },
    });
    const asked = inSnapshot(lots.source, 'catalogue', (manager) =>
      catalogueDataSet.rows({ ...query, kpis, kpiVersion: 2 }, manager),
    );
    await expect(asked).rejects.toMatchObject({ code: 'kpi.versionUnknown' });
  });
  test('[CAT-7, CAT-8, CAT-13] shows an entry with all that it is tied to, named', async () => {
    const { dependencies, relations, bundles, platforms } = (await entry('renewal', {
      ...{ effectiveAt: '2021-02-10', knownAt: '2021-03-10' },
    })) as CatalogueEntry;
    expect(dependencies.map(({ serviceId, side, ownerTitle }) => [serviceId, side, ownerTitle])).toEqual([
      ['insurance', 'outside', { en: 'DM' }],
      ['permit', 'outside', { en: 'DM' }],
    ]);
    expect(relations.map(({ serviceId, side }) => [serviceId, side])).toEqual([
      ['permit', 'outside'],
      ['plates', 'inside'],
    ]);
    expect(bundles.map(({ bundleId, services }) => [bundleId, ...services.map(({ serviceId }) => serviceId)])).toEqual([
      ['new-in-town', 'renewal'],
      ['own-a-car', 'plates', 'test', 'renewal'],
    ]);
    expect(bundles[1]?.services.map(({ isOptional }) => isOptional)).toEqual([true, false, false]);
    expect(platforms.map(({ platformId }) => platformId)).toEqual(['now']);
    const before = await entry('renewal', { effectiveAt: '2020-02-01', knownAt: '2021-03-05' });
    expect(before.dependencies.find(({ side }) => side === 'dangling')).toEqual({
      ...{ serviceId: 'insurance', title: null, ownerEntityId: null, ownerTitle: null, side: 'dangling' },
    });
    expect(before.bundles[1]?.services.map(({ serviceId }) => serviceId)).toEqual(['test', 'renewal', 'plates']);
    expect(before.platforms).toEqual([]);
    expect((await entry('test', { effectiveAt: '2020-02-01' })).dependents).toMatchObject({
      ...{ total: 1, services: [{ serviceId: 'renewal' }] },
    });
  });
  test('[CAT-12] tells the history of every attribute with its days and the event behind it', async () => {
    const line = ({ attribute, value, effectiveFrom, effectiveTo, event }: AttributeSpan) =>
      [attribute, value, effectiveFrom, effectiveTo, `${event.stream}/${event.revision} ${event.knownDay}`] as const;
    const spans = (await history('renewal'))?.spans.map(line) ?? [];
    const of = (name: string) => spans.filter(([attribute]) => attribute === name);
    const [graph, own] = ['graph-services', 'service-renewal'];
    expect(of('dependency')).toEqual([
      ['dependency', 'test', '2019-06-01', '2021-02-01', `${graph}/6 2021-03-10`],
      ['dependency', 'insurance', '2020-01-01', null, `${graph}/2 2021-03-01`],
      ['dependency', 'permit', '2020-01-01', null, `${graph}/1 2021-03-01`],
    ]);
    expect(of('relation').map(([, value]) => value)).toEqual(['permit', 'plates']);
    expect(of('bundle')).toEqual([
      ['bundle', 'new-in-town', '2020-01-01', '2021-02-15', 'bundle-new-in-town/1 2021-03-01'],
      ['bundle', 'own-a-car', '2020-01-01', null, 'bundle-own-a-car/2 2021-03-01'],
    ]);
    expect(of('platform')).toEqual([['platform', 'now', '2020-03-01', null, 'platform-now/1 2021-03-01']]);
    expect(of('ownerEntityId')).toEqual([['ownerEntityId', 'rta', '2020-01-01', null, `${own}/0 2021-03-01`]]);
    expect(of('shares')).toEqual([
      ['shares', expect.objectContaining({ electronicBp: 9000 }), '2020-07-01', null, `${own}/4 2021-03-10`],
    ]);
    expect(of('channels')).toEqual([]);
    expect((await history('renewal', { knownAt: '2021-03-05' }))?.spans.map(line).map(([name]) => name)).not.toContain(
      'shares',
    );
    const first = await history('renewal', { limit: 7 });
    const rest = await history('renewal', { ...(first?.next && { after: first.next }) });
    expect([...(first?.spans ?? []), ...(rest?.spans ?? [])].map(line)).toEqual(spans);
    expect(await history('nobody')).toBeUndefined();
  });
  test('lists the events of others that make an entry what it is', async () => {
    const { events } = await inSnapshot(lots.source, 'catalogue', (manager) =>
      catalogueDataSet.contributions(
        { ...query, filters: { service: ['plates'] }, effectiveAt: '2021-03-01' },
        manager,
      ),
    );
    expect(events.map(({ stream, revision }) => `${stream}/${revision}`)).toEqual([
      ...['bundle-own-a-car/3', 'bundle-own-a-car/4', 'graph-services/4', 'service-plates/0'],
    ]);
  });
  test('gives the same tables wherever pages end', () => {
    const whole = foldInPages(catalogueModel, lots.events, []);
    for (const ends of [[3, 9, 14, 20, 27, 31, 35], [16]])
      expect(foldInPages(catalogueModel, lots.events, ends)).toEqual(whole);
  });
});
