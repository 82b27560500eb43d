import type { Term } from './definitions.js';
import type { Sums } from './formula.js';

const sumOf = (measures: readonly string[], isByReceipt = false): readonly Term[] =>
  measures.map((measure) => ({ measure, sign: 'plus', ...(isByReceipt && { whenAny: BY_RECEIPT }) }));
const BY_RECEIPT = [{ all: [{ dimension: 'basis', isIn: ['receipt'] }] }];

/** Known outcomes / received, by the day of receipt. */
const OUTCOMES_KNOWN: Sums = {
  numerator: sumOf(['completed', 'rejected', 'withdrawn', 'duplicate', 'transferred'], true),
  denominator: sumOf(['received'], true),
};
const JUDGED: Sums = { numerator: sumOf(['e_yes', 'e_no']), denominator: sumOf(['completed']) };
const ENDED: Sums = {
  numerator: sumOf(['answered', 'unanswered'], true),
  denominator: sumOf(['received'], true),
};

/** What is known of the cases of a KPI, by data set. Undefined: nobody knows how many cases there are. */
export const coverageRuleOf = (dataset: string, kpi: string): Sums | undefined => {
  if (dataset === 'enquiries') return ENDED;
  if (dataset !== 'channel_volume') return undefined;
  return kpi === 'e_transaction_share' || kpi === 'paperless_share' ? JUDGED : OUTCOMES_KNOWN;
};
