import { type Ratio, reduce } from '#kernel';
import { servedAs } from '../cube-query.js';
import { figureOfRatio, NO_FIGURE } from '../kpi/figure.js';
import type { MeasuredRow } from '../kpi/row-kpis.js';
import type { AnswerValue } from '../read-model.js';
import type { EditionCounts } from './counts.js';
import { metricsDescription } from './description.js';
import type { CampaignMeasure, Figures } from './figures.js';
import type { EditionSaved } from './saved.js';

export const shown = (value: Ratio | null | undefined) => (value ? figureOfRatio(reduce(value)) : NO_FIGURE);

/** The measures of a row as they are served. */
export const measuresOf = (figures: Figures, measure: CampaignMeasure): Record<string, AnswerValue> => ({
  actual: servedAs(figures.actual, measure === 'settled' ? 'fils' : 'transaction'),
  baseline_value: shown(figures.baseline),
  uplift: shown(figures.uplift),
  displaced: shown(figures.displaced),
  substituted: shown(figures.substituted),
  substitution: shown(figures.substitution),
  pull_before: shown(figures.pullBefore),
  pull_after: shown(figures.pullAfter),
  persistence_4: shown(figures.persistence['4']),
  persistence_12: shown(figures.persistence['12']),
});

export const sheetsOf = ({ sheets, expected, net, trips }: EditionSaved): Record<string, AnswerValue> => ({
  ...{ sheets: Number(sheets), sheets_expected: shown(expected), sheets_net: shown(net), trips: shown(trips) },
});

/** Of money: it saves neither paper nor visits. */
export const NOTHING_SAVED: Readonly<Record<string, AnswerValue>> = {
  ...{ sheets: null, sheets_expected: NO_FIGURE, sheets_net: NO_FIGURE, trips: NO_FIGURE, trees: NO_FIGURE },
  ...{ co2e_g: NO_FIGURE, trip_co2e_g: NO_FIGURE, staff_minutes: NO_FIGURE, customer_minutes: NO_FIGURE },
  ...{ fils: NO_FIGURE, customer_fils: NO_FIGURE },
};

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
