import type { DataSetQuery } from '../read-model.js';
import { stampDescription } from './description.js';

/** Dimensions as SQL over `r` (an entity, half and view) and `j` (a unit of it). */
export const OF_RESULT = ['entity', 'size_class', 'half', 'view', 'status'];
export const sqlOf = (name: string): string => {
  if (!Object.hasOwn(stampDescription.dimensions, name)) throw new TypeError(`stamp has no dimension ${name}`);
  return `(${OF_RESULT.includes(name) ? 'r' : 'j'}.${name})::text collate "C"`;
};

export const groupsOf = ({ group }: DataSetQuery): readonly string[] => [
  ...new Set([...group, ...(stampDescription.alwaysBy ?? [])]),
];

/** Places values among the parameters of a statement. */
export type Place = (value: unknown) => string;

/** Conditions on `r` and `j`: halves that lie wholly inside the days asked, and the filters. */
export const conditionsOf = ({ from, to, filters }: DataSetQuery, place: Place): readonly string[] => [
  ...(from === undefined ? [] : [`r.first_day >= ${place(from)}::date`]),
  ...(to === undefined ? [] : [`r.last_day <= ${place(to)}::date`]),
  ...Object.entries(filters).map(([name, values]) => `${sqlOf(name)} = any(${place(values)}::text[])`),
];
