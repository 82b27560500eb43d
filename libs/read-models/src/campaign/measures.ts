import { type Ratio, reduce } from '#kernel';
import { servedAs } from '../cube-query.js';
import { figureOfRatio, NO_FIGURE } from '../kpi/figure.js';
import type { AnswerValue } from '../read-model.js';
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
