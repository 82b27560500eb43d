import { spawn } from 'node:child_process';
import { openSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/processes.js';
import { faultsOf } from './checks.js';
import type { Cluster } from './cluster.js';
import { send, settle } from './load.js';
import { rowsOver } from './rows.js';
import { underLoad } from './runner.js';
import { API, SHORT_LEASE_WORKER, type Stack } from './stack.js';
import { clockOff } from './volumes.js';

const FALLING = `select count(*)::int as many from
  (select recorded < lag(recorded) over (order by position) as fell from journal.event) e where fell`;
const LAST = 'select last_recorded, (extract(epoch from clock_timestamp()) * 1000000)::bigint as now from journal.head';
const DAY_MICROS = 86_400_000_000;

const missing = clockOff('+30d') === undefined ? 'libfaketime is not installed' : undefined;

/** Starts the same server again, with a clock that is off. */
const comeBackAt = async (cluster: Cluster, by: string): Promise<void> => {
  const [program, ...parameters] = readFileSync(`/proc/${cluster.pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  const binary = readlinkSync(`/proc/${cluster.pid}/exe`);
  const { uid, gid } = statSync(cluster.data);
  await cluster.end('SIGINT');
  const log = openSync(join(cluster.directory, 'postgres.log'), 'a');
  const { PATH = '/usr/bin:/bin' } = process.env;
  const env = { PATH, LC_ALL: 'C', TZ: 'UTC', ...clockOff(by) };
  const child = spawn(binary, parameters, {
    argv0: program,
    uid,
    gid,
    env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  child.unref();
  await until(`PostgreSQL runs ${by}`, () => cluster.ask('select 1').then(() => true), 60);
};

describe('A ledger whose clocks jump', () => {
  const row = rowsOver({ workerScripts: [SHORT_LEASE_WORKER] });
  const recordedFalls = async ({ cluster }: Stack) => (await cluster.ask<{ many: number }>(FALLING))[0]?.many;

  for (const by of ['+30d', '-300d'])
    row(
      `clock-api ${by}: order and recording times are the database’s alone`,
      async (stack) => {
        await stack.replaceApis(API, clockOff(by)!);
        const faults = await underLoad(stack, async (load) => {
          await load.percentile99();
          await load.percentile99();
        });
        expect(faults).toEqual([]);
        expect(await recordedFalls(stack)).toBe(0);
        const [{ last_recorded: last, now }] = (await stack.cluster.ask<{ last_recorded: string; now: string }>(
          LAST,
        )) as [never];
        expect(Math.abs(Number(now) - Number(last))).toBeLessThan(DAY_MICROS);
        const token = stack.token('steward');
        await stack.replaceApis(API, {});
        if (by === '-300d') {
          const { status } = await send(stack.door, token, '[]');
          expect(status).toBe(401); // it was good for 90 days of that clock
        }
        return {};
      },
      { missing },
    );

  row(
    'clock-database: recording times never fall, positions follow them, and no lease outlives the jump',
    async (stack) => {
      for (const by of ['+30d', '-365d']) {
        await comeBackAt(stack.cluster, by);
        stack.crashes += 2;
        await settle(stack, 'client 1', stack.lanes.next(1, 40));
        expect(await faultsOf(stack)).toEqual([]);
        expect(await recordedFalls(stack)).toBe(0);
      }
      // A worker that comes after the jump: the one before held its leases by another calendar.
      await comeBackAt(stack.cluster, '+30d');
      await settle(stack, 'client 1', stack.lanes.next(1, 40));
      expect(await faultsOf(stack)).toEqual([]);
      await stack.worker.end('SIGKILL');
      await stack.cluster.end('SIGINT');
      await stack.cluster.comeBack();
      stack.crashes += 2;
      stack.worker.start();
      await settle(stack, 'client 1', stack.lanes.next(1, 40));
      expect(await faultsOf(stack)).toEqual([]);
      expect(await recordedFalls(stack)).toBe(0);
      return {};
    },
    { missing },
  );
});
