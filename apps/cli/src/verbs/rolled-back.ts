import type { ApiClient } from '../client.js';
import { CliError, EXIT } from '../exit-codes.js';
import { table } from '../output.js';
import type { ProjectionRow } from './projections.js';
import { ask, follow, type ReplayAnswer } from './replays.js';

/** Why a projection is parked that counts by positions of another journal than the one that is there. */
export const ROLLED_BACK = 'journal.rolledBack';

export interface ProjectionsAnswer {
  readonly projections: readonly ProjectionRow[];
  /** Those that are not over yet. */
  readonly rebuilds: readonly ReplayAnswer[];
}

interface RolledBackFlags {
  readonly dropOld?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * After a move or a restore: builds anew every projection that counts by positions of another journal, and lets each take its place
 * although its rows differ, for they differ by those positions alone or by what the journal has no more. Whoever was interrupted says
 * the same again: what has its place is no longer parked, and what is under way is gone on with.
 *
 * @throws CliError when one of them is still parked.
 */
export const rebuildRolledBack = async (client: ApiClient, { dropOld, yes, json }: RolledBackFlags): Promise<void> => {
  const { projections, rebuilds } = await client.json<ProjectionsAnswer>('/v1/projections');
  const names = namesIn(projections);
  if (names.length > 0 && !yes)
    throw new CliError(`say --yes, and these take their place although rows differ: ${names.join(', ')}`, EXIT.usage);
  const built: ReplayAnswer[] = [];
  for (const [nth, name] of names.entries()) {
    const underWay = rebuilds.find(({ projection }) => projection === name);
    const asked = underWay ?? (await askFor(client, name, dropOld));
    process.stderr.write(`${nth + 1} of ${names.length}: rebuild ${asked.id} of ${name}\n`);
    built.push(await inItsPlace(client, name, asked));
  }
  process.stdout.write(json ? `${JSON.stringify(built, null, 2)}\n` : linesOf(built));
  const left = namesIn((await client.json<ProjectionsAnswer>('/v1/projections')).projections);
  if (left.length > 0) throw new CliError(`still parked as ${ROLLED_BACK}: ${left.join(', ')}`, EXIT.failed);
};

const namesIn = (projections: readonly ProjectionRow[]): readonly string[] =>
  projections.filter(({ parked }) => parked?.code === ROLLED_BACK).map(({ name }) => name);

const rebuildsOf = (name: string): string => `/v1/projections/${encodeURIComponent(name)}/rebuilds`;

const askFor = (client: ApiClient, name: string, dropOld = false): Promise<ReplayAnswer> =>
  ask(client, rebuildsOf(name), { dry_run: false, drop_old: dropOld });

const inItsPlace = async (client: ApiClient, name: string, asked: ReplayAnswer): Promise<ReplayAnswer> => {
  const goOn = `projections rebuild ${name}`;
  const built = await follow(client, asked, goOn);
  if (built.state !== 'held') return built;
  const path = `${rebuildsOf(name)}/${built.id}/confirmation`;
  return follow(client, await client.json<ReplayAnswer>(path, { method: 'POST' }), goOn);
};

const linesOf = (built: readonly ReplayAnswer[]): string => {
  if (built.length === 0) return `no projection is parked as ${ROLLED_BACK}\n`;
  const row = ({ projection, state, asOfPosition, rows, failure }: ReplayAnswer) => [
    projection,
    failure?.code ?? state,
    asOfPosition ?? 'none',
    rows === null ? '' : rows.toLocaleString('en'),
  ];
  return table([['projection', 'state', 'position', 'rows'], ...built.map(row)]);
};
