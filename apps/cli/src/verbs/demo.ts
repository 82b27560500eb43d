import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { UndoList } from '#kernel';
import { type Counts, simulate, sumCounts } from '#simulation';
import { ApiClient, readToken, sentenceOf } from '../client.js';
import { differences } from '../demo/checks.js';
import { Questions } from '../demo/questions.js';
import { summaryLines } from '../demo/summary.js';
import { type Environment, readEnvironment } from '../environment.js';
import { CliError, EXIT } from '../exit-codes.js';
import { IntakePoster, type Item, type Posted } from '../intake/poster.js';
import { Progress } from '../intake/progress.js';
import { undoOnSignals } from '../signals.js';
import type { ProjectionRow } from './projections.js';
import { addressLines } from './serve.js';

interface DemoFlags {
  readonly events: number;
  readonly seed: string;
  readonly exit?: boolean;
}

const EVENTS_DEFAULT = 50_000;
const EVENTS_MAX = 5_000_000;
const REJECTIONS_SHOWN_MAX = 5;
const STALLED_MS_MAX = 60_000;
const POLL_MS = 200;

const wholeNumber = (text: string): number => {
  const events = Number(text.replaceAll(/[,_]/g, ''));
  if (!Number.isInteger(events) || events < 1 || events > EVENTS_MAX) {
    throw new InvalidArgumentError(`1 to ${EVENTS_MAX.toLocaleString('en')}`);
  }
  return events;
};

export const addDemo = (program: Command): void => {
  program
    .command('demo')
    .description(
      'Starts everything, records a simulated year through the real intake, says what the data sets say, keeps serving.',
    )
    .option('--events <count>', 'how many events', wholeNumber, EVENTS_DEFAULT)
    .option('--seed <text>', 'the same seed and count give the same events', '2026')
    .option('--exit', 'end when the year is recorded and checked')
    .action(runDemo);
};

async function runDemo(flags: DemoFlags): Promise<void> {
  const environment = readEnvironment();
  const undo = undoOnSignals();
  const say = (line: string) => void process.stderr.write(`  ${line}\n`);
  try {
    // Loaded here: the other verbs need no framework and answer at once.
    const { quietLogger, startStack } = await import('../stack.js');
    const { api, database } = await startStack(environment, undo, { report: say, logger: quietLogger() });
    say(database);
    refuseOtherYear(environment, flags);
    const client = new ApiClient(api.url, readToken(environment, 'steward'));
    const { posted, counts, seconds } = await recordYear(client, environment, flags, undo);
    if (undo.isClosing) return;
    for (const line of recordedLines(posted, flags, seconds)) say(line);
    const [analyst, operator] = (['analyst', 'operator'] as const).map(
      (role) => new ApiClient(api.url, readToken(environment, role)),
    ) as [ApiClient, ApiClient];
    await caughtUp(operator, posted.lastPosition ?? 0n);
    const differing = await report(analyst, counts, posted.lastPosition ?? 0n);
    if (differing.length > 0)
      throw new CliError(`the data sets differ from the simulation:\n  ${differing.join('\n  ')}`);
    say('every total equals the count that the simulation kept of its own events');
    for (const line of addressLines(api.url, environment)) say(line);
    say('next       npx sijill query channel_volume --group month,channel --format csv');
    if (flags.exit) process.exit((await undo.close(say)).length > 0 ? EXIT.failed : EXIT.done);
    say('serving until Ctrl-C');
  } catch (error) {
    await undo.close(say);
    throw error;
  }
}

const recordedLines = ({ created, duplicate }: Posted, { seed, events }: DemoFlags, seconds: number): string[] => {
  const [recorded, before] = [created, duplicate].map((count) => count.toLocaleString('en'));
  const rate = Math.round(events / seconds).toLocaleString('en');
  return [
    `events     ${recorded} recorded through the api, ${before} there already`,
    `           seed ${seed}, ${seconds.toFixed(1)} s, ${rate}/s`,
  ];
};

/** Two simulated years in one ledger would tell of the same transactions twice. */
const refuseOtherYear = ({ dataDirectory }: Environment, { events, seed }: DemoFlags): void => {
  const marker = join(dataDirectory, 'demo.json');
  const wanted = JSON.stringify({ seed, events });
  if (!existsSync(marker)) {
    writeFileSync(marker, `${wanted}\n`);
    return;
  }
  const there = readFileSync(marker, 'utf8').trim();
  if (there === wanted) return;
  const { seed: otherSeed, events: otherEvents } = JSON.parse(there) as DemoFlags;
  throw new CliError(
    `${dataDirectory} holds the simulated year of --seed ${otherSeed} --events ${otherEvents}: ask for the same, or set SIJILL_DATA_DIR to another folder`,
    EXIT.usage,
  );
};

const recordYear = async (
  client: ApiClient,
  environment: Environment,
  { seed, events }: DemoFlags,
  undo: UndoList,
): Promise<{ posted: Posted; counts: Counts; seconds: number }> => {
  // Facts are posted as their own systems would, registers by a steward: the rules of ownership are tried as well.
  const clients = { steward: client, integrator: new ApiClient(client.url, readToken(environment, 'integrator')) };
  const started = Date.now();
  const progress = new Progress(false);
  const rejections: string[] = [];
  const stop = new AbortController();
  undo.push('the recording', () => stop.abort());
  const poster = new IntakePoster(client, {
    onResult: (item, { status, problem }) => {
      if (status === 'rejected' && problem) rejections.push(`${item.origin} ${sentenceOf(problem)}`);
      return undefined;
    },
    onProgress: (shown) => progress.show(shown),
    total: events,
  });
  const { keyOfEventText } = await import('../intake/event-key.js');
  let counts: Counts = {};
  const items = function* (): Generator<Item> {
    for (const { event, role, effect } of simulate({ seed, events, programmes: true })) {
      counts = sumCounts(counts, effect);
      const text = JSON.stringify(event);
      yield { text, key: keyOfEventText(text), origin: event.id, client: clients[role] };
    }
  };
  const posted = await poster.run(items(), stop.signal);
  progress.end();
  if (rejections.length > 0) {
    throw new CliError(
      `${rejections.length} events were refused:\n  ${rejections.slice(0, REJECTIONS_SHOWN_MAX).join('\n  ')}`,
    );
  }
  return { posted, counts, seconds: (Date.now() - started) / 1_000 };
};

/** Prints what the data sets say once they have passed the last event. @returns what they say otherwise than the simulation. */
const report = async (client: ApiClient, counts: Counts, lastPosition: bigint): Promise<readonly string[]> => {
  const questions = new Questions(client, lastPosition);
  process.stderr.write('  what they say:\n');
  for (const line of await summaryLines(questions)) process.stderr.write(`    ${line}\n`);
  return differences(questions, counts);
};

/** Waits for the projections as long as they move. @throws CliError when one is parked, or none has moved for a minute. */
const caughtUp = async (operator: ApiClient, position: bigint): Promise<void> => {
  let last = '';
  for (let movedAt = Date.now(); Date.now() - movedAt < STALLED_MS_MAX; ) {
    const { projections } = await operator.json<{ projections: readonly ProjectionRow[] }>('/v1/projections');
    const parked = projections.find((row) => row.parked);
    if (parked) throw new CliError(`the projection ${parked.name} is parked: sijill doctor says more`);
    if (projections.every((row) => row.position !== null && BigInt(row.position) >= position)) return;
    const now = projections.map((row) => row.position).join();
    if (now !== last) movedAt = Date.now();
    last = now;
    await pause(POLL_MS);
  }
  throw new CliError('the projections have not moved for a minute: sijill doctor says more');
};
