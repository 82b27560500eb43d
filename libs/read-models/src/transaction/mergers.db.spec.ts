import { askAll } from '../../../../test/support/data-set-answers.js';
import {
  completed,
  defaults,
  entityRegistered,
  fact,
  type Ledger,
  learned,
  serviceRegistered,
} from '../../../../test/support/savings.js';
import { enquiries } from '../enquiry/enquiries.js';
import type { DataSet, DataSetQuery } from '../read-model.js';
import { dataSets, readModels } from '../read-models.js';
import { satisfaction } from '../satisfaction/satisfaction.js';
import { sharing } from '../sharing/sharing.js';

const merged = (entityId: string, intoEntityId: string, from: string) =>
  fact('entity.merged', `entity-${entityId}`, { entityId, intoEntityId, from });
/** An enquiry and an opinion of one day. */
const heard = (entityId: string, number: string, day: string) => {
  const time = `${day}T09:00:00+04:00`;
  const asked = { entityId, number, channel: 'call', customerCategory: 'resident' };
  return [
    fact('enquiry.received', `enquiry-${entityId}:${number}`, asked, time),
    fact('feedback.given', `feedback-${entityId}:${number}`, { entityId, feedbackId: number, rating: 5 }, time),
  ];
};
const agreed = (agreementId: string, providerEntityId: string, entityId: string) =>
  fact(
    'sharing.proposed',
    `sharing-${agreementId}`,
    {
      ...{ agreementId, providerEntityId, party: { kind: 'government', entityId }, audience: 'organisation' },
      ...{ dataset: 'traffic', purpose: { en: 'Routes' }, legalBasis: 'Law 26 of 2015', personalData: false },
    },
    '2021-03-01T09:00:00+04:00',
  );

describe('A merger', () => {
  let ledger: Ledger;
  const entitiesOf = async (dataSet: DataSet, measure: string, query: Partial<DataSetQuery> = {}) => {
    const { rows } = await ledger.ask(dataSet, { group: ['entity'], ...query });
    return rows.map((row) => `${row.entity} ${row[measure]}`);
  };
  const parties = async (query: Partial<DataSetQuery> = {}) =>
    (await ledger.ask(sharing, { group: ['provider', 'party'], ...query })).rows.map(
      ({ provider, party, agreements }) => `${provider} ${party} ${agreements}`,
    );

  beforeAll(async () => {
    ledger = await learned(
      {
        '2021-04-20': [
          ...['ports', 'harbours', 'transport'].map(entityRegistered),
          ...[...heard('ports', '1', '2021-03-31'), ...heard('ports', '2', '2021-04-01')],
          ...[...heard('harbours', '3', '2021-04-02'), ...heard('transport', '4', '2021-04-03')],
          ...[agreed('a', 'ports', 'harbours'), agreed('b', 'transport', 'ports')],
        ],
        '2021-05-01': [merged('ports', 'harbours', '2021-04-01')],
        '2021-06-01': [merged('harbours', 'transport', '2021-04-03')],
      },
      readModels,
    );
  });
  afterAll(() => ledger.close());

  test.each([
    ['enquiries', enquiries, 'received'],
    ['satisfaction', satisfaction, 'rating_5'],
  ] as const)('puts %s under the successor from its day on, once it is known', async (_, dataSet, measure) => {
    const apart = ['harbours 1', 'ports 2', 'transport 1'];
    expect(await entitiesOf(dataSet, measure, { knownAt: '2021-04-30' })).toEqual(apart);
    expect(await entitiesOf(dataSet, measure, { knownAt: '2021-05-31' })).toEqual([
      ...['harbours 2', 'ports 1', 'transport 1'],
    ]);
    expect(await entitiesOf(dataSet, measure, { effectiveAt: '2021-04-03' })).toEqual(['transport 4']);
    expect(await entitiesOf(dataSet, measure, { effectiveAt: '2021-03-31' })).toEqual(apart);
    const { events } = await ledger.behind(dataSet, {
      ...{ filters: { entity: ['transport'] }, effectiveAt: '2021-04-03' },
    });
    expect(events).toHaveLength(4);
  });

  test('[SHR-6] puts both sides of agreements under their successors, on the day of the question', async () => {
    expect(await parties({ knownAt: '2021-04-30' })).toEqual(['ports harbours 1', 'transport ports 1']);
    expect(await parties({ effectiveAt: '2021-04-01' })).toEqual(['harbours harbours 1', 'transport harbours 1']);
    expect(await parties({ effectiveAt: '2021-04-03' })).toEqual(['transport transport 2']);
    expect(await parties({ effectiveAt: '2021-03-31' })).toEqual(['ports harbours 1', 'transport ports 1']);
    const filters = { provider: ['transport'] };
    expect(await parties({ effectiveAt: '2021-04-03', filters })).toEqual(['transport transport 2']);
  });
});

describe('A chain of mergers', () => {
  test('is followed to its end in whatever order it is told', async () => {
    const links = [merged('a', 'b', '2021-04-02'), merged('b', 'c', '2021-04-03'), merged('c', 'd', '2021-04-01')];
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [0, 2, 1],
      [2, 1, 0],
    ] as const) {
      const told = order.map((nth) => links[nth] as (typeof links)[number]);
      const ledger = await learned(
        { '2021-05-01': [...['a', 'b', 'c', 'd'].map(entityRegistered), ...heard('a', '1', '2021-04-30'), ...told] },
        readModels.filter(({ name }) => name === enquiries.projection),
      );
      const under = async (effectiveAt: string) =>
        (await ledger.ask(enquiries, { group: ['entity'], effectiveAt })).rows.map(({ entity }) => entity);
      expect([order, await under('2021-04-01'), await under('2021-04-02'), await under('2021-04-03')]).toEqual([
        ...[order, ['a'], ['b'], ['d']],
      ]);
      await ledger.close();
    }
  });
});

describe('A circle of mergers, which two stewards could only draw at one moment,', () => {
  test('holds no question up, and every figure is counted once', async () => {
    const service = (id: string) => [serviceRegistered(`${id}-out`, id), ...completed(id, `${id}-out`, '2021-05-01')];
    const ledger = await learned(
      {
        '2021-04-01': [...defaults(), ...['a', 'b', 'c', 'd', 'e'].map(entityRegistered)],
        '2021-06-01': ['a', 'b', 'c', 'd', 'e'].flatMap((id) => [...service(id), ...heard(id, '1', '2021-05-01')]),
        '2021-07-01': [merged('a', 'b', '2021-04-01'), merged('b', 'a', '2021-04-01')],
        '2021-08-01': [
          ...[merged('c', 'd', '2021-04-01'), merged('d', 'e', '2021-04-02'), merged('e', 'c', '2021-04-03')],
        ],
      },
      readModels,
    );
    const answers = await askAll(ledger.source);
    expect(new Set([...answers.keys()].map((question) => question.split(' ')[0]))).toEqual(new Set(dataSets.keys()));
    const received = (question: string) =>
      (answers.get(question) ?? []).reduce((sum, row) => sum + Number(row.received), 0);
    for (const name of ['channel_volume', 'enquiries']) expect(received(`${name} entity`)).toBe(5);
    const judged = (answers.get('stamp entity') ?? []).filter(({ half }) => half === '2021-H1');
    expect(judged.reduce((sum, row) => sum + Number(row.units_passed) + Number(row.units_failed), 0)).toBe(5);
    await ledger.close();
  });
});
