import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEventStore } from '#event-store';
import { StandIn } from './support/eventstoredb/stand-in.js';
import { freePort, TestProcess, until } from './support/processes.js';

const CLI = 'dist/apps/cli/src/main.js';
const EVENTS = '4000';
const SECONDS_MAX = 600;
const GROUPS = ['month', 'entity', 'channel', 'service'];

interface Digest {
  readonly events: string;
  readonly position: string;
  readonly root: string;
  readonly contents: string;
}
interface DataSetSaid {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly grains: readonly string[];
}

/** A data directory, and where its journal is. */
class Ledger {
  private readonly running: TestProcess[] = [];
  readonly directory = mkdtempSync(join(tmpdir(), 'sijill-either-'));
  url = 'http://127.0.0.1:8080';

  constructor(readonly eventStore?: string) {}

  async verb(...parameters: string[]): Promise<TestProcess> {
    await chmod(this.directory, 0o755); // the unprivileged uid that PostgreSQL runs as must be able to walk through
    const environment: Record<string, string> = { SIJILL_DATA_DIR: this.directory, PORT: new URL(this.url).port };
    if (this.eventStore !== undefined) environment.SIJILL_EVENT_STORE = this.eventStore;
    const verb = new TestProcess(CLI, environment, parameters);
    this.running.push(verb);
    verb.start();
    return verb;
  }

  async done(...parameters: string[]): Promise<TestProcess> {
    const verb = await this.verb(...parameters);
    await verb.done();
    return verb;
  }

  /** Records the simulated year and goes on serving. */
  async demo(): Promise<TestProcess> {
    this.url = `http://127.0.0.1:${await freePort()}`;
    const demo = await this.verb('demo', '--events', EVENTS);
    await until(
      () => demo.output,
      () => {
        if (!demo.isRunning) throw new Error(demo.output);
        return demo.output.includes('serving until Ctrl-C');
      },
      SECONDS_MAX,
    );
    return demo;
  }

  async digest(): Promise<Digest> {
    const { output } = await this.done('journal', 'digest', '--json');
    return JSON.parse(output.slice(output.indexOf('{\n'), output.indexOf('\n}') + 2)) as Digest;
  }

  async get(
    path: string,
  ): Promise<{ rows: readonly unknown[]; next: string | null; datasets: readonly DataSetSaid[] }> {
    const token = readFileSync(join(this.directory, 'tokens', 'analyst'), 'utf8').trim();
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json() as ReturnType<Ledger['get']>;
  }

  /** Every row of an answer, page by page. */
  async rows(question: string): Promise<readonly unknown[]> {
    const all: unknown[] = [];
    for (let cursor = ''; ; ) {
      const { rows, next } = await this.get(`${question}&limit=10000${cursor}`);
      all.push(...rows);
      if (next === null) return all;
      cursor = `&cursor=${encodeURIComponent(next)}`;
    }
  }

  async close(): Promise<void> {
    for (const one of this.running.reverse()) await one.end('SIGTERM');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const questionsOf = ({ name, dimensions, grains }: DataSetSaid): readonly string[] => {
  const groups = GROUPS.filter((group) => group in dimensions || grains.includes(group));
  return ['', ...groups].map((group) => `/v1/datasets/${name}?${group && `group=${group}`}`);
};

describe('The same year of government, told to a ledger on each store', () => {
  let cluster: StandIn;
  let onPostgres: Ledger;
  let onCluster: Ledger;
  beforeAll(
    async () => {
      cluster = await StandIn.start();
      onPostgres = new Ledger();
      // A maintainer's own server must be one that nobody has written to.
      onCluster = new Ledger(process.env.TEST_ESDB_URL ?? cluster.url);
      await onPostgres.demo();
      await onCluster.demo();
    },
    2 * SECONDS_MAX * 1_000,
  );
  afterAll(async () => {
    await onCluster?.close();
    await onPostgres?.close();
    await cluster?.stop();
  });

  test('leaves journals of the same contents, at positions of their own', async () => {
    const [one, other] = [await onPostgres.digest(), await onCluster.digest()];
    expect([other.events, other.contents]).toEqual([one.events, one.contents]);
    expect(BigInt(one.position)).toBe(BigInt(one.events) - 1n);
    expect(BigInt(other.position)).toBeGreaterThan(BigInt(one.position));
    expect(other.root).not.toBe(one.root); // told at other times: the year was recorded twice
  });

  test('gives the same answers of every data set, row by row', async () => {
    const { datasets } = await onPostgres.get('/v1/datasets');
    expect((await onCluster.get('/v1/datasets')).datasets).toEqual(datasets);
    let rows = 0;
    for (const question of datasets.flatMap(questionsOf)) {
      const [one, other] = [await onPostgres.rows(question), await onCluster.rows(question)];
      expect([question, other]).toEqual([question, one]);
      rows += one.length;
    }
    expect(datasets.length).toBeGreaterThan(20);
    expect(rows).toBeGreaterThan(1_000);
  });

  test('leaves no call open on the cluster but those of the processes that run', async () => {
    expect((await cluster.openCalls()).length).toBeLessThanOrEqual(8);
  });
});

describe('A ledger that is moved', () => {
  let cluster: StandIn;
  let from: Ledger;
  let store: EventStore;
  beforeAll(async () => {
    cluster = await StandIn.start();
    from = new Ledger();
    const demo = await from.done('demo', '--events', EVENTS, '--exit');
    if (!demo.output.includes('every total equals')) throw new Error(demo.output);
    store = await openEventStore({ eventStore: cluster.url, databaseUrl: '' });
  }, SECONDS_MAX * 1_000);
  afterAll(async () => {
    await store?.close();
    await from?.close();
    await cluster?.stop();
  });

  test('to a cluster goes on after kill -9 of the copying, and has the digest that it had', async () => {
    const copying = ['migrate-store', '--from', 'postgres', '--to', cluster.url];
    const killed = await from.verb(...copying);
    await until(
      () => killed.output,
      async () => (await store.head()) !== undefined,
      120,
    );
    await killed.end('SIGKILL');
    const copied = await from.done(...copying);
    expect([copied.output, await copied.done()]).toEqual([expect.stringContaining('is a copy of the source'), 0]);
    expect(copied.output).toMatch(/comparing.*copying.*proving/s);
    const moved = new Ledger(cluster.url);
    const [before, after] = [await from.digest(), await moved.digest()];
    await moved.close();
    expect({ ...after, position: before.position }).toEqual(before);
  });

  test('to a cluster and back is the journal that it was', async () => {
    const back = new Ledger();
    const copied = await back.done('migrate-store', '--from', cluster.url, '--to', 'postgres');
    expect([copied.output, await copied.done()]).toEqual([expect.stringContaining('is a copy of the source'), 0]);
    expect(await back.digest()).toEqual(await from.digest());
    await back.close();
  });

  test('to where another journal is writes nothing, and says so by exit code 3', async () => {
    const other = await StandIn.start();
    const there = await openEventStore({ eventStore: other.url, databaseUrl: '' });
    const { events } = await store.readAll({ max: 10 });
    const [first] = events.slice(-1);
    if (first) await there.append('sample-1', 'empty', [first]);
    const head = await there.head();
    const refused = await from.done('migrate-store', '--from', 'postgres', '--to', other.url);
    expect([await refused.done(), refused.output]).toEqual([3, expect.stringContaining('copy.noPrefix')]);
    expect(await there.head()).toBe(head);
    await there.close();
    await other.stop();
  });
});
