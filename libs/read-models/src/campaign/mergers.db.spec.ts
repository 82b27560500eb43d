import {
  announced,
  campaignFact,
  happened,
  paid,
  registeredEntity,
  registeredService,
  requests,
  scoped,
} from '../../../../test/support/campaign-facts.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { type Ledger, learned } from '../../../../test/support/savings.js';
import { campaignBoard, campaignMetrics } from '../campaign.js';
import type { DataSetQuery } from '../read-model.js';

const joined = (entityId: string, services: number) =>
  happened('participantJoined', 'week', { entityId, services }, '2018-10-10T09:00:00+04:00');
/** Requests of an entity: so many on the day of the edition, and so many on the day before. */
const volumes = (entity: string, now: number, before: number): PostedFact[] => [
  ...requests({ day: '2018-10-23', channel: 'app', entity, count: now }),
  ...requests({ day: '2018-10-22', channel: 'app', entity, count: before }),
];
const [first] = requests({ day: '2018-10-23', channel: 'app', entity: 'ports' });
const request = first as PostedFact;

/**
 * An edition of one day whose scope names transport and ports, after which ports turns out to have gone up in transport on the day of
 * the edition; and metro, which nobody named, a year before. Roads went up in no one.
 */
const DAYS = {
  '2018-11-01': [
    ...['transport', 'ports', 'metro', 'roads'].map((id) => registeredEntity(id, 'government')),
    ...['transport', 'ports', 'metro', 'roads'].map((id) => registeredService(`${id}-renewal`, id)),
    announced({ campaign: 'week', edition: 1, firstDay: '2018-10-23', lastDay: '2018-10-23' }),
    scoped('week', { entityIds: ['transport', 'ports'] }),
    ...[joined('ports', 5), joined('transport', 7)],
    ...[...volumes('transport', 3, 2), ...volumes('ports', 4, 3), ...volumes('metro', 5, 1), ...volumes('roads', 9, 9)],
    ...[request, paid(request, '2018-10-23', '1000')],
  ],
  '2018-12-01': [
    campaignFact('entity.merged', 'entity-ports', {
      ...{ entityId: 'ports', intoEntityId: 'transport', from: '2018-10-23' },
    }),
  ],
  '2018-12-05': [
    happened('ended', 'week', {}, '2018-10-23T20:00:00+04:00'),
    happened('figuresFrozen', 'week'),
    campaignFact('entity.merged', 'entity-metro', {
      ...{ entityId: 'metro', intoEntityId: 'transport', from: '2017-01-01' },
    }),
  ],
};

describe('A merger, in the figures of a campaign', () => {
  let ledger: Ledger;
  const figures = async (query: Partial<DataSetQuery> = {}, view = 'current') => {
    const filters = { view: [view], baseline: ['previousDay'], measure: ['received'] };
    const [row] = (await ledger.ask(campaignMetrics, { filters, ...query })).rows;
    return row;
  };
  beforeAll(async () => {
    ledger = await learned(DAYS);
  });
  afterAll(() => ledger.close());

  test('[CAM-8, CAM-26] makes one participant of two, from the day on which it is known', async () => {
    expect(await figures({ knownAt: '2018-11-30' })).toMatchObject({
      ...{ entities_in_scope: 2, entities_joined: 2, entities_active: 2, entities_silent: 0, services_declared: 12 },
    });
    expect(await figures({ knownAt: '2018-12-01' })).toMatchObject({
      ...{ entities_in_scope: 1, entities_joined: 1, entities_active: 1, entities_silent: 0, services_declared: 12 },
      participation: { num: '1', den: '1' },
    });
  });

  test('[CAM-17] brings what went up in an entity of the scope into it, on the days of the edition and of its baseline alike', async () => {
    const before = { actual: 8, baseline_value: { num: '5', den: '1', value: '5' }, uplift: { num: '3', den: '5' } };
    expect(await figures({ knownAt: '2018-11-30' })).toMatchObject(before);
    expect(await figures({ knownAt: '2018-12-04' })).toMatchObject(before);
    expect(await figures()).toMatchObject({ actual: 13, baseline_value: { num: '6' }, uplift: { num: '7', den: '6' } });
  });

  test('[CAM-25] leaves frozen figures as they were when it is told after the freeze, be it on the same day', async () => {
    expect(await figures({}, 'frozen')).toMatchObject({ actual: 8, entities_in_scope: 1, entities_joined: 1 });
  });

  test('counts up to the day whose state of affairs is asked for', async () => {
    expect(await figures({ effectiveAt: '2018-10-22' })).toMatchObject({ actual: 13, entities_in_scope: 2 });
    expect(await figures({ effectiveAt: '2016-12-31' })).toMatchObject({ actual: 8, entities_in_scope: 2 });
  });

  test('moves up in the league from its own day on', async () => {
    const league = async (query: Partial<DataSetQuery>) => {
      const { rows } = await ledger.ask(campaignBoard, { group: ['entity', 'in_scope'], ...query });
      return rows.map(({ entity, in_scope, received }) => `${entity} ${in_scope} ${received}`);
    };
    expect(await league({ knownAt: '2018-11-30' })).toEqual([
      ...['metro false 5', 'ports true 5', 'roads false 9', 'transport true 3'],
    ]);
    expect(await league({ knownAt: '2018-12-04' })).toEqual(['metro false 5', 'roads false 9', 'transport true 8']);
    expect(await league({})).toEqual(['roads false 9', 'transport true 13']);
    expect(await league({ effectiveAt: '2018-10-22' })).toEqual(['ports true 5', 'roads false 9', 'transport true 8']);
  });

  test('is among the events behind the figures', async () => {
    const told = async (query: Partial<DataSetQuery>) =>
      (await ledger.behind(campaignMetrics, { filters: { campaign: ['week'] }, ...query })).events
        .filter(({ stream }) => stream.startsWith('entity-'))
        .map(({ stream }) => stream);
    expect(await told({})).toEqual(['entity-metro', 'entity-ports']);
    expect(await told({ knownAt: '2018-12-04' })).toEqual(['entity-ports']);
    expect(await told({ filters: { view: ['frozen'] } })).toEqual(['entity-ports']);
  });
});
