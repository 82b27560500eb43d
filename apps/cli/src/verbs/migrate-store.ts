import type { Command } from 'commander';
import { Failure } from '#kernel';
import type { CopyProgress } from '#transparency';
import { readEnvironment } from '../environment.js';
import { CliError, EXIT } from '../exit-codes.js';
import { Progress } from '../intake/progress.js';
import { undoOnSignals } from '../signals.js';
import { digestAnswer } from './journal.js';

interface MigrateFlags {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

/** What says that the two are not one journal. */
const UNEQUAL: ReadonlySet<string> = new Set(['copy.noPrefix', 'copy.differs']);

export const addMigrateStore = (program: Command): void => {
  program
    .command('migrate-store')
    .description('Copies the journal to another store, event by event as it is, and proves the copy equal.')
    .requiredOption('--from <store>', 'postgres, the address of a database, or esdb://…')
    .requiredOption('--to <store>', 'the same; empty, or what an earlier run left')
    .option('--json', 'the digest of both as JSON')
    .addHelpText(
      'after',
      `
"postgres" is the database that DATABASE_URL names, else the one in the data directory. A database that is written to is
opened as an administrator. Stop api and workers first. Run again after a stop or a crash: it compares what is there and
goes on. Exit code 3: the target is not a copy, and says from where on.

Example: sijill migrate-store --from postgres --to 'esdb://one:2113,two:2113,three:2113?tlsCAFile=ca.crt'
`,
    )
    .action(migrateStore);
};

async function migrateStore({ from, to, json }: MigrateFlags): Promise<void> {
  if (from === to) throw new CliError('--from and --to are the same store', EXIT.usage);
  const environment = readEnvironment();
  const undo = undoOnSignals();
  const stop = new AbortController();
  const say = (line: string) => void process.stderr.write(`  ${line}\n`);
  undo.push('the copying', () => stop.abort());
  try {
    // Loaded here: the other verbs need no driver and answer at once.
    const { eventsUpTo, openImport, openStore } = await import('../stores.js');
    const { copyJournal } = await import('#transparency');
    const source = await openStore(from, environment, undo);
    const into = await openImport(to, environment, undo, say);
    const target = await openStore(to, environment, undo);
    const steps = new Steps(eventsUpTo(source, await source.head()));
    const copied = await copyJournal({
      ...{ from: source, to: target, into, signal: stop.signal },
      onProgress: (progress) => steps.show(progress),
    });
    steps.end();
    const answer = digestAnswer(copied);
    if (json) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    say(`${answer.events} events, root ${answer.root}: the target is a copy of the source`);
    say('positions are those of the target: read models are built anew from it (README, "Another store")');
  } catch (error) {
    if (!(error instanceof Failure) || !UNEQUAL.has(error.code)) throw error;
    throw new CliError(`${error.code}: ${error.message}`, EXIT.verificationFailed);
  } finally {
    await undo.close(say);
  }
}

/** A line of progress for each step, one after the other. */
class Steps {
  private step: CopyProgress['step'] | undefined;
  private progress: Progress | undefined;
  private events = 0;

  constructor(private readonly total: number | undefined) {}

  show({ step, events }: CopyProgress): void {
    if (step !== this.step) {
      this.end();
      process.stderr.write(`  ${step}\n`);
      // What was compared is there already: it is no part of the rate at which the rest is copied.
      this.progress = new Progress(false, step === 'copying' ? this.events : 0);
      this.step = step;
    }
    const total = step === 'proving' ? Math.max(this.events, Number(events)) : this.total;
    if (step !== 'proving') this.events = Number(events);
    this.progress?.show({ done: Number(events), total });
  }

  end(): void {
    this.progress?.end();
  }
}
