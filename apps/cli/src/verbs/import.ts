import { createReadStream, statSync } from 'node:fs';
import type { Command } from 'commander';
import split2 from 'split2';
import { ApiClient, readToken, sentenceOf } from '../client.js';
import { readEnvironment } from '../environment.js';
import { CliError, EXIT } from '../exit-codes.js';
import { FORMAT_NAMES, FORMATS, NDJSON_FORMAT } from '../formats/formats.js';
import { keyOfEventText } from '../intake/event-key.js';
import type { BARRIER } from '../intake/poster.js';
import { IntakePoster, type Item, type ItemResult } from '../intake/poster.js';
import { Progress } from '../intake/progress.js';
import { RejectFile } from '../intake/rejects.js';
import { countTable, readTable, type TableOptions } from '../intake/table-reader.js';

interface ImportFlags {
  readonly format: string;
  readonly publishedOn?: string;
  readonly names?: string;
  readonly rejects?: string;
  readonly maxErrors: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const ERRORS_SHOWN_MAX = 20;
const SERVICES_PER_PAGE = 100;

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
  if (!FORMAT_NAMES.includes(flags.format)) {
    throw new CliError(`no format "${flags.format}": one of ${FORMAT_NAMES.join(', ')}`, EXIT.usage);
  }
  const environment = readEnvironment();
  const client = new ApiClient(environment.url, readToken(environment, 'steward'));
  const rejects = new RejectFile(flags.rejects ?? `${file === '-' ? 'stdin' : file}.rejects.ndjson`);
  const { items, total } = await open(file, flags, client, rejects);
  const progress = new Progress(Boolean(flags.quiet || flags.json));
  const errorsMax = flags.maxErrors === 'none' ? Number.POSITIVE_INFINITY : Number(flags.maxErrors);
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
    process.stderr.write('\nfinishing the requests on the way\n');
  });
  const poster = new IntakePoster(
    client,
    (item, result) => noteResult(item, result, rejects),
    (counts) => progress.show({ ...counts, rejected: rejects.count }),
    total,
  );
  const started = Date.now();
  const posted = await poster.run(items, () => isInterrupted || rejects.count > errorsMax);
  progress.end();
  await rejects.close();
  const summary = {
    read: posted.created + posted.duplicate + rejects.count,
    created: posted.created,
    duplicate: posted.duplicate,
    rejected: rejects.count,
    lastPosition: posted.lastPosition?.toString() ?? null,
    seconds: Number(((Date.now() - started) / 1_000).toFixed(1)),
  };
  if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else process.stderr.write(summaryText(summary, rejects));
  process.exitCode = isInterrupted
    ? EXIT.interrupted
    : rejects.count > errorsMax
      ? EXIT.failed
      : rejects.count > 0
        ? EXIT.partlyDone
        : EXIT.done;
}

const summaryText = (
  { created, duplicate, rejected, lastPosition, seconds }: Record<string, number | string | null>,
  rejects: RejectFile,
): string =>
  `created ${created}   duplicate ${duplicate}   rejected ${rejected}   in ${seconds} s` +
  `${lastPosition === null ? '' : `   last position ${lastPosition}`}\n` +
  `${rejects.count > 0 ? `refused lines: ${rejects.path}\n` : ''}`;

const noteResult = async (item: Item, { status, problem }: ItemResult, rejects: RejectFile): Promise<void> => {
  if (status !== 'rejected' || !problem) return;
  if (rejects.count < ERRORS_SHOWN_MAX) process.stderr.write(`${item.origin}   ${sentenceOf(problem)}\n`);
  await rejects.add({ origin: item.origin, code: problem.code, reason: sentenceOf(problem), ...content(item.text) });
};

const content = (text: string): { event?: unknown; line?: string } => {
  try {
    return { event: JSON.parse(text) };
  } catch {
    return { line: text };
  }
};

type Items = AsyncIterable<Item | typeof BARRIER>;

const open = async (
  file: string,
  flags: ImportFlags,
  client: ApiClient,
  rejects: RejectFile,
): Promise<{ items: Items; total: number | undefined }> => {
  if (file !== '-' && !statSync(file, { throwIfNoEntry: false })?.isFile()) throw new CliError(`no file ${file}`);
  if (flags.format === NDJSON_FORMAT) return { items: linesOf(file), total: undefined };
  if (file === '-') throw new CliError(`${flags.format} is read twice: give a file, not standard input`, EXIT.usage);
  const format = FORMATS.find(({ name }) => name === flags.format)!;
  const options: TableOptions = {
    file,
    publishedOn: flags.publishedOn,
    names: flags.names,
    serviceIds: format.namesServicesByTitle ? await servicesByTitle(client) : new Map(),
    onBad: async (row, { column, value, code, remedy }) => {
      const origin = row ? `line ${row.line}` : 'the whole file';
      if (rejects.count < ERRORS_SHOWN_MAX)
        process.stderr.write(`${origin}   ${code}   ${column}: "${value}"   ${remedy}\n`);
      await rejects.add({ origin, column, value, code, reason: remedy });
    },
  };
  return { items: readTable(format, options), total: await countTable(format, options) };
};

async function* linesOf(file: string): AsyncGenerator<Item> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const line of input.pipe(split2()) as AsyncIterable<string>) {
    number += 1;
    if (line.trim() !== '') yield { text: line, key: keyOfEventText(line), origin: `line ${number}` };
  }
}

/** Titles are compared trimmed, in their source spelling. A title that two services share names neither. */
const servicesByTitle = async (client: ApiClient): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>();
  const shared = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: { services: readonly { serviceId: string; title: { en?: string } }[]; next: string | null } =
      await client.json(
        `/v1/services?limit=${SERVICES_PER_PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
    for (const { serviceId, title } of page.services) {
      const text = title.en?.trim();
      if (!text) continue;
      if (ids.has(text)) shared.add(text);
      ids.set(text, serviceId);
    }
    cursor = page.next;
  } while (cursor);
  for (const text of shared) ids.delete(text);
  return ids;
};
