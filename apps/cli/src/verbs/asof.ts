import { type Command, Option } from 'commander';
import { clientAs } from '../client-as.js';
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

const ASKING = ['projection', 'position', 'knownAt', 'compare'];

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
    .addOption(new Option('--follow <id>', 'go on showing one that runs').conflicts(ASKING))
    .addOption(new Option('--cancel <id>', 'end one and drop its tables').conflicts([...ASKING, 'follow']))
    .option('--json', 'the answer as it is')
    .addHelpText('beforeAll', 'Example: sijill asof --projection channel_volume --known-at 2026-06-30T14:00:00+04:00\n')
    .action(asof);
};

async function asof(flags: AsofFlags): Promise<void> {
  const client = clientAs('regulator');
  const one = (id: string, init?: RequestInit) =>
    client.json<ReplayAnswer>(`/v1/replays/${encodeURIComponent(id)}`, init);
  if (flags.cancel !== undefined) return tell(await one(flags.cancel, { method: 'DELETE' }), flags.json, EXIT.done);
  if (flags.follow !== undefined) return tell(await follow(client, await one(flags.follow), 'asof'), flags.json);
  const { projection, position, knownAt, compare } = flags;
  if (!projection) throw new CliError('--projection is missing: which read model?', EXIT.usage);
  if ((position === undefined) === (knownAt === undefined))
    throw new CliError('give --position or --known-at, one of them', EXIT.usage);
  const asked = await ask(client, '/v1/replays', { projection, position, known_at: knownAt, compare });
  process.stderr.write(`replay ${asked.id} of ${projection} up to position ${asked.asOfPosition}\n`);
  tell(await follow(client, asked, 'asof'), flags.json);
}
