import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startPostgres } from '../start-postgres.js';
import { callers, cleanUp, eventually, Probe, processesNaming, type Step, workFolder } from './probe.js';

/** Milliseconds after the start at which it is called off: from the loading of modules to the ready server. */
const MOMENTS_MS = [20, 120, 220, 320, 450, 600, 800, 1100, 1500];

afterAll(cleanUp);

describe.each(callers())('The first start by $name', (caller) => {
  let directory: string;
  const start = () => Probe.start(caller, { directory, durability: 'none' });
  const ready = async (probe: Probe) => (await probe.until('ready')) as Required<Step>;
  const isAnswered = async (connectionString: string) => {
    const client = new Client({ connectionString });
    await client.connect();
    await client.query('select');
    await client.end();
  };

  test('makes one server when two of them happen at the same moment', async () => {
    directory = join(workFolder(caller), 'fresh');
    const pair = [start(), start()];
    const steps = await Promise.all(pair.map(ready));
    expect(steps.map(({ ownership }) => ownership).sort()).toEqual(['borrowed', 'started']);
    expect(new Set(steps.map(({ adminUrl }) => adminUrl)).size).toBe(1);
    for (const { adminUrl } of steps) await isAnswered(adminUrl);
    expect(await Promise.all(pair.map((probe) => probe.end()))).toEqual([0, 0]);
    expect(processesNaming(directory)).toEqual([]);
  });

  test('leaves nothing half made when it is killed', async () => {
    directory = join(workFolder(caller), 'fresh');
    const probe = start();
    const isMaking = () =>
      existsSync(directory) && readdirSync(directory).some((name) => /^cluster\.init-\w+$/.test(name));
    await eventually(() => isMaking() || undefined);
    await sleep(50);
    await probe.end('SIGKILL');
    expect(existsSync(join(directory, 'cluster'))).toBe(false);
    expect(existsSync(join(directory, 'postgres.lock'))).toBe(true); // stale now
    const next = start();
    await ready(next);
    expect(await next.end()).toBe(0);
    expect(readdirSync(directory).sort()).toEqual([
      'cluster',
      'postgres.log',
      'postgres.owner.json',
      'postgres.passwords.json',
    ]);
  });

  test('is undone whole by a SIGTERM at any moment', async () => {
    const parent = workFolder(caller);
    const outcomes = await Promise.all(
      [0, 1].map(async (lane) => {
        const told: string[] = [];
        for (const [turn, moment] of MOMENTS_MS.entries()) {
          if (turn % 2 !== lane) continue;
          const place = join(parent, `at-${moment}`);
          const probe = Probe.start(caller, { directory: place, durability: 'none' });
          await probe.until('starting');
          await sleep(moment);
          const code = await probe.end();
          const rest = existsSync(place) ? readdirSync(place).filter((name) => /init|lock|\.new$/.test(name)) : [];
          told.push(`${moment} ms: exit ${code}, left ${[...rest, ...processesNaming(place)].join(' ') || 'nothing'}`);
        }
        return told;
      }),
    );
    expect(outcomes.flat().sort()).toEqual(MOMENTS_MS.map((moment) => `${moment} ms: exit 0, left nothing`).sort());
  });
});

test('A start that is called off ends initdb at once and says that it was called off', async () => {
  const directory = workFolder({ name: 'us', uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 });
  const controller = new AbortController();
  const starting = startPostgres({ directory, durability: 'none', signal: controller.signal });
  const interrupted = expect(starting).rejects.toMatchObject({ code: 'postgres.startInterrupted', isRetryable: true });
  const file = join(directory, 'postgres.log');
  const log = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  await eventually(() => log().includes('creating subdirectories') || undefined);
  controller.abort();
  await interrupted;
  expect(log()).not.toContain('Success.');
  expect(readdirSync(directory).sort()).toEqual(['postgres.log', 'postgres.passwords.json']);
});
