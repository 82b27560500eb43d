import { type ProjectedLots, projectedLots } from '../../../test/support/projection.js';
import type { PostedFact } from '../../../test/support/read-models.js';
import { electronicShare } from './electronic-share.js';
import type { DataSetQuery } from './read-model.js';
import { inSnapshot } from './snapshot.js';
import { transactionsModel } from './transactions.js';

const AT = '2021-02-15T10:00:00+04:00';
const fact = (noun: string, stream: string, data: object): PostedFact => ({
  ...{ type: `gov.sijill.${noun}.v1`, stream, data, time: AT },
});
const entity = (entityId: string) =>
  fact('entity.registered', `entity-${entityId}`, {
    ...{ entityId, title: { en: entityId }, kind: 'government', jurisdiction: 'AE-DU', from: '2010-01-01' },
  });
const transaction = (past: string, data: object) =>
  fact(`transaction.${past}`, 'transaction-rta:1', { entityId: 'rta', number: '1', ...data });
const step = (stepId: string, mode: string, fromEntityId?: string) =>
  transaction('stepCompleted', { stepId, mode, actor: 'system', ...(fromEntityId && { fromEntityId }) });

const FIRST = [
  ...[entity('rta'), entity('police'), entity('icp')],
  fact('service.registered', 'service-renewal', {
    ...{ serviceId: 'renewal', ownerEntityId: 'rta', title: { ar: 'تجديد' }, kind: 'transactional', flow: 'customer' },
    ...{ critical: false, status: 'active', from: '2020-01-01' },
  }),
  transaction('received', {
    ...{ serviceId: 'renewal', channel: 'app', assisted: false, flow: 'customer', customerCategory: 'citizen' },
    feeDue: '0',
  }),
  ...[step('identity', 'electronic', 'icp'), step('fines', 'electronic', 'police'), step('check', 'manual', 'rta')],
  step('issue', 'electronic'),
];
/** Told on 10 March 2021. */
const SECOND = [
  transaction('entryVoided', { entry: 'step', entryId: 'fines', reason: { en: 'Nobody asked the police' } }),
  step('photo', 'manual', 'icp'),
];

describe('The steps of transactions', () => {
  let lots: ProjectedLots;
  const query: DataSetQuery = { group: [], filters: { service: ['renewal'] }, kpis: [], limit: 10 };
  const within = <T>(read: Parameters<typeof inSnapshot<T>>[2]) =>
    inSnapshot(lots.source, transactionsModel.name, read);

  beforeAll(async () => {
    lots = await projectedLots(transactionsModel, FIRST, SECOND);
  });
  afterAll(() => lots?.close());

  test('[CAT-22] count those whose data came from another entity, and not those from its own', async () => {
    const counted = async (knownAt: string) => {
      const { rows } = await within((manager) => electronicShare.rows({ ...query, knownAt }, manager));
      return [rows[0]?.steps_electronic, rows[0]?.steps_manual, rows[0]?.steps_from_others];
    };
    expect(await counted('2021-03-09')).toEqual([3, 1, 2]);
    expect(await counted('2021-03-10')).toEqual([2, 2, 2]);
  });
  test('[CAT-22] name the events behind the integration', async () => {
    const { events } = await within((manager) => electronicShare.contributions(query, manager));
    expect(events.map(({ revision, deltas }) => [revision, deltas.steps_from_others])).toEqual([
      ...[
        ['1', '1'],
        ['2', '1'],
        ['3', undefined],
        ['4', undefined],
        ['5', '-1'],
        ['6', '1'],
      ],
    ]);
  });
});
