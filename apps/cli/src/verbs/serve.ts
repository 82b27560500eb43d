import { join } from 'node:path';
import type { Command } from 'commander';
import { type Environment, readEnvironment } from '../environment.js';
import { CliError, EXIT } from '../exit-codes.js';
import { undoOnSignals } from '../signals.js';

export const addServe = (program: Command): void => {
  program
    .command('serve')
    .description('Starts database, projections and api in this process, until a signal stops them.')
    .action(async () => {
      const environment = readEnvironment();
      refuseProcesses(process.env.SIJILL_API_PROCESSES);
      const undo = undoOnSignals();
      const say = (line: string) => void process.stderr.write(`  ${line}\n`);
      try {
        // Loaded here: the other verbs need no framework and answer at once.
        const { serverLogger, startStack } = await import('../stack.js');
        const { api, database } = await startStack(environment, undo, {
          report: say,
          logger: serverLogger(),
        });
        say(database);
        for (const line of addressLines(api.url, environment)) say(line);
      } catch (error) {
        await undo.close(say);
        throw error;
      }
    });
};

/** Everything is in this process, the database's own processes apart: more of the api are started by hand. */
const refuseProcesses = (processes = '1'): void => {
  if (processes === '1') return;
  const way = 'start worker and api apart, as the section "Operating" of README.md says';
  throw new CliError(`SIJILL_API_PROCESSES is "${processes}", and serve has one process for all: ${way}`, EXIT.usage);
};

/** Where to go from here. */
export const addressLines = (url: string, { dataDirectory, oidc }: Environment): readonly string[] => [
  `api        ${url}   docs ${url}/docs   metrics ${url}/metrics`,
  oidc
    ? `sign-in    ${oidc.issuer}`
    : `tokens     ${join(dataDirectory, 'tokens')}/<role>   integrator, analyst, regulator, steward, operator`,
];
