import {
  announced,
  campaignFact,
  happened,
  openedCentre,
  paid,
  registeredEntity,
  registeredService,
  requests,
  scoped,
  turnedCentre,
  workdays,
} from './campaign-facts.js';
import type { PostedFact } from './read-models.js';

const D2018 = workdays('2018-10-21', '2018-10-25');

/** Half of it at counters on ordinary days; 1 of 10 in the edition; 2 of 8 four weeks later. */
const ordinary = (day: string, of = 8): PostedFact[] => [
  ...requests({ day, channel: 'counter', count: of / 2, more: { centreId: 'karama' } }),
  ...requests({ day, channel: 'app', count: of / 2 }),
];
const duringEdition = (day: string): PostedFact[] => [
  ...requests({ day, channel: 'counter', more: { centreId: day === '2018-10-22' ? 'deira' : 'karama' } }),
  ...requests({ day, channel: 'app', count: 7 }),
  ...requests({ day, channel: 'call' }),
  ...requests({ day, channel: 'kiosk', more: { kioskId: 'k1' } }),
];
const later = (day: string): PostedFact[] => [
  ...requests({ day, channel: 'counter', count: 2 }),
  ...requests({ day, channel: 'web', count: 6 }),
];

const [first2017] = requests({ day: '2017-10-26', channel: 'app' });
const [second2017] = requests({ day: '2017-10-26', channel: 'web' });
const [eve2017] = requests({ day: '2017-10-25', channel: 'counter' });
export const day2017: PostedFact[] = [first2017, second2017, eve2017].flatMap((one) => one ?? []);
export const money2017: PostedFact[] = [
  paid(day2017[0] as PostedFact, '2017-10-26', '5000000000'),
  paid(day2017[1] as PostedFact, '2017-10-26', '500000000'),
  paid(day2017[2] as PostedFact, '2017-10-25', '4220000000'),
];

export const registers: PostedFact[] = [
  ...['rta', 'dm', 'dof'].map((id) => registeredEntity(id, 'government')),
  ...['rta-renewal', 'rta-free'].map((id) => registeredService(id, 'rta')),
  registeredService('dm-permit', 'dm'),
  campaignFact('service.channelOffered', 'service-rta-renewal', {
    ...{ serviceId: 'rta-renewal', channel: 'app', from: '2015-01-01' },
  }),
  campaignFact('service.channelOffered', 'service-dm-permit', {
    ...{ serviceId: 'dm-permit', channel: 'counter', from: '2015-01-01' },
  }),
  ...['deira', 'karama'].map((id) => openedCentre(id, 'rta')),
];

export const campaigns2018: PostedFact[] = [
  announced({ campaign: 'day-2017', edition: 1, firstDay: '2017-10-26', lastDay: '2017-10-26' }),
  scoped('day-2017', { entityIds: ['rta'], serviceIds: ['rta-renewal'] }),
  announced({ campaign: 'week-2018', edition: 2, firstDay: '2018-10-21', lastDay: '2018-10-25' }),
  scoped('week-2018', { entityIds: ['rta', 'dm'], centreIds: ['deira'], serviceIds: ['rta-renewal'] }),
  scoped('week-2018', { centreIds: ['karama'], serviceIds: ['dm-permit'], kioskIds: ['k1'] }, 2),
  happened(
    'participantJoined',
    'week-2018',
    { entityId: 'rta', services: 192, readiness: [{ channel: 'app', ready: true }] },
    '2018-10-10T09:00:00+04:00',
  ),
  happened('baselineChosen', 'week-2018', { baselineId: 'b', method: 'previousDay', headline: true }),
  happened('awarenessHeld', 'week-2018', {
    ...{ activityId: 'a', entityId: 'rta', centreId: 'deira', kind: 'booth', day: '2018-10-21', attendance: 40 },
  }),
  turnedCentre('deira', 'awareness', '2018-10-21T07:30:00+04:00'),
  turnedCentre('deira', 'serving', '2018-10-25T20:00:00+04:00'),
  happened('started', 'week-2018', {}, '2018-10-21T07:30:00+04:00'),
];

export const volumes: PostedFact[] = [
  ...workdays('2018-09-16', '2018-10-17').flatMap((day) => ordinary(day)),
  ...ordinary('2018-10-18', 6),
  ...D2018.flatMap(duringEdition),
  ...ordinary('2018-10-28', 4),
  ...workdays('2018-10-29', '2018-11-01').flatMap((day) => ordinary(day)),
  ...D2018.flatMap((_, at) => later(`2018-11-${18 + at}`)),
  // Neither free of charge nor of another service: not in scope.
  ...requests({ day: '2018-10-22', channel: 'app', feeDue: '0', count: 3 }),
  ...requests({ day: '2018-10-22', channel: 'app', service: 'rta-free', count: 5 }),
];
