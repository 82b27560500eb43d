import { statfsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { ApiClient, readToken } from '../client.js';
import { type Environment, readEnvironment } from '../environment.js';
import { EXIT } from '../exit-codes.js';
import type { ProjectionRow } from './projections.js';

interface Finding {
  readonly subject: string;
  readonly isGood: boolean;
  readonly detail: string;
  /** What mends it. */
  readonly remedy?: string;
}

const NODE_MAJOR_MIN = 20;
const FREE_SHARE_MIN = 0.15;
const CLOCK_SECONDS_MAX = 60;
const LAG_EVENTS_MAX = 10_000;

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('Looks at Node, disk, server, clock and projections, and says what mends each finding.')
    .option('--json', 'findings as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const environment = readEnvironment();
      const findings = [...hostFindings(environment), ...(await serverFindings(environment))];
      if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else process.stdout.write(findings.map(line).join(''));
      process.exitCode = findings.every(({ isGood }) => isGood) ? EXIT.done : EXIT.failed;
    });
};

const line = ({ subject, isGood, detail, remedy }: Finding): string =>
  `${isGood ? 'good' : 'BAD '}  ${subject.padEnd(16)} ${detail}\n${remedy && !isGood ? `      mend it:         ${remedy}\n` : ''}`;

const hostFindings = ({ dataDirectory }: Environment): Finding[] => {
  const major = Number(process.versions.node.split('.')[0]);
  const node: Finding = {
    subject: 'Node',
    isGood: major >= NODE_MAJOR_MIN,
    detail: process.versions.node,
    remedy: `install Node ${NODE_MAJOR_MIN} or newer`,
  };
  const folder = statSync(dataDirectory, { throwIfNoEntry: false });
  if (!folder) {
    return [
      node,
      { subject: 'data directory', isGood: false, detail: `${dataDirectory} is not there`, remedy: 'npm start' },
    ];
  }
  const { bavail, blocks, bsize } = statfsSync(dataDirectory);
  const isOwn = process.getuid === undefined || folder.uid === process.getuid();
  return [
    node,
    {
      subject: 'data directory',
      isGood: isOwn,
      detail: `${dataDirectory}${isOwn ? '' : ` belongs to uid ${folder.uid}`}`,
      remedy: 'run as its owner, or set SIJILL_DATA_DIR',
    },
    {
      subject: 'disk',
      isGood: bavail / blocks >= FREE_SHARE_MIN,
      detail: `${Math.round((bavail * bsize) / 1024 ** 3)} GiB free, ${Math.round((100 * bavail) / blocks)} %`,
      remedy: 'free space, or move the data directory (SIJILL_DATA_DIR)',
    },
  ];
};

const serverFindings = async (environment: Environment): Promise<Finding[]> => {
  let ready: Response;
  try {
    ready = await fetch(new URL('/health/ready', environment.url), { signal: AbortSignal.timeout(10_000) });
  } catch {
    return [
      {
        subject: 'server',
        isGood: false,
        detail: `no answer at ${environment.url}`,
        remedy: 'npm start, or set SIJILL_URL',
      },
    ];
  }
  const skewSeconds = Math.abs(Date.parse(ready.headers.get('date') ?? '') - Date.now()) / 1_000;
  const findings: Finding[] = [
    {
      subject: 'server',
      isGood: ready.ok,
      detail: `${environment.url} ${ready.ok ? 'is ready' : `answers ${ready.status}: ${(await ready.text()).slice(0, 300)}`}`,
      remedy: 'read the list above: it names the part that is not ready',
    },
    {
      subject: 'clock',
      isGood: skewSeconds <= CLOCK_SECONDS_MAX,
      detail: `${Math.round(skewSeconds)} s from the server's`,
      remedy: 'set the clock of this machine or of the server by a time service',
    },
  ];
  const token = readToken(environment, 'operator');
  if (!token)
    return [
      ...findings,
      { subject: 'projections', isGood: false, detail: 'no operator token', remedy: 'set SIJILL_TOKEN_FILE' },
    ];
  const { projections } = await new ApiClient(environment.url, token).json<{ projections: readonly ProjectionRow[] }>(
    '/v1/projections',
  );
  return [...findings, ...projections.map(projectionFinding)];
};

const projectionFinding = ({ name, state, lagEvents, parked }: ProjectionRow): Finding => ({
  subject: name,
  isGood: !parked && Number(lagEvents ?? 0) <= LAG_EVENTS_MAX,
  detail: parked
    ? `parked at ${parked.position}: ${parked.code}`
    : `${state}, ${lagEvents ?? 'an unknown number of'} events behind`,
  remedy: parked
    ? `read the event (sijill events get ${parked.position}); a restart of the worker tries it once more`
    : 'wait; if it does not shrink, see the log of the worker',
});
