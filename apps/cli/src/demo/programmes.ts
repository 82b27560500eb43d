import { SIMULATED_YEAR } from '#simulation';
import { dirhams, type Questions, type Row, ratioText, say, sumOf } from './questions.js';

const YEAR = `from=${SIMULATED_YEAR}-01-01&to=${SIMULATED_YEAR}-12-31`;
const FACTORS = 'releases-2021';
const EDITION = 'no-centres-2';
const WINDOW_DAYS = 14;

const countOf = (rows: readonly Row[], member: string): string => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = String(row[member] ?? 'none');
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => `${say(count)} ${value.replaceAll('_', ' ')}`).join(', ');
};

/** A line for each programme. */
export const PROGRAMMES: readonly (readonly [title: string, tell: (questions: Questions) => Promise<string>])[] = [
  [
    'catalogue',
    async (questions) => {
      const { services, completeness } = await questions.row('catalogue');
      const places = await questions.rows('places', '?group=kind');
      const of = (kind: string) => say(places.find((row) => row.kind === kind)?.places);
      return `${say(services)} services, completeness ${ratioText(completeness)}, ${of('centre')} centres, ${of('kiosk')} kiosks`;
    },
  ],
  [
    'campaign',
    async (questions) => {
      const asked = `?campaign=${EDITION}&view=current&measure=received&baseline=matchedWeekdays`;
      const told = await questions.row('campaign_metrics', asked);
      return (
        `${say(told.actual)} requests in ${say(told.services_in_scope)} services, ${say(told.entities_joined)} entities joined, ` +
        `${say(told.centres_awareness)} centres in awareness, uplift ${ratioText(told.uplift)}`
      );
    },
  ],
  [
    'savings',
    async (questions) => {
      const { reduction, trees, fils } = await questions.row('savings', `?${YEAR}&factors=${FACTORS}`);
      return `${ratioText(reduction)} of the sheets expected, ${say(trees)} trees, ${dirhams(fils)} by the factors ${FACTORS}`;
    },
  ],
  [
    'stamp',
    async (questions) => {
      const rows = await questions.rows('stamp', `?half=${SIMULATED_YEAR}-H1&view=current&group=entity,status`);
      return `${countOf(rows, 'status')} of ${say(rows.length)} entities, ${SIMULATED_YEAR}-H1`;
    },
  ],
  [
    'continuity',
    async (questions) => {
      const rows = await questions.rows('continuity');
      const told = rows.map((row) => `${row.disruption} readiness ${ratioText(row.readiness)}`);
      return `${told.join('; ')}; ${say(sumOf(rows, 'uncoordinated'))} measures without coordination`;
    },
  ],
  [
    'platform',
    async (questions) => {
      const told = await questions.row('platform_activity', `?window_days=${WINDOW_DAYS}&to=${SIMULATED_YEAR}-11-30`);
      return (
        `${say(told.transactions)} transactions in ${WINDOW_DAYS} days, ${dirhams(told.value)}, ` +
        `${say(told.services_offered)} services of ${say(told.entities_offered)} entities, ${say(told.active_customers)} customers`
      );
    },
  ],
  [
    'customers',
    async (questions) => {
      const { received, answered } = await questions.row('enquiries');
      const { satisfaction_top_two: satisfied } = await questions.row('satisfaction', '?kpi=satisfaction_top_two');
      return `${say(answered)} of ${say(received)} enquiries answered, satisfied ${ratioText(satisfied)}`;
    },
  ],
  [
    'claims',
    async (questions) => {
      const [claims, checks] = [await questions.rows('claims'), await questions.rows('claim_checks')];
      return `${countOf(claims, 'verdict')}; checks: ${countOf(checks, 'verdict')}`;
    },
  ],
  [
    'sharing',
    async (questions) => {
      const told = await questions.row('sharing');
      return (
        `${say(told.agreements)} agreements, ${say(told.deliveries)} deliveries of ${say(told.rows)} rows, ` +
        `${say(told.open_obstacles)} open obstacles`
      );
    },
  ],
];
