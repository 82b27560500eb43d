import type { Command } from 'commander';
import type { ApiClient } from '../client.js';
import { clientAs, sayWait } from '../client-as.js';
import { readEnvironment } from '../environment.js';
import { CliError, EXIT, type ExitCode } from '../exit-codes.js';
import { FORMAT_NAMES, NDJSON_FORMAT } from '../formats/formats.js';
import { lockImport } from '../intake/import-lock.js';
import { ImportRun } from '../intake/import-run.js';
import { type ImportIdentity, ImportState } from '../intake/import-state.js';
import { Progress } from '../intake/progress.js';
import { RejectFile } from '../intake/rejects.js';
import { type Beginning, beginAnew, beginBehindMark } from '../intake/resume.js';
import { openSource, type Source } from '../intake/sources.js';
import { START } from '../intake/watermark.js';

interface ImportFlags {
  readonly format: string;
  readonly publishedOn?: string;
  readonly names?: string;
  readonly rejects?: string;
  readonly maxErrors: string;
  readonly patience: string;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const PATIENCE_SECONDS_DEFAULT = 600;

export const addImport = (program: Command): void => {
  program
    .command('import')
    .description('Posts a file of events, or a published table as events, through the public intake.')
    .argument('<file>', 'the file; "-" reads events from standard input')
    .requiredOption('--format <name>', `one of: ${FORMAT_NAMES.join(', ')}`)
    .option('--resume', 'go on where an interrupted import of this file stopped')
    .option('--published-on <day>', 'day on which the source made the file known, YYYY-MM-DD')
    .option('--names <file>', 'titles of ids, for formats that have such a file')
    .option('--rejects <file>', 'where refused lines go (default: <file>.rejects.ndjson)')
    .option('--max-errors <count>', 'stop after so many refused events, or "none"', 'none')
    .option('--patience <seconds>', 'how long to wait for a ledger that does not answer', `${PATIENCE_SECONDS_DEFAULT}`)
    .option('--json', 'one summary on stdout, no progress')
    .option('-q, --quiet', 'no progress')
    .addHelpText('beforeAll', 'Example: sijill import uk-services.csv --format uk-services\n')
    .action(runImport);
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function runImport(file: string, flags: ImportFlags): Promise<void> {
  const limits = readFlags(file, flags);
  const unlock = file === '-' ? undefined : await lockImport(file);
  try {
    await importFile(file, flags, limits);
  } finally {
    await unlock?.();
  }
}

async function importFile(file: string, flags: ImportFlags, { errorsMax, patienceMs }: Limits): Promise<void> {
  const started = Date.now();
  const environment = readEnvironment();
  const isQuiet = Boolean(flags.quiet || flags.json);
  const patience = { patienceMs, ...(!flags.quiet && { onWait: sayWait }) };
  const [steward, analyst] = (['steward', 'analyst'] as const).map((role) => clientAs(role, environment, patience)) as [
    ApiClient,
    ApiClient,
  ];
  if (!isQuiet) say(`reading ${file === '-' ? 'standard input' : file}`);
  const source = await openSource({ file, ...flags }, analyst);
  const rejects = new RejectFile(flags.rejects ?? `${file === '-' ? 'stdin' : file}.rejects.ndjson`, say);
  const kept = source.identity && {
    state: new ImportState(file),
    identity: { ...source.identity, ledger: environment.url, rejects: rejects.path },
  };
  const beginning = await begin({ source, rejects, kept }, Boolean(flags.resume), steward);
  const { counts } = beginning.mark;
  const progress = new Progress(isQuiet, counts.created + counts.duplicate + counts.rejected);
  const onProgress = progress.show.bind(progress);
  const options = { source, beginning, rejects, kept, steward, analyst, patience, errorsMax, onProgress };
  const run = new ImportRun(options);
  const interruption = stopOnSignals(run, () => goOnLine(file, flags));
  const isComplete = await run.run();
  progress.end();
  report(run, rejects, { isComplete, seconds: (Date.now() - started) / 1_000, isJson: Boolean(flags.json) });
  if (!isComplete) for (const line of stoppedLines(run, file, flags)) say(line);
  if (run.failure) throw run.failure;
  process.exitCode = interruption.isInterrupted ? EXIT.interrupted : exitCodeOf(rejects.count, errorsMax);
}

/** How many refused events are borne, and how long a ledger that does not answer. */
interface Limits {
  readonly errorsMax: number;
  readonly patienceMs: number;
}

const readFlags = (file: string, { format, maxErrors, patience, resume }: ImportFlags): Limits => {
  if (!FORMAT_NAMES.includes(format)) {
    throw new CliError(`no format "${format}": one of ${FORMAT_NAMES.join(', ')}`, EXIT.usage);
  }
  if (file === '-' && resume) throw new CliError('standard input cannot be resumed: give a file', EXIT.usage);
  const errorsMax = maxErrors === 'none' ? Number.POSITIVE_INFINITY : Number(maxErrors);
  if (maxErrors !== 'none' && !/^\d+$/.test(maxErrors))
    throw new CliError(`--max-errors ${maxErrors}: a whole number, 0 or more, or "none"`, EXIT.usage);
  if (!/^\d+$/.test(patience)) throw new CliError(`--patience ${patience}: whole seconds, 0 or more`, EXIT.usage);
  return { errorsMax, patienceMs: Number(patience) * 1_000 };
};

interface Kept {
  readonly state: ImportState;
  readonly identity: ImportIdentity;
}

const begin = async (
  { source, rejects, kept }: { source: Source; rejects: RejectFile; kept: Kept | undefined },
  isResumed: boolean,
  steward: ApiClient,
): Promise<Beginning> => {
  if (!kept) {
    say('standard input cannot be resumed: sent again, what is recorded is answered as a duplicate');
    await rejects.clear();
    return { mark: START, refused: new Set() };
  }
  const { state } = kept;
  if (isResumed) return beginBehindMark({ source, rejects, ...kept }, steward, say);
  if (state.isThere) {
    say(`${state.path} is of an interrupted import: with --resume it would go on`);
    say('starting from the beginning: what is recorded already is answered as a duplicate');
  }
  return beginAnew({ source, rejects, ...kept });
};

/** The first signal finishes what is on the way; the second ends at once, and the state on disk is as good. */
const stopOnSignals = (run: ImportRun, goOn: () => string): { readonly isInterrupted: boolean } => {
  const interruption = { isInterrupted: false };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interruption.isInterrupted) {
        say(goOn());
        process.exit(EXIT.interrupted);
      }
      interruption.isInterrupted = true;
      say('\nfinishing the requests on the way');
      run.stop();
    });
  }
  return interruption;
};

const report = (
  { posted, mark }: ImportRun,
  rejects: RejectFile,
  { isComplete, seconds, isJson }: { isComplete: boolean; seconds: number; isJson: boolean },
): void => {
  const { created, duplicate, rejected, lastPosition } = posted;
  const last = lastPosition?.toString() ?? null;
  if (isJson) {
    const read = created + duplicate + rejected;
    const summary = { read, created, duplicate, rejected, lastPosition: last, seconds: Number(seconds.toFixed(1)) };
    process.stdout.write(`${JSON.stringify({ ...summary, isComplete, acknowledged: mark.record })}\n`);
    return;
  }
  const position = last === null ? '' : `   last position ${last}`;
  say(`created ${created}   duplicate ${duplicate}   rejected ${rejected}   in ${seconds.toFixed(1)} s${position}`);
  if (rejects.count > 0) say(`refused lines: ${rejects.path}`);
};

const stoppedLines = ({ mark }: ImportRun, file: string, flags: ImportFlags): readonly string[] => {
  if (file === '-') return ['send standard input again: what is recorded is answered as a duplicate'];
  const what = flags.format === NDJSON_FORMAT ? 'line' : 'step';
  const position = mark.witness ? ` (position ${mark.witness.position})` : '';
  return [`acknowledged through ${what} ${mark.record.toLocaleString('en')}${position}`, goOnLine(file, flags)];
};

const goOnLine = (file: string, flags: ImportFlags): string => {
  const { format, publishedOn, names, rejects } = flags;
  const options = { format, 'published-on': publishedOn, names, rejects };
  const given = Object.entries(options).flatMap(([name, value]) => (value ? [`--${name} ${quoted(value)}`] : []));
  return `to go on:  npx sijill import ${quoted(file)} ${given.join(' ')} --resume`;
};

/** As a shell reads it. */
const quoted = (text: string): string => (/^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const exitCodeOf = (rejected: number, errorsMax: number): ExitCode => {
  if (rejected > errorsMax) return EXIT.failed;
  return rejected > 0 ? EXIT.partlyDone : EXIT.done;
};
