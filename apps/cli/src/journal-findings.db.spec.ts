import pg from 'pg';
import { journalState } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { journalFindings } from './journal-findings.js';

describe('A journal whose settings were changed', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await database?.drop();
  });

  const finding = async (subject: string, url = database.url('sijill_api')) =>
    journalFindings(await journalState(url)).find((one) => one.subject === subject);

  test.each([
    'reset (autovacuum_freeze_min_age)',
    'reset (autovacuum_vacuum_insert_threshold)',
    'reset (autovacuum_vacuum_insert_scale_factor)',
    'set (autovacuum_enabled = false)',
  ])('%s: it no longer freezes by itself, and what is told to mend it does', async (change) => {
    expect(await finding('vacuum')).toMatchObject({ isGood: true });
    await admin.query(`alter table journal.event_from_0 ${change}`);
    const found = await finding('vacuum');
    expect(found).toMatchObject({
      isGood: false,
      detail: expect.stringContaining('journal.event_from_0 not set to freeze'),
    });
    await admin.query(String(found?.remedy).replace(/^[^:]*: /, ''));
    expect(await finding('vacuum')).toMatchObject({ isGood: true });
  });

  test('a commit that does not wait is named with its value', async () => {
    const url = new URL(database.url('sijill_api'));
    const others = url.searchParams.get('options') ?? '';
    url.searchParams.set('options', `${others} -c synchronous_commit=off`.trim());
    const found = await finding('durability', url.href);
    expect(found).toMatchObject({ isGood: false, detail: expect.stringContaining('synchronous_commit off') });
  });
});
