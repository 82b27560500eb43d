import { isDay } from '#kernel';
import type { DataSetQuery } from '../read-model.js';

/**
 * SQL of the entity under which a cell appears: the successor from the day of a merger on, on the cell's own day or, where
 * the question gives `effectiveAt`, on that day. A merger counts once it is known.
 *
 * @param entity Column of the entity. @param day Column of the cell's day.
 */
export const entitySql = (entity: string, day: string, { effectiveAt, knownAt, recordedAt }: DataSetQuery): string => {
  const on = effectiveAt === undefined ? day : literal(effectiveAt);
  const known = [knownAt, recordedAt].flatMap((at) => (at === undefined ? [] : [` and m.known_day <= ${literal(at)}`]));
  return `coalesce((select m.into_entity from merged_entity m where m.entity = ${entity} and m.from_day <= ${on}${known.join('')}
    order by m.from_day desc, m.known_day desc limit 1), ${entity})`;
};

/** Days on which {@link entitySql} begins to give another entity. */
export const mergerTurns = ({ effectiveAt }: DataSetQuery): string[] =>
  effectiveAt === undefined ? ['select from_day from merged_entity'] : [];

/** Days reach SQL as text here, so nothing but a day passes. */
export const literal = (day: string): string => {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  return `date '${day}'`;
};
