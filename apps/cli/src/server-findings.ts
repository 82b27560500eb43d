import { clientAs } from './client-as.js';
import type { Environment } from './environment.js';
import { CliError } from './exit-codes.js';
import type { Finding } from './journal-findings.js';
import { lagText, type ProjectionRow } from './verbs/projections.js';
import { ROLLED_BACK } from './verbs/rolled-back.js';

const ANSWER_MS_MAX = 10_000;
const CLOCK_SECONDS_MAX = 60;
const LAG_EVENTS_MAX = 10_000;
/** Recording time, where nobody can count the events. */
const LAG_SECONDS_MAX = 60;
const LIST_CHARACTERS_MAX = 300;

/** The server, its clock, and its projections as far as the token allows. */
export const serverFindings = async (environment: Environment): Promise<readonly Finding[]> => {
  const { url } = environment;
  let ready: Response;
  let text: string;
  try {
    ready = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    text = await ready.text();
  } catch {
    const remedy = 'npm start, or set SIJILL_URL';
    return [{ subject: 'server', isGood: false, detail: `no answer at ${url}`, remedy }];
  }
  const server = readyFinding(url, ready.status, text);
  return [server, clockFinding(ready.headers.get('date'), Date.now()), ...(await projectionFindings(environment))];
};

export const readyFinding = (url: string, status: number, text: string): Finding => ({
  subject: 'server',
  isGood: status === 200,
  detail: `${url} ${status === 200 ? 'is ready' : `answers ${status}: ${text.slice(0, LIST_CHARACTERS_MAX)}`}`,
  remedy: 'read the list above: it names the part that is not ready',
});

/** @param date of the answer, to the second */
export const clockFinding = (date: string | null, nowMs: number): Finding => {
  const skewSeconds = Math.round(Math.abs(Date.parse(date ?? '') - nowMs) / 1_000);
  return {
    subject: 'clock',
    isGood: skewSeconds <= CLOCK_SECONDS_MAX,
    detail: Number.isNaN(skewSeconds) ? 'the server tells no time' : `${skewSeconds} s from the server's`,
    remedy: 'set the clock of this machine or of the server by a time service',
  };
};

/** Whatever keeps them from being asked for is a finding as well: the doctor goes on. */
const projectionFindings = async (environment: Environment): Promise<readonly Finding[]> => {
  try {
    const client = clientAs('operator', environment, { patienceMs: ANSWER_MS_MAX });
    const { projections } = await client.json<{ projections: readonly ProjectionRow[] }>('/v1/projections');
    return projections.map(projectionFinding);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const [detail = ''] = error.message.split('\n');
    const remedy = 'set SIJILL_TOKEN_FILE to a file with the token of an operator';
    return [{ subject: 'projections', isGood: false, detail: `not looked at: ${detail}`, remedy }];
  }
};

export const projectionFinding = ({ name, state, parked, ...lag }: ProjectionRow): Finding => ({
  subject: name,
  isGood: !parked && isNear(lag),
  detail: parked ? `parked at ${parked.position}: ${parked.code}` : `${state}, ${lagText(lag)} behind`,
  remedy: parked ? remedyOf(name, parked) : 'wait; if it does not shrink, see the log of the worker',
});

type Lag = Pick<ProjectionRow, 'lagEvents' | 'lagSeconds'>;

const isNear = ({ lagEvents, lagSeconds }: Lag): boolean =>
  lagEvents === null
    ? (lagSeconds ?? Number.POSITIVE_INFINITY) <= LAG_SECONDS_MAX
    : Number(lagEvents) <= LAG_EVENTS_MAX;

const remedyOf = (name: string, { position, code }: NonNullable<ProjectionRow['parked']>): string =>
  code === ROLLED_BACK
    ? `the journal was moved or put back: sijill projections rebuild --rolled-back --yes; or ${name} in its place, to read first what differs`
    : `read the event (sijill events get ${position}); a restart of the worker tries it once more`;
