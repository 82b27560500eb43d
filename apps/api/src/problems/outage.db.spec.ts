import { DataSource, type QueryRunner } from 'typeorm';
import { onConnection } from '#read-models';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/processes.js';
import { LENT_CONNECTIONS } from '../lent-connections.js';
import { isOutage } from './outage.js';

const NEXT: Readonly<Record<string, (runner: QueryRunner) => unknown>> = {
  'a statement': (runner) => runner.query('select 1'),
  'a statement of its manager': ({ manager }) => manager.query('select 1'),
  'a statement that is built': ({ manager }) => manager.createQueryBuilder().from('pg_class', 'c').getRawMany(),
};

describe('A connection that the server ends between two steps of an answer', () => {
  let database: TestDatabase;
  let source: DataSource;
  let admin: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = database.url('sijill_api');
    source = await new DataSource({ type: 'postgres', url, extra: LENT_CONNECTIONS }).initialize();
    admin = await new DataSource({ type: 'postgres', url: database.adminUrl }).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await admin.destroy();
    await database.drop();
  });

  test.each(Object.entries(NEXT))('is an outage to %s, not a fault of ours', async (_, next) => {
    const answer = onConnection(source, async (runner) => {
      await runner.startTransaction();
      const [{ pid }] = await runner.query('select pg_backend_pid() as pid');
      await admin.query('select pg_terminate_backend($1)', [pid]);
      await until('the end is heard', async () => runner.isReleased);
      return next(runner);
    });
    expect(isOutage(await answer.catch((error: unknown) => error))).toBe(true);
  });
});
