import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decimalText } from '#kernel';
import { type Contributions, listedEvents } from '../contributions.js';
import { startAfter } from '../keyset.js';
import { figureOf } from '../kpi/figure.js';
import { type MeasuredRow, rowKpis } from '../kpi/row-kpis.js';
import type { AnswerRow, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { holdsSql } from '../spans.js';
import { classOnSql, classRules } from '../transaction/class-rules.js';
import { literal } from '../transaction/merged.js';
import { type AsOf, asOfDays } from './as-of.js';
import { catalogueDescription } from './description.js';
import { COMPLETENESS_MAX } from './entry.js';
import { EDGE_COUNTS, HEIRS, OWNER, RELATION_COUNTS } from './graph-sql.js';

/** Dimension → SQL of its one value. */
const SINGLE: Readonly<Record<string, string>> = {
  service: 's.service',
  entity: OWNER,
  entity_kind: 'e.kind',
  jurisdiction: 'e.jurisdiction',
  kind: 's.kind',
  flow: 's.flow',
  status: 's.status',
  critical: 's.critical::text',
};

// Named by an offer of the service, or listing the service.
const PLATFORMS = `array(select unnest(s.platforms) union select p.platform from platform_span p where ${holdsSql('p')} and s.service = any(p.services))`;

// Of bundles that are retired nothing is offered any more.
const BUNDLES = `array(select b.bundle from bundle_span b where ${holdsSql('b')} and not b.is_retired and s.service = any(b.services))`;

/** Dimension → SQL of the list of its values: a service counts once under each. */
export const MULTIPLE: Readonly<Record<string, string>> = {
  audience: 's.audience',
  theme: 's.themes',
  channel: 's.channels',
  platform: PLATFORMS,
  bundle: BUNDLES,
  shared_service: 's.shared_services',
  language: 's.languages',
};

/** The same, with the classes of channels as they are on the day of the question. */
const listsOf = async (days: AsOf, manager: EntityManager): Promise<Readonly<Record<string, string>>> => {
  const channelClass = classOnSql('o.channel', literal(days.effectiveAt), await classRules(days, manager));
  return {
    ...MULTIPLE,
    channel_class: `array(select distinct ${channelClass} from unnest(s.channels) as o (channel))`,
  };
};

/** Spans of the services that a question selects, alias `s`, with their owners, alias `e`. */
export const selectServices = (
  manager: EntityManager,
  filters: DataSetQuery['filters'],
  statusAsked: boolean,
  lists = MULTIPLE,
): SelectQueryBuilder<ObjectLiteral> => {
  const select = manager
    .createQueryBuilder()
    .from('service_span', 's')
    .leftJoin(HEIRS, 'h', 'h.entity = s.entity')
    .leftJoin('entity_span', 'e', `e.entity = ${OWNER} and ${holdsSql('e')}`)
    .where(holdsSql('s'));
  if (!statusAsked && !filters.status) select.andWhere(`s.status <> 'retired'`);
  for (const [at, [dimension, values]] of Object.entries(filters).entries()) {
    const parameters = { [`filter${at}`]: values };
    if (SINGLE[dimension]) select.andWhere(`(${SINGLE[dimension]}) = any(:filter${at})`, parameters);
    else if (lists[dimension]) select.andWhere(`${lists[dimension]} && :filter${at}::text[]`, parameters);
    else throw new TypeError(`the catalogue has no dimension ${dimension}`);
  }
  return select;
};

/** Columns of a service that are added up over a group. */
const SUMMED = ['channels', 'documents', 'requirements', 'completeness', 'inside', 'outside', 'dangling', 'relations'];

/** What a group gives, by the names of the outer query: counts as decimal text, null where no service says anything. */
type SumRow = Readonly<Record<string, string | null>>;

/** Counts of services by the groups asked, on one day as known on another. */
export const catalogueAnswer = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const days = await asOfDays(manager, 'catalogue', { ...query, knownAt: query.knownAt ?? query.recordedAt });
  const { group, limit, after } = query;
  const lists = await listsOf(days, manager);
  const services = selectServices(manager, query.filters, group.includes('status'), lists);
  services.leftJoin(EDGE_COUNTS, 'd', 'd.service = s.service').leftJoin(RELATION_COUNTS, 'r', 'r.service = s.service');
  services.select('s.service', 'service').addSelect('cardinality(s.channels)', 'channels');
  for (const column of ['documents', 'requirements', 'electronic_bp', 'completeness', 'steps', 'manual_steps'])
    services.addSelect(`s.${column}`, column);
  for (const column of ['d.inside', 'd.outside', 'd.dangling', 'r.relations'])
    services.addSelect(`coalesce(${column}, 0)`, column.slice(2));
  // In brackets it is an expression: TypeORM would take a bare column for the one selected above and give both its name.
  for (const [at, dimension] of group.entries())
    services.addSelect(`(${SINGLE[dimension] ?? lists[dimension]})`, `d${at}`);

  const outer = manager.createQueryBuilder().from(`(${withValues(services.getQuery(), group, lists)})`, 'r');
  outer.setParameters({ ...services.getParameters(), ...days });
  outer.select('count(distinct r.service)', 'services');
  for (const column of SUMMED) outer.addSelect(`sum(r.${column})`, column);
  outer.addSelect('count(r.electronic_bp)', 'declared').addSelect('sum(r.electronic_bp)', 'electronic');
  outer.addSelect('count(*) filter (where r.steps > 0)', 'applicable');
  outer.addSelect('count(*) filter (where r.steps > 0 and r.manual_steps = 0)', 'online');
  const expressions = group.map((dimension, at) => `(r.${lists[dimension] ? 'u' : 'd'}${at})::text collate "C"`);
  for (const [at, sql] of expressions.entries()) {
    outer.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`, 'ASC', 'NULLS FIRST');
  }
  if (after && group.length > 0) startAfter(outer, expressions, after);
  const rows = await outer.limit(limit + 1).getRawMany<SumRow>();
  const answered = rows.slice(0, limit);
  const last = answered.at(-1);
  const next =
    rows.length > limit && last ? group.map((_, at) => (last[`g${at}`] ?? null) as string | null) : undefined;
  const { of: kpisOf, ...cited } = await rowKpis(ENGINE, query, manager);
  return {
    rows: answered.map((row) => ({ ...rowOf(row, group), ...kpisOf(measuredOf(row)) })),
    coverage: null,
    ...cited,
    ...(next && { next }),
  };
};

/** One row a service and value of each list it is grouped by; a list without values keeps its service, under null. */
const withValues = (services: string, group: readonly string[], lists: typeof MULTIPLE): string =>
  group.reduce((sql, dimension, at) => {
    if (!lists[dimension]) return sql;
    return `select r.*, v.value as u${at} from (${sql}) r left join lateral unnest(r.d${at}) v(value) on true`;
  }, services);

const rowOf = (row: SumRow, group: readonly string[]): AnswerRow => ({
  ...Object.fromEntries(group.map((dimension, at) => [dimension, row[`g${at}`] ?? null])),
  services: Number(row.services),
  channels: numberOf(row.channels),
  documents: numberOf(row.documents),
  requirements: numberOf(row.requirements),
  electronic_bp: ratioOf(row.electronic ?? null, BigInt(row.declared ?? 0) * 10_000n),
  completeness: ratioOf(row.completeness ?? null, BigInt(row.services ?? 0) * BigInt(COMPLETENESS_MAX)),
  dependencies_inside: numberOf(row.inside),
  dependencies_outside: numberOf(row.outside),
  dangling: numberOf(row.dangling),
  relations: numberOf(row.relations),
});

/**
 * online_end_to_end@1: services whose applicable interaction points are all online, among those that have one. A point is a
 * step of the procedure, online where its mode is electronic; a service whose steps nobody set has none and is left out.
 */
const onlineEndToEnd = ({ sums: { online, applicable } }: CatalogueRow) =>
  figureOf(BigInt(online ?? 0), BigInt(applicable ?? 0));

interface CatalogueRow extends MeasuredRow {
  readonly sums: SumRow;
}

/** Measure → sum; the two that are ratios are none. */
const MEASURES: Readonly<Record<string, string>> = {
  ...{ services: 'services', channels: 'channels', documents: 'documents', requirements: 'requirements' },
  ...{ dependencies_inside: 'inside', dependencies_outside: 'outside', dangling: 'dangling', relations: 'relations' },
};
const ENGINE = {
  description: catalogueDescription,
  measures: Object.keys(MEASURES),
  procedures: { 'catalogue.online_end_to_end': onlineEndToEnd },
};

const measuredOf = (sums: SumRow): CatalogueRow => {
  const measures = Object.entries(MEASURES).map(([name, column]) => [name, sums[column] ?? null] as const);
  const whole = measures.map(([name, sum]) => [name, sum === null ? null : BigInt(sum)]);
  return { sums, group: {}, measures: Object.fromEntries(whole) };
};

const numberOf = (text: string | null = null): number | null => (text === null ? null : Number(text));

const ratioOf = (num: string | null, den: bigint): AnswerRow[string] =>
  num === null || den === 0n ? null : { num, den: den.toString(), value: decimalText({ num: BigInt(num), den }) };

/** Events that made the selected services what they were on that day, as known then. They carry no deltas: a catalogue is no sum. */
export const catalogueContributions = async (query: DataSetQuery, manager: EntityManager): Promise<Contributions> => {
  const days = await asOfDays(manager, 'catalogue', { ...query, knownAt: query.knownAt ?? query.recordedAt });
  const lists = await listsOf(days, manager);
  const services = selectServices(manager, query.filters, query.group.includes('status'), lists).select('s.service');
  const select = manager
    .createQueryBuilder()
    .from('service_event', 'v')
    .where(`v.service in (${services.getQuery()})`, { ...services.getParameters(), ...days })
    .andWhere('v.effective_day <= :effectiveAt and v.known_day <= :knownAt');
  return listedEvents(select, query);
};
