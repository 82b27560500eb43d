import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../client.js';
import { clearedLine } from '../client-as.js';
import { CliError, EXIT, type ExitCode } from '../exit-codes.js';
import { table } from '../output.js';

/** A replay or rebuild as the api tells of it. */
export interface ReplayAnswer {
  readonly id: string;
  readonly projection: string;
  readonly version: number | null;
  readonly state: 'waiting' | 'running' | 'held' | 'done' | 'failed' | 'cancelled' | 'expired';
  readonly asOfPosition: string | null;
  readonly progress: {
    readonly position: string | null;
    readonly eventsDone: string | null;
    readonly eventsTotal: string | null;
    readonly rate: number | null;
    readonly secondsLeft: number | null;
  };
  readonly rows: number | null;
  readonly hash: string | null;
  readonly parity: {
    readonly with: string;
    readonly position: string;
    readonly isEqual: boolean;
    readonly tables: readonly Readonly<
      Record<'table' | 'equal' | 'differing' | 'missing' | 'extra', string | number>
    >[];
  } | null;
  readonly failure: { readonly code: string; readonly position: string | null } | null;
  readonly expiresAt: string | null;
  readonly href: string;
  readonly datasets?: readonly string[];
}

const POLL_MS = 300;
const LINE_EVERY_MS = 10_000;

/** Asks for a replay once, however often the request has to be sent. */
export const ask = (client: ApiClient, path: string, body: object): Promise<ReplayAnswer> =>
  client.json<ReplayAnswer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });

/** `12,000 of 20,000 events   60 %   9,850/s   1 s left` */
export const replayLine = ({ state, progress }: ReplayAnswer): string => {
  const { eventsDone, eventsTotal, position, rate, secondsLeft } = progress;
  if (state === 'waiting') return 'waiting for a worker';
  if (eventsDone === null || eventsTotal === null) return `at position ${position ?? 'none'}`;
  const [done, total] = [Number(eventsDone), Number(eventsTotal)];
  const parts = [`${done.toLocaleString('en')} of ${total.toLocaleString('en')} events`];
  if (done >= total) return [...parts, 'comparing'].join('   ');
  parts.push(`${Math.floor((100 * done) / total)} %`);
  if (rate) parts.push(`${Math.round(rate).toLocaleString('en')}/s`);
  if (secondsLeft !== null) parts.push(`${secondsLeft} s left`);
  return parts.join('   ');
};

/** A line that wraps could not be taken away again. */
const fitting = (line: string): string => line.slice(0, (process.stderr.columns || Number.POSITIVE_INFINITY) - 1);

/**
 * Shows how far it is, on stderr, until nobody works on it. An interrupt ends the showing, not the work.
 *
 * @param goOn Arguments that follow it again.
 */
export const follow = async (client: ApiClient, asked: ReplayAnswer, goOn: string): Promise<ReplayAnswer> => {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  const isTerminal = process.stderr.isTTY === true;
  let toldAt = Date.now();
  try {
    for (let now = asked; ; now = await client.json<ReplayAnswer>(asked.href)) {
      const isOver = now.state !== 'waiting' && now.state !== 'running';
      if (isTerminal) process.stderr.write(`${clearedLine()}${isOver ? '' : fitting(replayLine(now))}`);
      else if (!isOver && Date.now() - toldAt >= LINE_EVERY_MS) {
        toldAt = Date.now();
        process.stderr.write(`${replayLine(now)}\n`);
      }
      if (isOver) return now;
      await pause(POLL_MS, undefined, { signal: interrupted.signal });
    }
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    const lines = [`${asked.id} goes on without you`, `to follow it:  sijill ${goOn} --follow ${asked.id}`];
    lines.push(`to end it:     sijill ${goOn} --cancel ${asked.id}`);
    throw new CliError(`${isTerminal ? '\n' : ''}${lines.join('\n')}`, EXIT.interrupted);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
};

/** What came of it, for people. */
export const reportLines = (replay: ReplayAnswer): string => {
  const { id, projection, version, state, asOfPosition, rows, hash, parity, failure, datasets, expiresAt } = replay;
  const isCompared = parity !== null || state === 'done';
  const count = rows === null ? '' : `   ${rows.toLocaleString('en')} rows`;
  const lines = [`${id}   ${projection} v${version ?? '-'}   ${state}   position ${asOfPosition ?? 'none'}${count}`];
  if (hash) lines.push(`hash     ${hash}`);
  if (failure) lines.push(`failed   ${failure.code}${failure.position === null ? '' : ` at ${failure.position}`}`);
  if (isCompared) lines.push(`parity   ${parityText(replay)}`);
  if (parity && !parity.isEqual) {
    const head = ['table', 'equal', 'differing', 'missing', 'extra'] as const;
    lines.push(table([head, ...parity.tables.map((row) => head.map((name) => String(row[name])))]).trimEnd());
  }
  for (const place of datasets ?? []) lines.push(`read     sijill query ${dataSetIn(place)} --replay ${id}`);
  if (datasets && expiresAt) lines.push(`until    ${expiresAt}`);
  return `${lines.join('\n')}\n`;
};

/** `/v1/datasets/channel_volume?replay=7` → `channel_volume` */
const dataSetIn = (place: string): string => place.replace(/^.*\/|\?.*$/g, '');

const parityText = ({ parity }: ReplayAnswer): string => {
  if (!parity) return 'not compared: the live projection does not stand at this position';
  const side = parity.with === 'live' ? 'the live projection' : `replay ${parity.with}`;
  return `${parity.isEqual ? 'equal to' : 'differs from'} ${side} at ${parity.position}`;
};

/** At one position both sides must be equal; between two positions a difference is the answer. */
export const exitOf = ({ state, parity, progress }: ReplayAnswer): ExitCode => {
  if (state === 'failed' || state === 'cancelled') return EXIT.failed;
  if (state === 'held') return EXIT.verificationFailed;
  const isSamePlace = parity?.with === 'live' && parity.position === progress.position;
  return isSamePlace && !parity.isEqual ? EXIT.verificationFailed : EXIT.done;
};

/** Writes the outcome to stdout and sets the exit code. */
export const tell = (replay: ReplayAnswer, isJson: boolean | undefined, exit: ExitCode = exitOf(replay)): void => {
  process.stdout.write(isJson ? `${JSON.stringify(replay, null, 2)}\n` : reportLines(replay));
  process.exitCode = exit;
};
