import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one event costs where, as docs/PERFORMANCE.md has it: measured, and in one place only. */
export interface Figures {
  /** CPU of the api, µs an event: batches of 500 over HTTP. */
  readonly intakeMicros: number;
  /** CPU of the database for the same. */
  readonly journalMicros: number;
  /** Events that one journal puts in order in a second, whatever the cores: a group after the other on the head row. */
  readonly journalRate: number;
  /** CPU of a worker for all data sets, µs an event. */
  readonly foldMicros: number;
  /** The part of it that is one projection, hence one thread. */
  readonly foldOneMicros: number;
  /** CPU of the database for all data sets. */
  readonly projectMicros: number;
  /** WAL of both, bytes an event. */
  readonly walBytes: number;
  /** Journal and read models with their indexes, bytes an event. */
  readonly journalBytes: number;
  readonly readModelBytes: number;
  /** CPU of an answer over five million events, api and database. */
  readonly answerMicros: number;
}

interface Row {
  readonly rate: number;
  readonly client: number;
  readonly server: number;
  readonly wal: number;
}

/** @throws Error naming the case that the page no longer has. */
const rowOf = (page: string, name: string): Row => {
  const line = page.split('\n').find((one) => one.startsWith(`${name}  `) || one.startsWith(`${name} `));
  const cells = line?.slice(name.length).trim().split(/\s+/);
  // events/s, ratio, CPU ratio, p50, p99, client µs, server µs, WAL bytes, disk bytes, others
  if (cells?.length !== 10) throw new Error(`docs/PERFORMANCE.md has no case "${name}" with ten figures`);
  const number = (at: number) => Number(cells[at]!.replaceAll(',', ''));
  return { rate: number(0), client: number(5), server: number(6), wal: number(7) };
};

const BYTES = /An event weighs (\d+) bytes in the\s+journal with its indexes, (\d+) in all read models/;

/** The figures of a page like docs/PERFORMANCE.md. */
export const figuresOf = (page: string): Figures => {
  const intake = rowOf(page, 'HTTP, rules, journal');
  const order = rowOf(page, '512 callers, journal');
  const models = page.split('\n').find((line) => /^all \d+ models /.test(line));
  const all = rowOf(page, /^all \d+ models/.exec(models ?? '')?.[0] ?? 'all models');
  const one = rowOf(page, 'channel_volume');
  const answer = rowOf(page, 'a year by month and channel: HTTP');
  const [, journalBytes, readModelBytes] = BYTES.exec(page) ?? [];
  if (journalBytes === undefined) throw new Error('docs/PERFORMANCE.md does not say what an event weighs');
  return {
    intakeMicros: intake.client,
    journalMicros: intake.server,
    journalRate: order.rate,
    foldMicros: all.client,
    foldOneMicros: Math.min(one.client, all.client),
    projectMicros: all.server,
    walBytes: intake.wal + all.wal,
    journalBytes: Number(journalBytes),
    readModelBytes: Number(readModelBytes),
    answerMicros: answer.client + answer.server,
  };
};

export const measuredFigures = (root: string): Figures =>
  figuresOf(readFileSync(join(root, 'docs/PERFORMANCE.md'), 'utf8'));
