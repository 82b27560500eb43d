import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '#embedded-postgres';
import { readModels } from '#read-models';
import { TestProcess, until } from './support/processes.js';
import { ROOT } from './support/repository.js';
import { ServedLedger } from './support/served-ledger.js';

interface Finding {
  readonly subject: string;
  readonly isGood: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

describe('sijill doctor', () => {
  let ledger: ServedLedger;
  beforeAll(async () => {
    ledger = await ServedLedger.open();
    await ledger.settled();
  }, 120_000);
  afterAll(() => ledger?.close());

  const ask = async (environment: Readonly<Record<string, string>> = {}) => {
    const own = { SIJILL_URL: ledger.url, SIJILL_DATA_DIR: ledger.directory, ...environment };
    const run = new TestProcess('dist/apps/cli/src/main.js', own, ['doctor', '--json']);
    run.start();
    const code = await run.done();
    const findings = JSON.parse(run.output) as readonly Finding[];
    // How full the disk of this machine is says nothing of the doctor.
    const bad = findings.filter(({ subject, isGood }) => !isGood && subject !== 'disk');
    return { code, bad, subjects: findings.map(({ subject }) => subject) };
  };
  /** A connection of the owner of the tables, over the PostgreSQL that the ledger runs. */
  const asWorker = async (sql: string): Promise<void> => {
    const borrowed = await startPostgres({ directory: join(ledger.directory, 'postgres') });
    const client = new pg.Client(borrowed.url('sijill_worker', 'sijill'));
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end();
      await borrowed.stop();
    }
  };

  test('finds nothing bad in a ledger that is well, having looked at all of it', async () => {
    const { bad, subjects } = await ask();
    expect(bad).toEqual([]);
    const hosts = ['Node', 'data directory', 'disk', 'server', 'clock'];
    const projections = readModels.map(({ name }) => name).sort();
    const database = ['journal', 'partitions', 'vacuum', 'checksums', 'durability', 'write-ahead log'];
    expect(subjects).toEqual([...hosts, ...projections, ...database]);
  });

  test('goes on without a token that opens the projections, and says what is missing', async () => {
    const garbage = join(ledger.directory, 'garbage');
    writeFileSync(garbage, 'garbage');
    for (const [file, detail] of [
      [garbage, 'auth.invalid'],
      [join(ledger.directory, 'tokens/analyst'), 'role.forbidden'],
      [join(ledger.directory, 'nothing'), 'cannot read the token file'],
    ] as const) {
      const { code, bad, subjects } = await ask({ SIJILL_TOKEN_FILE: file });
      expect([code, bad.map(({ subject }) => subject)]).toEqual([1, ['projections']]);
      expect(bad[0]?.detail).toContain(detail);
      expect(bad[0]?.remedy).toContain('SIJILL_TOKEN_FILE');
      expect(subjects).toContain('durability');
    }
  });

  test('names a projection that is parked, where and why', async () => {
    await asWorker(`alter table p_catalogue.service_span add constraint never check (false) not valid`);
    for (const name of ['entity-registered.json', 'service-registered.json'])
      await ledger.sijill('events', 'post', join(ROOT, 'examples', name));
    await until('the projection is parked', async () => {
      const { projections } = await ledger.get<{ projections: readonly { parked: unknown }[] }>(
        '/v1/projections',
        'operator',
      );
      return projections.some(({ parked }) => parked !== null);
    });
    const { code, bad } = await ask();
    expect([code, bad.map(({ subject }) => subject)]).toEqual([1, ['catalogue']]);
    expect(bad[0]).toMatchObject({
      detail: expect.stringMatching(/^parked at \d+: /),
      remedy: expect.stringContaining('sijill events get'),
    });
  });

  test('says that no server answers, and starts none', async () => {
    const { code, bad, subjects } = await ask({ SIJILL_URL: 'http://127.0.0.1:1' });
    expect([code, bad.map(({ subject }) => subject)]).toEqual([1, ['server']]);
    expect(subjects).toEqual(['Node', 'data directory', 'disk', 'server', 'database']);
  });

  test('says that a data directory is not there, and that a database does not answer', async () => {
    const { code, bad } = await ask({
      SIJILL_DATA_DIR: join(ledger.directory, 'nowhere'),
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    });
    expect([code, bad.map(({ subject }) => subject)]).toEqual([1, ['data directory', 'projections', 'database']]);
  });
});
