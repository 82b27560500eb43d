import type { EntityManager } from 'typeorm';
import { add, multiply, type Ratio, ratio, reduce } from '#kernel';
import type { AnswerValue, DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';
import { knownVersions, type Term } from './definitions.js';
import { figureOf, figureOfRatio, NO_FIGURE } from './figure.js';
import { isProcedure, type Sums } from './formula.js';
import { citedOf, seriesOf } from './series.js';

/** A row by its groups, and measure → figure; null or left out: there is none. */
export interface MeasuredRow {
  readonly group: Readonly<Record<string, string | null>>;
  readonly measures: Readonly<Record<string, bigint | Ratio | null | undefined>>;
}

/** What a data set computes KPIs with whose rows are no sums of a cube. */
export interface RowEngine<R extends MeasuredRow> {
  readonly description: DataSetDescription;
  /** Measures that its rows have. */
  readonly measures: readonly string[];
  /** Another data set whose expression holds where a definition has none for this one. */
  readonly standsFor?: string;
  /** Ratios in lowest terms, and none where the denominator is 0. Default: parts as they come. */
  readonly isReduced?: true;
  /** Name in a definition → what it gives. */
  readonly procedures?: Readonly<Record<string, (row: R) => AnswerValue>>;
}

export interface RowKpis<R extends MeasuredRow> extends Pick<DataSetAnswer, 'kpiVersions' | 'kpiBreaks'> {
  /** KPI → its figure in a row. */
  of(row: R): Readonly<Record<string, AnswerValue>>;
}

/**
 * The KPIs asked, for data sets whose rows are no sums of a cube: each divides measures of the row itself, or is a procedure of the
 * data set, as its version in the ledger says. A measure that is null in a row leaves the figure empty.
 *
 * @throws Failure as `seriesOf`.
 */
export const rowKpis = async <R extends MeasuredRow>(
  { procedures = {}, isReduced, ...engine }: RowEngine<R>,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<RowKpis<R>> => {
  const able = { ...engine, procedures: Object.keys(procedures) };
  const series = seriesOf(able, query, await knownVersions(query, manager));
  return {
    ...citedOf(series),
    of: (row) =>
      Object.fromEntries(
        series.map(({ kpi, formulas, versionOf }) => {
          const formula = formulas.get(versionOf(row));
          if (formula === undefined) return [kpi, NO_FIGURE];
          if (isProcedure(formula)) return [kpi, procedures[formula.procedure]?.(row) ?? null];
          return [kpi, shownOf(divided(row, formula), isReduced)];
        }),
      ),
  };
};

/** Numerator and denominator in whole numbers. */
const divided = (row: MeasuredRow, { numerator, denominator }: Sums): readonly [bigint, bigint] | undefined => {
  const num = totalOf(row, numerator);
  const den = denominator.length === 0 ? ratio(1n) : totalOf(row, denominator);
  return num && den && [num.num * den.den, den.num * num.den];
};

const shownOf = (parts: readonly [bigint, bigint] | undefined, isReduced: true | undefined): AnswerValue => {
  if (!parts) return NO_FIGURE;
  if (!isReduced) return figureOf(...parts);
  return parts[1] === 0n ? NO_FIGURE : figureOfRatio(reduce(ratio(...parts)));
};

const totalOf = ({ measures }: MeasuredRow, terms: readonly Term[]): Ratio | undefined => {
  let total: Ratio | undefined;
  for (const { measure, sign, times = 1 } of terms) {
    const value = measures[measure];
    if (value === undefined || value === null) return undefined;
    const exact = typeof value === 'bigint' ? ratio(value) : value;
    const part = multiply(exact, ratio(sign === 'minus' ? -times : times));
    total = total ? add(total, part) : part;
  }
  return total;
};
