import {
  baselineSet,
  completed,
  consumed,
  defaults,
  entityRegistered,
  fact,
  type Ledger,
  learned,
  serviceRegistered,
} from '../../../../test/support/savings.js';
import { paper } from '../paper/paper.js';
import type { DataSetQuery } from '../read-model.js';
import { stamp } from './stamp.js';

const WHOLE = { num: '1', den: '1', value: '1' };
const offered = (serviceId: string) =>
  fact('service.channelOffered', `service-${serviceId}`, { serviceId, channel: 'web', from: '2010-01-01' });
/** An entity with a service that was asked for in both halves of 2021, and a process of its own that ran in them. */
const entity = (id: string, sheets: number) => [
  ...[entityRegistered(id), baselineSet(id, 2019, sheets)],
  ...[serviceRegistered(`${id}-out`, id), serviceRegistered(`${id}-in`, id, 'internal'), offered(`${id}-out`)],
  ...['2021-02-10', '2021-08-10'].flatMap((day) => [
    ...completed(id, `${id}-out`, day),
    ...completed(id, `${id}-in`, day, { flow: 'internal', customerCategory: 'employee' }),
  ]),
];

/**
 * `ports` goes up in `transport` on 1 September 2021, told on 1 October. Both were whole in the first half; in the second ports used
 * 12 sheets before it ended, of which 10 were waived.
 */
const DAYS = {
  '2021-01-01': [...defaults(), ...entity('ports', 6_000_000), ...entity('transport', 7_000_000)],
  '2021-08-20': [
    consumed('ports', ['2021-07-05', '2021-07-05'], 12, { serviceId: 'ports-out' }),
    ...['2021-H1', '2021-H2'].map((half) =>
      fact('assessment.opened', 'stamp-ports', { entityId: 'ports', half: half as string }),
    ),
    fact('assessment.waiverGranted', 'stamp-ports', {
      ...{
        entityId: 'ports',
        half: '2021-H2',
        waiverId: 'w',
        serviceId: 'ports-out',
        maxSheets: 10,
        until: '2021-12-31',
      },
      ...{ reason: { en: 'An original by law' }, approvedBy: 'Legal Office' },
    }),
  ],
  '2021-10-01': [
    fact('entity.merged', 'entity-ports', { entityId: 'ports', intoEntityId: 'transport', from: '2021-09-01' }),
  ],
  '2021-10-05': [
    fact('assessment.waiverGranted', 'stamp-transport', {
      ...{
        entityId: 'transport',
        half: '2021-H2',
        waiverId: 'v',
        serviceId: 'ports-out',
        maxSheets: 2,
        until: '2021-12-31',
      },
      ...{ reason: { en: 'The rest of it' }, approvedBy: 'Legal Office' },
    }),
  ],
};

describe('A merger', () => {
  let ledger: Ledger;
  const rowsOf = async (half: string, query: Partial<DataSetQuery> = {}) => {
    const { rows } = await ledger.ask(stamp, { group: ['entity'], filters: { half: [half] }, ...query });
    return rows.map(({ entity: id, size_class, services, units_passed, units_failed }) => [
      ...[id, size_class, (services as { value: string | null }).value, units_passed, units_failed],
    ]);
  };
  beforeAll(async () => {
    ledger = await learned(DAYS);
  });
  afterAll(() => ledger.close());

  test('[STP-3] leaves the halves that were over before it to those who were there', async () => {
    const apart = [
      ['ports', 'medium', '1', 2, 0],
      ['transport', 'medium', '1', 2, 0],
    ];
    expect(await rowsOf('2021-H1', { knownAt: '2021-09-30' })).toEqual(apart);
    expect(await rowsOf('2021-H1')).toEqual(apart);
  });

  test('[STP-3, STP-12] hands the whole half in progress over: services, paper, waivers, from the day on which it is known', async () => {
    expect(await rowsOf('2021-H2', { knownAt: '2021-09-30' })).toEqual([
      ['ports', 'medium', '0', 1, 1],
      ['transport', 'medium', '1', 2, 0],
    ]);
    expect(await rowsOf('2021-H2', { knownAt: '2021-10-04' })).toEqual([
      ['ports', null, null, 0, 0], // its assessment was opened, and nothing is left to judge
      ['transport', 'large', '0.5', 3, 1],
    ]);
    expect(await rowsOf('2021-H2', { filters: { half: ['2021-H2'], entity: ['transport'] } })).toEqual([
      ['transport', 'large', '1', 4, 0],
    ]);
  });

  test('is seen or not on the day whose state of affairs is asked for', async () => {
    expect(await rowsOf('2021-H2', { effectiveAt: '2021-08-31' })).toEqual([
      ['ports', 'medium', '0', 1, 1],
      ['transport', 'medium', '1', 2, 0],
    ]);
    expect(await rowsOf('2021-H1', { effectiveAt: '2021-09-01' })).toEqual([
      ['ports', null, null, 0, 0],
      ['transport', 'large', '1', 4, 0],
    ]);
  });

  test('[STP-11] is among the events that decide a unit of the successor', async () => {
    const { events } = await ledger.behind(stamp, {
      filters: { half: ['2021-H2'], entity: ['transport'], service: ['ports-out'] },
    });
    const of = (category: string) => events.filter(({ stream }) => stream.startsWith(`${category}-`));
    expect(of('entity')).toMatchObject([
      { stream: 'entity-ports', deltas: { merged: '1' }, effectiveDay: '2021-09-01' },
    ]);
    expect(of('paper')).toMatchObject([{ deltas: { process_sheets: '12' } }]);
    expect(of('stamp').map(({ stream }) => stream)).toEqual(['stamp-ports', 'stamp-transport']);
    const apart = await ledger.behind(stamp, { filters: { half: ['2021-H1'], entity: ['transport'] } });
    expect(apart.events.filter(({ stream }) => /-ports/.test(stream))).toEqual([]);
  });

  test('[STP-5] puts the entity in the class of all the paper that is its own now, in every data set', async () => {
    const rows = async (query: Partial<DataSetQuery>) =>
      (await ledger.ask(paper, { group: ['entity', 'size_class'], ...query })).rows;
    expect(await rows({})).toMatchObject([{ entity: 'ports', size_class: 'medium', sheets: 12 }]);
    expect(await rows({ effectiveAt: '2021-09-01' })).toMatchObject([{ entity: 'transport', size_class: 'large' }]);
    expect(await rows({ effectiveAt: '2021-09-01', knownAt: '2021-09-30' })).toMatchObject([{ size_class: 'medium' }]);
  });

  test('[STP-8] of the reduction counts the baselines of both', async () => {
    const [row] = (
      await ledger.ask(stamp, { group: ['entity'], filters: { half: ['2021-H2'], entity: ['transport'] } })
    ).rows;
    const expected = 13_000_000n * 184n;
    expect(row?.reduction).toMatchObject({ num: String(expected - 12n * 365n), den: String(expected) });
    expect(row?.internal).toMatchObject({ ...WHOLE, num: '2', den: '2' });
  });
});
