/** Dimension has one of these values; booleans as `true` and `false`. */
export interface Condition {
  readonly dimension: string;
  readonly isIn: readonly string[];
}

/** A measure summed over the rows for which all conditions of one alternative hold, as a KPI definition writes it. */
export interface Term {
  readonly measure: string;
  readonly sign: 'plus' | 'minus';
  readonly times?: number;
  readonly whenAny?: readonly { readonly all: readonly Condition[] }[];
}

/** One version of a KPI that is a sum over the cube of a data set. */
export interface VolumeKpi {
  readonly id: string;
  readonly version: number;
  readonly numerator: readonly Term[];
  readonly denominator: readonly Term[];
}

/** What part of the cases a figure knows. */
export interface CoverageRule {
  readonly numerator: readonly Term[];
  readonly denominator: readonly Term[];
}

const sumOf = (measures: readonly string[], ...whenAny: readonly (readonly Condition[])[]): readonly Term[] =>
  measures.map((measure) => ({
    measure,
    sign: 'plus',
    ...(whenAny.length > 0 && { whenAny: whenAny.map((all) => ({ all })) }),
  }));

const DIGITAL: Condition = { dimension: 'channel_class', isIn: ['digital'] };
const ASSISTED: Condition = { dimension: 'assisted', isIn: ['true'] };
const UNASSISTED: Condition = { dimension: 'assisted', isIn: ['false'] };
const BY_RECEIPT: Condition = { dimension: 'basis', isIn: ['receipt'] };

const times = (weight: number, measure: string): Term => ({ measure, sign: 'plus', times: weight });

/**
 * Definitions of kpis.md, section 2, that are sums of measures. Used until the ledger holds the KPI: a definition
 * recorded as an event takes the place of the one of the same version here.
 */
export const VOLUME_KPIS: readonly VolumeKpi[] = [
  {
    id: 'digital_take_up',
    version: 1,
    numerator: sumOf(['completed'], [DIGITAL], [ASSISTED]),
    denominator: sumOf(['completed']),
  },
  {
    id: 'digital_take_up',
    version: 2,
    numerator: sumOf(['completed'], [DIGITAL, UNASSISTED]),
    denominator: sumOf(['completed']),
  },
  {
    id: 'take_up_received',
    version: 1,
    numerator: sumOf(['received'], [DIGITAL], [ASSISTED]),
    denominator: sumOf(['received']),
  },
  {
    id: 'completion_rate',
    version: 1,
    numerator: sumOf(['completed', 'not_eligible'], [DIGITAL, BY_RECEIPT]),
    denominator: sumOf(['started'], [DIGITAL, BY_RECEIPT]),
  },
  {
    id: 'intended_outcome_rate',
    version: 1,
    numerator: sumOf(['intended']),
    denominator: sumOf(['completed', 'rejected']),
  },
  { id: 'on_time_share', version: 1, numerator: sumOf(['on_time']), denominator: sumOf(['due']) },
  { id: 'e_transaction_share', version: 1, numerator: sumOf(['e_yes']), denominator: sumOf(['e_yes', 'e_no']) },
  { id: 'paperless_share', version: 1, numerator: sumOf(['paperless']), denominator: sumOf(['e_yes', 'e_no']) },
  {
    id: 'enquiries_answered',
    version: 1,
    numerator: sumOf(['answered'], [BY_RECEIPT]),
    denominator: sumOf(['received'], [BY_RECEIPT]),
  },
  {
    id: 'satisfaction_scaled',
    version: 1,
    numerator: [times(1, 'rating_2'), times(2, 'rating_3'), times(3, 'rating_4'), times(4, 'rating_5')],
    denominator: [times(4, 'answers')],
  },
  {
    id: 'satisfaction_top_two',
    version: 1,
    numerator: sumOf(['rating_4', 'rating_5']),
    denominator: sumOf(['answers']),
  },
  { id: 'platform_mean_value', version: 1, numerator: sumOf(['value']), denominator: sumOf(['transactions']) },
  { id: 'remote_availability', version: 1, numerator: sumOf(['remote']), denominator: sumOf(['in_scope']) },
  { id: 'volume_against_expected', version: 1, numerator: sumOf(['actual']), denominator: sumOf(['expected']) },
];

const OUTCOMES = ['completed', 'rejected', 'withdrawn', 'duplicate', 'transferred'];

/** Known outcomes / received, by the day of receipt. */
const OUTCOMES_KNOWN: CoverageRule = {
  numerator: sumOf(OUTCOMES, [BY_RECEIPT]),
  denominator: sumOf(['received'], [BY_RECEIPT]),
};
const JUDGED: CoverageRule = { numerator: sumOf(['e_yes', 'e_no']), denominator: sumOf(['completed']) };

const ENDED: CoverageRule = {
  numerator: sumOf(['answered', 'unanswered'], [BY_RECEIPT]),
  denominator: sumOf(['received'], [BY_RECEIPT]),
};

/** What is known of the cases of a KPI, by data set. Undefined: nobody knows how many cases there are. */
export const coverageRuleOf = (dataset: string, kpi: string): CoverageRule | undefined => {
  if (dataset === 'enquiries') return ENDED;
  if (dataset !== 'channel_volume') return undefined;
  return kpi === 'e_transaction_share' || kpi === 'paperless_share' ? JUDGED : OUTCOMES_KNOWN;
};
