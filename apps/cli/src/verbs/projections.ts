import type { Command } from 'commander';
import { ApiClient, readToken } from '../client.js';
import { readEnvironment } from '../environment.js';
import { table } from '../output.js';

export interface ProjectionRow {
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly position: string | null;
  readonly head: string | null;
  /** Null where the positions of the store have gaps. */
  readonly lagEvents: string | null;
  readonly rate?: number | null;
  readonly parked?: { readonly position: string; readonly code: string } | null;
}

export const addProjections = (program: Command): void => {
  program
    .command('projections')
    .description('How far the read models are.')
    .command('list')
    .description('Position, head, lag and state of each projection.')
    .option('--json', 'the answer as it is')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const environment = readEnvironment();
      const client = new ApiClient(environment.url, readToken(environment, 'operator'));
      const answer = await client.json<{ projections: readonly ProjectionRow[] }>('/v1/projections');
      if (json) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
      else process.stdout.write(table([HEADER, ...answer.projections.map(line)]));
    });
};

const HEADER = ['projection', 'version', 'state', 'position', 'head', 'lag', 'parked'];
const line = ({ name, version, state, position, head, lagEvents, parked }: ProjectionRow): string[] => [
  name,
  String(version),
  state,
  position ?? 'none',
  head ?? 'none',
  lagEvents ?? 'not known',
  parked ? `${parked.code} at ${parked.position}` : '',
];
