import { type Counts, VOLUME_COUNTS } from '#simulation';
import type { Questions } from './questions.js';

/** One question to a data set, and the measures whose sum over its rows the simulation counted itself. */
interface Check {
  readonly dataset: string;
  readonly question?: string;
  /** Measure of the answer → counts of the simulation that make it up. */
  readonly measures: Readonly<Record<string, string | readonly string[]>>;
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
];

/** Measures whose total differs from what the simulation counted, one sentence each. Empty: all agree. */
export const differences = async (questions: Questions, counts: Counts): Promise<string[]> => {
  const found: string[] = [];
  for (const { dataset, question = '', measures } of CHECKS) {
    const rows = await questions.rows(dataset, question);
    for (const [measure, names] of Object.entries(measures)) {
      const total = rows.reduce((sum, row) => sum + BigInt(Math.round(Number(row[measure] ?? 0))), 0n);
      const expected = [names].flat().reduce((sum, name) => sum + BigInt(counts[name] ?? 0), 0n);
      if (total !== expected)
        found.push(`${dataset}${question} says ${measure} ${total}, the simulation counted ${expected}`);
    }
  }
  return found;
};
