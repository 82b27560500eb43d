import { existsSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ApiClient, readToken } from '../client.js';
import { DATABASE, type Environment, readEnvironment } from '../environment.js';
import { EXIT } from '../exit-codes.js';
import { type Finding, journalFindings } from '../journal-findings.js';
import type { ProjectionRow } from './projections.js';

const NODE_MAJOR_MIN = 20;
const FREE_SHARE_MIN = 0.15;
const CLOCK_SECONDS_MAX = 60;
const LAG_EVENTS_MAX = 10_000;

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('Looks at Node, disk, server, clock, projections and database, and says what mends each finding.')
    .addHelpText(
      'after',
      '\nThe database is the one that DATABASE_URL names, else that of the running `sijill serve`. Exit code 1: something is bad.\n',
    )
    .option('--json', 'findings as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const environment = readEnvironment();
      const server = await serverFindings(environment);
      const isServed = server.some(({ subject, isGood }) => subject === 'server' && isGood);
      const findings = [...hostFindings(environment), ...server, ...(await databaseFindings(environment, isServed))];
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

/** The doctor starts no server: without DATABASE_URL it looks at the embedded one, and only where something answers from it. */
const databaseFindings = async (environment: Environment, isServed: boolean): Promise<readonly Finding[]> => {
  const { databaseUrl, dataDirectory } = environment;
  const directory = join(dataDirectory, 'postgres');
  if (!databaseUrl && !(isServed && existsSync(join(directory, 'cluster/postmaster.pid')))) {
    const detail = 'not looked at: DATABASE_URL is not set, and no ledger runs on this data directory';
    return [{ subject: 'database', isGood: true, detail }];
  }
  // Loaded here: the other verbs need no driver and answer at once.
  const { journalState } = await import('#event-store');
  try {
    if (databaseUrl) return journalFindings(await journalState(databaseUrl));
    const { startPostgres } = await import('#embedded-postgres');
    const borrowed = await startPostgres({ directory });
    try {
      return journalFindings(await journalState(borrowed.url('sijill_api', DATABASE)));
    } finally {
      await borrowed.stop();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ subject: 'database', isGood: false, detail, remedy: 'start PostgreSQL, or set DATABASE_URL' }];
  }
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
