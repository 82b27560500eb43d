import type { EntityManager } from 'typeorm';
import type { Lang } from '../catalogue/entry.js';
import { endOf } from '../freezes/late.js';
import { laterSql } from '../keyset.js';
import type { DataSetQuery } from '../read-model.js';
import { knownOn, looksOf } from './looks.js';
import { askResults } from './results-sql.js';

/** A mark that stands: what the public may read of the stamp. No figure, no event, and nobody who does not hold it. */
export interface HeldStamp {
  readonly entity: string;
  /** Title of the entity; null where the catalogue does not know it. */
  readonly title: Lang | null;
  readonly half: string;
  readonly sizeClass: string;
  /** Day of the conferral. */
  readonly conferredOn: string;
}

export interface HeldQuery {
  /** Left out: of every half. */
  readonly half?: string;
  readonly knownAt?: string;
  readonly limit: number;
  /** Half and entity of the last mark of the page before. */
  readonly after?: readonly (string | null)[];
}

// Few entities were ever given a mark: nobody else is judged for an answer that anybody may ask for.
const GIVEN = `select distinct entity, half from assessment_event where what = 'conferred' and moment <= $1 and ($2::text is null or half = $2)`;
const HELD = ` select r.entity, r.half, c.data ->> 'sizeClass' as "sizeClass", c.effective_day::text as "conferredOn", e.title
  from result r
  join lateral (select data, effective_day from assessment_event g where g.entity = r.entity and g.half = r.half and g.what = 'conferred'
     and g.moment <= $2 order by g.revision desc limit 1) c on true
  left join lateral (select s.title from entity_span s where s.entity = r.entity and s.known_from <= $3::date and s.known_to > $3::date
     order by s.effective_from desc limit 1) e on true
 where r.view = 'current' and r.status = 'held' {after} order by r.half collate "C", r.entity limit {limit}`;

/** Marks that stand, by half and entity, in the snapshot of the projection of the stamp. */
export const heldStamps = async (
  { half, limit, after, knownAt }: HeldQuery,
  manager: EntityManager,
): Promise<{ readonly stamps: readonly HeldStamp[]; readonly next?: readonly string[] }> => {
  const query: DataSetQuery = { group: [], filters: {}, kpis: [], limit, ...(knownAt !== undefined && { knownAt }) };
  const known = knownOn(query);
  const given = await manager.query<{ entity: string; half: string }[]>(GIVEN, [endOf(known), half ?? null]);
  if (given.length === 0) return { stamps: [] };
  const halves = new Set(given.map((one) => one.half));
  const entities = [...new Set(given.map(({ entity }) => entity))];
  const looks = (await looksOf(query, manager, entities)).filter(
    (look) => look.view === 'current' && halves.has(look.half),
  );
  const values: [typeof looks, string, ...unknown[]] = [looks, endOf(known), known];
  const place = (value: unknown) => `$${values.push(value)}`;
  const later = after ? `and ${laterSql(['r.half collate "C"', 'r.entity'], after, place)}` : '';
  const sql = HELD.replace('{after}', later).replace('{limit}', place(limit + 1));
  const found = await askResults<HeldStamp>(manager, sql, values);
  const stamps = found.slice(0, limit);
  const last = stamps.at(-1);
  return found.length > limit && last ? { stamps, next: [last.half, last.entity] } : { stamps };
};
