import { CHANNEL_CLASSES } from '#ledger';
import { announced, happened, registeredEntity, requests, scoped } from '../../../../test/support/campaign-facts.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { baselineSet, completed, fact, type Ledger, learned } from '../../../../test/support/savings.js';
import { aggregates, aggregatesModel } from '../aggregates.js';
import { campaignBoard, campaignMetrics } from '../campaign.js';
import { catalogueDataSet, catalogueModel } from '../catalogue.js';
import { channelVolume } from '../channel-volume.js';
import { continuity } from '../continuity/continuity.js';
import { enquiries } from '../enquiry/enquiries.js';
import { enquiriesModel } from '../enquiry/fold.js';
import type { AnswerRow, DataSet, DataSetQuery } from '../read-model.js';
import { satisfactionModel } from '../satisfaction/fold.js';
import { satisfaction } from '../satisfaction/satisfaction.js';
import { savings } from '../savings/savings.js';
import { stamp } from '../stamp/stamp.js';
import { transactionsModel } from '../transactions.js';

const adopted = (policyId: string, version: number, from: string, parameters: object): PostedFact =>
  fact('policy.adopted', `policy-${policyId}`, { policyId, version, from, parameters, reason: { en: 'test' } });
const classes = (version: number, from: string, more: object) =>
  adopted('channel-classes', version, from, { classes: { ...CHANNEL_CLASSES, ...more } });

/** The last day before the later version, and its first. */
const [EVE, TURN] = ['2021-02-14', '2021-02-15'];
const KNOWN = '2021-03-10';

const service = (serviceId: string, channel: string, flow = 'customer'): PostedFact[] => [
  fact('service.registered', `service-${serviceId}`, {
    ...{ serviceId, ownerEntityId: 'rta', title: { ar: serviceId }, kind: 'transactional', flow, critical: false },
    ...{ status: 'active', from: '2015-01-01' },
  }),
  fact('service.channelOffered', `service-${serviceId}`, { serviceId, channel, from: '2015-01-01' }),
];
const asked = (number: string, day: string) =>
  fact(
    'enquiry.received',
    `enquiry-rta:${number}`,
    { entityId: 'rta', number, channel: 'call', customerCategory: 'citizen' },
    `${day}T09:00:00+04:00`,
  );
const rated = (feedbackId: string, day: string) =>
  fact(
    'feedback.given',
    `feedback-rta:${feedbackId}`,
    { entityId: 'rta', feedbackId, channel: 'call', rating: 5 },
    `${day}T09:00:00+04:00`,
  );
const volume = (channel: string, month: string, last: string, value: string) =>
  fact('aggregate.reported', `aggregate-ae.test:${channel}${month}`, {
    ...{ publisher: 'ae.test', dataset: 'volumes', serviceId: 'rta-renewal', channel, measure: 'volume', freq: 'M' },
    ...{ periodStart: `${month}-01`, periodEnd: `${month}-${last}`, unit: 'transaction', value },
  });

/** Calls are remote and chats digital; from 15 February on calls are digital and chats as good as a counter. */
const BEFORE: PostedFact[] = [
  classes(1, '1900-01-01', {}),
  adopted('stamp', 1, '1900-01-01', {
    ...{ countedKinds: ['process'], allowedChannelClasses: ['digital'], idle: 'leaveOut', unitWeight: 1 },
    ...{ freezeDays: 30, suspendOnLate: true },
  }),
  registeredEntity('rta', 'government'),
  ...[...service('rta-renewal', 'call'), ...service('rta-chat', 'chat'), ...service('rta-leave', 'web', 'internal')],
  baselineSet('rta', 2020, 366_000),
  ...completed('rta', 'rta-renewal', '2020-06-01', { channel: 'counter' }),
  ...[EVE, TURN].flatMap((day) => completed('rta', 'rta-renewal', day, { channel: 'call', feeDue: '1000' })),
  ...[...requests({ day: '2021-02-10', channel: 'call' }), ...requests({ day: '2021-02-11', channel: 'call' })],
  ...[asked('1', EVE), asked('2', TURN), rated('1', EVE), rated('2', TURN)],
  ...[volume('call', '2021-01', '31', '10'), volume('web', '2021-01', '31', '30')],
  ...[volume('call', '2021-02', '28', '10'), volume('web', '2021-02', '28', '30')],
  fact('disruption.declared', 'disruption-rain', {
    ...{ disruptionId: 'rain', jurisdiction: 'AE-DU', kind: 'weather', title: { ar: 'مطر' }, from: EVE },
  }),
  announced({ campaign: 'days', edition: 1, firstDay: EVE, lastDay: TURN }),
  scoped('days', { entityIds: ['rta'], serviceIds: ['rta-renewal', 'rta-chat'] }),
  ...[happened('started', 'days'), happened('ended', 'days')],
];

describe('Classes of channels by the version in force', () => {
  let ledger: Ledger;
  const rows = async (set: DataSet, query: Partial<DataSetQuery> = {}): Promise<readonly AnswerRow[]> =>
    (await ledger.ask(set, query)).rows;
  /** As known before the later version, and after it. */
  const bothTimes = async <T>(of: (clock: Partial<DataSetQuery>) => Promise<T>) =>
    [await of({ knownAt: '2021-03-09' }), await of({ knownAt: KNOWN })] as const;

  beforeAll(async () => {
    ledger = await learned(
      {
        '2021-03-01': BEFORE,
        '2021-03-05': [happened('figuresFrozen', 'days')],
        [KNOWN]: [classes(2, TURN, { call: 'digital', chat: 'counter' })],
      },
      [transactionsModel, enquiriesModel, satisfactionModel, aggregatesModel, catalogueModel],
    );
  }, 60_000);
  afterAll(() => ledger?.close());

  test.each<[set: DataSet, measure: string]>([
    [channelVolume, 'completed'],
    [enquiries, 'received'],
    [satisfaction, 'answers'],
    [campaignBoard, 'received'],
    [continuity, 'actual'],
  ])(
    '[REG-1] are those of its first day in $description.name, and on the day before those of the first',
    async (set, measure) => {
      const byDay = (clock: Partial<DataSetQuery>) =>
        rows(set, { group: ['day', 'channel_class'], from: EVE, to: TURN, ...clock }).then((found) =>
          found.filter((row) => row[measure]).map(({ day, channel_class: name }) => `${day} ${name}`),
        );
      expect(await bothTimes(byDay)).toEqual([
        [`${EVE} remote`, `${TURN} remote`],
        [`${EVE} remote`, `${TURN} digital`],
      ]);
      const filters = { channel_class: ['digital'] };
      const { events } = await ledger.behind(set, { from: EVE, to: TURN, filters });
      const counted = events.filter(({ deltas }) => Object.keys(deltas).length > 0);
      expect([...new Set(counted.map(({ effectiveDay }) => effectiveDay))]).toEqual([TURN]);
    },
  );

  test('[REG-1] are those of the last day of a period in published totals', async () => {
    const byMonth = (clock: Partial<DataSetQuery>) =>
      rows(aggregates, { group: ['period'], kpis: ['digital_take_up'], ...clock }).then((found) =>
        found.map(({ digital_take_up: figure }) => (figure as { value: string }).value),
      );
    expect(await bothTimes(byMonth)).toEqual([
      ['0.75', '0.75'],
      ['0.75', '1'],
    ]);
    expect(await rows(aggregates, { filters: { channel_class: ['digital'] }, group: ['period'] })).toMatchObject([
      { period: '2021-01-01..2021-01-31', value: '30' },
      { period: '2021-02-01..2021-02-28', value: '40' },
    ]);
  });

  test('[REG-1] say which services are offered without a visit, in the catalogue and in a disruption', async () => {
    const listed = (effectiveAt: string) =>
      rows(catalogueDataSet, {
        group: ['service', 'channel_class'],
        effectiveAt,
        filters: { flow: ['customer'] },
      }).then((found) => found.map((row) => `${row.service} ${row.channel_class}`));
    expect(await listed(EVE)).toEqual(['rta-chat digital', 'rta-renewal remote']);
    expect(await listed(TURN)).toEqual(['rta-chat counter', 'rta-renewal digital']);
    const remote = (clock: Partial<DataSetQuery>) =>
      rows(continuity, { group: ['day'], from: EVE, to: TURN, ...clock }).then((found) =>
        found.map((row) => Number(row.remote)),
      );
    expect(await bothTimes(remote)).toEqual([
      [3, 3],
      [3, 2],
    ]);
  });

  test('[REG-1] are in the figures of a campaign as known, and in its frozen ones as they were', async () => {
    const digital = async (view: string, clock: Partial<DataSetQuery> = {}) => {
      const filters = { view: [view], measure: ['received'], baseline: ['previousDay'], channel_class: ['digital'] };
      const [row] = await rows(campaignMetrics, { filters, ...clock });
      return [row?.actual, row?.services_remote];
    };
    expect(await digital('current', { knownAt: '2021-03-09' })).toEqual([0, 2]);
    expect(await digital('current')).toEqual([1, 1]);
    expect(await digital('frozen')).toEqual([0, null]);
    const behind = async (view: string) => {
      const filters = { view: [view], baseline: ['previousDay'], channel_class: ['digital'] };
      const { events } = await ledger.behind(campaignMetrics, { filters });
      return events.filter(({ deltas }) => 'received' in deltas).map(({ effectiveDay }) => effectiveDay);
    };
    expect([await behind('current'), await behind('frozen')]).toEqual([[TURN], []]);
  });

  test('[REG-1] decide which visits a digital transaction replaced, and which units of the stamp are digital', async () => {
    const trips = (clock: Partial<DataSetQuery>) =>
      rows(savings, { from: '2021-01-01', to: '2021-03-31', ...clock }).then(([row]) => row?.trips);
    expect(await bothTimes(trips)).toMatchObject([{ value: '0' }, { value: '1' }]);
    const units = (clock: Partial<DataSetQuery>) =>
      rows(stamp, { group: ['service', 'outcome'], filters: { half: ['2021-H1'], view: ['current'] }, ...clock }).then(
        (found) => found.filter((row) => row.service === 'rta-renewal').map((row) => row.outcome),
      );
    expect(await bothTimes(units)).toEqual([['failed'], ['passed']]);
  });

  test('hold for all periods where a question asks for those of a day', async () => {
    for (const set of [channelVolume, enquiries, satisfaction, campaignBoard, continuity]) {
      const found = await rows(set, { group: ['channel_class'], from: EVE, to: TURN, effectiveAt: TURN });
      const told = found.filter((row) => row.channel_class !== 'counter'); // continuity looks a year back, to the counter
      expect(told.map((row) => row.channel_class)).toEqual(['digital']);
    }
  });
});
