import { addDays, daysFromTo } from '#kernel';
import { type ProjectedLots, projectedLots } from '../../../../test/support/projection.js';
import type { PostedFact } from '../../../../test/support/read-models.js';
import { randomOf } from '../../../../test/support/transaction-history.js';
import type { AnswerRow, DataSetAnswer, DataSetQuery } from '../read-model.js';
import { inSnapshot } from '../snapshot.js';
import { transactionsModel } from '../transactions.js';
import { continuity } from './continuity.js';

const fact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
  ...(time && { time }),
});
const EVER = '2019-01-01';
const entity = (entityId: string, jurisdiction: string) =>
  fact('entity.registered', `entity-${entityId}`, {
    entityId,
    title: { en: entityId },
    kind: 'federal',
    jurisdiction,
    from: EVER,
  });
const service = (
  serviceId: string,
  ownerEntityId: string,
  channels: readonly string[],
  more: object = {},
): PostedFact[] => [
  fact('service.registered', `service-${serviceId}`, {
    ...{ serviceId, ownerEntityId, title: { en: serviceId }, kind: 'transactional', flow: 'customer', critical: false },
    ...{ status: 'active', from: EVER, ...more },
  }),
  ...channels.map((channel) =>
    fact('service.channelOffered', `service-${serviceId}`, { serviceId, channel, from: EVER }),
  ),
];
const measure = (past: string, measureId: string, data: object, time?: string) =>
  fact(`measure.${past}`, `measure-ae.moi:${measureId}`, { entityId: 'ae.moi', measureId, ...data }, time);
const restricted = (measureId: string, effect: string, channels: readonly string[], days: object) =>
  measure('notified', measureId, {
    ...{
      disruptionId: 'covid',
      title: { en: measureId },
      effect,
      serviceIds: ['licence'],
      channels,
      remoteAlternative: true,
    },
    ...{ reason: 'safety', ...days },
  });
const outage = (past: string, time: string) =>
  fact(
    `outage.${past}`,
    'outage-visa:o-1',
    { serviceId: 'visa', outageId: 'o-1', ...(past === 'started' && { channel: 'app' }) },
    time,
  );
const holiday = (day: string) =>
  fact('calendar.holidayDeclared', 'calendar-ae-du', { calendarId: 'ae-du', day, title: { en: day } });

export const BEGUN = '2021-01-10';
export const PRESENT = '2021-03-10';
/** Holidays declared in time, and one of which the ledger learnt on its last day. */
export const HOLIDAYS = ['2020-12-02', '2021-01-20', '2020-02-03'];
export const LATE_HOLIDAY = '2021-01-27';

export interface Received {
  readonly service: string;
  readonly channel: string;
  readonly day: string;
}
const random = randomOf(20_200_322);
/** Requests of 16 months: the counter falls away with the disruption, the licence stops for two weeks, the rest goes on. */
export const TRAFFIC: Received[] = Array.from({ length: daysFromTo('2019-11-17', PRESENT) }, (_, at) =>
  addDays('2019-11-17', at),
).flatMap((day) => {
  const times = (number: number, service: string, channel: string) =>
    Array.from({ length: number }, () => ({ service, channel, day }));
  const isStopped = day >= '2021-01-12' && day < '2021-01-26';
  return [
    ...times(random.upTo(3), 'visa', 'app'),
    ...times(day < BEGUN ? random.upTo(2) : 0, 'licence', 'counter'),
    ...times(isStopped ? 0 : 1 + random.upTo(1), 'licence', 'web'),
    ...times(day >= '2021-02-01' ? 1 : 0, 'late', 'web'),
    ...times(day < '2020-09-01' ? 2 : 0, 'gone', 'mail'),
  ];
});
/** Told on the last day. */
export const TOLD_LATE: Received[] = [{ service: 'licence', channel: 'web', day: '2021-01-15' }];

let numbers = 0;
const received = ({ service: serviceId, channel, day }: Received): PostedFact => {
  const number = String(++numbers);
  return fact(
    'transaction.received',
    `transaction-ae.moi:${number}`,
    {
      ...{
        entityId: 'ae.moi',
        number,
        serviceId,
        channel,
        assisted: false,
        flow: 'customer',
        customerCategory: 'resident',
      },
      feeDue: '0',
    },
    `${day}T10:00:00+04:00`,
  );
};
const elsewhere = fact(
  'transaction.received',
  'transaction-rta:1',
  {
    ...{ entityId: 'rta', number: '1', serviceId: 'parking', channel: 'app', assisted: false, flow: 'customer' },
    ...{ customerCategory: 'resident', feeDue: '0' },
  },
  '2021-02-01T10:00:00+04:00',
);

/** A disruption of federal services and one of Dubai, learnt on 1 March 2021 but for what was told on the last day. */
export const continuityLots = (): Promise<ProjectedLots> =>
  projectedLots(
    transactionsModel,
    [
      ...[entity('ae.moi', 'AE'), entity('rta', 'AE-DU')],
      ...service('visa', 'ae.moi', ['app', 'counter'], { critical: true }),
      ...service('licence', 'ae.moi', ['web', 'counter']),
      ...service('paper', 'ae.moi', ['counter']),
      ...service('late', 'ae.moi', ['web'], { from: '2021-02-01' }),
      ...service('plans', 'ae.moi', ['web'], { status: 'planned' }),
      ...service('gone', 'ae.moi', ['mail'], { status: 'planned' }),
      ...service('hotline', 'ae.moi', ['call'], { kind: 'informational' }),
      ...service('parking', 'rta', ['app']),
      ...HOLIDAYS.map(holiday),
      fact('disruption.declared', 'disruption-covid', {
        ...{ disruptionId: 'covid', jurisdiction: 'AE', kind: 'epidemic', title: { en: 'COVID-19' }, from: BEGUN },
      }),
      fact('disruption.declared', 'disruption-storm', {
        ...{
          disruptionId: 'storm',
          jurisdiction: 'AE-DU',
          kind: 'weather',
          title: { en: 'Storm' },
          from: '2021-02-01',
        },
      }),
      // For disruptions from February on the year before is all that is looked at.
      fact('policy.adopted', 'policy-continuity', {
        ...{ policyId: 'continuity', version: 2, from: '2021-02-01', reason: { en: 'No guessing' } },
        parameters: {
          ...{ expected: 'yearBackTrend', fallback: 'yearBackTrend' },
          ...{ restoredShare: { num: '4', den: '5' }, restoredDays: 7 },
        },
      }),
      fact('disruption.ended', 'disruption-storm', { disruptionId: 'storm', on: '2021-02-03' }),
      fact('disruption.declared', 'disruption-fresh', {
        ...{ disruptionId: 'fresh', jurisdiction: 'AE', kind: 'technical', title: { en: 'Cable' }, from: '2021-03-08' },
      }),
      restricted('m-1', 'channelClosed', ['counter'], { from: '2021-01-12' }),
      measure('coordinated', 'm-1', { decision: 'agreed' }, '2021-01-15T10:00:00+04:00'),
      restricted('m-2', 'hoursReduced', ['web'], { from: '2021-01-20', until: '2021-01-25' }),
      measure('coordinated', 'm-2', { decision: 'objected' }, '2021-01-21T10:00:00+04:00'),
      restricted('m-3', 'staffRemote', ['web', 'app'], { from: '2021-01-12', until: '2021-01-15' }),
      measure('coordinated', 'm-3', { decision: 'amended' }, '2021-01-14T10:00:00+04:00'),
      outage('started', '2021-02-01T22:00:00+04:00'),
      outage('ended', '2021-02-01T21:00:00Z'),
      fact(
        'service.described',
        'service-visa',
        { serviceId: 'visa', contact: { phone: '600522222', url: 'https://moi.gov.ae' } },
        '2020-03-01T09:00:00+04:00',
      ),
      fact('programme.activityHeld', 'programme-stay-home', {
        ...{
          programmeId: 'stay-home',
          activityId: 'a-1',
          kind: 'awareness',
          title: { en: 'Use the app' },
          day: '2021-01-25',
        },
        participants: 5000,
      }),
      elsewhere,
      ...TRAFFIC.map(received),
    ],
    [...TOLD_LATE.map(received), holiday(LATE_HOLIDAY), measure('lifted', 'm-2', { on: '2021-01-22' })],
  );

/** All there is known about the federal disruption. */
export const ALL: DataSetQuery = { group: [], filters: { disruption: ['covid'] }, kpis: [], limit: 1000 };

export const asking =
  (lots: () => ProjectedLots) =>
  (query: Partial<DataSetQuery>): Promise<DataSetAnswer> =>
    inSnapshot(lots().source, transactionsModel.name, (manager) => continuity.rows({ ...ALL, ...query }, manager));

/** Rows by their day. */
export const byDay = ({ rows }: DataSetAnswer): ReadonlyMap<string, AnswerRow> =>
  new Map(rows.map((row) => [row.day as string, row]));
