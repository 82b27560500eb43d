import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { PostgresEventStore } from '#event-store';
import type { Json } from '#kernel';
import { simulate } from '#simulation';
import { ApiClient } from '../apps/cli/src/client.js';
import { keyOfEventText } from '../apps/cli/src/intake/event-key.js';
import { IntakePoster, type Item } from '../apps/cli/src/intake/poster.js';
import { migrate } from '../migrations/migrate.js';
import { applyRoles } from '../migrations/roles.js';
import { type Acknowledged, checkJournal, wholeJournal } from './support/checker.js';
import { answers, freePort, TestProcess, until } from './support/processes.js';

const PROCESSES = 2;
const EVENTS = 4_000;
const KILLS = 3;
const CONNECTIONS = 32;
/** Long enough for connections to reach a process that does not take them. */
const HANGS_MS = 300;
/** Longer than any answer takes on a slow machine; a connection with nobody behind it has none at all. */
const ANSWER_MS_MAX = 30_000;

/** One request over a connection of its own. */
const connectAndAsk = async (url: string): Promise<'answered' | 'cut' | 'waits'> => {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    await (await fetch(url, { headers: { connection: 'close' }, signal })).text();
    return 'answered';
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'waits' : 'cut';
  }
};

describe('Several api processes behind one port', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sijill-several-'));
  let postgres: RunningPostgres;
  let api: TestProcess;
  let url: string;
  beforeAll(async () => {
    await chmod(directory, 0o755);
    postgres = await startPostgres({ directory: join(directory, 'postgres'), port: await freePort() });
    const adminUrl = await postgres.createDatabase('sijill');
    await applyRoles(adminUrl);
    await migrate(adminUrl);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    api = new TestProcess('dist/apps/api/src/main.js', {
      PORT: String(port),
      SIJILL_DATA_DIR: join(directory, 'data'),
      SIJILL_API_PROCESSES: String(PROCESSES),
      DATABASE_URL: postgres.url('sijill_api', 'sijill'),
    });
    api.start();
    await until(
      () => `${PROCESSES} processes listen\n${api.output}`,
      () => listening().length === PROCESSES,
      90,
    );
  }, 120_000);
  afterAll(async () => {
    await api?.end('SIGTERM');
    await postgres?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const listened: number[] = [];
  /** Processes that said that they listen, and live. */
  const listening = (): readonly number[] => {
    for (const line of api.output.split('\n'))
      if (line.includes('"msg":"listening"')) listened.push(Number(/"pid":(\d+)/.exec(line)?.[1]));
    return [...new Set(listened)].filter(isAlive);
  };
  const replaced = (victim: number) =>
    until('the dead one is replaced', () => !isAlive(victim) && listening().length === PROCESSES, 60);
  const token = (): string => readFileSync(join(directory, 'data/tokens/steward'), 'utf8').trim();

  test('go on when one is killed, get it back, and have every acknowledged event once', async () => {
    const events = [...simulate({ seed: 'several', events: EVENTS })].map(({ event }) => event);
    const byId = new Map(events.map((event) => [event.id, event]));
    const acknowledged: Acknowledged[] = [];
    const rejected: string[] = [];
    const poster = new IntakePoster(new ApiClient(url, token()), {
      onResult: ({ origin }, { status, position, problem }) => {
        const { source, id, data } = byId.get(origin)!;
        if (status === 'rejected') rejected.push(`${origin} ${problem?.code}`);
        else acknowledged.push({ source, id, data: data as Json, position: position! });
        return undefined;
      },
    });
    const items = events.map((event): Item => {
      const text = JSON.stringify(event);
      return { text, key: keyOfEventText(text), origin: event.id };
    });
    const posting = poster.run(items);
    posting.catch(() => undefined); // awaited below; a failure before that must not end the process
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const enough = (kill * EVENTS) / (KILLS + 2);
      await until('events are recorded', () => acknowledged.length > enough, 60);
      const [victim] = listening();
      process.kill(victim!, 'SIGKILL');
      await until('the other one answers', () => answers(`${url}/health/live`));
      await replaced(victim!);
    }
    await posting;
    expect([rejected, acknowledged.length]).toEqual([[], EVENTS]);
    const store = await PostgresEventStore.open({ connectionString: postgres.url('sijill_worker', 'sijill') });
    try {
      expect(checkJournal(await wholeJournal(store), acknowledged, new Set(byId.keys()))).toEqual([]);
    } finally {
      await store.close();
    }
  }, 180_000);

  test('leave nobody waiting who connects while one of them hangs and is killed', async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const [victim] = listening();
      process.kill(victim!, 'SIGSTOP');
      const calls = Array.from({ length: CONNECTIONS }, () => connectAndAsk(`${url}/health/live`));
      await pause(HANGS_MS);
      process.kill(victim!, 'SIGKILL');
      const endings = await Promise.all(calls);
      expect(endings.filter((ending) => ending === 'waits')).toEqual([]);
      expect(endings).toContain('answered');
      await replaced(victim!);
    }
  }, 240_000);

  test('tell their metrics together, whichever is asked', async () => {
    const metrics = async (): Promise<string> => {
      const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
      return response.text();
    };
    const created = (text: string) =>
      Number(/^sijill_intake_events_total\{outcome="created"\} (\d+)$/m.exec(text)?.[1]);
    const [one, another, third] = [await metrics(), await metrics(), await metrics()];
    expect(new Set([one, another, third].map(created)).size).toBe(1);
    expect(one).toMatch(/^sijill_build_info\{.*\} 1$/m);
    const head = Number(/^sijill_journal_head_position (\d+)$/m.exec(one)?.[1]);
    expect(head).toBeGreaterThan(EVENTS);
    expect(head).toBeLessThan(2 * EVENTS);
  });

  test('end together, each after what it was answering', async () => {
    const processes = listening();
    expect(processes).toHaveLength(PROCESSES);
    expect(await api.end('SIGTERM')).toBe(0);
    expect(processes.filter(isAlive)).toEqual([]);
  });

  test('are not started at all when the first one cannot', async () => {
    const wrong = new TestProcess('dist/apps/api/src/main.js', {
      PORT: String(await freePort()),
      HOST: '0.0.0.0',
      SIJILL_DATA_DIR: join(directory, 'data'),
      SIJILL_API_PROCESSES: '2',
      DATABASE_URL: postgres.url('sijill_api', 'sijill'),
    });
    wrong.start();
    expect([await wrong.done(), wrong.output]).toEqual([1, expect.stringContaining('needs SIJILL_OIDC_ISSUER')]);
  });

  test('are refused by a command that has one process for all', async () => {
    const served = new TestProcess('dist/apps/cli/src/main.js', { SIJILL_API_PROCESSES: '2' }, ['serve']);
    served.start();
    expect([await served.done(), served.output]).toEqual([2, expect.stringContaining('serve has one process for all')]);
  });
});
