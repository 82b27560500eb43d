import { mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { journalState, PostgresEventStore } from '#event-store';
import { freshStream, readAfter, samples } from '../libs/event-store/src/contract/fixtures.contract.js';
import { Journal1763700000001 } from './1763700000001-journal.js';
import { Projector1763700000002 } from './1763700000002-projector.js';
import { Vault1763700000003 } from './1763700000003-vault.js';
import { migrate } from './migrate.js';
import { applyRoles } from './roles.js';

const SIZE = 1_000;
const OLD_EVENTS = 2_500;
const FROZEN_SECONDS_MAX = 150;

const FILL = `select journal.append_one('old-' || n, -1, 's', 'i', 't', 'x', 'a', null, null, sha256('1'), sha256('2'), 'x')
  from generate_series(1, ${OLD_EVENTS}) as n`;
const AGE = 'do $$ begin for n in 1..110000 loop perform txid_current(); commit; end loop; end $$';
const FILE = (table: string) => `select relfilenode from pg_class where oid = '${table}'::regclass`;

// A server of its own, whose vacuum comes each second instead of each minute.
describe('A ledger from before the partitions', () => {
  let folder: string;
  let server: RunningPostgres;
  let admin: pg.Client;
  let apiUrl: string;
  let oldFile: unknown;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sijill-partitions-'));
    await chmod(folder, 0o755);
    server = await startPostgres({ directory: join(folder, 'postgres'), durability: 'none' });
    const adminUrl = await server.createDatabase('old');
    apiUrl = server.url('sijill_api', 'old');
    await applyRoles(adminUrl);
    admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    await admin.query(`alter system set autovacuum_naptime = '1s'`);
    await admin.query('select pg_reload_conf()');
    await admin.query('create schema migration');
    await migrateAsBefore(adminUrl);
    await admin.query(FILL);
    [oldFile] = (await admin.query(FILE('journal.event'))).rows;
    const asked = new URL(adminUrl);
    asked.searchParams.set('options', `-c sijill.partition_events=${SIZE}`);
    expect(await migrate(asked.href)).toBeGreaterThan(0);
  });

  afterAll(async () => {
    await admin?.end();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    if (server) await rm(server.directory, { recursive: true, force: true, maxRetries: 5 });
  });

  test('keeps its events where they are: no row is copied', async () => {
    expect((await admin.query(FILE('journal.event_from_0'))).rows).toEqual([oldFile]);
    const { events, partitions } = await journalState(apiUrl);
    expect(events).toBe(BigInt(OLD_EVENTS));
    const first = { name: 'event_from_0', from: 0n, to: 3_000n, events: 2_500n, isSetToFreeze: true };
    expect(partitions).toMatchObject([first]);
  });

  test('is appended to where it stopped, knows its old streams, and freezes what is full by itself', async () => {
    const store = await PostgresEventStore.open({ connectionString: apiUrl, durability: 'none' });
    const conflict = { code: 'stream.conflict', params: { actual: '0' } };
    await expect(store.append('old-7', 'empty', samples(1))).rejects.toMatchObject(conflict);
    for (let nth = 0; nth < 16; nth++) await store.append(freshStream(), 'empty', samples(100));
    const events = await readAfter(store, undefined);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => BigInt(index)));
    expect(events).toHaveLength(OLD_EVENTS + 1_600);
    await store.close();
    // What the vacuum missed while events came, it comes back for: ten million transactions later, here a hundred thousand.
    for (const from of [0, 3_000]) {
      await admin.query(`alter table journal.event_from_${from} set (autovacuum_freeze_max_age = 100000)`);
    }
    await admin.query(AGE);
    expect(await frozenOnceFull()).toEqual([true, true]);
  });

  async function frozenOnceFull(): Promise<readonly boolean[]> {
    for (let second = 0; ; second++) {
      const full = (await journalState(apiUrl)).partitions.filter(({ isFull }) => isFull);
      const found = full.map(({ isFrozen }) => isFrozen);
      if (found.every(Boolean) || second === FROZEN_SECONDS_MAX) return found;
      await pause(1_000);
    }
  }
});

/** What an installation had applied before this one. */
async function migrateAsBefore(url: string): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'migration',
    migrations: [Journal1763700000001, Projector1763700000002, Vault1763700000003],
    migrationsTableName: 'applied',
  });
  await source.initialize();
  await source.runMigrations();
  await source.destroy();
}
