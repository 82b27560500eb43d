import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/processes.js';
import { Cluster } from './cluster.js';
import { type Load, postRegisters } from './load.js';
import { row, withStack } from './rows.js';
import { figuresOf, underLoad } from './runner.js';
import type { Stack, StackOptions } from './stack.js';
import { missingForTracing, missingForVolumes, Volume, withOwnLog } from './volumes.js';

const FULL_SECONDS_MAX = 120;
/** Sent at once, so that a small volume is full soon. */
const PACE = { clients: 8, events: 40, pauseMs: 0 };

const logOf = ({ directory }: Cluster): string => readFileSync(join(directory, 'postgres.log'), 'utf8');

/** What a stack over this PostgreSQL goes through, and what it says of itself. */
const over = (postgres: StackOptions['postgres'], work: (stack: Stack) => Promise<string[]>) =>
  withStack({ postgres }, async (stack) => {
    await postRegisters(stack);
    expect(await work(stack)).toEqual([]);
    return { ...figuresOf(stack), ...Object.fromEntries(stack.history.refusals) };
  });

const onVolume = async <T>(name: string, work: (volume: Volume, scratch: string) => Promise<T>): Promise<T> => {
  const scratch = mkdtempSync(join(tmpdir(), 'sijill-volume-'));
  await chmod(scratch, 0o755);
  const volume = Volume.mount(join(scratch, name));
  try {
    return await work(volume, scratch);
  } finally {
    volume.unmount();
    rmSync(scratch, { recursive: true, force: true });
  }
};

/** It goes on with its load until PostgreSQL answers again, started anew if need be. */
const recovered = async (stack: Stack, load: Load): Promise<void> => {
  const { cluster } = stack;
  await until(
    'the database is back',
    async () => {
      if (!cluster.isRunning) await cluster.comeBack();
      return (await cluster.ask('select 1')).length === 1;
    },
    FULL_SECONDS_MAX,
  );
  stack.crashes++;
  await load.percentile99();
};

const fillData = async (stack: Stack, load: Load, volume: Volume): Promise<void> => {
  volume.narrow(2);
  await until(
    'an event is refused for want of space',
    () => stack.history.refusals.has('store.full'),
    FULL_SECONDS_MAX,
  );
  const headers = { authorization: `Bearer ${stack.token('regulator')}` };
  expect((await fetch(`${stack.door.url}/v1/events?limit=2`, { headers })).status).toBe(200);
  volume.widen();
  await load.percentile99();
};

const fillLog = async (stack: Stack, load: Load, volume: Volume): Promise<void> => {
  const { cluster } = stack;
  volume.narrow(0);
  stack.crashes++;
  // The rest of the segment is given up: the next one finds no room.
  await until(
    'the database gives up',
    async () => {
      await cluster.ask('select pg_switch_wal()').catch(() => undefined); // it has given up meanwhile
      return /PANIC|could not write to file "pg_wal/.test(logOf(cluster));
    },
    FULL_SECONDS_MAX,
  );
  volume.widen();
  await recovered(stack, load);
};

const failSyncs = async (stack: Stack, load: Load): Promise<void> => {
  const { cluster } = stack;
  await load.percentile99();
  stack.crashes++;
  const pids = cluster.pids().flatMap((pid) => ['-p', String(pid)]);
  const failing = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=2+'];
  const strace = spawn('strace', ['-f', '-q', '-o', '/dev/null', ...failing, ...pids], { stdio: 'ignore' });
  const gone = once(strace, 'exit');
  await until('the database panics', () => /PANIC/.test(logOf(cluster)), FULL_SECONDS_MAX);
  strace.kill('SIGINT');
  await gone;
  await recovered(stack, load);
};

describe('A ledger whose disk fails', () => {
  row(
    'full-data: a full data volume refuses events and goes on answering questions, until there is room again',
    () =>
      onVolume('data', (volume, scratch) =>
        over(
          () => withOwnLog(volume.directory, scratch), // what is full is the volume of the tables alone
          (stack) => underLoad(stack, (load) => fillData(stack, load, volume), PACE),
        ),
      ),
    { missing: missingForVolumes() },
  );

  row(
    'full-log: a full volume of the write-ahead log stops the database, and nothing that was acknowledged is lost',
    () =>
      onVolume('log', (volume) =>
        over(
          (directory) => withOwnLog(directory, volume.directory),
          (stack) => underLoad(stack, (load) => fillLog(stack, load, volume)),
        ),
      ),
    { missing: missingForVolumes() },
  );

  row(
    'failing-fsync: a disk that cannot write what it promised stops the database, and nothing acknowledged is lost',
    () => over(Cluster.start, (stack) => underLoad(stack, (load) => failSyncs(stack, load))),
    { missing: missingForTracing() },
  );
});
