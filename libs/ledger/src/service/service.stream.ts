import { defineStream, type Reference } from '../stream.js';
import { serviceDecider } from './service.decider.js';
import { type ServiceFact, serviceEvents } from './service.events.js';
import type { Service } from './service.state.js';

export const serviceStream = defineStream<ServiceFact, Service>({
  category: 'service',
  title: { ar: 'خدمة', en: 'Service' },
  events: serviceEvents,
  opening: ['gov.sijill.service.registered.v1'],
  stewardOnly: ['gov.sijill.service.transferred.v1'],
  id: ({ serviceId }) => serviceId,
  references: (fact) => referencesOf(fact),
  owners: ({ type, data }, service) => {
    if (service.is !== 'none') return [service.ownerEntityId];
    return type === 'gov.sijill.service.registered.v1' ? [data.ownerEntityId] : [];
  },
  facts: (service) => {
    if (service.is === 'none') return undefined;
    const { ownerEntityId, formerOwners, registered } = service;
    return { ownerEntityId, formerOwners, kind: registered.kind, flow: registered.flow };
  },
  decider: serviceDecider,
});

const referencesOf = ({ type, data }: ServiceFact): readonly Reference[] => {
  switch (type) {
    case 'gov.sijill.service.registered.v1':
      return [{ category: 'entity', id: data.ownerEntityId, pointer: '#/data/ownerEntityId' }];
    case 'gov.sijill.service.documentsSet.v1':
      return data.items.flatMap(({ issuerEntityId }, index) =>
        issuerEntityId === undefined
          ? []
          : [{ category: 'entity', id: issuerEntityId, pointer: `#/data/items/${index}/issuerEntityId` }],
      );
    case 'gov.sijill.service.channelOffered.v1':
    case 'gov.sijill.service.channelWithdrawn.v1':
      return data.platformId === undefined
        ? []
        : [{ category: 'platform', id: data.platformId, pointer: '#/data/platformId' }];
    case 'gov.sijill.service.sharedUsed.v1':
    case 'gov.sijill.service.sharedDropped.v1':
      return [{ category: 'service', id: data.sharedServiceId, pointer: '#/data/sharedServiceId' }];
    case 'gov.sijill.service.transferred.v1':
      return [{ category: 'entity', id: data.toEntityId, pointer: '#/data/toEntityId' }];
    default:
      return [];
  }
};
