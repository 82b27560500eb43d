import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { asOfDays } from '../catalogue/as-of.js';
import { HEIRS, OWNER } from '../catalogue/graph-sql.js';
import { listedEvents } from '../contributions.js';
import { startAfter } from '../keyset.js';
import type { DataSet, DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';
import { holdsSql } from '../spans.js';
import { placesModel } from './fold.js';

const description: DataSetDescription = {
  name: 'places',
  title: { ar: 'أماكن تقديم الخدمة', en: 'Places of service' },
  grain: {
    ar: 'مركز أو جهاز خدمة ذاتية أو مركز اتصال ومدة سريان؛ ولا يُعدّ المغلق ولا المُزال',
    en: 'centre, kiosk or call centre and validity span; what is closed or removed is not counted',
  },
  dimensions: {
    place: { title: { ar: 'المكان', en: 'Place' } },
    kind: { title: { ar: 'نوع المكان', en: 'Kind of place' }, values: ['centre', 'kiosk', 'callCentre'] },
    entity: { title: { ar: 'الجهة', en: 'Entity' } },
    entity_kind: {
      title: { ar: 'نوع الجهة', en: 'Kind of entity' },
      values: ['government', 'semiGovernment', 'private', 'federal'],
    },
    area: { title: { ar: 'المنطقة', en: 'Area' } },
    mode: { title: { ar: 'نمط عمل المركز', en: 'Mode of a centre' }, values: ['serving', 'awareness', 'suspended'] },
    hours: { title: { ar: 'ساعات العمل', en: 'Hours' }, values: ['always', 'weekly'] },
  },
  measures: {
    places: { title: { ar: 'الأماكن', en: 'Places' }, unit: 'place' },
    windows: { title: { ar: 'الشبابيك', en: 'Counter windows' }, unit: 'window' },
  },
  grains: [],
  publicBy: ['kind', 'entity'],
  kpis: [],
  knownAtBasis: 'recorded',
};

/** Dimension → SQL of its value. */
const VALUES: Readonly<Record<string, string>> = {
  place: 's.place',
  kind: 's.kind',
  entity: OWNER,
  entity_kind: 'e.kind',
  area: 's.area',
  mode: 's.mode',
  hours: 's.hours',
};

const valueSql = (dimension: string): string => {
  const sql = VALUES[dimension];
  if (sql === undefined) throw new TypeError(`places has no dimension ${dimension}`);
  return `(${sql}) collate "C"`;
};

/** Spans of the places that a question selects, alias `s`, with the entities under which they appear, alias `e`. */
const selectPlaces = async (
  query: DataSetQuery,
  manager: EntityManager,
): Promise<SelectQueryBuilder<ObjectLiteral>> => {
  const days = await asOfDays(manager, placesModel.name, { ...query, knownAt: query.knownAt ?? query.recordedAt });
  const select = manager
    .createQueryBuilder()
    .from('place_span', 's')
    .leftJoin(HEIRS, 'h', 'h.entity = s.entity')
    .leftJoin('entity_span', 'e', `e.entity = ${OWNER} and ${holdsSql('e')}`)
    .where(`${holdsSql('s')} and s.is_open`)
    .setParameters({ ...days });
  for (const [at, [dimension, values]] of Object.entries(query.filters).entries())
    select.andWhere(`${valueSql(dimension)} = any(:filter${at})`, { [`filter${at}`]: values });
  return select;
};

const rows = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const { group, limit, after } = query;
  const select = (await selectPlaces(query, manager))
    .select('count(*)', 'places')
    .addSelect('sum(s.windows)', 'windows');
  const expressions = group.map(valueSql);
  for (const [at, sql] of expressions.entries())
    select.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`, 'ASC', 'NULLS FIRST');
  if (after && group.length > 0) startAfter(select, expressions, after);
  const found = await select.limit(limit + 1).getRawMany<Record<string, string | null>>();
  const last = found[limit - 1];
  return {
    rows: found.slice(0, limit).map((row) => ({
      ...Object.fromEntries(group.map((name, at) => [name, row[`g${at}`] ?? null])),
      places: Number(row.places),
      windows: row.windows == null ? null : Number(row.windows),
    })),
    coverage: null,
    kpiVersions: {},
    ...(found.length > limit && last && { next: group.map((_, at) => last[`g${at}`] ?? null) }),
  };
};

/** Events that made the selected places what they were on that day, as known then. They carry no deltas: no figure is a sum of them. */
const contributions: DataSet['contributions'] = async (query, manager) => {
  const streams = (await selectPlaces(query, manager)).select(`s.kind || '-' || s.place`);
  const select = manager
    .createQueryBuilder()
    .from('place_event', 'v')
    .where(`v.stream in (${streams.getQuery()})`, streams.getParameters())
    .andWhere('v.effective_day <= :effectiveAt and v.known_day <= :knownAt');
  return listedEvents(select, query);
};

/** Centres, kiosks and call centres that are open on a day, as known on a day; a plan is a place that begins later. */
export const places: DataSet = { description, projection: placesModel.name, rows, contributions };
