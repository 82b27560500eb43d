import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decimalText } from '#kernel';
import { startAfter } from '../keyset.js';
import type { AnswerRow, Contribution, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { holdsSql } from '../spans.js';
import { asOfDays } from './as-of.js';
import { COMPLETENESS_MAX } from './entry.js';

/** Dimension → SQL of its one value. */
const SINGLE: Readonly<Record<string, string>> = {
  service: 's.service',
  entity: 's.entity',
  entity_kind: 'e.kind',
  jurisdiction: 'e.jurisdiction',
  kind: 's.kind',
  flow: 's.flow',
  status: 's.status',
  critical: 's.critical::text',
};

// Named by an offer of the service, or listing the service.
const PLATFORMS = `array(select unnest(s.platforms) union select p.platform from platform_span p where ${holdsSql('p')} and s.service = any(p.services))`;

/** Dimension → SQL of the list of its values: a service counts once under each. */
export const MULTIPLE: Readonly<Record<string, string>> = {
  audience: 's.audience',
  theme: 's.themes',
  channel: 's.channels',
  channel_class: 's.channel_classes',
  platform: PLATFORMS,
};

/** Spans of the services that a question selects, alias `s`, with their owners, alias `e`. */
export const selectServices = (
  manager: EntityManager,
  filters: DataSetQuery['filters'],
  statusAsked: boolean,
): SelectQueryBuilder<ObjectLiteral> => {
  const select = manager
    .createQueryBuilder()
    .from('service_span', 's')
    .leftJoin('entity_span', 'e', `e.entity = s.entity and ${holdsSql('e')}`)
    .where(holdsSql('s'));
  if (!statusAsked && !filters.status) select.andWhere(`s.status <> 'retired'`);
  for (const [at, [dimension, values]] of Object.entries(filters).entries()) {
    const parameters = { [`filter${at}`]: values };
    if (SINGLE[dimension]) select.andWhere(`(${SINGLE[dimension]}) = any(:filter${at})`, parameters);
    else if (MULTIPLE[dimension]) select.andWhere(`${MULTIPLE[dimension]} && :filter${at}::text[]`, parameters);
    else throw new TypeError(`the catalogue has no dimension ${dimension}`);
  }
  return select;
};

interface SumRow extends Record<string, unknown> {
  services: string;
  channels: string | null;
  documents: string | null;
  requirements: string | null;
  declared: string;
  electronic: string | null;
  complete: string | null;
}

/** Counts of services by the groups asked, on one day as known on another. */
export const catalogueAnswer = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const days = await asOfDays(manager, 'catalogue', { ...query, knownAt: query.knownAt ?? query.recordedAt });
  const { group, limit, after } = query;
  const services = selectServices(manager, query.filters, group.includes('status'));
  services.select('s.service', 'service');
  for (const column of ['documents', 'requirements', 'electronic_bp', 'completeness'])
    services.addSelect(`s.${column}`, column);
  services.addSelect('cardinality(s.channels)', 'channels');
  // In brackets it is an expression: TypeORM would take a bare column for the one selected above and give both its name.
  for (const [at, dimension] of group.entries())
    services.addSelect(`(${SINGLE[dimension] ?? MULTIPLE[dimension]})`, `d${at}`);

  const outer = manager.createQueryBuilder().from(`(${withValues(services.getQuery(), group)})`, 'r');
  outer.setParameters({ ...services.getParameters(), ...days });
  outer.select('count(distinct r.service)', 'services').addSelect('sum(r.channels)', 'channels');
  outer.addSelect('sum(r.documents)', 'documents').addSelect('sum(r.requirements)', 'requirements');
  outer.addSelect('count(r.electronic_bp)', 'declared').addSelect('sum(r.electronic_bp)', 'electronic');
  outer.addSelect('sum(r.completeness)', 'complete');
  const expressions = group.map((dimension, at) => `(r.${MULTIPLE[dimension] ? 'u' : 'd'}${at})::text collate "C"`);
  for (const [at, sql] of expressions.entries()) {
    outer.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`, 'ASC', 'NULLS FIRST');
  }
  if (after && group.length > 0) startAfter(outer, expressions, after);
  const rows = await outer.limit(limit + 1).getRawMany<SumRow>();
  const answered = rows.slice(0, limit);
  const last = answered.at(-1);
  const next =
    rows.length > limit && last ? group.map((_, at) => (last[`g${at}`] ?? null) as string | null) : undefined;
  return { rows: answered.map((row) => rowOf(row, group)), coverage: null, kpiVersions: {}, ...(next && { next }) };
};

/** One row a service and value of each list it is grouped by; a list without values keeps its service, under null. */
const withValues = (services: string, group: readonly string[]): string =>
  group.reduce((sql, dimension, at) => {
    if (!MULTIPLE[dimension]) return sql;
    return `select r.*, v.value as u${at} from (${sql}) r left join lateral unnest(r.d${at}) v(value) on true`;
  }, services);

const rowOf = (row: SumRow, group: readonly string[]): AnswerRow => ({
  ...Object.fromEntries(group.map((dimension, at) => [dimension, (row[`g${at}`] ?? null) as string | null])),
  services: Number(row.services),
  channels: numberOf(row.channels),
  documents: numberOf(row.documents),
  requirements: numberOf(row.requirements),
  electronic_bp: ratioOf(row.electronic, BigInt(row.declared) * 10_000n),
  completeness: ratioOf(row.complete, BigInt(row.services) * BigInt(COMPLETENESS_MAX)),
});

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

const ratioOf = (num: string | null, den: bigint): AnswerRow[string] =>
  num === null || den === 0n ? null : { num, den: den.toString(), value: decimalText({ num: BigInt(num), den }) };

interface EventRow {
  stream: string;
  revision: string;
  effective_day: string;
  known_day: string;
}

/** Events that made the selected services what they were on that day, as known then. They carry no deltas: a catalogue is no sum. */
export const catalogueContributions = async (
  query: DataSetQuery,
  manager: EntityManager,
): Promise<{ readonly events: readonly Contribution[]; readonly next?: readonly (string | null)[] }> => {
  const days = await asOfDays(manager, 'catalogue', { ...query, knownAt: query.knownAt ?? query.recordedAt });
  const services = selectServices(manager, query.filters, query.group.includes('status')).select('s.service');
  const [stream, revision] = query.after ?? [];
  const select = manager
    .createQueryBuilder()
    .select('v.stream, v.revision, v.effective_day::text as effective_day, v.known_day::text as known_day')
    .from('service_event', 'v')
    .where(`v.service in (${services.getQuery()})`, { ...services.getParameters(), ...days })
    .andWhere('v.effective_day <= :effectiveAt and v.known_day <= :knownAt');
  if (stream && revision)
    select.andWhere('(v.stream, v.revision) > (:stream, :revision::bigint)', { stream, revision });
  const rows = await select
    .orderBy('v.stream')
    .addOrderBy('v.revision')
    .limit(query.limit + 1)
    .getRawMany<EventRow>();
  const events = rows.slice(0, query.limit).map((row) => ({
    stream: row.stream,
    revision: row.revision,
    effectiveDay: row.effective_day,
    knownDay: row.known_day,
    deltas: {},
  }));
  const last = events.at(-1);
  return rows.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};
