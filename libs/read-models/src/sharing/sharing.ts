import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decimalText } from '#kernel';
import { type AsOf, asOfDays } from '../catalogue/as-of.js';
import { HEIRS } from '../catalogue/graph-sql.js';
import { startAfter } from '../keyset.js';
import type { AnswerRow, Contribution, DataSet, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { holdsSql } from '../spans.js';
import { sharingDescription } from './description.js';
import { sharingModel } from './fold.js';

/** Dimension → SQL over a span `s` and the heirs `h` of its provider and `r` of its recipient; a list counts its agreement once under each of its values. */
const DIMENSIONS: Readonly<Record<string, string>> = {
  agreement: 's.agreement',
  provider: 'coalesce(h.holder, s.provider)',
  party_kind: 's.party_kind',
  party: 'coalesce(r.holder, s.party)',
  partner: 's.partner',
  audience: 's.audience',
  dataset: 's.dataset',
  personal_data: 's.personal_data',
  review: 's.review',
  status: 's.status',
};
const OBSTACLE_KIND = 'obstacle_kind';

/** Agreements that a question selects, alias `s`, as they stood on its day. */
const selectAgreements = (
  manager: EntityManager,
  { filters }: DataSetQuery,
  days: AsOf,
): SelectQueryBuilder<ObjectLiteral> => {
  const select = manager
    .createQueryBuilder()
    .from('agreement_span', 's')
    .leftJoin(HEIRS, 'h', 'h.entity = s.provider')
    .leftJoin(HEIRS, 'r', 'r.entity = s.party')
    .where(holdsSql('s'), days);
  for (const [at, [dimension, values]] of Object.entries(filters).entries()) {
    const parameters = { [`filter${at}`]: values };
    if (dimension === OBSTACLE_KIND) select.andWhere(`s.obstacles && :filter${at}::text[]`, parameters);
    else select.andWhere(`(${dimensionSql(dimension)})::text = any(:filter${at})`, parameters);
  }
  return select;
};

const dimensionSql = (name: string): string => {
  const sql = DIMENSIONS[name];
  if (sql === undefined) throw new TypeError(`sharing has no dimension ${name}`);
  return sql;
};

/** Deliveries up to the day of the question, within its period. */
const DELIVERED = (query: DataSetQuery): string => `e.known_day <= :knownAt and e.effective_day <= :effectiveAt
  ${query.from === undefined ? '' : 'and e.effective_day >= :from'} ${query.to === undefined ? '' : 'and e.effective_day <= :to'}`;

const KINDS = `select a.agreement, a.known_from, a.effective_from, k.kind, count(*) as number
  from agreement_span a cross join unnest(a.obstacles) as k(kind) group by 1, 2, 3, 4`;
const KINDS_OF_SPAN =
  'o.agreement = s.agreement and o.known_from = s.known_from and o.effective_from = s.effective_from';

interface SumRow extends Readonly<Record<string, string | null>> {
  readonly agreements: string;
  readonly deliveries: string | null;
  readonly rows: string | null;
  readonly days: string | null;
  readonly activated: string;
  readonly open_obstacles: string | null;
}

const rows = async (query: DataSetQuery, manager: EntityManager): Promise<DataSetAnswer> => {
  const days = await daysOf(query, manager);
  const { group, limit, after, from, to } = query;
  const select = selectAgreements(manager, query, days).setParameters({ from, to });
  select.leftJoin(
    `(select e.agreement, sum(e.deliveries) as deliveries, sum(e.rows) as rows from agreement_event e
      where ${DELIVERED(query)} group by e.agreement)`,
    'd',
    'd.agreement = s.agreement',
  );
  const isByKind = group.includes(OBSTACLE_KIND);
  if (isByKind) select.leftJoin(`(${KINDS})`, 'o', KINDS_OF_SPAN);
  select.select('count(*)', 'agreements').addSelect('sum(d.deliveries)', 'deliveries').addSelect('sum(d.rows)', 'rows');
  select.addSelect('sum(s.days_to_activation)', 'days').addSelect('count(s.days_to_activation)', 'activated');
  select.addSelect(isByKind ? 'sum(o.number)' : 'sum(cardinality(s.obstacles))', 'open_obstacles');
  const expressions = group.map(
    (name) => `(${name === OBSTACLE_KIND ? 'o.kind' : dimensionSql(name)})::text collate "C"`,
  );
  for (const [at, sql] of expressions.entries())
    select.addSelect(sql, `g${at}`).addGroupBy(`g${at}`).addOrderBy(`g${at}`, 'ASC', 'NULLS FIRST');
  if (after && group.length > 0) startAfter(select, expressions, after);
  const found = await select.limit(limit + 1).getRawMany<SumRow>();
  const answered = found.slice(0, limit);
  const last = answered.at(-1);
  return {
    rows: answered.map((row) => answerOf(row, group)),
    coverage: null,
    kpiVersions: {},
    ...(found.length > limit && last && { next: group.map((_, at) => last[`g${at}`] ?? null) }),
  };
};

const daysOf = ({ knownAt, recordedAt, effectiveAt, to }: DataSetQuery, manager: EntityManager): Promise<AsOf> => {
  const [known, effective] = [knownAt ?? recordedAt, effectiveAt ?? to];
  return asOfDays(manager, sharingModel.name, {
    ...(known !== undefined && { knownAt: known }),
    ...(effective !== undefined && { effectiveAt: effective }),
  });
};

const answerOf = (row: SumRow, group: readonly string[]): AnswerRow => {
  const [num, den] = [row.days, BigInt(row.activated)];
  return {
    ...Object.fromEntries(group.map((name, at) => [name, row[`g${at}`] ?? null])),
    agreements: Number(row.agreements),
    deliveries: Number(row.deliveries ?? 0),
    rows: row.rows ?? '0',
    days_to_activation:
      num === null ? null : { num, den: den.toString(), value: decimalText({ num: BigInt(num), den }) },
    open_obstacles: Number(row.open_obstacles ?? 0),
  };
};

interface EventRow {
  readonly stream: string;
  readonly revision: string;
  readonly effective_day: string;
  readonly known_day: string;
  readonly deliveries: string;
  readonly rows: string;
}

/** Events that made the agreements what they were on that day, and the deliveries within the period. */
const contributions: DataSet['contributions'] = async (query, manager) => {
  const days = await daysOf(query, manager);
  const { from, to, after, limit } = query;
  const chosen = selectAgreements(manager, query, days).select('s.agreement');
  const select = manager
    .createQueryBuilder()
    .select(`'sharing-' || e.agreement as stream, e.revision, e.effective_day::text as effective_day`)
    .addSelect('e.known_day::text as known_day, e.deliveries, e.rows')
    .from('agreement_event', 'e')
    .where(`e.agreement in (${chosen.getQuery()})`, { ...chosen.getParameters(), ...days, from, to })
    .andWhere(`e.known_day <= :knownAt and (e.deliveries = 0 or (${DELIVERED(query)}))`);
  const [stream, revision] = after ?? [];
  if (stream && revision)
    select.andWhere(`('sharing-' || e.agreement, e.revision) > (:stream, :revision::bigint)`, { stream, revision });
  const found = await select
    .orderBy('e.agreement')
    .addOrderBy('e.revision')
    .limit(limit + 1)
    .getRawMany<EventRow>();
  const events = found.slice(0, limit).map(
    (row): Contribution => ({
      stream: row.stream,
      revision: row.revision,
      effectiveDay: row.effective_day,
      knownDay: row.known_day,
      deltas: row.deliveries === '0' ? {} : { deliveries: row.deliveries, rows: row.rows },
    }),
  );
  const last = events.at(-1);
  return found.length > limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

/** Who shares what with whom, and what is stuck. */
export const sharing: DataSet = { description: sharingDescription, projection: sharingModel.name, rows, contributions };
