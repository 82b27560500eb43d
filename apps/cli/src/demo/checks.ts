import { type Counts, SIMULATED_YEAR, VOLUME_COUNTS } from '#simulation';
import { type Questions, sumOf } from './questions.js';

const YEAR = `from=${SIMULATED_YEAR}-01-01&to=${SIMULATED_YEAR}-12-31`;

/** One question to a data set, and the measures whose sum over its rows the simulation counted itself. */
interface Check {
  readonly dataset: string;
  readonly question?: string;
  /** Measure of the answer → counts of the simulation that make it up. */
  readonly measures: Readonly<Record<string, string | readonly string[]>>;
  /** Count that the number of rows must be. */
  readonly rows?: string;
}

const CHECKS: readonly Check[] = [
  { dataset: 'channel_volume', measures: VOLUME_COUNTS },
  ...['app', 'web', 'kiosk', 'call', 'counter'].map((channel) => ({
    dataset: 'channel_volume',
    question: `?channel=${channel}`,
    measures: { received: `received_${channel}` },
  })),
  {
    dataset: 'electronic_share',
    measures: { steps_electronic: 'steps_electronic', steps_manual: 'steps_manual' },
  },
  { dataset: 'catalogue', measures: { services: 'services' } },
  { dataset: 'aggregates', question: '?measure=volume', measures: { value: 'aggregate_volume' } },
  { dataset: 'aggregates', question: '?measure=volume_digital', measures: { value: 'aggregate_volume_digital' } },
  { dataset: 'aggregates', measures: { cells: 'cells_provided' } },
  { dataset: 'coverage', measures: { requested: 'cells_requested', provided: 'cells_provided' } },
  { dataset: 'paper', measures: { customer_sheets: 'customer_sheets', issued: 'sheets_issued' } },
  { dataset: 'paper', question: '?kind=process', measures: { sheets: ['process_sheets', 'record_sheets_process'] } },
  { dataset: 'paper', question: '?kind=habit', measures: { sheets: 'record_sheets_habit' } },
  ...['no-centres-1', 'no-centres-2'].map((edition) => ({
    dataset: 'campaign',
    question: `?campaign=${edition}&in_scope=true`,
    measures: {
      received: `campaign_received_${edition}`,
      settled: `campaign_settled_fils_${edition}`,
      refunded: `campaign_refunded_fils_${edition}`,
    },
  })),
  { dataset: 'savings', question: `?${YEAR}`, measures: { expected: 'baseline_sheets' } },
  ...['held', 'suspended'].map((status) => ({
    dataset: 'stamp',
    question: `?half=${SIMULATED_YEAR}-H1&view=current&status=${status}&group=entity`,
    rows: `stamps_${status}`,
    measures: {},
  })),
  { dataset: 'continuity', measures: { uncoordinated: 'measures_uncoordinated' } },
  { dataset: 'channel_volume', question: '?platform=dubainow', measures: { completed: 'platform_completed' } },
  {
    dataset: 'platform_activity',
    question: `?window_days=365&to=${SIMULATED_YEAR}-12-31`,
    measures: { views: 'views' },
  },
  { dataset: 'places', question: '?kind=centre', measures: { places: 'centres' } },
  { dataset: 'places', question: '?kind=kiosk', measures: { places: 'kiosks' } },
  {
    dataset: 'enquiries',
    measures: { received: 'enquiries', answered: 'enquiries_answered', unanswered: 'enquiries_unanswered' },
  },
  { dataset: 'satisfaction', measures: { answers: 'feedback', rating_5: 'rating_5', rating_1: 'rating_1' } },
  { dataset: 'claims', measures: { claims: 'claims' } },
  { dataset: 'claim_checks', measures: { checks: 'checks' } },
  {
    dataset: 'sharing',
    measures: {
      agreements: 'agreements',
      deliveries: 'deliveries',
      rows: 'rows_delivered',
      open_obstacles: 'obstacles_open',
    },
  },
  { dataset: 'registers', question: '?kind=programme', measures: { items: 'programmes' } },
  { dataset: 'registers', question: '?kind=milestone', measures: { items: 'milestones' } },
];

/** Measures whose total differs from what the simulation counted, one sentence each. Empty: all agree. */
export const differences = async (questions: Questions, counts: Counts): Promise<string[]> => {
  const found: string[] = [];
  for (const { dataset, question = '', measures, rows: rowCount } of CHECKS) {
    const rows = await questions.rows(dataset, question);
    if (rowCount && rows.length !== (counts[rowCount] ?? 0))
      found.push(`${dataset}${question} has ${rows.length} rows, the simulation counted ${counts[rowCount] ?? 0}`);
    for (const [measure, names] of Object.entries(measures)) {
      const total = BigInt(Math.round(sumOf(rows, measure)));
      const expected = [names].flat().reduce((sum, name) => sum + BigInt(counts[name] ?? 0), 0n);
      if (total !== expected)
        found.push(`${dataset}${question} says ${measure} ${total}, the simulation counted ${expected}`);
    }
  }
  return found;
};
