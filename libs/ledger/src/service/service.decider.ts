import { BP_MAX, failingWith } from '#kernel';
import { occursIn } from '../codes.js';
import { refuseExists, refuse as refuseShared, refuseUnknown, sameContent } from '../failures.js';
import type { Context, Decider } from '../stream.js';
import type { ChannelOffered, ServiceDescribed, ServiceFact } from './service.events.js';
import { serviceFailures } from './service.failures.js';
import { evolveService, type OpenService, offerKey, type Service } from './service.state.js';

const refuse = failingWith(serviceFailures);

export const serviceDecider: Decider<ServiceFact, Service> = {
  initial: { is: 'none' },
  decide(fact, service, context) {
    const { serviceId } = fact.data;
    if (service.is === 'none') {
      if (fact.type === 'gov.sijill.service.registered.v1') return [fact];
      throw refuseUnknown('service', serviceId);
    }
    if (fact.type === 'gov.sijill.service.registered.v1') {
      if (sameContent(service.registered, fact.data)) return [];
      throw refuseExists('service', serviceId);
    }
    if (service.is === 'retired' && !AFTER_RETIREMENT.has(fact.type))
      throw refuse('service.retired', { params: { serviceId, from: service.retired.from } });
    return isAlreadySo(fact, service, context) ? [] : [fact];
  },
  evolve: evolveService,
};

const AFTER_RETIREMENT: ReadonlySet<string> = new Set([
  'gov.sijill.service.described.v1',
  'gov.sijill.service.transferred.v1',
]);

type Later = Exclude<ServiceFact, { readonly type: 'gov.sijill.service.registered.v1' }>;

/** Checks the rules of an event on an open entry; true when it would change nothing. */
const isAlreadySo = (fact: Later, service: OpenService, context: Context): boolean => {
  const { type, data } = fact;
  switch (type) {
    case 'gov.sijill.service.described.v1':
      return saysNothingNew(data, service);
    case 'gov.sijill.service.classified.v1':
      if (data.audience.length === 0) throw refuse('service.noAudience', { params: { serviceId: data.serviceId } });
      for (const category of data.audience) checkFlow(category, service);
      return sameContent(service.classified, data);
    case 'gov.sijill.service.requirementsSet.v1':
      checkDifferent(data.items);
      return sameContent(service.requirements, data);
    case 'gov.sijill.service.documentsSet.v1':
      checkDifferent(data.items);
      return sameContent(service.documents, data);
    case 'gov.sijill.service.proceduresSet.v1':
      checkDifferent(data.steps);
      return sameContent(service.procedures, data);
    case 'gov.sijill.service.sharesDeclared.v1': {
      const sum = data.electronicBp + data.manualBp;
      if (sum !== BP_MAX) throw refuse('service.sharesNotWhole', { params: { sum: String(sum) } });
      return sameContent(service.shares, data);
    }
    case 'gov.sijill.service.channelOffered.v1':
      return isOffered(data, service.offers[offerKey(data)]);
    case 'gov.sijill.service.channelWithdrawn.v1':
      if (service.offers[offerKey(data)] === undefined)
        throw refuse('service.channelNotOffered', { params: { channel: data.channel } });
      return false;
    case 'gov.sijill.service.feeSet.v1': {
      const fee = service.fees[data.channel ?? ''];
      return fee?.feeFils === data.feeFils && fee.from === data.from;
    }
    case 'gov.sijill.service.sharedUsed.v1': {
      const { sharedServiceId } = data;
      if (context.refer('service', sharedServiceId)?.kind !== 'shared')
        throw refuse('service.notShared', { params: { sharedServiceId } });
      return service.sharedServiceIds.includes(sharedServiceId);
    }
    case 'gov.sijill.service.sharedDropped.v1':
      return !service.sharedServiceIds.includes(data.sharedServiceId);
    case 'gov.sijill.service.transferred.v1':
      return service.ownerEntityId === data.toEntityId;
    case 'gov.sijill.service.activated.v1':
      return service.activeFrom !== undefined && service.activeFrom <= data.from;
    case 'gov.sijill.service.suspended.v1':
      return service.is === 'suspended' && sameContent(service.pause, data);
    case 'gov.sijill.service.resumed.v1':
      if (service.is !== 'suspended') throw refuse('service.notSuspended', { params: { serviceId: data.serviceId } });
      return false;
    case 'gov.sijill.service.retired.v1':
      if (data.successorIds?.includes(data.serviceId))
        throw refuse('service.selfSuccessor', { params: { serviceId: data.serviceId } });
      return false;
  }
};

const DESCRIBED = 'gov.sijill.service.described.v1';
const NOTHING_SAID = {
  pointer: '#/data',
  code: 'member.missing',
  text: { ar: 'الوصف لا يحوي شيئاً', en: 'The description says nothing' },
  expected: 'at least one of title, definition, keywords, outputs, legalBasis, contact, processingMinutes',
};

const saysNothingNew = (data: Readonly<ServiceDescribed>, { described }: OpenService): boolean => {
  const { serviceId: _, ...said } = data;
  const members = Object.keys(said) as (keyof typeof said)[];
  if (members.length === 0)
    throw refuseShared('event.invalid', { params: { type: DESCRIBED }, faults: [NOTHING_SAID] });
  return members.every((member) => sameContent(described[member], said[member]));
};

/** Offered on the day named, with equal terms. An earlier day with the same terms says something new. */
const isOffered = (data: Readonly<ChannelOffered>, offer: Readonly<ChannelOffered> | undefined): boolean =>
  offer !== undefined && offer.from <= data.from && sameContent(offer, data, ['from']);

const checkFlow = (category: Parameters<typeof occursIn>[0], { registered: { flow } }: OpenService): void => {
  if (!occursIn(category, flow)) throw refuse('service.flowMismatch', { params: { category, flow } });
};

const checkDifferent = (items: readonly { readonly id: string }[]): void => {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id)) throw refuseShared('list.repeated', { params: { id } });
    seen.add(id);
  }
};
