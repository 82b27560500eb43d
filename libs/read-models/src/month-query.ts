import type { EntityManager } from 'typeorm';
import { monthOf } from '#kernel';
import type { CubeSpec } from './cube-query.js';
import type { DataSetQuery } from './read-model.js';
import { monthShapeOf, quoted, shapeOf } from './tables.js';
import { literal } from './transaction/merged.js';

/** Groups that a month does not lie in as a whole. */
const WITHIN_MONTHS: ReadonlySet<string> = new Set(['day', 'week']);

/**
 * The cells that a question selects by its days, as a subselect: whole months of both clocks from the table of months, and day
 * by day what is left at their edges and in months in which something turned. The sums are those of the cube itself, and so
 * are the groups: a cell of a month is there when one of its days is. Undefined: only the cube itself can answer.
 */
export const monthsSql = async (
  { table, months }: Pick<CubeSpec, 'table' | 'months'>,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<string | undefined> => {
  if (!months || query.group.some((name) => WITHIN_MONTHS.has(name)) || !hasWholeMonth(query)) return undefined;
  const turned = await turnedMonths(months.turns, query, manager);
  const columns = shapeOf(table).columns.map(({ name }) => quoted(name));
  const { inside, edges } = effectiveParts(query);
  const known = knownParts(query);
  const isWhole = turned.map((month) => `effective_day <> ${literal(month)}`);
  const turns = turned.map((month) => `effective_day between ${literal(month)} and ${literal(monthOf(month).end)}`);
  const parts = [
    [monthShapeOf(table).name, [...inside, ...known.inside, ...isWhole]],
    ...edges.map((edge) => [shapeOf(table).name, [...edge, ...known.all]]),
    ...known.edges.map((edge) => [shapeOf(table).name, [...inside, ...edge]]),
    ...(turns.length > 0 ? [[shapeOf(table).name, [`(${turns.join(' or ')})`, ...inside, ...known.inside]]] : []),
  ] as const;
  const selects = parts.map(([name, conditions]) => {
    const where = conditions.length > 0 ? ` where ${(conditions as string[]).join(' and ')}` : '';
    return `select ${columns.join(', ')} from ${quoted(name as string)}${where}`;
  });
  return `(${selects.join(' union all ')})`;
};

/** Two days within one month select no whole one, unless they are its first and its last. */
const hasWholeMonth = ({ from, to }: DataSetQuery): boolean =>
  from === undefined || to === undefined || from.slice(0, 7) < to.slice(0, 7) || (isFirst(from) && isLast(to));

const isFirst = (day: string): boolean => day === monthOf(day).start;
const isLast = (day: string): boolean => day === monthOf(day).end;

interface Parts {
  /** Conditions on the whole months, for the first days of months as for each of their days. */
  readonly inside: readonly string[];
  /** Conditions on the days before and after them. */
  readonly edges: readonly (readonly string[])[];
}

const effectiveParts = ({ from, to }: DataSetQuery): Parts => {
  const inside: string[] = [];
  const edges: string[][] = [];
  const day = 'effective_day';
  if (from !== undefined) {
    const { end } = monthOf(from);
    inside.push(isFirst(from) ? `${day} >= ${literal(from)}` : `${day} > ${literal(end)}`);
    if (!isFirst(from)) edges.push([`${day} between ${literal(from)} and ${literal(end)}`]);
  }
  if (to !== undefined) {
    const { start } = monthOf(to);
    inside.push(isLast(to) ? `${day} <= ${literal(to)}` : `${day} < ${literal(start)}`);
    if (!isLast(to)) edges.push([`${day} between ${literal(start)} and ${literal(to)}`]);
  }
  return { inside, edges };
};

/** `all`: conditions on both together. */
const knownParts = ({ knownAt, recordedAt }: DataSetQuery): Parts & { readonly all: readonly string[] } => {
  const [at] = [knownAt, recordedAt].filter((day) => day !== undefined).sort();
  if (at === undefined) return { inside: [], edges: [], all: [] };
  const all = [`known_day <= ${literal(at)}`];
  if (isLast(at)) return { inside: all, edges: [], all };
  const { start } = monthOf(at);
  return {
    inside: [`known_day < ${literal(start)}`],
    edges: [[`known_day between ${literal(start)} and ${literal(at)}`]],
    all,
  };
};

/** First days of the months asked about within which, on another day than the first, something turned. */
const turnedMonths = async (
  turns: readonly string[],
  { from = '0001-01-01', to = '9999-12-31' }: DataSetQuery,
  manager: EntityManager,
): Promise<string[]> => {
  if (turns.length === 0) return [];
  const rows = await manager.query<{ month: string }[]>(
    `select distinct to_char(day, 'YYYY-MM"-01"') as month from (${turns.join(' union all ')}) as t (day)
      where extract(day from day) <> 1 and day between $1 and $2 order by month`,
    [from, to],
  );
  return rows.map(({ month }) => month);
};
