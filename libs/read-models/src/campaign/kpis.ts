import { NO_FIGURE } from '../kpi/figure.js';
import type { MeasuredRow } from '../kpi/row-kpis.js';
import type { AnswerValue } from '../read-model.js';
import type { EditionCounts } from './counts.js';
import { metricsDescription } from './description.js';
import type { Figures } from './figures.js';

/** A row as KPIs divide it: exact, and as it is shown. */
export interface MetricsRow extends MeasuredRow {
  readonly shown: Readonly<Record<string, AnswerValue>>;
}

export const exactOf = (figures: Figures, counts: EditionCounts): MeasuredRow['measures'] => ({
  ...{ actual: figures.actual, baseline_value: figures.baseline, displaced: figures.displaced },
  ...{ substituted: figures.substituted, pull_before: figures.pullBefore, pull_after: figures.pullAfter },
  ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count === null ? null : BigInt(count)])),
});

/** Units of what is counted for an edition as a whole. */
const COUNTED: ReadonlySet<string> = new Set(['entity', 'service', 'centre', 'kiosk', 'act', 'person']);

/** What a definition may sum: numbers, not ratios. */
const SUMMED: readonly string[] = [
  ...['actual', 'baseline_value', 'displaced', 'substituted', 'pull_before', 'pull_after'],
  ...Object.entries(metricsDescription.measures).flatMap(([name, { unit }]) => (COUNTED.has(unit) ? [name] : [])),
];

/** Procedure of a definition → measure. Persistence is what lasts longest. */
const PROCEDURES: Readonly<Record<string, string>> = {
  ...{ 'campaign.uplift': 'uplift', 'campaign.displacement': 'displaced', 'campaign.substitution': 'substitution' },
  ...{ 'campaign.pull_before': 'pull_before', 'campaign.pull_after': 'pull_after' },
  ...{ 'campaign.persistence': 'persistence_12', 'campaign.participation': 'participation' },
};
/** What KPIs of campaigns may sum and call. */
export const METRICS_ENGINE = {
  description: metricsDescription,
  measures: SUMMED,
  isReduced: true as const,
  procedures: Object.fromEntries(
    Object.entries(PROCEDURES).map(([name, measure]) => [name, ({ shown }: MetricsRow) => shown[measure] ?? NO_FIGURE]),
  ),
};
