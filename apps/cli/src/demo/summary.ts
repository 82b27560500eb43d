import { PROGRAMMES } from './programmes.js';
import { dirhams, type Questions, type Row, ratioText, say, sumOf } from './questions.js';

/** What is said of one programme, or of what lies under all of them. */
type Line = readonly [title: string, tell: (questions: Questions) => Promise<string>];

const LINES: readonly Line[] = [
  [
    'transactions',
    async (questions) => {
      const volume = await questions.row('channel_volume', '?kpi=digital_take_up');
      return (
        `${say(volume.received)} received, ${say(volume.completed)} completed, take-up ${ratioText(volume.digital_take_up)}, ` +
        `${dirhams(volume.settled)} settled`
      );
    },
  ],
  [
    'procedures',
    async (questions) => {
      const steps = await questions.row('electronic_share');
      return `${say(steps.steps_electronic)} electronic and ${say(steps.steps_manual)} manual steps`;
    },
  ],
  [
    'paper',
    async (questions) => {
      const kinds = await questions.rows('paper', '?group=kind');
      const of = (kind: string): Row => kinds.find((row) => row.kind === kind) ?? {};
      return `${say(of('process').sheets)} sheets that procedures needed, ${say(of('habit').sheets)} out of habit`;
    },
  ],
  ...PROGRAMMES,
  [
    'published totals',
    async (questions) => {
      const cells = sumOf(await questions.rows('aggregates'), 'cells');
      const coverage = await questions.rows('coverage');
      const [provided, requested] = [sumOf(coverage, 'provided'), sumOf(coverage, 'requested')];
      return `${say(cells)} cells, ${say(provided)} of ${say(requested)} asked for were provided`;
    },
  ],
  [
    'data quality',
    async (questions) => {
      const rules = await questions.rows('data_quality', '?group=rule');
      const found = rules.filter(({ findings }) => Number(findings) > 0);
      return found.map((row) => `${row.rule} ${say(row.findings)}`).join(', ') || 'no finding';
    },
  ],
  [
    'registers',
    async (questions) => {
      const items = sumOf(await questions.rows('registers'), 'items');
      return `${say(items)} definitions, factors, policies, calendars and programmes`;
    },
  ],
];
const TITLE_COLUMNS = 18;

/** What the data sets say, a line for each programme. */
export const summaryLines = async (questions: Questions): Promise<string[]> => {
  const lines: string[] = [];
  for (const [title, tell] of LINES) lines.push(`${title.padEnd(TITLE_COLUMNS)}${await tell(questions)}`);
  return lines;
};
