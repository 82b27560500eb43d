import { type Counts, VOLUME_COUNTS } from '#simulation';
import type { ApiClient } from './client.js';

interface Ratio {
  readonly num: string;
  readonly den: string;
  readonly value: string | null;
}
type Value = string | number | boolean | null | Ratio | { readonly [member: string]: Value };
interface Answer {
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

/** One question to a data set, and the measures whose sum over its rows the simulation counted itself. */
interface Check {
  readonly dataset: string;
  readonly question: string;
  /** Measure of the answer → count of the simulation. */
  readonly measures: Readonly<Record<string, string>>;
}

const CHECKS: readonly Check[] = [
  {
    dataset: 'channel_volume',
    question: '',
    measures: VOLUME_COUNTS,
  },
  ...['app', 'web', 'kiosk', 'call', 'counter'].map((channel) => ({
    dataset: 'channel_volume',
    question: `?channel=${channel}`,
    measures: { received: `received_${channel}` },
  })),
  {
    dataset: 'electronic_share',
    question: '',
    measures: { steps_electronic: 'steps_electronic', steps_manual: 'steps_manual' },
  },
  { dataset: 'catalogue', question: '', measures: { services: 'services' } },
  { dataset: 'aggregates', question: '?measure=volume', measures: { value: 'aggregate_volume' } },
  { dataset: 'aggregates', question: '?measure=volume_digital', measures: { value: 'aggregate_volume_digital' } },
  { dataset: 'aggregates', question: '', measures: { cells: 'cells_provided' } },
  { dataset: 'coverage', question: '', measures: { requested: 'cells_requested', provided: 'cells_provided' } },
];

/** Measures whose total differs from what the simulation counted, one sentence each. Empty: all agree. */
export const differences = async (client: ApiClient, counts: Counts, minPosition: bigint): Promise<string[]> => {
  const found: string[] = [];
  for (const { dataset, question, measures } of CHECKS) {
    const { rows } = await ask(client, dataset, question, minPosition);
    for (const [measure, count] of Object.entries(measures)) {
      const total = rows.reduce((sum, row) => sum + BigInt(Math.round(Number(row[measure] ?? 0))), 0n);
      const expected = BigInt(counts[count] ?? 0);
      if (total !== expected)
        found.push(`${dataset}${question} says ${measure} ${total}, the simulation counted ${expected}`);
    }
  }
  return found;
};

/** What the data sets say, a line each. */
export const summaryLines = async (client: ApiClient, minPosition: bigint): Promise<string[]> => {
  const volume =
    (await ask(client, 'channel_volume', '?kpi=digital_take_up,e_transaction_share', minPosition)).rows[0] ?? {};
  const steps = (await ask(client, 'electronic_share', '', minPosition)).rows[0] ?? {};
  const coverage = await ask(client, 'coverage', '', minPosition);
  const quality = await ask(client, 'data_quality', '?group=rule', minPosition);
  const catalogue = (await ask(client, 'catalogue', '', minPosition)).rows[0] ?? {};
  const sum = (answer: Answer, measure: string) =>
    answer.rows.reduce((total, row) => total + Number(row[measure] ?? 0), 0);
  const say = (value: Value | undefined) => Number(value ?? 0).toLocaleString('en');
  const findings = quality.rows.filter(({ findings }) => Number(findings) > 0);
  return [
    `catalogue         ${say(catalogue.services)} services, completeness ${ratioText(catalogue.completeness)}`,
    `channel_volume    ${say(volume.received)} received, ${say(volume.completed)} completed, take-up ${ratioText(volume.digital_take_up)}` +
      `, AED ${(Number(volume.settled ?? 0) / 100).toLocaleString('en')} settled`,
    `electronic_share  ${say(steps.steps_electronic)} electronic and ${say(steps.steps_manual)} manual steps`,
    `aggregates        ${say(sum(await ask(client, 'aggregates', '', minPosition), 'cells'))} published cells`,
    `coverage          ${say(sum(coverage, 'provided'))} of ${say(sum(coverage, 'requested'))} cells asked for were provided`,
    `data_quality      ${findings.map((row) => `${row.rule} ${say(row.findings)}`).join(', ') || 'no finding'}`,
    `registers         ${say(sum(await ask(client, 'registers', '', minPosition), 'items'))} definitions, factors, policies and calendars`,
  ];
};

const ask = (client: ApiClient, dataset: string, question: string, minPosition: bigint): Promise<Answer> =>
  client.json(`/v1/datasets/${dataset}${question}${question ? '&' : '?'}min_position=${minPosition}&limit=10000`);

const ratioText = (value: Value | undefined): string => {
  const ratio = value as Ratio | undefined;
  if (!ratio?.value) return 'not known';
  return `${Number(ratio.num).toLocaleString('en')}/${Number(ratio.den).toLocaleString('en')} = ${(100 * Number(ratio.value)).toFixed(1)} %`;
};
