import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { migrate } from '../migrations/migrate.js';
import { applyRoles } from '../migrations/roles.js';
import { entityRegistered, serviceRegistered, transactionReceived } from './support/api.js';
import { answers, freePort, TestProcess, until } from './support/processes.js';

// A step waits in the middle of its statement for as long as the test holds the lock of its name.
const HOLDS = `
create function public.hold() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext(tg_argv[0] || coalesce(to_jsonb(new) ->> 'state', '')));
  return new;
end $$;
create trigger hold before update on vault.erasure for each row when (old.state <> new.state) execute function public.hold('to be ');
create trigger hold before insert on journal.event for each row when (new.type like '%subject.erased.v1') execute function public.hold('event');
grant usage on schema public to public`;
const HELD_UP = `select pid from pg_locks where locktype = 'advisory' and not granted`;

/** The step that is held up → the state in which the process is killed. */
const MOMENTS = [
  ['to be erasing', 'blocked'],
  ['event', 'erasing'],
  ['to be recorded', 'erasing'],
  ['to be erased', 'recorded'],
  ['to be forgotten', 'erased'],
] as const;
const ENDINGS = ['is undone by the database', 'is finished by the database alone'] as const;

describe('An api that is killed while it erases', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sijill-erase-'));
  let postgres: RunningPostgres;
  let admin: pg.Client;
  let blocker: pg.Client;
  let api: TestProcess;
  let url: string;

  beforeAll(async () => {
    await chmod(directory, 0o755);
    postgres = await startPostgres({ directory: join(directory, 'postgres'), port: await freePort() });
    const adminUrl = await postgres.createDatabase('sijill');
    await applyRoles(adminUrl);
    await migrate(adminUrl);
    [admin, blocker] = [new pg.Client({ connectionString: adminUrl }), new pg.Client({ connectionString: adminUrl })];
    await Promise.all([admin.connect(), blocker.connect()]);
    await admin.query(HOLDS);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    api = new TestProcess('test/support/erasing-api.mjs', {
      ...{ PORT: String(port), SIJILL_DATA_DIR: join(directory, 'data') },
      DATABASE_URL: postgres.url('sijill_api', 'sijill'),
    });
    await begin();
    await send('steward', '/v1/events', entityRegistered('rta'));
    await send('steward', '/v1/events', serviceRegistered('rta-vehicle-renewal', 'rta'));
  }, 120_000);
  afterAll(async () => {
    await api?.end('SIGTERM');
    await Promise.all([admin?.end(), blocker?.end()]);
    await postgres?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const begin = async () => {
    api.start();
    await until(
      () => `the api answers\n${api.output}`,
      () => answers(`${url}/health/live`),
    );
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test reads members of answers whose shape is what it checks
  const send = async (as: string, path: string, body?: object): Promise<any> => {
    const token = readFileSync(join(directory, 'data/tokens', as), 'utf8').trim();
    const type = path === '/v1/events' ? 'application/cloudevents+json' : 'application/json';
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': type }), connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const stateOf = async (id: string): Promise<string> =>
    (await admin.query('select state from vault.erasure where id = $1', [id])).rows[0].state;
  const becomes = (id: string, state: string) =>
    until(
      () => `erasure ${id} is ${state}\n${api.output.slice(-2_000)}`,
      async () => (await stateOf(id)) === state,
    );
  const heldUp = async (): Promise<number[]> => (await admin.query(HELD_UP)).rows.map(({ pid }) => pid);

  test.each(MOMENTS.flatMap(([step, state]) => ENDINGS.map((ending) => [step, state, ending] as const)))(
    'before it is "%s" leaves it %s; the step %s, and the next process goes on with it once',
    async (step, state, ending) => {
      const customerRef = `${step}, ${ending}`;
      const event = transactionReceived(customerRef.replace(/[^a-z]+/g, '-'), { customerRef });
      await send('integrator', '/v1/events', event);
      await blocker.query('select pg_advisory_lock(hashtext($1))', [step]);
      const wish = { entityId: 'rta', customerRef, legalBasis: 'Request 12', eraseAfterDays: 0 };
      const { id, subjectId } = await send('operator', '/v1/erasures', wish);
      await send('second-operator', `/v1/erasures/${id}/confirmation`, {});
      if (step === 'to be forgotten') await thirtyDaysLater(id);
      await until('the step is held up', async () => (await heldUp()).length === 1);
      const [backend] = await heldUp();
      expect(await api.end('SIGKILL')).toBe('SIGKILL');
      expect(await stateOf(id)).toBe(state);

      if (ending === 'is undone by the database') await admin.query('select pg_terminate_backend($1)', [backend]);
      await blocker.query('select pg_advisory_unlock(hashtext($1))', [step]);
      await until('the step is over', async () => (await heldUp()).length === 0);
      await begin();
      if (step !== 'to be forgotten') {
        await becomes(id, 'erased');
        expect((await send('integrator', '/v1/events', event)).code).toBe('subject.erased');
        await thirtyDaysLater(id);
      }
      await becomes(id, 'forgotten');

      const { position } = await send('operator', `/v1/erasures/${id}`);
      const { events } = await send('regulator', `/v1/streams/subject-${subjectId}`);
      expect(events).toMatchObject([{ position, id: `erasure-${id}`, data: { subjectId, legalBasis: 'Request 12' } }]);
      const { rows } = await admin.query('select from vault.subject where subject_id = $1', [subjectId]);
      expect(rows).toEqual([]);
    },
    120_000,
  );

  const thirtyDaysLater = async (id: string): Promise<void> => {
    await becomes(id, 'erased');
    await admin.query(`update vault.erasure set erased_at = erased_at - interval '30 days' where id = $1`, [id]);
  };
});
