import pg from 'pg';
import { PostgresEventStore } from '#event-store';
import { checkProjections } from './support/checker.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TestProcess, until } from './support/processes.js';
import { type PostedFact, post } from './support/read-models.js';

const LEASE_MS = '1500';
const SERVICES = 40;
const PARTITIONS = 16;
const TIMEOUT_MS = 150_000;
const title = { ar: 'خدمة', en: 'Service' };
const from = '2020-01-01';

/** Services, and then what each of them is told to cost, again and again. */
const facts = (first: number, count: number): PostedFact[] =>
  Array.from({ length: count }, (_, nth) => {
    const [serviceId, at] = [`rta-s${(first + nth) % SERVICES}`, first + nth];
    const registered = {
      ownerEntityId: 'rta',
      title,
      kind: 'transactional',
      flow: 'customer',
      critical: false,
      status: 'active',
    };
    const offered = { channel: ['app', 'web', 'counter'][at % 3], feeFils: `${at}` };
    const [past, data] = at < SERVICES ? ['registered', registered] : ['channelOffered', offered];
    return {
      type: `gov.sijill.service.${past}.v1`,
      stream: `service-${serviceId}`,
      data: { serviceId, from, ...data },
    };
  });

describe('Workers that share a projection', () => {
  let database: TestDatabase;
  let fresh: TestDatabase;
  let admin: pg.Client;
  let store: PostgresEventStore;
  const workers: TestProcess[] = [];

  beforeEach(async () => {
    [database, fresh] = [await createTestDatabase(), await createTestDatabase()];
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    store = await PostgresEventStore.open({ connectionString: database.url('sijill_api'), durability: 'none' });
  }, TIMEOUT_MS);
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.end('SIGKILL');
    await store.close();
    await admin.end();
    await database.drop();
    await fresh.drop();
  }, TIMEOUT_MS);

  const addWorker = (environment: Readonly<Record<string, string>> = {}): TestProcess => {
    const own = {
      DATABASE_URL: database.url('sijill_worker'),
      LEASE_MS,
      PARTITIONS: String(PARTITIONS),
      DURABILITY: 'none',
    };
    const worker = new TestProcess('test/faults/worker.mjs', { ...own, ...environment });
    worker.start();
    workers.push(worker);
    return worker;
  };
  /** Partitions of the catalogue that these workers hold, and no other worker any. */
  const hold = async (...shares: readonly (readonly [TestProcess, number])[]): Promise<void> => {
    let told = '';
    const isSo = async () => {
      const { rows } = await admin.query<{ owner: string; held: number }>(
        `select owner, count(*)::int as held from projector.projection
          where name = 'catalogue' and lease_until > clock_timestamp() group by owner`,
      );
      told = JSON.stringify(rows);
      const held = new Map(rows.map((row) => [row.owner, row.held]));
      return held.size === shares.length && shares.every(([{ pid }, share]) => held.get(`test-${pid}`) === share);
    };
    const outputs = () => workers.map(({ pid, output }) => `${pid}: ${output.slice(-1_000)}`).join('\n');
    await until(() => `${shares.map(([{ pid }, share]) => `${pid} ${share}`)} ${told}\n${outputs()}`, isSo, 60);
  };
  const figures = async (): Promise<unknown> =>
    (
      await admin.query(`select min(position)::int as position, sum(applied)::int as applied
        from projector.projection where name = 'catalogue'`)
    ).rows[0];
  const arrived = (events: number): Promise<void> =>
    until(
      () => `${events} events are in\n${workers.map(({ output }) => output.slice(-500)).join('\n')}`,
      async () => ((await figures()) as { position: number }).position >= events - 1,
      60,
    );
  /** Stops a worker while a page of it is on its way, and lets it go on when another one has all and has taken everything in. */
  const sleep = async (worker: TestProcess, heir: TestProcess, first: number, events: number): Promise<void> => {
    const pages = (told: string) => worker.output.split(`a page ${told}: catalogue`).length - 1;
    const posting = post(store, facts(first, events));
    await until('a page is on its way', () => pages('is on its way') > pages('has arrived'));
    process.kill(worker.pid as number, 'SIGSTOP');
    await posting;
    await hold([heir, PARTITIONS]);
    await arrived(first + events);
    const arrivals = pages('has arrived');
    process.kill(worker.pid as number, 'SIGCONT');
    await until('the late page arrives', () => pages('has arrived') > arrivals);
  };

  test(
    'have what one alone would have, when one is killed, one joins, and one sleeps with a page on its way',
    async () => {
      const first = addWorker();
      await hold([first, PARTITIONS]);
      const second = addWorker();
      await hold([first, 8], [second, 8]);
      await post(store, facts(0, 120));
      await first.end('SIGKILL');
      await post(store, facts(120, 60));
      await hold([second, PARTITIONS]);
      const third = addWorker({ PAGE_DELAY_MS: '1000' });
      await hold([second, 8], [third, 8]);
      await sleep(third, second, 180, 60);
      await hold([second, 8], [third, 8]); // it has found out, and is one of them again
      await post(store, facts(240, 40));
      await arrived(280);
      expect(await figures()).toEqual({ position: 279, applied: 280 });
      const [live, apart] = [database.url('sijill_worker'), fresh.url('sijill_worker')];
      expect(await checkProjections(store, live, apart)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'take events in twice where tokens and positions are not compared: the check above can fail',
    async () => {
      const steady = addWorker();
      await hold([steady, PARTITIONS]);
      const sleeper = addWorker({ PAGE_DELAY_MS: '1000', FAULTS: 'token unchecked,position unchecked' });
      await hold([steady, 8], [sleeper, 8]);
      await sleep(sleeper, steady, 0, 120);
      await until('an event counts twice', async () => ((await figures()) as { applied: number }).applied > 120);
    },
    TIMEOUT_MS,
  );
});
