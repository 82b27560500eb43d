import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { PostgresEventStore } from '#event-store';
import type { Json } from '#kernel';
import { simulate, type WireEvent } from '#simulation';
import { migrate } from '../migrations/migrate.js';
import { applyRoles } from '../migrations/roles.js';
import { type Acknowledged, checkJournal, checkProjections, wholeJournal } from './support/checker.js';
import { answers, freePort, TestProcess, until } from './support/processes.js';

// More than can be posted while the kills last: posting ends with the last of them.
const EVENTS = 60_000;
const EVENTS_ACKNOWLEDGED_MIN = 1_000;
const EVENTS_PER_REQUEST = 25;
const KILLS_EACH = 3;

/** Database, api and worker as processes of their own, over a durable PostgreSQL. */
class Ledger {
  isClosed = false;

  private constructor(
    readonly directory: string,
    readonly databasePort: number,
    readonly url: string,
    private postgres: RunningPostgres,
    readonly api: TestProcess,
    readonly worker: TestProcess,
  ) {}

  static async open(apiScript = 'dist/apps/api/src/main.js'): Promise<Ledger> {
    const directory = mkdtempSync(join(tmpdir(), 'sijill-kill-'));
    await chmod(directory, 0o755);
    const [databasePort, port] = [await freePort(), await freePort()];
    const postgres = await startPostgres({ directory: join(directory, 'postgres'), port: databasePort });
    for (const name of ['sijill', 'fresh']) {
      const adminUrl = await postgres.createDatabase(name);
      await applyRoles(adminUrl);
      await migrate(adminUrl);
    }
    const environment = { PORT: String(port), HOST: '127.0.0.1', SIJILL_DATA_DIR: join(directory, 'data') };
    const api = new TestProcess(apiScript, { ...environment, DATABASE_URL: postgres.url('sijill_api', 'sijill') });
    const worker = new TestProcess('dist/apps/worker/src/main.js', {
      DATABASE_URL: postgres.url('sijill_worker', 'sijill'),
    });
    const ledger = new Ledger(directory, databasePort, `http://127.0.0.1:${port}`, postgres, api, worker);
    await ledger.startApi();
    worker.start();
    return ledger;
  }

  databaseUrl(role: string, database = 'sijill'): string {
    return this.postgres.url(role, database);
  }

  get token(): string {
    return readFileSync(join(this.directory, 'data/tokens/steward'), 'utf8').trim();
  }

  async startApi(): Promise<void> {
    this.api.start();
    await until(
      () => `the api answers\n${this.api.output}`,
      () => answers(`${this.url}/health/live`),
      60,
    );
  }

  async kill(part: 'api' | 'worker' | 'postgres'): Promise<void> {
    if (part === 'postgres') {
      const pidFile = join(this.postgres.directory, 'cluster/postmaster.pid');
      process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
      this.postgres = await startPostgres({ directory: join(this.directory, 'postgres'), port: this.databasePort });
      return;
    }
    await this[part].end('SIGKILL');
    if (part === 'api') await this.startApi();
    else this.worker.start();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.api.end('SIGTERM');
    await this.worker.end('SIGTERM');
    await this.postgres.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Posts until the ledger has answered for every event; a lost answer is asked for again with the same ids. */
const postAll = async (
  ledger: Ledger,
  events: readonly WireEvent[],
  acknowledged: Acknowledged[],
  isOver: () => boolean = () => false,
): Promise<void> => {
  for (let first = 0; first < events.length && !isOver(); first += EVENTS_PER_REQUEST) {
    const batch = events.slice(first, first + EVENTS_PER_REQUEST);
    for (let answer: Response | undefined; !answer?.ok; ) {
      if (ledger.isClosed) throw new Error('the ledger was closed before it had answered');
      answer = await post(ledger, batch).catch(() => undefined);
      if (!answer?.ok) {
        await pause(100);
        continue;
      }
      const { results } = (await answer.json()) as {
        results: { status: string; position?: string; problem?: { code: string } }[];
      };
      const unsettled = results.filter(
        ({ status, problem }) => status === 'rejected' && problem?.code.startsWith('store.'),
      );
      if (unsettled.length > 0) answer = undefined;
      else note(batch, results, acknowledged);
    }
  }
};

const post = async (ledger: Ledger, batch: readonly WireEvent[]): Promise<Response> =>
  fetch(`${ledger.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ledger.token}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(batch),
    signal: AbortSignal.timeout(20_000),
  });

const note = (
  batch: readonly WireEvent[],
  results: readonly { status: string; position?: string; problem?: { code: string } }[],
  acknowledged: Acknowledged[],
): void => {
  for (const [index, { status, position, problem }] of results.entries()) {
    const { source, id, data } = batch[index]!;
    if (status === 'rejected') throw new Error(`${id} was rejected: ${JSON.stringify(problem)}`);
    acknowledged.push({ source, id, data: data as Json, position: position! });
  }
};

describe('A ledger whose processes are killed under load', () => {
  test('has every acknowledged event once, in order, byte-equal, in the journal and in the projections', async () => {
    const ledger = await Ledger.open();
    try {
      const events = [...simulate({ seed: 'kill', events: EVENTS })].map(({ event }) => event);
      const acknowledged: Acknowledged[] = [];
      const registers = events.filter(({ type }) => !type.startsWith('gov.sijill.transaction.'));
      await postAll(ledger, registers, acknowledged);
      const facts = events.filter(({ type }) => type.startsWith('gov.sijill.transaction.'));
      let isOver = false;
      const writers = [0, 1, 2, 3].map((writer) =>
        postAll(
          ledger,
          facts.filter((event) => Number((event.data.number as string).slice(-1)) % 4 === writer),
          acknowledged,
          () => isOver,
        ),
      );
      let kills = 0;
      const posting = Promise.all(writers);
      posting.catch(() => undefined); // awaited below; a failure before that must not end the process
      for (; kills < 3 * KILLS_EACH; kills += 1) {
        await pause(400 + 97 * kills);
        await ledger.kill((['api', 'worker', 'postgres'] as const)[kills % 3]!);
      }
      isOver = true;
      await posting;
      const store = await PostgresEventStore.open({ connectionString: ledger.databaseUrl('sijill_worker') });
      try {
        const journal = await wholeJournal(store);
        expect(acknowledged.length).toBeGreaterThan(EVENTS_ACKNOWLEDGED_MIN);
        expect(checkJournal(journal, acknowledged, new Set(events.map(({ id }) => id)))).toEqual([]);
        const [live, fresh] = [ledger.databaseUrl('sijill_worker'), ledger.databaseUrl('sijill_worker', 'fresh')];
        const faults = await checkProjections(store, live, fresh).catch((error: Error) => [
          `${error.message}\nworker runs: ${ledger.worker.isRunning}\n${ledger.worker.output}`,
        ]);
        expect(faults).toEqual([]);
      } finally {
        await store.close();
      }
    } finally {
      await ledger.close();
    }
  }, 180_000);

  test('would be found out if it acknowledged before the commit', async () => {
    const ledger = await Ledger.open('test/support/early-acknowledging-api.mjs');
    try {
      const first = [...simulate({ seed: 'early', events: 1 })][0]!.event;
      // Events that refer to nothing, so that the faulty api has no reason to refuse one.
      const events = Array.from({ length: 100 }, (_, n) => ({
        ...first,
        id: `early-${n}`,
        data: { ...first.data, entityId: `early-${n}` },
      }));
      const acknowledged: Acknowledged[] = [];
      await postAll(ledger, events, acknowledged);
      await ledger.kill('api');
      await pause(300);
      const store = await PostgresEventStore.open({ connectionString: ledger.databaseUrl('sijill_worker') });
      try {
        const faults = checkJournal(await wholeJournal(store), acknowledged, new Set(events.map(({ id }) => id)));
        expect(faults.join('\n')).toMatch(/was acknowledged and is not there/);
      } finally {
        await store.close();
      }
    } finally {
      await ledger.close();
    }
  }, 150_000);
});
