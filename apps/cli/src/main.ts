#!/usr/bin/env node
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { Failure } from '#kernel';
import { CliError, EXIT } from './exit-codes.js';
import { addAsof } from './verbs/asof.js';
import { addDemo } from './verbs/demo.js';
import { addDoctor } from './verbs/doctor.js';
import { addEvents } from './verbs/events.js';
import { addImport } from './verbs/import.js';
import { addJournal } from './verbs/journal.js';
import { addMigrateStore } from './verbs/migrate-store.js';
import { addProjections } from './verbs/projections.js';
import { addQuery } from './verbs/query.js';
import { addSchema } from './verbs/schema.js';
import { addServe } from './verbs/serve.js';
import { addToken } from './verbs/token.js';

const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('sijill')
  .description(
    'Event-sourced ledger of government transactions. Data on stdout, messages on stderr; nothing is ever asked.',
  )
  .version(version)
  .exitOverride();
for (const add of [
  addServe,
  addDemo,
  addImport,
  addEvents,
  addQuery,
  addToken,
  addSchema,
  addProjections,
  addAsof,
  addDoctor,
  addJournal,
  addMigrateStore,
])
  add(program);
for (const command of [...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
  command.exitOverride();

// Whoever reads may have read enough (`| head`): that is no fault, and nobody is there to be told more.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else if (error instanceof CliError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } else if (error instanceof Failure) {
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = EXIT.failed;
  } else {
    process.stderr.write(
      `${error instanceof Error ? (process.env.DEBUG ? error.stack : error.message) : String(error)}\n`,
    );
    process.exitCode = EXIT.failed;
  }
}
