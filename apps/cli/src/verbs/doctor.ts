import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UndoList } from '#kernel';
import { DATABASE, type Environment, readEnvironment } from '../environment.js';
import { EXIT } from '../exit-codes.js';
import { hostFindings, lookAtHost } from '../host-findings.js';
import { databaseFindings, type Finding, journalFindings } from '../journal-findings.js';
import { serverFindings } from '../server-findings.js';

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
      const host = hostFindings(lookAtHost(environment.dataDirectory));
      const findings = [...host, ...server, ...(await storeFindings(environment, isServed))].map(told);
      if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else process.stdout.write(findings.map(line).join(''));
      process.exitCode = findings.every(({ isGood }) => isGood) ? EXIT.done : EXIT.failed;
    });
};

/** What is good needs no remedy. */
const told = ({ remedy, ...finding }: Finding): Finding =>
  finding.isGood || remedy === undefined ? finding : { ...finding, remedy };

const line = ({ subject, isGood, detail, remedy }: Finding): string =>
  `${isGood ? 'good' : 'BAD '}  ${subject.padEnd(16)} ${detail}\n${remedy ? `      mend it:         ${remedy}\n` : ''}`;

/** A journal in a cluster is looked at there; the database then holds everything else. */
const storeFindings = async (environment: Environment, isServed: boolean): Promise<readonly Finding[]> => {
  const { eventStore = 'postgres' } = environment;
  if (eventStore === 'postgres') return lookAtDatabase(environment, isServed, journalFindings);
  return [
    await clusterFinding(eventStore, environment),
    ...(await lookAtDatabase(environment, isServed, databaseFindings)),
  ];
};

const clusterFinding = async (eventStore: string, environment: Environment): Promise<Finding> => {
  const { openStore } = await import('../stores.js');
  const undo = new UndoList();
  try {
    const store = await openStore(eventStore, environment, undo);
    const head = await store.head();
    return { subject: 'journal', isGood: true, detail: `in a cluster; last event at ${head ?? 'none yet'}` };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { subject: 'journal', isGood: false, detail, remedy: 'start the cluster, or mend SIJILL_EVENT_STORE' };
  } finally {
    await undo.close();
  }
};

/** The doctor starts no server: without DATABASE_URL it looks at the embedded one, and only where something answers from it. */
const lookAtDatabase = async (
  { databaseUrl, dataDirectory }: Environment,
  isServed: boolean,
  findings: typeof journalFindings,
): Promise<readonly Finding[]> => {
  const directory = join(dataDirectory, 'postgres');
  if (!databaseUrl && !(isServed && existsSync(join(directory, 'cluster/postmaster.pid')))) {
    const detail = 'not looked at: DATABASE_URL is not set, and no ledger runs on this data directory';
    return [{ subject: 'database', isGood: true, detail }];
  }
  // Loaded here: the other verbs need no driver and answer at once.
  const { journalState } = await import('#event-store');
  try {
    if (databaseUrl) return findings(await journalState(databaseUrl));
    const { startPostgres } = await import('#embedded-postgres');
    const borrowed = await startPostgres({ directory });
    try {
      return findings(await journalState(borrowed.url('sijill_api', DATABASE)));
    } finally {
      await borrowed.stop();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ subject: 'database', isGood: false, detail, remedy: 'start PostgreSQL, or set DATABASE_URL' }];
  }
};
