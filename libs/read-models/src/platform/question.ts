import type { EntityManager } from 'typeorm';
import type { Parameters } from '../aggregate/known.js';
import { asOfDays } from '../catalogue/as-of.js';
import type { DataSetQuery } from '../read-model.js';
import { entitySql, literal } from '../transaction/merged.js';

/** Length of a window where the question names none. */
export const WINDOW_DAYS_DEFAULT = 14;
export const WINDOW_DAYS_MAX = 366;

/** A question to platform_activity with its days filled in. Days are inclusive. */
export interface WindowQuestion {
  readonly query: DataSetQuery;
  /** Days on which the windows end. */
  readonly from: string;
  readonly to: string;
  readonly lengths: readonly number[];
  /** Dimensions asked for but for the day and the length of the window. */
  readonly dimensions: readonly string[];
  /** Day of knowledge of catalogue and platforms. */
  readonly knownAt: string;
}

const FIRST_DAY = 'select min(effective_day)::text as day from platform_day where effective_day <= $1';

/**
 * Without `day` among the groups there is one window, which ends on `to`, or on the ledger's present day. With it one window
 * ends on each day from `from` to `to`.
 */
export const questionOf = async (
  query: DataSetQuery,
  manager: EntityManager,
  projection: string,
): Promise<WindowQuestion> => {
  const knownAt = [query.knownAt, query.recordedAt].filter((day) => day !== undefined).sort()[0];
  const present = await asOfDays(manager, projection, knownAt === undefined ? {} : { knownAt });
  const to = query.to ?? present.effectiveAt;
  const lengths = (query.filters.window_days ?? [String(WINDOW_DAYS_DEFAULT)]).map(Number);
  const dimensions = query.group.filter((name) => name !== 'day' && name !== 'window_days');
  const isDaily = query.group.includes('day');
  const first = async () => (await manager.query<{ day: string | null }[]>(FIRST_DAY, [to]))[0]?.day ?? to;
  const from = isDaily ? (query.from ?? (await first())) : to;
  return { query, from, to, lengths, dimensions, knownAt: present.knownAt };
};

/** SQL: the span of alias `of` that holds on `day`, as known at the question's day of knowledge. */
export const holdsOn = ({ knownAt }: WindowQuestion, of: string, day: string): string => {
  const known = literal(knownAt);
  return `${of}.effective_from <= ${day} and ${of}.effective_to > ${day} and ${of}.known_from <= ${known} and ${of}.known_to > ${known}`;
};

/** SQL of a condition on the day of knowledge of a cell `alias`; nothing where everything known now counts. */
export const knownSql = ({ query: { knownAt, recordedAt } }: WindowQuestion, alias: string): string =>
  [knownAt, recordedAt]
    .flatMap((day) => (day === undefined ? [] : [` and ${alias}.known_day <= ${literal(day)}`]))
    .join('');

/** Dimension → SQL of its value, in one source of figures. A source that lacks one says nothing about groups and filters by it. */
export type Columns = Readonly<Record<string, string>>;

/** Columns of the cells of transactions, alias `c`, with the audience in `a.audience` where {@link audienceJoin} is there. */
export const activityColumns = (question: WindowQuestion, day = 'c.effective_day'): Columns => {
  const { query } = question;
  const entity = entitySql('c.entity', day, query);
  const on = query.effectiveAt === undefined ? day : literal(query.effectiveAt);
  return {
    platform: 'c.platform',
    audience: 'a.audience',
    entity,
    entity_kind: `(select k.kind from entity_span k where k.entity = ${entity} and ${holdsOn(question, 'k', on)})`,
    service: 'c.service',
    payment_kind: 'c.payment_kind',
    flow: 'c.flow',
  };
};

/** A platform counts under each of its audiences, where a question names audiences. */
export const audienceJoin = (question: WindowQuestion, alias: string): string => {
  if (!isNamed(question, 'audience')) return '';
  const { effectiveAt } = question.query;
  const on = effectiveAt === undefined ? `${alias}.effective_day` : literal(effectiveAt);
  return ` cross join lateral (select unnest(q.audience) as audience from platform_span q
    where q.platform = ${alias}.platform and ${holdsOn(question, 'q', on)}) a`;
};

export const isNamed = ({ query, dimensions }: WindowQuestion, dimension: string): boolean =>
  dimensions.includes(dimension) || query.filters[dimension] !== undefined;

/** Whether a source can say something about every group and filter of the question. */
export const canAnswer = ({ query, dimensions }: WindowQuestion, columns: Columns): boolean =>
  [...dimensions, ...Object.keys(query.filters)].every((name) => name === 'window_days' || columns[name] !== undefined);

/** `<column> as g0, …, ` for the groups of the question; empty without groups. */
export const groupColumns = ({ dimensions }: WindowQuestion, columns: Columns): string =>
  dimensions.map((name, at) => `(${columns[name]})::text collate "C" as g${at}, `).join('');

/** ` and …` for the filters of the question. */
export const filterSql = ({ query }: WindowQuestion, columns: Columns, parameters: Parameters): string =>
  Object.entries(query.filters)
    .filter(([name]) => name !== 'window_days')
    .map(([name, values]) => ` and (${columns[name]})::text = any(${parameters.add(values)})`)
    .join('');
