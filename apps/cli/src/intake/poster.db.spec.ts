import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';
import { awayFor } from '../../../../test/support/away-store.js';
import { ApiClient } from '../client.js';
import { keyOfEventText } from './event-key.js';
import { IntakePoster, type Item } from './poster.js';

const away = new Set<string>();
const alwaysAway = new Set<string>();
const place = { entityId: 'posted', serviceId: 'posted-permit' };
const source = { source: 'urn:sijill:posted:desk' };
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ through: awayFor(away, alwaysAway) });
  await api.post('steward', [entityRegistered('posted'), serviceRegistered('posted-permit', 'posted')]);
});
afterAll(() => api.close());

const itemOf = (event: object, at: number): Item => {
  const text = JSON.stringify(event);
  return { text, key: keyOfEventText(text), origin: `line ${at + 1}` };
};
const lifeOf = (number: string): Item[] =>
  [
    cloudEvent('transaction.started', { ...place, number, channel: 'app' }, source),
    transactionReceived(number, place, source),
  ].map(itemOf);
const posterOf = async (rejected: string[]) =>
  new IntakePoster(new ApiClient(api.url, await api.token('steward')), {
    onResult: ({ origin }, { status }) => {
      if (status === 'rejected') rejected.push(origin);
      return undefined;
    },
    patience: { patienceMs: 2_000 },
  });

describe('A poster', () => {
  test('sends again what the store left unsettled, in its order, and rejects nothing of it', async () => {
    away.add('transaction-posted:P-1');
    const rejected: string[] = [];
    const posted = await (await posterOf(rejected)).run(lifeOf('P-1'));
    expect([posted.created, posted.duplicate, posted.rejected, rejected]).toEqual([2, 0, 0, []]);
    const types = (await api.store.readWhole('transaction-posted:P-1')).map(({ type }) => type.split('.')[3]);
    expect(types).toEqual(['started', 'received']);
  });

  test('ends rather than pass over what stays unsettled, and a later run records it', async () => {
    alwaysAway.add('transaction-posted:P-2');
    const rejected: string[] = [];
    await expect((await posterOf(rejected)).run(lifeOf('P-2'))).rejects.toThrow(/line 1.*try again later/);
    expect([rejected, await api.store.readWhole('transaction-posted:P-2')]).toEqual([[], []]);
    alwaysAway.clear();
    expect((await (await posterOf(rejected)).run(lifeOf('P-2'))).created).toBe(2);
  });
});
