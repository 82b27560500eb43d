import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/processes.js';
import type { Stack } from './stack.js';

const SCHEMAS = `select nspname from pg_namespace where nspname ~ '^(p_|replay_)' order by 1`;
const EXPIRE = 'update projector.replay set expires_at = clock_timestamp() where expires_at is not null';
const HEAD = 'select next_position - 1 as head from journal.head';
const DATA_SET = '/v1/datasets/channel_volume?from=2025-01-01&to=2025-12-31&group=entity';
const ASK_MS_MAX = 20_000;
const LOOK_MS = 50;
/** Any moment of claiming, folding, comparing. */
const MOMENT_MS_MAX = 1_500;
/** Without a step of progress. */
const STANDSTILL_LOOKS_MAX = 2_400;

/** A mark in what the worker says; undefined: wherever it is. */
export type Kill = string | undefined;

interface Job {
  readonly href: string;
  readonly state: string;
  readonly progress: object;
}

/** Kills the worker as soon as it says so, and starts it again. */
export const killWorkerAt = async ({ worker, history }: Stack, mark: Kill): Promise<void> => {
  const before = worker.said;
  if (mark === undefined) await pause(Math.random() * MOMENT_MS_MAX);
  else
    await until(
      () => `the worker says: ${mark}\n${worker.output}`,
      () => worker.outputSince(before).includes(mark),
      120,
    );
  history.note(`the worker is killed: ${mark ?? 'anywhere'}`);
  await worker.end('SIGKILL');
  worker.start();
};

/** Replays and rebuilds, asked for at the door. */
export class Jobs {
  constructor(private readonly stack: Stack) {}

  rebuild(projection: string): Promise<Job> {
    return this.begin('operator', `/v1/projections/${projection}/rebuilds`, {});
  }

  /** As of the last event. */
  async replay(projection: string): Promise<Job> {
    const [{ head }] = (await this.stack.cluster.ask<{ head: string }>(HEAD)) as [{ head: string }];
    return this.begin('regulator', '/v1/replays', { projection, position: head });
  }

  async cancel({ href }: Job): Promise<void> {
    await this.ask('regulator', 'DELETE', href);
  }

  /** What became of it, as soon as it is over: as long as it makes progress. */
  async end({ href }: Job): Promise<Job> {
    let seen = '';
    for (let looks = 0; looks < STANDSTILL_LOOKS_MAX; looks++) {
      const job = await this.ask(href.includes('rebuilds') ? 'operator' : 'regulator', 'GET', href);
      if (!['waiting', 'running'].includes(job.state)) return job;
      const now = JSON.stringify([job.state, job.progress]);
      if (now !== seen) looks = 0;
      seen = now;
      await pause(LOOK_MS);
    }
    throw new Error(`${href} stands still: ${seen}\n${this.stack.worker.output}`);
  }

  /** Everything that is over has been kept long enough. */
  async expire(): Promise<void> {
    await this.stack.cluster.ask(EXPIRE);
  }

  /** Of projections, old and new, and of replays. */
  async schemas(): Promise<string[]> {
    return (await this.stack.cluster.ask<{ nspname: string }>(SCHEMAS)).map(({ nspname }) => nspname);
  }

  private begin(role: string, path: string, body: object): Promise<Job> {
    return this.ask(role, 'POST', path, { body: JSON.stringify(body), key: randomUUID() });
  }

  /** Asked again, with the same key, until there is an answer: the api may be killed meanwhile. */
  private async ask(role: string, method: string, path: string, sent?: { body: string; key: string }): Promise<Job> {
    const { door, history } = this.stack;
    let answer = '';
    await until(
      () => `${method} ${path} is answered: ${answer}`,
      async () => {
        const headers = {
          authorization: `Bearer ${this.stack.token(role)}`,
          ...(sent && { 'content-type': 'application/json', 'idempotency-key': sent.key }),
        };
        const signal = AbortSignal.timeout(ASK_MS_MAX);
        const response = await fetch(`${door.url}${path}`, {
          method,
          headers,
          signal,
          ...(sent && { body: sent.body }),
        });
        answer = `${response.status} ${await response.text()}`;
        return response.status < 500;
      },
      120,
    );
    history.note(`${method} ${path}: ${answer.slice(0, 200)}`);
    if (!answer.startsWith('2')) throw new Error(`${method} ${path} is refused: ${answer}`);
    return JSON.parse(answer.slice(4)) as Job;
  }
}

/** Reads a data set again and again. Two answers of one position that differ, or a position behind one seen before, are faults. */
export const readAll = (stack: Stack) => {
  const faults: string[] = [];
  const answers = new Map<string, string>();
  let isOver = false;
  let last = -1n;
  const read = async (): Promise<void> => {
    const { door } = stack;
    const headers = { authorization: `Bearer ${stack.token('analyst')}` };
    const response = await fetch(`${door.url}${DATA_SET}`, { headers, signal: AbortSignal.timeout(ASK_MS_MAX) });
    const text = await response.text();
    if (response.status === 503) return;
    if (!response.ok) return void faults.push(`channel_volume answers ${response.status}: ${text.slice(0, 300)}`);
    const { rows, meta } = JSON.parse(text) as { rows: object; meta: { asOfPosition: string } };
    const told = JSON.stringify(rows);
    if (BigInt(meta.asOfPosition) < last) faults.push(`channel_volume went back from ${last} to ${meta.asOfPosition}`);
    if ((answers.get(meta.asOfPosition) ?? told) !== told)
      faults.push(`channel_volume has two answers at ${meta.asOfPosition}`);
    answers.set(meta.asOfPosition, told);
    last = BigInt(meta.asOfPosition);
  };
  const reading = (async () => {
    for (; !isOver && !stack.isClosed; await pause(LOOK_MS)) await read().catch(() => undefined); // no api is there for a moment
  })();
  const stop = async (): Promise<readonly string[]> => {
    isOver = true;
    await reading;
    return faults;
  };
  return { faults, stop };
};
