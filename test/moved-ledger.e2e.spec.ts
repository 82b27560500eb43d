import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { type EventStore, openEventStore } from '#event-store';
import { DemoLedger } from './support/demo-ledger.js';
import { StandIn } from './support/eventstoredb/stand-in.js';
import { until } from './support/processes.js';

/** More than a page of the journal holds, so that a copy in PostgreSQL is written in several transactions. */
const EVENTS = process.env.SIJILL_EITHER_STORE_EVENTS ?? '6000';
const SECONDS_MAX = Math.max(600, Number(EVENTS) / 20);
const IS_COPY = expect.stringContaining('is a copy of the source');

interface Projections {
  readonly projections: readonly {
    readonly name: string;
    readonly state: string;
    readonly parked?: { readonly code: string };
  }[];
}

describe('A ledger that is moved', () => {
  let cluster: StandIn;
  /** A maintainer's own server must be one that nobody has written to. */
  let url: string;
  let store: EventStore;
  let from: DemoLedger;
  const answers: (readonly [question: string, rows: readonly unknown[]])[] = [];
  let directory: string;
  let postgres: RunningPostgres;
  const databases: Record<'back' | 'second', string> = { back: '', second: '' };
  const there: DemoLedger[] = [];
  const at = (environment: Readonly<Record<string, string>>): DemoLedger => {
    const ledger = new DemoLedger(environment);
    there.push(ledger);
    return ledger;
  };

  beforeAll(async () => {
    cluster = await StandIn.start();
    url = process.env.TEST_ESDB_MOVING_URL ?? cluster.url;
    store = await openEventStore({ eventStore: url, databaseUrl: '' });
    directory = mkdtempSync(join(tmpdir(), 'sijill-moved-'));
    await chmod(directory, 0o755);
    postgres = await startPostgres({ directory: join(directory, 'postgres') });
    for (const name of ['back', 'second'] as const) databases[name] = await postgres.createDatabase(name);
    from = new DemoLedger({}, SECONDS_MAX);
    const demo = await from.demo(EVENTS);
    for await (const answer of from.everyAnswer()) answers.push(answer);
    await demo.end('SIGTERM');
  }, SECONDS_MAX * 1_000);
  afterAll(async () => {
    for (const ledger of [...there, from]) await ledger?.close();
    await store?.close();
    await cluster?.stop();
    await postgres?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Kills the copying as soon as something is copied, and does it again to its end. */
  const copyTwice = async (ledger: DemoLedger, parameters: readonly string[], isBegun: () => Promise<boolean>) => {
    const killed = await ledger.verb('migrate-store', ...parameters);
    await until(() => killed.output, isBegun, 120);
    await killed.end('SIGKILL');
    const { code, output } = await ledger.done('migrate-store', ...parameters);
    expect([output, code]).toEqual([IS_COPY, 0]);
    expect(output).toMatch(/comparing.*proving/s);
  };

  const eventsIn = async (databaseUrl: string): Promise<number> => {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    try {
      const { rows } = await client.query<{ events: string }>('select next_position as events from journal.head');
      return Number(rows[0]?.events);
    } finally {
      await client.end();
    }
  };

  test('to a cluster goes on after kill -9 of the copying, and has the root that it had', async () => {
    const isBegun = async () => (await store.head()) !== undefined;
    await copyTwice(from, ['--from', 'postgres', '--to', url], isBegun);
    const [before, after] = [await from.digest(), await at({ SIJILL_EVENT_STORE: url }).digest()];
    expect({ ...after, position: before.position }).toEqual(before);
  });

  test('and back goes on after kill -9 as well, and is the journal that it was', async () => {
    const back = at({ DATABASE_URL: databases.back });
    const isBegun = async () => (await eventsIn(databases.back)) > 0;
    await copyTwice(back, ['--from', url, '--to', 'postgres'], isBegun);
    expect(await back.digest()).toEqual(await from.digest());
  });

  test('from one database to another is the same journal', async () => {
    const { code, output } = await from.done('migrate-store', '--from', databases.back, '--to', databases.second);
    expect([output, code]).toEqual([IS_COPY, 0]);
    expect(await at({ DATABASE_URL: databases.second }).digest()).toEqual(await from.digest());
  });

  test('to where another journal is writes nothing, and says so by exit code 3', async () => {
    const other = await StandIn.start();
    const elsewhere = await openEventStore({ eventStore: other.url, databaseUrl: '' });
    const [event] = (await store.readAll({ max: 10 })).events.slice(-1);
    if (event) await elsewhere.append('sample-1', 'empty', [event]);
    const head = await elsewhere.head();
    const refusal =
      'The target holds another journal: the first 0 events are those of the source, what follows is not.';
    const refused = [
      await from.done('migrate-store', '--from', 'postgres', '--to', other.url),
      await from.done('migrate-store', '--from', other.url, '--to', databases.second),
    ];
    for (const { code, output } of refused)
      expect([code, output]).toEqual([3, expect.stringContaining(`copy.noPrefix: ${refusal}`)]);
    expect(await elsewhere.head()).toBe(head);
    expect(await eventsIn(databases.second)).toBe(Number((await from.digest()).events));
    await elsewhere.close();
    await other.stop();
  });

  test('parks every projection, and one word of an operator lets all of them go on from there', async () => {
    const serving = await from.serve({ SIJILL_EVENT_STORE: url });
    const projections = async () => (await from.get<Projections>('/v1/projections', 'operator')).projections;
    const parked = async () => (await projections()).filter((one) => one.parked?.code === 'journal.rolledBack');
    const all = (await projections()).length;
    await until(
      () => `every projection is parked\n${serving.output}`,
      async () => (await parked()).length === all,
    );
    const [[question, rows]] = answers as [(typeof answers)[number]];
    expect(await from.rows(question)).toEqual(rows); // what it held before is answered meanwhile
    const asked = await from.done('projections', 'rebuild', '--rolled-back');
    expect([asked.code, asked.output]).toEqual([2, expect.stringContaining('say --yes, and these take their place')]);
    const rebuilding = ['projections', 'rebuild', '--rolled-back', '--yes'];
    const interrupted = await from.verb(...rebuilding);
    await until(
      () => `the second is begun: ${interrupted.output}`,
      () => interrupted.output.includes(`2 of ${all}: `),
    );
    expect([130, 'SIGINT']).toContain(await interrupted.end('SIGINT')); // by the signal, where nothing is waited for
    expect((await parked()).length).toBeLessThan(all);
    const { code, output } = await from.done(...rebuilding);
    expect([output, code]).toEqual([expect.stringMatching(/\b(\d+) of \1: /), 0]);
    expect((await projections()).map(({ state }) => state)).toEqual(Array(all).fill('live'));
    const again = await from.done(...rebuilding);
    expect([again.code, again.output]).toEqual([0, 'no projection is parked as journal.rolledBack\n']);
    for (const [one, before] of answers) expect([one, await from.rows(one)]).toEqual([one, before]);
  });
});
