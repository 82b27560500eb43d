import { isDay } from '#kernel';
import { endOf, momentOf } from '../freezes/late.js';
import type { DataSetQuery, Page, ReadEvent } from '../read-model.js';
import { MergedEntity } from './tables.js';

export const ENTITY_MERGED = 'gov.sijill.entity.merged.v1';

/** Key of the state row that {@link foldMerger} keeps. */
export const MERGERS = 'mergers';

/** Mergers in the order in which they became known. */
interface MergerState {
  readonly mergers: readonly Merger[];
}
interface Merger {
  readonly entity: string;
  readonly into: string;
  readonly from: string;
}

/**
 * Writes every pair anew that the new merger reaches: whoever had become part of `entity` becomes part of its successor, and of what
 * that one had become part of. Of mergers that go round in a circle one entity bears the figures of all, or each its own.
 */
export const foldMerger = (event: ReadEvent, page: Page): void => {
  const entity = event.id;
  const into = String(event.data.intoEntityId);
  const from = String(event.data.from);
  const known = page.get<MergerState>(MERGERS)?.mergers ?? [];
  const put = (merger: Merger) => {
    page.put(MergedEntity, {
      entity: merger.entity,
      fromDay: merger.from,
      knownFrom: momentOf(event),
      intoEntity: merger.into,
    });
    return merger;
  };
  const later = (day: string) => (day > from ? day : from);
  const earlier = known.filter((merger) => merger.into === entity);
  const next = known.filter((merger) => merger.entity === into);
  const reached = [
    { entity, into, from },
    ...earlier.map((one) => ({ entity: one.entity, into, from: later(one.from) })),
  ];
  const beyond = reached.flatMap((one) =>
    next.map((merger) => ({ ...one, into: merger.into, from: one.from > merger.from ? one.from : merger.from })),
  );
  page.set<MergerState>(MERGERS, { mergers: [...known, ...[...reached, ...beyond].map(put)] });
};

type Clocks = Pick<DataSetQuery, 'effectiveAt' | 'knownAt' | 'recordedAt'>;

/**
 * SQL of the entity under which a cell appears: the successor from the day of a merger on, on the cell's own day or, where
 * the question gives `effectiveAt`, on that day. A merger counts once it is known.
 *
 * @param entity Column of the entity. @param day Column of the cell's day.
 */
export const entitySql = (entity: string, day: string, { effectiveAt, knownAt, recordedAt }: Clocks): string => {
  const on = effectiveAt === undefined ? day : literal(effectiveAt);
  const known = [knownAt, recordedAt].flatMap((at) =>
    at === undefined ? [] : [` and merger.known_from <= ${momentSql(endOf(at))}`],
  );
  return `coalesce((select merger.into_entity from merged_entity merger where merger.entity = ${entity} and merger.from_day <= ${on}${known.join('')}
    order by merger.from_day desc, merger.known_from desc limit 1), ${entity})`;
};

/** Days on which {@link entitySql} begins to give another entity. */
export const mergerTurns = ({ effectiveAt }: DataSetQuery): string[] =>
  effectiveAt === undefined ? ['select from_day from merged_entity'] : [];

/**
 * SQL of a subselect: `entity` and `into_entity` of all who went up in another one by the day `on`, as known at a moment. By day and
 * moment the last merger counts.
 *
 * @param on, moment SQL.
 */
export const mergedSql = (on: string, moment: string): string =>
  `(select distinct on (m.entity) m.entity, m.into_entity from merged_entity m where m.from_day <= ${on} and m.known_from <= ${moment}
    order by m.entity, m.from_day desc, m.known_from desc)`;

/** Moments reach SQL as text too, so nothing but a moment passes. */
export const momentSql = (moment: string): string => {
  if (!MOMENT.test(moment)) throw new RangeError(`not a moment: ${moment}`);
  return `'${moment}'`;
};
const MOMENT = /^\d{4}-\d\d-\d\d\.\d{4}$/;

/** Days reach SQL as text here, so nothing but a day passes. */
export const literal = (day: string): string => {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  return `date '${day}'`;
};
