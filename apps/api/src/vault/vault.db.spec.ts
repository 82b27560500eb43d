import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import {
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';
import { tablesWith } from '../../../../test/support/canary.js';
import { openField } from './personal-fields.js';
import { Vault } from './vault.js';

const CANARY = 'canary-784-1990';
const RECEIVED = 'gov.sijill.transaction.received.v1';

let api: TestApi;
let admin: DataSource;
let numbers = 0;
const received = (customerRef: string, data: object = {}) =>
  transactionReceived(`C-${++numbers}`, { customerRef, ...data });

beforeAll(async () => {
  api = await startTestApi({ isProjecting: true });
  admin = await new DataSource({ type: 'postgres', url: api.database.adminUrl }).initialize();
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
});
afterAll(async () => {
  await admin.destroy();
  await api.close();
});

interface Sealed {
  readonly $personal: { readonly key: string };
}
const stored = async (position: string) => {
  const event = await api.store.readAt(BigInt(position));
  if (event === undefined) throw new Error(`nothing at ${position}`);
  return { event, data: JSON.parse(Buffer.from(event.data).toString()) as { customerRef: Sealed } };
};
const subjects = async () => Number((await admin.query('select count(*) as n from vault.subject'))[0].n);

describe('A personal member', () => {
  test('is stored under the key of its person and nowhere in clear', async () => {
    const { body } = await api.post('integrator', received(CANARY));
    const { event, data } = await stored(body.position);
    expect(Object.keys(data.customerRef)).toEqual(['$personal']);
    const vault = await Vault.open(api.database.url('sijill_api'), api.dataDirectory);
    const subject = await vault.subject({ entityId: 'rta', value: CANARY, type: RECEIVED }, false);
    await vault.close();
    if (subject === undefined) throw new Error('the person is not in the vault');
    expect(data.customerRef.$personal.key).toBe(subject.id);
    const place = { source: event.source, id: event.id, pointer: '/data/customerRef', subjectId: subject.id };
    expect(openField(data.customerRef as never, subject.key, Buffer.from(event.salt), place)).toBe(CANARY);
    await api.get('analyst', `/v1/datasets/channel_volume?min_position=${body.position}`);
    expect(await tablesWith(admin, CANARY)).toEqual([]);
    expect(await tablesWith(admin, 'urn:sijill:rta')).not.toEqual([]); // the search does find what is there
    expect((await api.get('regulator', `/v1/events/${body.position}`)).text).not.toContain(CANARY);
  });

  test('of one person leads to one subject, of one value at two entities to two', async () => {
    const before = await subjects();
    const { body } = await api.post('integrator', [received('same'), received('same'), received('other')]);
    const keys = await Promise.all(
      body.results.map(
        async ({ position }: { position: string }) => (await stored(position)).data.customerRef.$personal.key,
      ),
    );
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(await subjects()).toBe(before + 2);
  });

  test('sent again is a duplicate; another value under the same id is not', async () => {
    const event = received('repeat');
    const first = await api.post('integrator', event);
    expect((await api.post('integrator', event)).body).toEqual({ ...first.body, duplicate: true });
    const other = await api.post('integrator', { ...event, data: { ...event.data, customerRef: 'somebody-else' } });
    expect(other.body.code).toBe('event.idReused');
  });

  test('of a thousand persons in one batch makes a thousand keys', async () => {
    const before = await subjects();
    const { body } = await api.post(
      'integrator',
      Array.from({ length: 1000 }, (_, at) => received(`person-${at}`)),
    );
    expect(body).toMatchObject({ created: 1000, rejected: 0 });
    expect(await subjects()).toBe(before + 1000);
  });

  test('seen first by eight requests at once makes one person', async () => {
    const before = await subjects();
    const replies = await Promise.all(Array.from({ length: 8 }, () => api.post('integrator', received('crowd'))));
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(await subjects()).toBe(before + 1);
  });

  test('in a dry run leaves no person behind', async () => {
    const before = await subjects();
    const { body } = await api.post('integrator', [received('dry'), received('dry')], {}, '?validate=only');
    expect(body).toMatchObject({ created: 2, rejected: 0 });
    expect(await subjects()).toBe(before);
  });

  test('that is an envelope already is refused', async () => {
    const event = received('x', { customerRef: { $personal: { alg: 'A256GCM-HKDF-v1' } } });
    expect((await api.post('integrator', event)).body).toMatchObject({ code: 'event.invalid' });
  });
});

describe('The vault', () => {
  test('keeps the keys that protect it in files that nobody else reads', async () => {
    for (const name of ['vault-wrapping.key', 'vault-index.key']) {
      const { mode, size } = await stat(join(api.dataDirectory, 'keys', name));
      expect([mode & 0o777, size]).toEqual([0o600, 32]);
    }
  });

  test('can be read and added to by the api, and changed by no login role', async () => {
    for (const role of ['sijill_api', 'sijill_worker'] as const) {
      const source = await new DataSource({ type: 'postgres', url: api.database.url(role) }).initialize();
      for (const sql of [
        'update vault.subject set wrapped_key = null',
        'delete from vault.subject',
        'truncate vault.subject',
      ]) {
        await expect(source.query(sql)).rejects.toThrow('permission denied');
      }
      if (role === 'sijill_worker')
        await expect(source.query('select from vault.subject')).rejects.toThrow('permission denied');
      await source.destroy();
    }
  });

  test('refuses a person whose key was destroyed, the first event as well as a repeat', async () => {
    const event = received('erased');
    const { body } = await api.post('integrator', event);
    const { data } = await stored(body.position);
    await admin.query('update vault.subject set wrapped_key = null where subject_id = $1', [
      data.customerRef.$personal.key,
    ]);
    const vault = await Vault.open(api.database.url('sijill_api'), api.dataDirectory); // another process: it has no key in memory
    await expect(vault.subject({ entityId: 'rta', value: 'erased', type: RECEIVED }, true)).rejects.toMatchObject({
      code: 'subject.erased',
    });
    await vault.close();
  });
});
