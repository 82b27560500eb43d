import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decimalText, type Ratio, reduce } from '#kernel';
import { startAfter } from '../keyset.js';
import type { AnswerValue, Contribution, DataSetQuery } from '../read-model.js';
import { NO_END } from '../spans.js';

/** What each claim says as known, alias `c`: the last entry that was made public and recorded by then. */
const LATEST_CLAIMS = `select distinct on (e.claim) e.* from claim_entry e
  where e.known_day <= :knownAt and e.recorded_day <= :recordedAt order by e.claim, e.revision desc`;

/** The newest version of each check as known, alias `c`. */
const LATEST_CHECKS = `select distinct on (v."check") v.* from claim_check_version v
  where v.known_day <= :knownAt and v.recorded_day <= :recordedAt order by v."check", v.version desc`;

type Asked = Pick<DataSetQuery, 'knownAt' | 'recordedAt' | 'from' | 'to' | 'filters'>;

/** Claims that were known and not withdrawn. */
export const selectClaims = (manager: EntityManager, asked: Asked, dimensions: readonly string[]) =>
  selectLatest(manager, LATEST_CLAIMS, asked, dimensions).andWhere('not c.is_withdrawn');

export const selectChecks = (manager: EntityManager, asked: Asked, dimensions: readonly string[]) =>
  selectLatest(manager, LATEST_CHECKS, asked, dimensions);

const selectLatest = (
  manager: EntityManager,
  latest: string,
  { knownAt = NO_END, recordedAt = NO_END, from, to, filters }: Asked,
  dimensions: readonly string[],
): SelectQueryBuilder<ObjectLiteral> => {
  const select = manager.createQueryBuilder().from(`(${latest})`, 'c').where('true', { knownAt, recordedAt });
  if (from !== undefined) select.andWhere('c.effective_day >= :from', { from });
  if (to !== undefined) select.andWhere('c.effective_day <= :to', { to });
  for (const [at, [dimension, values]] of Object.entries(filters).entries()) {
    if (!dimensions.includes(dimension)) throw new TypeError(`there is no dimension ${dimension}`);
    select.andWhere(`${valueSql(dimension)} = any(:filter${at})`, { [`filter${at}`]: values });
  }
  return select;
};

const valueSql = (dimension: string): string => `(c."${dimension}"::text collate "C")`;

/** A page of rows in the order of these dimensions, and where the next begins. */
export const pageOf = async <R extends object>(
  select: SelectQueryBuilder<ObjectLiteral>,
  order: readonly string[],
  { after, limit }: Pick<DataSetQuery, 'after' | 'limit'>,
): Promise<{ readonly rows: readonly R[]; readonly next?: readonly (string | null)[] }> => {
  const expressions = order.map(valueSql);
  if (after) startAfter(select, expressions, after);
  for (const [at, sql] of expressions.entries())
    select.addSelect(sql, `k${at}`).addOrderBy(`k${at}`, 'ASC', 'NULLS FIRST');
  const found = await select.limit(limit + 1).getRawMany<R & Readonly<Record<string, string | null>>>();
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return found.length > limit && last ? { rows, next: order.map((_, at) => last[`k${at}`] ?? null) } : { rows };
};

export const ratioValue = (value: Ratio): AnswerValue => {
  const { num, den } = reduce(value);
  return { num: num.toString(), den: den.toString(), value: decimalText(value) };
};

interface EventRow {
  readonly stream: string;
  readonly revision: string;
  readonly effective_day: string;
  readonly known_day: string;
  readonly claimed: string | null;
}

/** Events of the claims for whose entries `e` a condition holds, as known. */
export const claimEventsSql = (condition: string): string =>
  `select 'claim-' || e.claim as stream, e.revision, e.effective_day, e.known_day, e.value as claimed from claim_entry e
  where ${condition} and e.known_day <= :knownAt and e.recorded_day <= :recordedAt`;

/** A page of the events that a statement selects, in the order of streams and revisions. */
export const eventsBehind = async (
  manager: EntityManager,
  { after, limit }: Pick<DataSetQuery, 'after' | 'limit'>,
  { sql, parameters }: { readonly sql: string; readonly parameters: ObjectLiteral },
): Promise<{ readonly events: readonly Contribution[]; readonly next?: readonly (string | null)[] }> => {
  const select = manager
    .createQueryBuilder()
    .select('x.stream, x.revision, x.effective_day::text as effective_day, x.known_day::text as known_day, x.claimed')
    .from(`(${sql})`, 'x')
    .where('true', parameters);
  const [stream, revision] = after ?? [];
  if (stream && revision)
    select.andWhere('(x.stream, x.revision) > (:stream, :revision::bigint)', { stream, revision });
  const rows = await select
    .orderBy('x.stream')
    .addOrderBy('x.revision')
    .limit(limit + 1)
    .getRawMany<EventRow>();
  const events = rows.slice(0, limit).map(
    (row): Contribution => ({
      stream: row.stream,
      revision: row.revision,
      effectiveDay: row.effective_day,
      knownDay: row.known_day,
      deltas: row.claimed === null ? {} : { claimed: row.claimed },
    }),
  );
  const last = events.at(-1);
  return rows.length > limit && last ? { events, next: [last.stream, last.revision] } : { events };
};
