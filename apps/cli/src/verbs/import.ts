import type { Command } from 'commander';
import { ApiClient, readToken, sentenceOf } from '../client.js';
import { readEnvironment } from '../environment.js';
import { CliError, EXIT, type ExitCode } from '../exit-codes.js';
import { FORMAT_NAMES } from '../formats/formats.js';
import { BARRIER, IntakePoster, type Item, type Posted } from '../intake/poster.js';
import { Progress } from '../intake/progress.js';
import { RejectFile } from '../intake/rejects.js';
import { openSource, type Source } from '../intake/sources.js';

interface ImportFlags {
  readonly format: string;
  readonly publishedOn?: string;
  readonly names?: string;
  readonly rejects?: string;
  readonly maxErrors: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const addImport = (program: Command): void => {
  program
    .command('import')
    .description('Posts a file of events, or a published table as events, through the public intake.')
    .argument('<file>', 'the file; "-" reads events from standard input')
    .requiredOption('--format <name>', `one of: ${FORMAT_NAMES.join(', ')}`)
    .option('--published-on <day>', 'day on which the source made the file known, YYYY-MM-DD')
    .option('--names <file>', 'titles of ids, for formats that have such a file')
    .option('--rejects <file>', 'where refused lines go (default: <file>.rejects.ndjson)')
    .option('--max-errors <count>', 'stop after so many refused events, or "none"', 'none')
    .option('--json', 'one summary on stdout, nothing else')
    .option('-q, --quiet', 'no progress')
    .addHelpText('beforeAll', 'Example: sijill import uk-services.csv --format uk-services\n')
    .action(runImport);
};

async function runImport(file: string, flags: ImportFlags): Promise<void> {
  const errorsMax = readFlags(flags);
  const environment = readEnvironment();
  const [steward, analyst] = (['steward', 'analyst'] as const).map(
    (role) => new ApiClient(environment.url, readToken(environment, role)),
  ) as [ApiClient, ApiClient];
  const path = flags.rejects ?? `${file === '-' ? 'stdin' : file}.rejects.ndjson`;
  const rejects = new RejectFile(path, (line) => void process.stderr.write(`${line}\n`));
  const source = await openSource({ file, ...flags }, analyst, rejects);
  const progress = new Progress(Boolean(flags.quiet || flags.json));
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
    process.stderr.write('\nfinishing the requests on the way\n');
  });
  const poster = new IntakePoster(
    steward,
    async (item, { status, problem }) => {
      if (status !== 'rejected' || !problem || source.newer?.file.takes(item, problem)) return;
      await rejects.add({
        origin: item.origin,
        code: problem.code,
        reason: sentenceOf(problem),
        ...content(item.text),
      });
    },
    (counts) => progress.show({ ...counts, rejected: rejects.count }),
    source.total,
  );
  const started = Date.now();
  const posted = await poster.run(itemsOf(source, analyst, poster), () => isInterrupted || rejects.count > errorsMax);
  progress.end();
  await rejects.close();
  report(posted, rejects, Date.now() - started, Boolean(flags.json));
  process.exitCode = isInterrupted ? EXIT.interrupted : exitCodeOf(rejects.count, errorsMax);
}

/** @returns How many refused events are borne. */
const readFlags = ({ format, maxErrors }: ImportFlags): number => {
  if (!FORMAT_NAMES.includes(format)) {
    throw new CliError(`no format "${format}": one of ${FORMAT_NAMES.join(', ')}`, EXIT.usage);
  }
  const errorsMax = maxErrors === 'none' ? Number.POSITIVE_INFINITY : Number(maxErrors);
  if (Number.isNaN(errorsMax)) throw new CliError(`--max-errors ${maxErrors}: a number or "none"`, EXIT.usage);
  return errorsMax;
};

/** The file, and then what it changes of what the same source said before. */
async function* itemsOf(
  { items, newer }: Source,
  analyst: ApiClient,
  { posted }: IntakePoster,
): AsyncGenerator<Item | typeof BARRIER> {
  for await (const item of items) {
    if (item !== BARRIER) newer?.file.note(item);
    yield item;
  }
  yield BARRIER;
  if (newer) yield* newer.file.events(analyst, newer.hadCells, () => posted.lastPosition);
}

const report = (posted: Posted, rejects: RejectFile, milliseconds: number, isJson: boolean): void => {
  const { created, duplicate, lastPosition } = posted;
  const rejected = rejects.count;
  const seconds = Number((milliseconds / 1_000).toFixed(1));
  const last = lastPosition?.toString() ?? null;
  if (isJson) {
    const summary = { read: created + duplicate + rejected, created, duplicate, rejected, lastPosition: last, seconds };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  const position = last === null ? '' : `   last position ${last}`;
  process.stderr.write(
    `created ${created}   duplicate ${duplicate}   rejected ${rejected}   in ${seconds} s${position}\n`,
  );
  if (rejected > 0) process.stderr.write(`refused lines: ${rejects.path}\n`);
};

const exitCodeOf = (rejected: number, errorsMax: number): ExitCode => {
  if (rejected > errorsMax) return EXIT.failed;
  return rejected > 0 ? EXIT.partlyDone : EXIT.done;
};

const content = (text: string): { event?: unknown; line?: string } => {
  try {
    return { event: JSON.parse(text) };
  } catch {
    return { line: text };
  }
};
