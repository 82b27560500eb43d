import type { DataSource } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { project, readingSource } from '../../../../test/support/projection.js';
import { type PostedFact, post } from '../../../../test/support/read-models.js';
import type { DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { stamp } from './stamp.js';

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  ...{ type: `gov.sijill.${type}.v1`, stream, data },
  ...(time && { time }),
});
const policy = (policyId: string, parameters: object) =>
  fact('policy.adopted', `policy-${policyId}`, {
    policyId,
    version: 1,
    from: '1900-01-01',
    parameters,
    reason: { en: 't' },
  });
/** An entity with a baseline of 2018, and the kind of body that it is. */
const entity = (entityId: string, sheets: number, kind = 'government'): PostedFact[] => [
  fact('entity.registered', `entity-${entityId}`, {
    entityId,
    title: { en: 'E' },
    kind,
    jurisdiction: 'AE-DU',
    from: '1900-01-01',
  }),
  fact('paperBaseline.set', `paperBaseline-${entityId}`, {
    entityId,
    year: 2018,
    sheets,
    method: 'measured',
    source: 'test',
  }),
];
const service = (serviceId: string, flow: string, channels: readonly string[] = ['app']): PostedFact[] => {
  const [stream, ownerEntityId] = [`service-${serviceId}`, serviceId.split('-')[0]];
  const registered = { serviceId, ownerEntityId, title: { en: 'S' }, kind: 'transactional', flow, critical: false };
  return [
    fact('service.registered', stream, { ...registered, status: 'active', from: '2015-01-01' }),
    ...channels.map((channel) => fact('service.channelOffered', stream, { serviceId, channel, from: '2018-01-01' })),
  ];
};
let requests = 0;
/** A request for a service of the entity that its id begins with. */
const received = (serviceId: string, day = '2021-02-10') => {
  const [entityId, number] = [serviceId.split('-')[0], `T-${requests++}`];
  const receipt = { channel: 'app', assisted: false, flow: 'customer', customerCategory: 'citizen', feeDue: '0' };
  const data = { entityId, number, serviceId, ...receipt };
  return fact('transaction.received', `transaction-${entityId}:${number}`, data, `${day}T10:00:00+04:00`);
};
let records = 0;
const consumed = (entityId: string, sheets: number, more: object = {}) => {
  const recordId = `r${records++}`;
  const days = { periodStart: '2021-03-01', periodEnd: '2021-03-31' };
  const data = { entityId, recordId, sheets, kind: 'process', flow: 'customer', method: 'metered', ...days, ...more };
  return fact('paper.consumed', `paper-${entityId}:${recordId}`, data);
};
const said = (noun: string, entityId: string, data: object = {}, half = '2021-H1') =>
  fact(noun, `stamp-${entityId}`, { entityId, half, ...data });
const waiver = (waiverId: string, serviceId: string, maxSheets: number, until: string) =>
  said('assessment.waiverGranted', serviceId.split('-')[0] ?? '', {
    ...{
      waiverId,
      serviceId,
      maxSheets,
      until,
      reason: { ar: 'أصل قانوني', en: 'An original by law' },
      approvedBy: 'Legal Office',
    },
  });

describe('The data set stamp', () => {
  let database: TestDatabase;
  let source: DataSource;
  const ask = async (query: Partial<DataSetQuery> = {}) => {
    const asked: DataSetQuery = {
      group: ['entity', 'status'],
      kpis: [],
      limit: 100,
      ...query,
      filters: { half: ['2021-H1'], ...query.filters },
    };
    return (await inSnapshot(source, transactionsModel.name, (manager) => stamp.rows(asked, manager))).rows;
  };
  const of = async (id: string) => (await ask({ filters: { entity: [id] } }))[0];
  const unitsOf = async (id: string) =>
    (await ask({ group: ['service', 'outcome', 'reason'], filters: { entity: [id] } })).map(
      ({ service: unit, outcome, reason }) => [...[unit, outcome, reason]],
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    const store = new MemoryEventStore(() => BigInt(Date.parse('2022-02-01T08:00:00Z')) * 1000n);
    await post(store, [
      policy('size-class', { largeAboveSheets: 10_000_000, mediumAboveSheets: 1_000_000 }),
      policy('stamp', {
        ...{ countedKinds: ['process'], allowedChannelClasses: ['digital'], idle: 'leaveOut', unitWeight: 1 },
        ...{ freezeDays: 30, suspendOnLate: true },
      }),
      // Four whole entities: two large ones, of which the second needed a half more, one at each border below.
      ...['fast', 'slow', 'edge', 'tiny'].flatMap((id) => [
        ...entity(id, { fast: 20_000_000, slow: 10_000_001, edge: 10_000_000, tiny: 1_000_000 }[id] ?? 0),
        ...[...service(`${id}-out`, 'customer'), ...service(`${id}-in`, 'internal')],
        ...[received(`${id}-out`), received(`${id}-in`)],
      ]),
      ...[
        received('fast-out', '2020-08-01'),
        received('fast-in', '2020-08-01'),
        received('tiny-out', '2021-08-01'),
        received('tiny-in', '2021-08-01'),
      ],
      ...[received('slow-out', '2020-08-01'), received('slow-in', '2020-08-01')],
      consumed('slow', 1, { serviceId: 'slow-out', periodStart: '2020-09-01', periodEnd: '2020-09-01' }),
      // One with a unit for each reason.
      ...entity('town', 5_000_000),
      ...['clear', 'waived', 'idle', 'sheets', 'late', 'attested'].flatMap((name) =>
        service(`town-${name}`, 'customer'),
      ),
      ...[...service('town-desk', 'customer', ['app', 'counter']), ...service('town-inside', 'internal', ['counter'])],
      ...['clear', 'waived', 'desk', 'inside'].map((name) => received(`town-${name}`)),
      ...['waived', 'sheets'].map((name) => consumed('town', 12, { serviceId: `town-${name}` })),
      consumed('town', 12, { serviceId: 'town-late', periodStart: '2021-05-10', periodEnd: '2021-05-10' }),
      ...[consumed('town', 7, { flow: 'internal' }), consumed('town', 30, { kind: 'habit', serviceId: 'town-clear' })],
      said('assessment.opened', 'town'),
      said('assessment.attested', 'town', { serviceId: 'town-attested', criterion: 'channels', note: { en: 'yes' } }),
      ...[
        waiver('w1', 'town-waived', 12, '2021-06-30'),
        waiver('w2', 'town-late', 99, '2021-05-09'),
        waiver('w3', 'town-sheets', 11, '2021-12-31'),
      ],
      ...[waiver('w4', 'town-sheets', 50, '2021-12-31'), said('assessment.waiverRevoked', 'town', { waiverId: 'w4' })],
      said('assessment.resultAnnounced', 'town', {
        ...{ atPosition: '9', sizeClass: 'medium', announcedOn: '2021-08-02' },
        ...{ services: { num: '6', den: '6' }, internal: { num: '2', den: '4' } },
      }),
      // Bodies that are not of the government, and one without a baseline.
      ...[...entity('firm', 5_000_000, 'private'), ...service('firm-out', 'customer'), received('firm-out')],
      ...[entity('new', 1)[0] as PostedFact, ...service('new-out', 'customer'), ...service('new-in', 'internal')],
      ...[received('new-out'), received('new-in')],
    ]);
    await project(database, store, [transactionsModel], 50);
    source = await readingSource(database, [transactionsModel]);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  test('[STP-5] has three classes by the sheets of the baseline: above ten millions, above one million, the rest', async () => {
    const classes = (await ask()).map(({ entity: id, size_class }) => [id, size_class]);
    expect(classes).toEqual([
      ...[
        ['edge', 'medium'],
        ['fast', 'large'],
        ['new', null],
        ['slow', 'large'],
        ['tiny', 'small'],
        ['town', 'medium'],
      ],
    ]);
  });

  test('[STP-4, STP-8] ranks inside a class alone, by the days to the first whole half', async () => {
    const ranks = async (half: string) =>
      (await ask({ filters: { half: [half], view: ['current'] } })).map(({ entity: id, time_to_whole, rank }) => [
        id,
        time_to_whole,
        rank,
      ]);
    expect(await ranks('2020-H2')).toEqual([
      ['fast', 731, 1],
      ['slow', null, null],
    ]);
    expect(await ranks('2021-H1')).toEqual([
      ...[
        ['edge', 912, 1],
        ['fast', 731, 1],
        ['new', null, null],
        ['slow', 912, 2],
        ['tiny', 912, 1],
        ['town', null, null],
      ],
    ]);
    // Never over the border of a class, whatever is asked.
    expect((await ask({ group: [] })).map((row) => [row.size_class, row.units_passed])).toEqual([
      ...[
        [null, 2],
        ['large', 4],
        ['medium', 6],
        ['small', 2],
      ],
    ]);
  });

  test('[STP-3] is whole only where both halves are, to the last unit', async () => {
    expect(await of('fast')).toMatchObject({
      status: 'whole',
      services: { num: '1', den: '1' },
      internal: { num: '1', den: '1' },
    });
    // Three of six services; inside the counter of an office stands in nobody's way, but sheets of no process do.
    expect(await of('town')).toMatchObject({
      services: { num: '3', den: '6', value: '0.5' },
      internal: { num: '1', den: '2', value: '0.5' },
    });
  });

  test('[STP-11] says of every unit whether it passed, and why', async () =>
    expect(await unitsOf('town')).toEqual([
      [null, 'failed', 'unattributed'],
      ...[
        ['town-attested', 'passed', 'clear'],
        ['town-clear', 'passed', 'clear'],
        ['town-desk', 'failed', 'channels'],
      ],
      ...[
        ['town-idle', 'idle', 'idle'],
        ['town-inside', 'passed', 'clear'],
        ['town-late', 'failed', 'sheets'],
      ],
      ...[
        ['town-sheets', 'failed', 'sheets'],
        ['town-waived', 'passed', 'waived'],
      ],
    ]));

  test('[STP-12] shows the waivers that stand beside the score: unit, sheets, reason, office, last day', async () => {
    const row = await of('town');
    expect(row).toMatchObject({ units_waived: 1, waived_sheets: 23 }); // 12 and 11: that of May came a day too late
    expect(row?.waivers).toMatchObject([
      { waiver: 'w1', service: 'town-waived', maxSheets: 12, until: '2021-06-30', approvedBy: 'Legal Office' },
      { waiver: 'w2', service: 'town-late', reason: { ar: 'أصل قانوني' } },
      { waiver: 'w3', service: 'town-sheets', maxSheets: 11 },
    ]);
  });

  test('[STP-9] shows an entity below 100 % with its score and progress, and without a mark', async () => {
    const row = await of('town');
    expect(row).toMatchObject({ status: 'announced', units_passed: 4, units_failed: 4, units_idle: 1, rank: null });
    expect(row).toMatchObject({ process_sheets: 43, habit_sheets: 30 });
    // 181 days of 365 of the baseline, less 73 sheets.
    const [expected, days] = [5_000_000 * 181, 365];
    expect(row?.reduction).toMatchObject({ num: String(expected - 73 * days), den: String(expected) });
  });

  test('marks an announced figure that is not the derived one', async () => {
    expect(await of('town')).toMatchObject({
      announced_differs: true,
      announced: { services: { num: '6', den: '6' } },
    });
    expect(await of('fast')).toMatchObject({ announced_differs: null, announced: null });
  });

  test('[STP-10] is about entities of the government only', async () => expect(await of('firm')).toBeUndefined());

  test('gives no rank without a class, and answers page by page what it answers at once', async () => {
    expect(await of('new')).toMatchObject({
      size_class: null,
      status: 'whole',
      rank: null,
      time_to_whole: null,
      reduction: { value: null },
    });
    const group = ['service', 'entity', 'reason'];
    const whole = await ask({ group });
    const paged = [];
    for (let after: DataSetQuery['after']; ; ) {
      const asked: DataSetQuery = {
        group,
        filters: { half: ['2021-H1'] },
        kpis: [],
        limit: 3,
        ...(after && { after }),
      };
      const { rows, next } = await inSnapshot(source, transactionsModel.name, (manager) => stamp.rows(asked, manager));
      paged.push(...rows);
      if (!next) break;
      after = next;
    }
    expect(paged).toEqual(whole);
  });
});
