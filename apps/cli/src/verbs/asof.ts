import type { Command } from 'commander';
import { ApiClient, readToken } from '../client.js';
import { readEnvironment } from '../environment.js';
import { CliError, EXIT } from '../exit-codes.js';
import { ask, follow, type ReplayAnswer, tell } from './replays.js';

interface AsofFlags {
  readonly projection?: string;
  readonly position?: string;
  readonly knownAt?: string;
  readonly compare?: string;
  readonly follow?: string;
  readonly cancel?: string;
  readonly json?: boolean;
}

export const addAsof = (program: Command): void => {
  program
    .command('asof')
    .description(
      'A read model as it was, folded anew from the journal beside the live one. An interrupt leaves it running.',
    )
    .option('--projection <name>', 'which read model')
    .option('--position <position>', 'up to this event')
    .option('--known-at <time>', 'or: as known at the end of a day in Dubai, or at an instant')
    .option('--compare <other>', 'row by row with "live", wherever it stands, or with another replay by its number')
    .option('--follow <id>', 'go on showing one that runs')
    .option('--cancel <id>', 'end one and drop its tables')
    .option('--json', 'the answer as it is')
    .addHelpText('beforeAll', 'Example: sijill asof --projection channel_volume --known-at 2026-06-30T14:00:00+04:00\n')
    .action(asof);
};

async function asof(flags: AsofFlags): Promise<void> {
  const environment = readEnvironment();
  const client = new ApiClient(environment.url, readToken(environment, 'regulator'));
  const known = flags.follow ?? flags.cancel;
  if (known !== undefined) {
    const method = flags.cancel === undefined ? 'GET' : 'DELETE';
    const replay = await client.json<ReplayAnswer>(`/v1/replays/${encodeURIComponent(known)}`, { method });
    return tell(method === 'GET' ? await follow(client, replay, 'asof') : replay, flags.json);
  }
  const { projection, position, knownAt, compare } = flags;
  if (!projection) throw new CliError('--projection is missing: which read model?', EXIT.usage);
  if ((position === undefined) === (knownAt === undefined))
    throw new CliError('give --position or --known-at, one of them', EXIT.usage);
  const asked = await ask(client, '/v1/replays', { projection, position, known_at: knownAt, compare });
  process.stderr.write(`replay ${asked.id} of ${projection} up to position ${asked.asOfPosition}\n`);
  tell(await follow(client, asked, 'asof'), flags.json);
}
