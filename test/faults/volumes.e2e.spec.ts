import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/processes.js';
import { Cluster } from './cluster.js';
import { postRegisters } from './load.js';
import { figuresOf, underLoad } from './runner.js';
import { report, skipped } from './scale.js';
import { Stack } from './stack.js';
import { missingForTracing, missingForVolumes, Volume, withOwnLog } from './volumes.js';

const FULL_SECONDS_MAX = 120;
/** Sent at once, so that a small volume is full soon. */
const PACE = { clients: 8, events: 40, pauseMs: 0 };

describe('A ledger whose disk fails', () => {
  let scratch = '';
  let missing: string | undefined;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'sijill-volume-'));
    await chmod(scratch, 0o755);
    missing = missingForVolumes(join(scratch, 'try'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const over = async (
    row: string,
    postgres: (directory: string) => Promise<Cluster>,
    work: (stack: Stack) => Promise<string[]>,
  ): Promise<void> => {
    const stack = await Stack.open({ postgres });
    let isWell = false;
    try {
      await postRegisters(stack);
      expect(await work(stack)).toEqual([]);
      report(row, { ...figuresOf(stack), ...Object.fromEntries(stack.history.refusals) });
      isWell = true;
    } finally {
      await stack.close(!isWell);
    }
  };

  test('full-data: a full data volume refuses events and goes on answering questions, until there is room again', async () => {
    if (missing) return skipped('full-data', missing);
    const volume = Volume.mount(join(scratch, 'data'));
    try {
      // The log of PostgreSQL has room: what is full is the volume of the tables.
      await over(
        'full-data',
        () => withOwnLog(volume.directory, scratch),
        (stack) =>
          underLoad(
            stack,
            async (load) => {
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
            },
            PACE,
          ),
      );
    } finally {
      volume.unmount();
    }
  }, 300_000);

  test('full-log: a full volume of the write-ahead log stops the database, and nothing that was acknowledged is lost', async () => {
    if (missing) return skipped('full-log', missing);
    const volume = Volume.mount(join(scratch, 'log'));
    try {
      await over(
        'full-log',
        (directory) => withOwnLog(directory, volume.directory),
        (stack) =>
          underLoad(stack, async (load) => {
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
          }),
      );
    } finally {
      volume.unmount();
    }
  }, 300_000);

  test('failing-fsync: a disk that cannot write what it promised stops the database, and nothing acknowledged is lost', async () => {
    const cannot = missingForTracing();
    if (cannot) return skipped('failing-fsync', cannot);
    await over('failing-fsync', Cluster.start, (stack) =>
      underLoad(stack, async (load) => {
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
      }),
    );
  }, 300_000);
});

const logOf = ({ directory }: Cluster): string => readFileSync(join(directory, 'postgres.log'), 'utf8');
