import type { DataSource } from 'typeorm';
import type { DataSet, DataSetQuery, Grain } from '../../libs/read-models/src/read-model.js';
import { dataSets } from '../../libs/read-models/src/read-models.js';
import { inSnapshot } from '../../libs/read-models/src/snapshot.js';

export type Rows = readonly Readonly<Record<string, unknown>>[];
/** Answers by data set and grouping. */
export type Answers = ReadonlyMap<string, Rows>;

const GROUPS = ['month', 'entity', 'channel', 'service'];
/** Days asked one by one where a data set knows no months: those after the fact that comes late. */
const DAYS = { from: '2025-05-19', to: '2025-06-03' };

const questionsOf = ({ description: { dimensions, grains } }: DataSet): readonly Partial<DataSetQuery>[] => {
  const isKnown = (group: string) => group in dimensions || grains.includes(group as Grain);
  const byDay = grains.includes('day') && !grains.includes('month') ? [{ group: ['day'], ...DAYS }] : [];
  const groups = GROUPS.filter(isKnown);
  if (!groups.includes('channel') && 'channel_class' in dimensions) groups.push('channel_class');
  return [{ group: [] }, ...groups.map((group) => ({ group: [group] })), ...byDay];
};

export interface Difference {
  /** `data_set.measure`. */
  readonly measures: string[];
  /** Of the rows that name one. */
  readonly entities: string[];
}

/** A row that is not there says no more than one that counts nothing and knows no ratio. */
const textOf = (figure: unknown): string => {
  const isUnknown = typeof figure === 'object' && figure !== null && (figure as { value?: unknown }).value === null;
  return JSON.stringify(isUnknown || figure === '0' || figure === '' ? 0 : (figure ?? 0));
};

/** What two sets of answers say differently, and of whom. */
export const differing = (before: Answers, after: Answers): Difference => {
  const [found, entities] = [new Set<string>(), new Set<string>()];
  for (const [question, rows] of after) {
    const [name = ''] = question.split(' ');
    const measures = Object.keys(dataSets.get(name)!.description.measures);
    const [left, right] = [keyed(before.get(question) ?? [], measures), keyed(rows, measures)];
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      const [old, now] = [left.get(key) ?? {}, right.get(key) ?? {}];
      const changed = measures.filter((one) => textOf(old[one]) !== textOf(now[one]));
      const frozen = (now.view ?? old.view) === 'frozen' ? ' frozen' : '';
      for (const measure of changed) found.add(`${name}.${measure}${frozen}`);
      const entity = now.entity ?? old.entity;
      // Staleness grows with the days, whoever said something.
      if (changed.length > 0 && name !== 'data_quality' && typeof entity === 'string') entities.add(entity);
    }
  }
  return { measures: [...found].sort(), entities: [...entities].sort() };
};
export const NONE: Difference = { measures: [], entities: [] };

const keyed = (rows: Rows, measures: readonly string[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> =>
  new Map(rows.map((row) => [JSON.stringify(Object.entries(row).filter(([name]) => !measures.includes(name))), row]));

const ALL: DataSetQuery = { group: [], filters: {}, kpis: [], limit: 10_000 };

/** What every data set says now, or as known on a day. */
export const askAll = async (source: DataSource, knownAt?: string): Promise<Answers> => {
  const given = new Map<string, Rows>();
  for (const [name, dataSet] of dataSets) {
    for (const asked of questionsOf(dataSet)) {
      const question = { ...ALL, ...asked, ...(knownAt && { knownAt }) };
      const { rows } = await inSnapshot(source, dataSet.projection, (manager) => dataSet.rows(question, manager));
      given.set(`${name} ${question.group}`, rows);
    }
  }
  return given;
};
