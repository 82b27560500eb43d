import type { EntityManager } from 'typeorm';
import { type CubeSpec, selection } from './cube-query.js';
import type { Contribution, DataSetQuery } from './read-model.js';
import { shapeOf } from './tables.js';

interface ContributionRow {
  stream: string;
  revision: string;
  effective_day: string;
  known_day: string;
  deltas: Record<string, string>[];
}

/**
 * Events behind the figure that the same question gives: those that added to one of its cells, in (stream, revision) order.
 * The sum of their deltas is the figure. Groups of the question do not matter; put the cell's group values into its filters.
 */
export const cubeContributions = async (
  spec: CubeSpec,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<{ readonly events: readonly Contribution[]; readonly next?: readonly (string | null)[] }> => {
  const select = selection(spec, query, manager)
    .innerJoin('contribution', 'k', 'k.cell = c.cell')
    .select('k.stream', 'stream')
    .addSelect('k.revision', 'revision')
    .addSelect('min(k.effective_day)::text', 'effective_day')
    .addSelect('min(k.known_day)::text', 'known_day')
    .addSelect('json_agg(k.deltas)', 'deltas');
  const [stream, revision] = query.after ?? [];
  if (stream && revision)
    select.andWhere('(k.stream, k.revision) > (:stream, :revision::bigint)', { stream, revision });
  const rows = await select
    .groupBy('k.stream')
    .addGroupBy('k.revision')
    .orderBy('k.stream', 'ASC')
    .addOrderBy('k.revision', 'ASC')
    .limit(query.limit + 1)
    .getRawMany<ContributionRow>();
  const events = rows.slice(0, query.limit).map((row) => contributionOf(spec, row));
  const last = events.at(-1);
  return rows.length > query.limit && last ? { events, next: [last.stream, last.revision] } : { events };
};

const contributionOf = (spec: CubeSpec, row: ContributionRow): Contribution => {
  const sums = new Map<string, bigint>();
  for (const deltas of row.deltas)
    for (const [measure, delta] of Object.entries(deltas)) sums.set(measure, (sums.get(measure) ?? 0n) + BigInt(delta));
  const order = shapeOf(spec.table).values.map(({ name }) => name);
  const deltas = order.filter((name) => sums.has(name)).map((name) => [name, String(sums.get(name))]);
  return {
    stream: row.stream,
    revision: row.revision,
    effectiveDay: row.effective_day,
    knownDay: row.known_day,
    deltas: Object.fromEntries(deltas),
  };
};
