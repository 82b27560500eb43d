import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import { foldInPages, type PostedFact } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { placesModel } from './fold.js';
import { places } from './places.js';

const fact = (noun: string, id: string, data: object, time?: string): PostedFact => {
  const [category = ''] = noun.split('.');
  const told = { type: `gov.sijill.${noun}.v1`, stream: `${category}-${id}`, data: { [`${category}Id`]: id, ...data } };
  return time === undefined ? told : { ...told, time };
};
const entity = (id: string, kind: string) =>
  fact('entity.registered', id, { title: { en: id }, kind, jurisdiction: 'AE-DU', from: '2010-01-01' });
const AREAS = ['Deira', 'Al Quoz', 'Jumeirah', 'Al Barsha'];
const kiosk = (number: number, from: string) =>
  fact('kiosk.installed', `rta-${number}`, { entityId: 'rta', area: AREAS[number % AREAS.length], from });
const centre = (id: string, entityId: string, more: object = {}) =>
  fact('centre.opened', id, { entityId, title: { ar: `مركز ${id}` }, from: '2018-01-01', ...more });
const mode = (id: string, name: string, time: string) => fact('centre.modeChanged', id, { mode: name }, time);

const FIRST: readonly PostedFact[] = [
  ...[entity('rta', 'government'), entity('enoc', 'semiGovernment'), entity('typist', 'private')],
  ...Array.from({ length: 20 }, (_, at) => kiosk(at, '2018-09-01')),
  ...Array.from({ length: 35 }, (_, at) => kiosk(20 + at, '2020-06-30')),
  centre('umm-ramool', 'rta', { area: 'Umm Ramool', windows: 12 }),
  ...[centre('fuel', 'enoc', { windows: 2 }), centre('karama', 'typist')],
  ...['umm-ramool', 'fuel'].map((id) => mode(id, 'awareness', '2018-10-21T07:30:00+04:00')),
  mode('umm-ramool', 'serving', '2018-10-25T16:00:00+04:00'),
  fact(
    'callCentre.opened',
    '8009090',
    { entityId: 'rta', title: { ar: 'مركز الاتصال' }, phone: '8009090', hours: 'always' },
    '2018-01-01T00:00:00+04:00',
  ),
];
/** Told on 10 March 2021. */
const SECOND: readonly PostedFact[] = [
  fact('kiosk.moved', 'rta-0', { area: 'Al Quoz', from: '2018-10-01' }),
  fact('kiosk.removed', 'rta-1', { from: '2018-10-20' }),
  fact('centre.closed', 'karama', { from: '2018-10-22' }),
  fact('centre.reopened', 'karama', { from: '2018-11-01' }),
  fact('callCentre.hoursSet', '8009090', { hours: { weekly: [] } }, '2020-01-01T00:00:00+04:00'),
  fact('entity.merged', 'enoc', { intoEntityId: 'rta', from: '2019-01-01' }),
];

describe('The places', () => {
  let lots: ProjectedLots;
  const query: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 100 };
  const rows = async (more: Partial<DataSetQuery>) =>
    (await inSnapshot(lots.source, 'places', (manager) => places.rows({ ...query, ...more }, manager))).rows;
  const counts = async (dimension: string, effectiveAt: string, more: Partial<DataSetQuery> = {}) =>
    Object.fromEntries(
      (await rows({ group: [dimension], effectiveAt, ...more })).map((row) => [row[dimension], row.places]),
    );
  const BEFORE = '2021-03-05';

  beforeAll(async () => {
    lots = await projectedLots(placesModel, FIRST, SECOND);
  });
  afterAll(() => lots?.close());

  test('[CAM-14] count 20 kiosks now and 55 by 2020, spread over the areas of the city', async () => {
    const filters = { kind: ['kiosk'] };
    const kiosks = async (effectiveAt: string) => (await rows({ filters, effectiveAt, knownAt: BEFORE }))[0]?.places;
    expect([await kiosks('2018-08-31'), await kiosks('2018-10-21'), await kiosks('2020-12-31')]).toEqual([0, 20, 55]);
    expect(await counts('area', '2018-10-21', { filters, knownAt: BEFORE })).toEqual({
      ...{ Deira: 5, 'Al Quoz': 5, Jumeirah: 5, 'Al Barsha': 5 },
    });
    expect(await counts('area', '2018-10-21', { filters })).toEqual({
      ...{ Deira: 4, 'Al Quoz': 5, Jumeirah: 5, 'Al Barsha': 5 },
    });
    expect(await counts('area', '2018-10-01', { filters })).toEqual({
      ...{ Deira: 4, 'Al Quoz': 6, Jumeirah: 5, 'Al Barsha': 5 },
    });
  });
  test('[CAM-13] show the call centre that serves round the clock', async () => {
    const filters = { kind: ['callCentre'] };
    expect(await counts('hours', '2018-10-21', { filters })).toEqual({ always: 1 });
    expect(await counts('place', '2018-10-21', { filters: { hours: ['always'] } })).toEqual({ 8009090: 1 });
    expect(await counts('hours', '2020-01-01', { filters })).toEqual({ weekly: 1 });
    expect(await counts('hours', '2020-01-01', { filters, knownAt: BEFORE })).toEqual({ always: 1 });
  });
  test('count centres by mode and day, closed ones not at all', async () => {
    const filters = { kind: ['centre'] };
    expect(await counts('mode', '2018-10-20', { filters })).toEqual({ serving: 3 });
    expect(await counts('mode', '2018-10-21', { filters })).toEqual({ awareness: 2, serving: 1 });
    expect(await counts('mode', '2018-10-22', { filters })).toEqual({ awareness: 2 });
    expect(await counts('mode', '2018-10-22', { filters, knownAt: BEFORE })).toEqual({ awareness: 2, serving: 1 });
    expect(await counts('mode', '2018-10-25', { filters })).toEqual({ awareness: 1, serving: 1 });
    expect(await counts('mode', '2018-11-01', { filters })).toEqual({ awareness: 1, serving: 2 });
    expect(await counts('entity_kind', '2018-11-01', { filters })).toEqual({
      ...{ government: 1, semiGovernment: 1, private: 1 },
    });
    expect(await counts('entity', '2019-01-01', { filters })).toEqual({ rta: 2, typist: 1 });
  });
  test('add up windows that somebody counted, and say null of the others', async () => {
    const found = await rows({ group: ['place'], filters: { kind: ['centre'] }, effectiveAt: '2018-11-01' });
    expect(found).toEqual([
      { place: 'fuel', places: 1, windows: 2 },
      { place: 'karama', places: 1, windows: null },
      { place: 'umm-ramool', places: 1, windows: 12 },
    ]);
    expect((await rows({ filters: { kind: ['centre'] }, effectiveAt: '2018-11-01' }))[0]).toEqual({
      ...{ places: 3, windows: 14 },
    });
  });
  test('come in pages, nothing twice', async () => {
    const ask = (more: Partial<DataSetQuery>) =>
      inSnapshot(lots.source, 'places', (manager) =>
        places.rows({ ...query, group: ['mode', 'area'], effectiveAt: '2018-10-21', ...more }, manager),
      );
    const whole = await ask({});
    const paged = [];
    for (let after: DataSetQuery['after']; ; ) {
      const page = await ask({ limit: 2, ...(after && { after }) });
      paged.push(...page.rows);
      if (!page.next) break;
      after = page.next;
    }
    expect(paged).toEqual(whole.rows);
    await expect(ask({ filters: { phone: ['1'] } })).rejects.toThrow('no dimension phone');
  });
  test('list the events that made them what they are', async () => {
    const behind = (more: Partial<DataSetQuery>) =>
      inSnapshot(lots.source, 'places', (manager) => places.contributions({ ...query, ...more }, manager));
    const filters = { place: ['umm-ramool', 'rta-0'] };
    const { events, next } = await behind({ filters, effectiveAt: '2018-10-22', limit: 3 });
    expect(events.map(({ stream, revision }) => `${stream}/${revision}`)).toEqual([
      ...['centre-umm-ramool/0', 'centre-umm-ramool/1', 'kiosk-rta-0/0'],
    ]);
    const rest = await behind({ filters, effectiveAt: '2018-10-22', ...(next && { after: next }) });
    expect(rest.events.map(({ stream, revision }) => `${stream}/${revision}`)).toEqual(['kiosk-rta-0/1']);
  });
  test('are the same tables wherever pages end', () => {
    const whole = foldInPages(placesModel, lots.events, []);
    for (const ends of [[3, 40, 61, 64], [60]]) expect(foldInPages(placesModel, lots.events, ends)).toEqual(whole);
  });
});
