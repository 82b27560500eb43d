import type { EntityManager } from 'typeorm';
import { add, multiply, type Ratio, ratio } from '#kernel';
import type { CubeSums } from '../cube-query.js';
import type { DataSetAnswer, DataSetDescription, DataSetQuery } from '../read-model.js';
import { knownVersions, sumsOfVersion } from './definitions.js';
import { figureOf, NO_FIGURE, type RatioFigure } from './figure.js';
import { seriesOf } from './series.js';
import type { Term } from './volume-kpis.js';

/** A row by its groups, and measure → figure; null or left out: there is none. */
export interface MeasuredRow {
  readonly group: Readonly<Record<string, string | null>>;
  readonly measures: Readonly<Record<string, bigint | Ratio | null>>;
}

export interface RowKpis extends Required<Pick<DataSetAnswer, 'kpiVersions'>>, Pick<DataSetAnswer, 'kpiBreaks'> {
  /** KPI → its figure in a row. */
  of(row: MeasuredRow): Readonly<Record<string, RatioFigure>>;
}

/**
 * The KPIs asked, for data sets whose rows are no sums of a cube: each divides measures of the row itself, as its version in the
 * ledger says. A part with a measure that the row does not have leaves the figure empty, and so does a condition on cells.
 *
 * @throws Failure `kpi.notHere`, `kpi.versionUnknown`.
 */
export const rowKpis = async (
  description: DataSetDescription,
  query: DataSetQuery,
  manager: EntityManager,
): Promise<RowKpis> => {
  const known = query.kpis.length > 0 ? await knownVersions(query, manager) : [];
  const series = seriesOf(description, query, known);
  const breaks = series.flatMap((one) => one.breaks).sort((one, other) => (one.day < other.day ? -1 : 1));
  return {
    kpiVersions: Object.fromEntries(series.map(({ kpi, version }) => [kpi, version])),
    ...(breaks.length > 0 && { kpiBreaks: breaks }),
    of: (row) =>
      Object.fromEntries(
        series.map(({ kpi, versionOf }) => {
          const sums = sumsOfVersion(known, kpi, versionOf(row as CubeSums), description.name);
          const [num, den] = [totalOf(row, sums?.numerator), totalOf(row, sums?.denominator)];
          return [kpi, num && den ? figureOf(num.num * den.den, den.num * num.den) : NO_FIGURE];
        }),
      ),
  };
};

const totalOf = ({ measures }: MeasuredRow, terms: readonly Term[] = []): Ratio | undefined => {
  let total: Ratio | undefined;
  for (const { measure, sign, times = 1, whenAny } of terms) {
    const value = measures[measure];
    if (whenAny !== undefined || value === undefined || value === null) return undefined;
    const exact = typeof value === 'bigint' ? ratio(value) : value;
    const part = multiply(exact, ratio(sign === 'minus' ? -times : times));
    total = total ? add(total, part) : part;
  }
  return total;
};
