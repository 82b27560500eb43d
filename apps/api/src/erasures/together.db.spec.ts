import { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ErasureBench, KEY_CACHE_MS } from '../../../../test/support/erasures.js';

const APIS = 3;
const PERSONS = 20;

describe('Several api processes that erase the same persons', () => {
  const apis: TestApi[] = [];
  let bench: ErasureBench;

  beforeAll(async () => {
    const first = await startTestApi({ keyCacheMilliseconds: KEY_CACHE_MS });
    apis.push(first);
    const { database, dataDirectory } = first;
    for (let nth = 1; nth < APIS; nth++)
      apis.push(await startTestApi({ database, dataDirectory, keyCacheMilliseconds: KEY_CACHE_MS }));
    bench = await ErasureBench.withService(first);
  });
  afterAll(async () => {
    await bench.close();
    for (const api of apis.reverse()) await api.close();
  });

  test('take each step once, and record one event a person', async () => {
    const names = Array.from({ length: PERSONS }, (_, at) => `person-${at}`);
    await apis[0]?.post(
      'integrator',
      names.map((name) => bench.event(name)),
    );
    const asked = await Promise.all(names.map(async (name) => (await bench.ask(name, { eraseAfterDays: 0 })).body));
    // All of them due in one moment, for all processes.
    await Promise.all(asked.map(({ id }) => bench.confirm(id)));
    const erased = await Promise.all(asked.map(({ id }) => bench.until(id, 'erased')));
    for (const { subjectId, position } of erased) {
      const events = await bench.recorded(subjectId);
      expect(events).toMatchObject([{ position, data: { subjectId } }]);
    }
    const head = await apis[0]?.store.head();
    expect(new Set(erased.map(({ position }) => position)).size).toBe(PERSONS);
    expect(Number(head) + 1 - PERSONS).toBe(Math.min(...erased.map(({ position }) => Number(position))));
    for (const { id } of asked) await bench.daysLater(id, 30);
    await Promise.all(asked.map(({ id }) => bench.until(id, 'forgotten')));
    expect((await bench.admin.query('select count(*)::int as left from vault.subject'))[0].left).toBe(0);
  });

  test('know within a time that a person is blocked whom another one blocked, and read it no more at once', async () => {
    const [one, another] = apis as [TestApi, TestApi];
    const { body } = await one.post('integrator', bench.event('moves on'));
    expect((await another.post('integrator', bench.event('moves on'))).status).toBe(201); // has the key in memory now
    const id = await bench.wanted('moves on', {});
    const read = await another.get('integrator', `/v1/events/${body.position}?personal=open`);
    expect(read.body.data.customerRef).toMatchObject({ $personal: { erased: true } });
    for (;;) {
      const { status } = await another.post('integrator', bench.event('moves on'));
      if (status === 409) break;
      expect(status).toBe(201);
      const { confirmedAt } = (await bench.api.get('operator', `/v1/erasures/${id}`)).body;
      expect(Date.now() - Date.parse(confirmedAt)).toBeLessThan(2 * KEY_CACHE_MS + 5_000);
    }
  });
});

describe('The steps of an erasure', () => {
  let api: TestApi;
  let bench: ErasureBench;
  let asApi: DataSource;
  beforeAll(async () => {
    api = await startTestApi();
    bench = await ErasureBench.withService(api);
    asApi = await new DataSource({ type: 'postgres', url: api.database.url('sijill_api') }).initialize();
  });
  afterAll(async () => {
    await asApi.destroy();
    await bench.close();
    await api.close();
  });

  const steps = ['begin_erasure($1)', `note_erasure($1, '7')`, 'destroy_key($1)', 'forget_subject($1)'];
  /** As the api, with nothing of its rules before it. */
  const take = async (step: string, id: string): Promise<boolean> =>
    (await asApi.query(`select vault.${step} as "isDone"`, [id]))[0].isDone;

  test.each(steps)('%s is not taken before the one before it', async (step) => {
    const name = `early ${step}`;
    await api.post('integrator', bench.event(name));
    const { body } = await bench.ask(name);
    const before = await bench.subject(body.id);
    expect(await take(step, body.id)).toBe(false);
    await bench.confirm(body.id); // due in a week
    expect(await take(step, body.id)).toBe(false);
    expect(await bench.subject(body.id)).toEqual({ ...before, is_blocked: true });
    expect((await api.get('operator', body.href)).body.state).toBe('blocked');
  });

  test('are not to be had without a second operator, by the database alone', async () => {
    await api.post('integrator', bench.event('alone'));
    const { body } = await bench.ask('alone');
    const confirm = asApi.query('select vault.confirm_erasure($1, $2, 0)', [body.id, body.askedBy]);
    await expect(confirm).rejects.toThrow('erasure_takes_two');
  });
});

describe('An erasure over a journal that is elsewhere', () => {
  test('is recorded there, at a place that no number of ours can hold, and its steps stay in the vault', async () => {
    const store = new MemoryEventStore(undefined, 'sparse');
    const api = await startTestApi({ store, keyCacheMilliseconds: KEY_CACHE_MS });
    const bench = await ErasureBench.withService(api);
    try {
      const { body: posted } = await api.post('integrator', bench.event('elsewhere'));
      const id = await bench.wanted('elsewhere');
      const { position, subjectId } = await bench.until(id, 'erased');
      expect(BigInt(position) > BigInt(posted.position)).toBe(true);
      expect(await bench.recorded(subjectId)).toMatchObject([{ position, data: { subjectId } }]);
      const read = await api.get('integrator', `/v1/events/${posted.position}?personal=open`);
      expect(read.body.data.customerRef).toMatchObject({ $personal: { key: subjectId, erased: true } });
    } finally {
      await bench.close();
      await api.close();
    }
  });
});
