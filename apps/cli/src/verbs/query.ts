import type { Command } from 'commander';
import { clientAs } from '../client-as.js';
import { CliError, EXIT } from '../exit-codes.js';
import { writeBody } from '../output.js';

interface QueryFlags {
  readonly from?: string;
  readonly to?: string;
  readonly group?: string;
  readonly knownAt?: string;
  readonly recordedAt?: string;
  readonly effectiveAt?: string;
  readonly kpi?: string;
  readonly kpiVersion?: string;
  readonly factors?: string;
  readonly compareFrom?: string;
  readonly compareTo?: string;
  readonly limit?: string;
  readonly replay?: string;
  readonly filter: readonly string[];
  readonly events?: boolean;
  readonly format: string;
  readonly output?: string;
}

const PARAMETERS: readonly (readonly [flag: keyof QueryFlags, parameter: string])[] = [
  ['from', 'from'],
  ['to', 'to'],
  ['group', 'group'],
  ['knownAt', 'known_at'],
  ['recordedAt', 'recorded_at'],
  ['effectiveAt', 'effective_at'],
  ['kpi', 'kpi'],
  ['kpiVersion', 'kpi_version'],
  ['factors', 'factors'],
  ['compareFrom', 'compare_from'],
  ['compareTo', 'compare_to'],
  ['limit', 'limit'],
  ['replay', 'replay'],
];

export const addQuery = (program: Command): void => {
  program
    .command('query')
    .description('Asks a data set. Without a name: lists the data sets.')
    .argument('[dataset]', 'name of the data set')
    .option('--from <day>', 'first effective day')
    .option('--to <day>', 'last effective day')
    .option('--group <list>', 'period and dimensions, separated by commas')
    .option('--filter <dimension=value>', 'only these; may be repeated', (value, all: string[]) => [...all, value], [])
    .option('--known-at <day>', 'as known at the end of that day')
    .option('--recorded-at <day>', "the same by the ledger's own clock")
    .option('--effective-at <day>', 'attributes as they were on that day')
    .option('--kpi <list>', 'figures by definition, separated by commas')
    .option('--kpi-version <version>', 'version of the definitions')
    .option('--factors <list>', 'factor sets side by side, and versions id@version that stand in each')
    .option('--compare-from <day>', 'first day of the period to compare with')
    .option('--compare-to <day>', 'last day of the period to compare with')
    .option('--limit <rows>', 'rows a page')
    .option('--replay <id>', 'as it was, out of a replay of yours (sijill asof)')
    .option('--events', 'the events behind the figure')
    .option('--format <format>', 'json or csv', 'json')
    .option('-o, --output <file>', 'write to a file')
    .addHelpText('beforeAll', 'Example: sijill query channel_volume --group month,channel --format csv\n')
    .action(runQuery);
};

async function runQuery(dataset: string | undefined, flags: QueryFlags): Promise<void> {
  if (!['json', 'csv'].includes(flags.format))
    throw new CliError(`no format "${flags.format}": json or csv`, EXIT.usage);
  const client = clientAs(flags.replay === undefined ? 'analyst' : 'regulator');
  if (!dataset) return writeBody(await client.call('/v1/datasets'), flags.output);
  const parameters = new URLSearchParams();
  for (const [flag, parameter] of PARAMETERS) if (flags[flag]) parameters.set(parameter, String(flags[flag]));
  for (const filter of flags.filter) {
    const [dimension, value] = filter.split(/=(.*)/s);
    if (!dimension || value === undefined) throw new CliError(`--filter ${filter}: write dimension=value`, EXIT.usage);
    parameters.append(dimension, value);
  }
  const suffix = `${flags.events ? '/events' : ''}${flags.format === 'csv' ? '.csv' : ''}`;
  const query = parameters.size > 0 ? `?${parameters}` : '';
  return writeBody(await client.call(`/v1/datasets/${encodeURIComponent(dataset)}${suffix}${query}`), flags.output);
}
