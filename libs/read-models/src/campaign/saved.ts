import type { EntityManager } from 'typeorm';
import { divide, multiply, type Ratio, ratio, subtract } from '#kernel';
import type { AnswerValue, DataSetQuery, FactorUsed } from '../read-model.js';
import { type Conversion, conversionsOf, factorsFor, knownFactors, usedAs } from '../savings/factors.js';
import { converted, type Maybe, MONEY_METHODS, type MoneyMethod, shown } from '../savings/figures.js';
import type { Plan } from './days.js';
import { type Asked, type DaySums, type Figures, figuresOf } from './figures.js';
import type { Edition } from './views.js';

/** One way to turn what an edition saved into other units. */
export interface Converting {
  readonly conversion: Conversion;
  readonly method: MoneyMethod;
}

export interface Conversions {
  /** In the order of rows: by set, then by method. */
  readonly ways: readonly Converting[];
  /** What the edition saved by one of them. */
  of(saved: EditionSaved, edition: Edition, way: Converting): Record<string, AnswerValue>;
  /** Factors used until now. */
  used(): readonly FactorUsed[];
}

/**
 * The ways of converting that a question names: factor sets side by side, and ways of money. Factors are not frozen with the figures:
 * they are those known on the day of the question that hold for the days of the edition, and the answer names each.
 *
 * @throws Failure `factors.unknown`, `factors.twice`.
 */
export const editionConversions = async (query: DataSetQuery, manager: EntityManager): Promise<Conversions> => {
  const known = await knownFactors(query, manager);
  const { method: accepted } = query.filters;
  const all = query.group.includes('method') ? MONEY_METHODS : MONEY_METHODS.slice(0, 1);
  const methods = accepted ? MONEY_METHODS.filter((method) => accepted.includes(method)) : all;
  const sets = [...conversionsOf(query, known)].sort((one, other) => ((one.set ?? '') < (other.set ?? '') ? -1 : 1));
  const ways = sets.flatMap((conversion) => [...methods].sort().map((method) => ({ conversion, method })));
  const used = new Map<string, FactorUsed>();
  return {
    ways,
    used: () => [...used.values()],
    of: ({ net, trips }, { first_day: first, last_day: last }, { conversion, method }) => {
      const factors = factorsFor(conversion, { first, last }, known);
      for (const factor of usedAs(conversion, factors)) used.set(JSON.stringify(factor), factor);
      const figures = converted(net, trips, factors, method);
      return {
        ...{ trees: shown(figures.trees), co2e_g: shown(figures.co2eGrams) },
        ...{ trip_co2e_g: shown(figures.tripCo2eGrams), staff_minutes: shown(figures.staffMinutes) },
        ...{ customer_minutes: shown(figures.customerMinutes), fils: shown(figures.fils) },
        customer_fils: shown(figures.customerFils),
      };
    },
  };
};

/** What an edition saved against one baseline, before it is converted. */
export interface EditionSaved {
  /** Sheets used on its days. */
  readonly sheets: bigint;
  readonly expected: Maybe;
  readonly net: Maybe;
  /** Requests that were not made at a counter: visits that were not made. */
  readonly trips: Maybe;
}

/**
 * Sheets and visits that requests in scope did without. As many sheets are expected as the same number of requests took on the days
 * of the baseline (kpis.md, section 3.2), of all channels together: by class of channel it cannot be told what moved. Negative where
 * more was used.
 */
export const savedOf = (
  requests: Figures,
  sums: DaySums,
  plan: Plan,
  { method, classes }: Pick<Asked, 'method' | 'classes'>,
): EditionSaved => {
  const paper = figuresOf(sums, plan, { method, measure: 'sheets', classes });
  const isWhole = classes === undefined;
  const expected = isWhole ? expectedOf(paper.baseline, requests) : undefined;
  return {
    sheets: paper.actual,
    expected,
    net: expected && subtract(expected, ratio(paper.actual)),
    trips: requests.displaced ?? undefined,
  };
};

const expectedOf = (base: Ratio | null, { actual, baseline }: Figures): Maybe =>
  base && baseline && baseline.num > 0n ? multiply(base, divide(ratio(actual), baseline)) : undefined;
