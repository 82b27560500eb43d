import { addDays } from '#kernel';
import type { PostedFact } from './read-models.js';

const SOURCE = 'urn:sijill:registry:desk';

export const campaignFact = (type: string, stream: string, data: object, time?: string): PostedFact => ({
  type: `gov.sijill.${type}.v1`,
  stream,
  data,
  source: SOURCE,
  ...(time !== undefined && { time }),
});

/** Days from `first` to `last` but for Fridays and Saturdays, which are off until 2021. */
export const workdays = (first: string, last: string): string[] => {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1))
    if (![5, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) days.push(day);
  return days;
};

export interface Requests {
  readonly day: string;
  readonly channel: string;
  readonly count?: number;
  readonly hour?: number;
  readonly entity?: string;
  readonly service?: string;
  readonly feeDue?: string;
  readonly more?: object;
}

let last = 0;

/** Requests of customers on one day, each a transaction of its own. */
export const requests = ({ day, channel, count = 1, hour = 9, entity = 'rta', ...of }: Requests): PostedFact[] =>
  Array.from({ length: count }, () => {
    const { service = `${entity}-renewal`, feeDue = '1000', more = {} } = of;
    const number = `n${++last}`;
    const data = {
      ...{ entityId: entity, number, serviceId: service, channel, assisted: false, flow: 'customer' },
      ...{ customerCategory: 'resident', feeDue, ...more },
    };
    const time = `${day}T${String(hour).padStart(2, '0')}:15:00+04:00`;
    return campaignFact('transaction.received', `transaction-${entity}:${number}`, data, time);
  });

/** Money settled for the transaction that a request opened. */
export const paid = (request: PostedFact, day: string, amount: string, paymentId = 'p1'): PostedFact => {
  const { channel } = request.data as { channel: string };
  const data = { ...nameOf(request), paymentId, amount, kind: 'fee', method: 'epay', channel };
  return campaignFact('transaction.paymentSettled', request.stream, data, `${day}T10:30:00+04:00`);
};

export const refunded = (request: PostedFact, day: string, amount: string, paymentId = 'p1'): PostedFact =>
  campaignFact(
    'transaction.paymentRefunded',
    request.stream,
    { ...nameOf(request), refundId: 'r1', paymentId, amount },
    `${day}T11:30:00+04:00`,
  );

export const voidedRequest = (request: PostedFact): PostedFact =>
  campaignFact('transaction.voided', request.stream, {
    ...nameOf(request),
    reason: { en: 'Told twice' },
    requestedBy: 'entity',
  });

const nameOf = ({ data }: PostedFact) => {
  const { entityId, number } = data as { entityId: string; number: string };
  return { entityId, number };
};

export interface Announced {
  readonly campaign: string;
  readonly edition: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly feeBearingOnly?: boolean;
}

export const announced = ({ campaign, feeBearingOnly = true, ...told }: Announced): PostedFact =>
  campaignFact('campaign.announced', `campaign-${campaign}`, {
    ...{ campaignId: campaign, seriesId: 'no-centres', ownerEntityId: 'dof', title: { ar: 'بلا مراكز' } },
    ...{ announcedOn: addDays(told.firstDay, -13), substituteChannels: ['app', 'web', 'kiosk', 'call'] },
    ...{ ...told, feeBearingOnly },
  });

export const scoped = (campaign: string, lists: object, part = 1): PostedFact =>
  campaignFact('campaign.scopeSet', `campaign-${campaign}`, {
    ...{ campaignId: campaign, part, entityIds: [], centreIds: [], serviceIds: [], kioskIds: [], ...lists },
  });

/** Something else that happened to a campaign. */
export const happened = (noun: string, campaign: string, data: object = {}, time?: string): PostedFact =>
  campaignFact(`campaign.${noun}`, `campaign-${campaign}`, { campaignId: campaign, ...data }, time);

export const openedCentre = (centreId: string, entityId: string): PostedFact =>
  campaignFact('centre.opened', `centre-${centreId}`, {
    ...{ centreId, entityId, title: { ar: 'مركز' }, from: '2010-01-01' },
  });

export const turnedCentre = (centreId: string, mode: string, time: string): PostedFact =>
  campaignFact('centre.modeChanged', `centre-${centreId}`, { centreId, mode }, time);

export const registeredEntity = (entityId: string, kind: string): PostedFact =>
  campaignFact('entity.registered', `entity-${entityId}`, {
    ...{ entityId, title: { ar: entityId }, kind, jurisdiction: 'AE-DU', from: '2000-01-01' },
  });

export const registeredService = (serviceId: string, ownerEntityId: string): PostedFact =>
  campaignFact('service.registered', `service-${serviceId}`, {
    ...{ serviceId, ownerEntityId, title: { ar: serviceId }, kind: 'transactional', flow: 'customer' },
    ...{ critical: false, status: 'active', from: '2000-01-01' },
  });
