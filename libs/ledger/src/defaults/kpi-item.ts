import type { MeasureAlternative, MeasureExpression, MeasureTerm } from '../kpi/kpi.events.js';
import type { Lang } from '../shapes.js';
import { type DefaultFact, EVER, item } from './item.js';

export interface KpiRow {
  readonly kpi: `${string}@${number}`;
  readonly title: Lang;
  readonly numerator: readonly MeasureExpression[];
  /** Left out for amounts and for procedures, which bring their own. */
  readonly denominator?: readonly MeasureExpression[];
  readonly unit: string;
  readonly nullRule: Lang;
  /** Default: always. */
  readonly from?: string;
  readonly source?: string;
}

/** Last year of the ledger: a version from here on is asked for by number and never answers by itself. */
export const BY_NUMBER_ONLY = '2200-01-01';

export const NO_DENOMINATOR: Lang = {
  ar: 'لا توجد نتيجة إذا كان المقام صفراً أو غير معلوم.',
  en: 'Null when the denominator is 0 or not known.',
};

export const kpiItem = ({ kpi, source = 'Sijill indicator register', from = EVER, ...rest }: KpiRow): DefaultFact => {
  const [kpiId, version] = kpi.split('@');
  return item('gov.sijill.kpi.defined.v1', 'kpi', kpi, { kpiId, version: Number(version), ...rest, from, source });
};

/** The sum of measures of one data set. */
export const sum = (dataset: string, ...terms: readonly (string | MeasureTerm)[]): MeasureExpression => ({
  dataset,
  terms: terms.map((term) => (typeof term === 'string' ? plus(term) : term)),
});

/** A figure that no sum says; the read side knows the procedure by its name. */
export const by = (dataset: string, procedure: string): MeasureExpression => ({ dataset, procedure });

/** A measure over the rows of any of the alternatives, or over all rows. */
export const plus = (measure: string, ...whenAny: readonly MeasureAlternative[]): MeasureTerm =>
  whenAny.length === 0 ? { measure, sign: 'plus' } : { measure, sign: 'plus', whenAny };

export const times = (weight: number, measure: string): MeasureTerm => ({ measure, sign: 'plus', times: weight });

/** Rows whose dimensions all have one of the values named. */
export const where = (conditions: Readonly<Record<string, readonly string[]>>): MeasureAlternative => ({
  all: Object.entries(conditions).map(([dimension, isIn]) => ({ dimension, isIn })),
});
