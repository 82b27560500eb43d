import { type Command, Option } from 'commander';
import type { ApiClient } from '../client.js';
import { clientAs } from '../client-as.js';
import { CliError, EXIT } from '../exit-codes.js';
import { table } from '../output.js';
import { ask, follow, type ReplayAnswer, replayLine, tell } from './replays.js';
import { type ProjectionsAnswer, rebuildRolledBack } from './rolled-back.js';

export interface ProjectionRow {
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly position: string | null;
  readonly head: string | null;
  /** Null where the positions of the store have gaps. */
  readonly lagEvents: string | null;
  /** Recording time between the last event taken in and the head; null before the first. */
  readonly lagSeconds: number | null;
  readonly rate?: number | null;
  readonly parked?: { readonly position: string; readonly code: string } | null;
}

interface RebuildFlags {
  readonly dryRun?: boolean;
  readonly dropOld?: boolean;
  readonly yes?: boolean;
  readonly swap?: string;
  readonly follow?: string;
  readonly cancel?: string;
  readonly rolledBack?: boolean;
  readonly json?: boolean;
}

/** What asks for something new says nothing of one that is there. */
const ASKING = ['dryRun', 'dropOld', 'yes', 'swap'];

export const addProjections = (program: Command): void => {
  const projections = program.command('projections').description('How far the read models are, and building one anew.');
  projections
    .command('list')
    .description('Position, head, lag and state of each projection, and the rebuilds under way.')
    .option('--json', 'the answer as it is')
    .action(list);
  projections
    .command('rebuild')
    .description('Builds one anew beside the live one, compares row by row, and swaps if nothing differs.')
    .argument('[name]', 'name of the projection')
    .option('--dry-run', 'compare only, and drop what was built')
    .option('--drop-old', 'drop the replaced tables at once instead of after 7 days')
    .option('--yes', 'needed unless it is a dry run: nothing is asked')
    .addOption(
      new Option(
        '--swap <id>',
        'let one that is held take the place although rows differ; its report says which',
      ).conflicts(['dryRun', 'dropOld']),
    )
    .addOption(new Option('--follow <id>', 'go on showing one that runs').conflicts(ASKING))
    .addOption(new Option('--cancel <id>', 'end one and drop what it built').conflicts([...ASKING, 'follow']))
    .addOption(
      new Option(
        '--rolled-back',
        'instead of a name: each that is parked because the journal was moved or put back, although rows differ',
      ).conflicts(['dryRun', 'swap', 'follow', 'cancel']),
    )
    .option('--json', 'the answer as it is')
    .addHelpText('beforeAll', 'Example: sijill projections rebuild channel_volume --dry-run\n')
    .action(rebuild);
};

const operator = (): ApiClient => clientAs('operator');

async function list({ json }: { readonly json?: boolean }): Promise<void> {
  const answer = await operator().json<ProjectionsAnswer>('/v1/projections');
  if (json) {
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  process.stdout.write(table([HEADER, ...answer.projections.map(line)]));
  for (const rebuild of answer.rebuilds) {
    const progress = rebuild.state === 'held' ? 'differs from the live one: held' : replayLine(rebuild);
    process.stdout.write(`rebuild ${rebuild.id} of ${rebuild.projection}   ${progress}\n`);
  }
}

async function rebuild(name: string | undefined, flags: RebuildFlags): Promise<void> {
  const client = operator();
  if ((name === undefined) !== (flags.rolledBack === true))
    throw new CliError('projections rebuild: give the name of one projection, or --rolled-back', EXIT.usage);
  if (name === undefined) return rebuildRolledBack(client, flags);
  const path = `/v1/projections/${encodeURIComponent(name)}/rebuilds`;
  const goOn = `projections rebuild ${name}`;
  const one = (id: string, init?: RequestInit, part = '') =>
    client.json<ReplayAnswer>(`${path}/${encodeURIComponent(id)}${part}`, init);
  if (flags.cancel !== undefined) return tell(await one(flags.cancel, { method: 'DELETE' }), flags.json, EXIT.done);
  if (flags.follow !== undefined) return tell(await follow(client, await one(flags.follow), goOn), flags.json);
  if (!flags.dryRun && !flags.yes)
    throw new CliError(`rebuild ${name}: say --yes, or --dry-run to compare without swapping`, EXIT.usage);
  const asked =
    flags.swap === undefined
      ? await ask(client, path, { dry_run: flags.dryRun ?? false, drop_old: flags.dropOld ?? false })
      : await one(flags.swap, { method: 'POST' }, '/confirmation');
  process.stderr.write(`rebuild ${asked.id} of ${name}\n`);
  const done = await follow(client, asked, goOn);
  if (done.state === 'held')
    process.stderr.write(`held: nothing was swapped.  To swap:  sijill ${goOn} --swap ${done.id} --yes\n`);
  tell(done, flags.json);
}

const HEADER = ['projection', 'version', 'state', 'position', 'head', 'lag', 'parked'];
/** How far behind: in events, and in recording time where the store's positions have gaps. */
export const lagText = ({ lagEvents, lagSeconds }: Pick<ProjectionRow, 'lagEvents' | 'lagSeconds'>): string => {
  if (lagEvents !== null) return `${lagEvents} events`;
  return lagSeconds === null ? 'the whole journal' : `${lagSeconds} s`;
};

const line = ({ name, version, state, position, head, parked, ...lag }: ProjectionRow): string[] => [
  name,
  String(version),
  state,
  position ?? 'none',
  head ?? 'none',
  lagText(lag),
  parked ? `${parked.code} at ${parked.position}` : '',
];
