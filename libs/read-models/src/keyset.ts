import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Row comparison that puts null first, as the order does. */
export const startAfter = (
  select: SelectQueryBuilder<ObjectLiteral>,
  expressions: readonly string[],
  after: readonly (string | null)[],
): void => {
  const parameters: Record<string, string> = {};
  const sql = laterSql(expressions, after, (value, at) => {
    parameters[`after${at}`] = value;
    return `:after${at}`;
  });
  select.andWhere(sql, parameters);
};

/** Condition that a row comes after the one with the values `after`. `place` keeps a value and gives the SQL for it. */
export const laterSql = (
  expressions: readonly string[],
  after: readonly (string | null)[],
  place: (value: string, at: number) => string,
): string => {
  const ranks = expressions.map((sql, at) => {
    const value = after[at] ?? null;
    if (value === null) return { same: `${sql} is null`, later: `${sql} is not null` };
    const placed = place(value, at);
    return { same: `${sql} = ${placed}`, later: `${sql} > ${placed}` };
  });
  const branches = ranks.map(({ later }, at) => [...ranks.slice(0, at).map(({ same }) => same), later].join(' and '));
  return `(${branches.map((branch) => `(${branch})`).join(' or ')})`;
};
