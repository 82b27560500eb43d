import type { FailureTable } from '#kernel';
import { Absent, IsDay, IsId, IsInteger, IsLang, IsListOf, IsObjects, IsOneOf, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

const SIGNS = ['plus', 'minus'] as const;

/** A dimension of the data set has one of these values; booleans as `true` and `false`. */
export class MeasureCondition {
  @IsId() dimension!: string;
  @IsListOf(IsText(80), 100, { min: 1, isUnique: true }) isIn!: readonly string[];
}

/** Rows for which every condition holds. */
export class MeasureAlternative {
  @IsObjects(MeasureCondition, 8, { min: 1 }) all!: readonly MeasureCondition[];
}

/** One measure, summed over the rows for which at least one alternative holds. No alternatives: over all rows. */
export class MeasureTerm {
  @IsId() measure!: string;
  @IsOneOf(SIGNS) sign!: (typeof SIGNS)[number];
  /** Weight. Default 1. */
  @Absent() @IsInteger({ min: 1, max: 1000 }) times?: number;
  @Absent() @IsObjects(MeasureAlternative, 8, { min: 1 }) whenAny?: readonly MeasureAlternative[];
}

/**
 * How a part of an indicator is had from one data set: the sum of its terms, or a procedure of the read side where no sum
 * says it (pairing, baselines, windows). A procedure yields numerator and denominator together.
 */
export class MeasureExpression {
  @IsId() dataset!: string;
  /** Exactly one of the two. */
  @Absent() @IsObjects(MeasureTerm, 20, { min: 1 }) terms?: readonly MeasureTerm[];
  @Absent() @IsId() procedure?: string;
}

/** One version of an indicator: what is divided by what, and when there is no answer. */
export class KpiDefined {
  @IsId() kpiId!: string;
  @IsInteger({ min: 1, max: 9999 }) version!: number;
  @IsLang(200) title!: Lang;
  /** One expression for each data set that can answer. */
  @IsObjects(MeasureExpression, 5, { min: 1 }) numerator!: readonly MeasureExpression[];
  /** One for each summed numerator. Absent: an amount and no ratio, or procedures alone. */
  @Absent() @IsObjects(MeasureExpression, 5, { min: 1 }) denominator?: readonly MeasureExpression[];
  @IsId() unit!: string;
  /** When the answer is null beside a denominator of 0, and what to keep in mind. */
  @IsLang(1000) nullRule!: Lang;
  /** First day for which this version answers unless another is asked for. */
  @IsDay() from!: string;
  @IsText(300) source!: string;
}

/** From this day on a version answers only where it is asked for by number. */
export class KpiRetired {
  @IsId() kpiId!: string;
  @IsInteger({ min: 1, max: 9999 }) version!: number;
  @IsDay() from!: string;
  @IsLang(1000) reason!: Lang;
}

export const kpiEvents = {
  'gov.sijill.kpi.defined.v1': KpiDefined,
  'gov.sijill.kpi.retired.v1': KpiRetired,
} as const satisfies EventRegister;
export type KpiFact = FactOf<typeof kpiEvents>;

export const kpiFailures = {
  'kpi.datasetRepeated': {
    kind: 'refused',
    en: 'The data set {dataset} has two expressions in one part of the definition.',
    ar: 'لمجموعة البيانات {dataset} تعبيران في جزء واحد من التعريف.',
  },
  'kpi.denominatorMismatch': {
    kind: 'refused',
    en: 'A denominator is needed for exactly the data sets whose numerator is a sum: {expected}.',
    ar: 'يلزم مقام لكل مجموعة بيانات بسطها مجموع ولا يلزم لغيرها: {expected}.',
  },
} as const satisfies FailureTable;
