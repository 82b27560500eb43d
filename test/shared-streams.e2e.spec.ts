import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const CALLERS = 8;
const APPENDS = 60;
/** 1, 2 or 3 events in turn. */
const EVENTS_OF_ONE = CALLERS * APPENDS * 2;

const FAULTS = `
select (select count(*)::int from journal.event) as events,
       (select count(*)::int from (select position, row_number() over (order by position) - 1 as due
                                     from journal.event) p where position <> due) as misplaced,
       (select count(*)::int from (select revision, row_number() over (partition by stream order by position) - 1 as due
                                     from journal.event) r where revision <> due) as disordered,
       (select count(*)::int - count(distinct (source, id))::int from journal.event) as doubled,
       (select count(distinct actor)::int from journal.event) as writers`;

describe('Several processes that append to the same streams', () => {
  let database: TestDatabase;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    // Partitions are made meanwhile, by whoever comes first.
    await admin.query(`alter table journal.event detach partition journal.event_from_0;
      alter table journal.event attach partition journal.event_from_0 for values from (0) to (300);
      update journal.head set partition_events = 300, partitioned_to = 300`);
  });

  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  test('all get all of theirs in, once, in one order without a gap, and a conflict tells the truth', async () => {
    const url = database.url('sijill_api');
    const running = ['one', 'two', 'three'].map((name) => {
      const parameters = ['test/support/shared-streams-writer.mjs', url, name, String(CALLERS), String(APPENDS)];
      return promisify(execFile)(process.execPath, parameters);
    });
    // They begin together, however long each took to start: else one may have done its share before another comes.
    await Promise.all(running.map(({ child }) => once(child.stderr as Readable, 'data')));
    for (const { child } of running) (child.stdin as Writable).end();
    const told = (await Promise.all(running)).map(
      ({ stdout }) => JSON.parse(stdout) as { readonly appended: number; readonly conflicts: number },
    );
    expect(told.map(({ appended }) => appended)).toEqual(Array(3).fill(EVENTS_OF_ONE));
    expect(told.every(({ conflicts }) => conflicts > 0)).toBe(true); // they did meet
    const { rows } = await admin.query(FAULTS);
    expect(rows).toEqual([{ events: 3 * EVENTS_OF_ONE, misplaced: 0, disordered: 0, doubled: 0, writers: 3 }]);
  });
});
