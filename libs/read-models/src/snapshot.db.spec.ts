import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { ReplayDesk } from './replay/desk.js';
import { inSnapshot, onConnection } from './snapshot.js';

/** Short for whoever waits for an answer that never comes, long for one that does. */
const ANSWER_MS_MAX = 3_000;

describe('A connection that is lent', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await TcpProxy.before(database.url('sijill_api'));
  });
  beforeEach(async () => {
    const extra = { query_timeout: ANSWER_MS_MAX };
    source = await new DataSource({ type: 'postgres', url: proxy.url, poolSize: 1, extra }).initialize();
  });
  afterEach(() => source.destroy());
  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });

  const ANSWERS: Readonly<Record<string, () => Promise<unknown>>> = {
    'a question': () => onConnection(source, (runner) => runner.query('select 1')),
    'a transaction': () =>
      onConnection(source, async (runner) => {
        await runner.startTransaction();
        await runner.query('select 1');
        await runner.commitTransaction();
      }),
    'a list of replays': () => new ReplayDesk(source).list('asof', { client: 'somebody' }),
    'a snapshot': () =>
      inSnapshot(source, 'nothing', async () => undefined).catch((error: { readonly code?: string }) => {
        if (error.code !== 'projection.unknown') throw error; // the server has answered
      }),
  };

  test.each(Object.keys(ANSWERS))('and died without a word is not lent again: %s', async (name) => {
    const answer = ANSWERS[name] as () => Promise<unknown>;
    await answer();
    proxy.deaden();
    await expect(answer()).rejects.toThrow('Query read timeout');
    await answer(); // there is one connection: a dead one would be met again
  });

  test('goes back without what was begun on it and not ended', async () => {
    const pidOf = 'select pg_backend_pid() as pid, pg_current_xact_id_if_assigned() as xid';
    const [{ pid }] = await onConnection(source, async (runner) => {
      await runner.startTransaction();
      await runner.query('select pg_current_xact_id()');
      return runner.query(pidOf);
    });
    expect(await onConnection(source, (runner) => runner.query(pidOf))).toEqual([{ pid, xid: null }]);
  });
});
