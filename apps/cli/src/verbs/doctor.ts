import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DATABASE, type Environment, readEnvironment } from '../environment.js';
import { EXIT } from '../exit-codes.js';
import { hostFindings, lookAtHost } from '../host-findings.js';
import { type Finding, journalFindings } from '../journal-findings.js';
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
      const findings = [...host, ...server, ...(await databaseFindings(environment, isServed))].map(told);
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
