import type { EntityManager } from 'typeorm';
import { type Ratio, ratioOfDecimal } from '#kernel';
import { entryOf } from '../aggregate/fold.js';
import { knownSql, Parameters } from '../aggregate/known.js';
import { AggregateEntry } from '../aggregate/tables.js';
import type { Part } from '../part.js';
import type { DataSetQuery } from '../read-model.js';
import type { SavingPeriod } from './periods.js';

/** Customer category of a published population → for whom a saving is counted. Visitors are counted as equivalents of residents. */
export const BENEFICIARIES = ['resident', 'visitor'] as const;
export type Beneficiary = (typeof BENEFICIARIES)[number];

const POPULATION = 'population';

/** Published totals of measure `population`: what hours are divided by. All other totals pass by. */
export const populationPart: Part = {
  name: 'population',
  version: 1,
  cubes: [],
  rows: [AggregateEntry],
  types: ['reported', 'restated', 'withdrawn'].map((told) => `gov.sijill.aggregate.${told}.v1`),
  keys: () => [],
  apply(event, page) {
    if (event.data.measure === POPULATION) page.put(AggregateEntry, entryOf(event));
  },
};

interface PopulationCell {
  readonly category: string;
  readonly series: string;
  readonly first: string;
  readonly last: string;
  readonly value: string;
}

/** Populations as known when the question asks. */
export const knownPopulations = async (
  query: DataSetQuery,
  manager: EntityManager,
): Promise<readonly PopulationCell[]> => {
  const { knownAt, recordedAt, limit } = query;
  const parameters = new Parameters();
  const known = knownSql({ knownAt, recordedAt, limit, group: [], filters: {}, kpis: [] }, parameters);
  return manager.query<PopulationCell[]>(
    `with ${known} select k.category, concat_ws(' ', k.publisher, k.dataset, k.scope) as series, k.period_start::text as first,
            k.period_end::text as last, k.value::text as value
       from known k
      where k.category = any(${parameters.add(BENEFICIARIES)}) and k.service is null and k.entity is null and k.channel is null
        and k.assisted is null and k.value is not null and not k.is_withdrawn
      order by k.period_end - k.period_start, k.period_start, series`,
    parameters.values,
  );
};

/**
 * Persons of the kinds chosen during a period: of each kind the shortest published period that holds all of it. Undefined where one
 * kind has none, or where two series have one: populations of different publishers are never added and never chosen between.
 */
export const personsIn = (
  { first, last }: Pick<SavingPeriod, 'first' | 'last'>,
  kinds: readonly string[],
  cells: readonly PopulationCell[],
): Ratio | undefined => {
  let persons: Ratio = { num: 0n, den: 1n };
  for (const kind of kinds) {
    const holding = cells.filter((cell) => cell.category === kind && cell.first <= first && cell.last >= last);
    const [cell] = holding;
    if (!cell || new Set(holding.map(({ series }) => series)).size > 1) return undefined;
    const value = ratioOfDecimal(cell.value);
    persons = { num: persons.num * value.den + value.num * persons.den, den: persons.den * value.den };
  }
  return persons.num > 0n ? persons : undefined;
};
