import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { stopPostmaster } from '../postmaster.js';
import { findProcess } from '../processes.js';
import { callers, cleanUp, eventually, Probe, processesNaming, type Step, workFolder } from './probe.js';

const hasDeathSignal = spawnSync('setpriv', ['--help'], { encoding: 'utf8' }).stdout?.includes('--pdeathsig') ?? false;
if (!hasDeathSignal) console.warn('Left out: the end of the server with its parent. There is no setpriv here.');

afterAll(cleanUp);

const connect = async (url: string) => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the tests end servers under their clients
  await client.connect();
  return client;
};

const query = async (url: string, sql: string) => {
  const client = await connect(url);
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
};

describe.each(callers())('The server of $name', (caller) => {
  let directory: string;
  const start = (options: object = {}) => Probe.start(caller, { directory, durability: 'none', ...options });
  const ready = async (probe: Probe) => (await probe.until('ready')) as Required<Step>;
  const theServer = () => eventually(() => processesNaming(directory)[0]);
  const log = () => readFileSync(join(directory, 'postgres.log'), 'utf8');
  const nobodyLeft = () => eventually(() => processesNaming(directory).length === 0 || undefined);

  beforeAll(async () => {
    directory = workFolder(caller);
    const first = start();
    await ready(first);
    await first.end();
  });

  if (hasDeathSignal) {
    test('stops in order by itself when its parent is killed', async () => {
      const probe = start();
      await ready(probe);
      const before = log().length;
      await probe.end('SIGKILL');
      await nobodyLeft();
      expect(log().slice(before)).toMatch(/fast shutdown request[\s\S]*database system is shut down\n$/);
    });
  }

  test('has every committed row after both processes were killed in the middle of writing', async () => {
    const probe = start({ durability: 'full' });
    const { adminUrl } = await ready(probe);
    await query(adminUrl, 'drop table if exists kept; create table kept (n int)');
    const client = await connect(adminUrl);
    let committed = 0;
    const writing = (async () => {
      for (;;) committed += (await client.query('insert into kept values ($1)', [committed])).rowCount ?? 0;
    })();
    await eventually(() => committed > 200 || undefined);
    process.kill(await theServer(), 'SIGKILL');
    await probe.end('SIGKILL');
    await expect(writing).rejects.toThrow();

    const next = start({ durability: 'full' });
    const { adminUrl: nextUrl, ownership } = await ready(next);
    expect(ownership).toBe('started');
    expect(log()).toContain('was not properly shut down; automatic recovery in progress');
    const rows = (await query(nextUrl, 'select n from kept order by n')) as { n: number }[];
    expect(rows.slice(0, committed).map(({ n }) => n)).toEqual(Array.from({ length: committed }, (_, n) => n));
    expect(await next.end()).toBe(0);
  });

  /** A server as a killed owner leaves it on a host without setpriv, where nothing tells it to end. */
  const makeOrphan = async (): Promise<number> => {
    const tools = workFolder(caller);
    symlinkSync(spawnSync('sh', ['-c', 'command -v id'], { encoding: 'utf8' }).stdout.trim(), join(tools, 'id'));
    const options = { directory, durability: 'none' };
    const probe = Probe.start(caller, options, { env: { PATH: tools } });
    await ready(probe);
    await probe.end('SIGKILL');
    return await theServer();
  };

  test('is adopted when it has outlived its parent, and stopped by who adopted it', async () => {
    const orphan = await makeOrphan();
    const probe = start();
    const { ownership, adminUrl } = await ready(probe);
    expect([ownership, await theServer()]).toEqual(['adopted', orphan]);
    const third = start(); // the server has an owner again, though its parent is gone
    expect((await ready(third)).ownership).toBe('borrowed');
    await third.end();
    expect(await query(adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await probe.end()).toBe(0);
    expect(processesNaming(directory)).toEqual([]);
    expect(log()).toMatch(/database system is shut down\n$/);
  });

  test('is started anew when the one left over runs without durability', async () => {
    const orphan = await makeOrphan();
    const probe = start({ durability: 'full' });
    const { ownership, adminUrl } = await ready(probe);
    expect(ownership).toBe('started');
    expect(await theServer()).not.toBe(orphan);
    expect(await query(adminUrl, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await probe.end()).toBe(0);
  });

  test('starts over a stale pid file whose process id belongs to somebody else by now', async () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    const lines = [other.pid, join(directory, 'cluster'), 1, 1, '', '127.0.0.1', '', 'ready', ''];
    writeFileSync(join(directory, 'cluster/postmaster.pid'), lines.join('\n'));
    const probe = start();
    expect((await ready(probe)).ownership).toBe('started');
    expect(await probe.end()).toBe(0);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill();
  });
});

describe('A server that does not stop in order', () => {
  test('is stopped at once, and the next start recovers', async () => {
    const caller = callers().at(-1)!;
    const directory = workFolder(caller);
    const start = () => Probe.start(caller, { directory, durability: 'none' });
    const probe = start();
    await probe.until('ready');
    const pid = processesNaming(directory)[0]!;
    const checkpointer = Number(
      readdirSync('/proc').find((entry) => {
        const found = /^\d+$/.test(entry) ? findProcess(Number(entry)) : undefined;
        return found?.parentPid === pid && found.commandLine.includes('checkpointer');
      }),
    );
    process.kill(checkpointer, 'SIGSTOP'); // an ordered stop waits for it
    const started = performance.now();
    await stopPostmaster(join(directory, 'cluster'), '', findProcess(pid) ?? { pid, startedAt: '' }, 0.5);
    expect(performance.now() - started).toBeGreaterThan(500);
    expect(processesNaming(directory)).toEqual([]);
    expect(await probe.end()).toBe(0);
    const next = start();
    await next.until('ready');
    expect(await next.end()).toBe(0);
  });
});
