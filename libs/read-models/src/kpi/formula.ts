import { failingWith } from '#kernel';
import { kpiFailures } from '../kpi.js';
import type { DataSetDescription } from '../read-model.js';
import type { KnownVersion, Term } from './definitions.js';

/** Sums that a version divides. No denominator: an amount. */
export interface Sums {
  readonly numerator: readonly Term[];
  readonly denominator: readonly Term[];
}

/** How a version is had from a data set. */
export type Formula = Sums | { readonly procedure: string };

export const isProcedure = (formula: Formula): formula is { readonly procedure: string } => 'procedure' in formula;

/** What a data set can compute KPIs with. */
export interface KpiEngine {
  readonly description: DataSetDescription;
  /** Measures that a definition may sum. Default: those of the description. */
  readonly measures?: readonly string[];
  /** Dimensions by which it may choose among cells. Default none: the figures are no sums of cells. */
  readonly dimensions?: readonly string[];
  /** Procedures by the name that definitions give them. */
  readonly procedures?: readonly string[];
  /** Another data set whose expression holds where a definition has none for this one. */
  readonly standsFor?: string;
}

const refuse = failingWith(kpiFailures);

/**
 * The formula of a version over a data set: what its definition says, and nothing else.
 *
 * @throws Failure `kpi.notDefinedHere` where it has no expression for the data set, `kpi.notComputable` where the expression asks
 *   for what the data set does not have.
 */
export const formulaOf = (engine: KpiEngine, { kpi, version, definition }: KnownVersion): Formula => {
  const { name } = engine.description;
  const over = (dataset: string | undefined) => definition.numerator.find((one) => one.dataset === dataset);
  const said = over(name) ?? over(engine.standsFor);
  if (said === undefined) {
    const datasets = definition.numerator.map(({ dataset }) => dataset).join(', ');
    throw refuse('kpi.notDefinedHere', { params: { kpi, version: `${version}`, dataset: name, datasets } });
  }
  const formula: Formula = said.procedure
    ? { procedure: said.procedure }
    : {
        numerator: said.terms ?? [],
        denominator: definition.denominator?.find(({ dataset }) => dataset === said.dataset)?.terms ?? [],
      };
  const missing = missingIn(engine, formula);
  if (missing.length > 0)
    throw refuse('kpi.notComputable', {
      params: { kpi, version: `${version}`, dataset: name, missing: missing.join(', ') },
    });
  return formula;
};

const missingIn = (engine: KpiEngine, formula: Formula): readonly string[] => {
  const { measures = Object.keys(engine.description.measures), dimensions = [], procedures = [] } = engine;
  if (isProcedure(formula)) return procedures.includes(formula.procedure) ? [] : [formula.procedure];
  const terms = [...formula.numerator, ...formula.denominator];
  const asked = terms.flatMap(({ whenAny = [] }) =>
    whenAny.flatMap(({ all }) => all.map(({ dimension }) => dimension)),
  );
  const missing = [
    ...terms.map(({ measure }) => measure).filter((measure) => !measures.includes(measure)),
    ...asked.filter((dimension) => !dimensions.includes(dimension)),
  ];
  return [...new Set(missing)];
};
