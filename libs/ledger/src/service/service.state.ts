import type {
  ChannelOffered,
  DocumentsSet,
  FeeSet,
  ProceduresSet,
  RequirementsSet,
  ServiceClassified,
  ServiceDescribed,
  ServiceFact,
  ServicePaused,
  ServiceRegistered,
  ServiceRetired,
  SharesDeclared,
} from './service.events.js';

export interface FormerOwner {
  readonly entityId: string;
  /** First day that was no longer theirs. */
  readonly until: string;
}

interface Entry {
  readonly registered: Readonly<ServiceRegistered>;
  readonly ownerEntityId: string;
  /** First day on which it is given; undefined: it is planned. */
  readonly activeFrom: string | undefined;
  /** In order of transfer. */
  readonly formerOwners: readonly FormerOwner[];
  readonly described: Readonly<Partial<ServiceDescribed>>;
  readonly classified?: Readonly<ServiceClassified>;
  readonly requirements?: Readonly<RequirementsSet>;
  readonly documents?: Readonly<DocumentsSet>;
  readonly procedures?: Readonly<ProceduresSet>;
  readonly shares?: Readonly<SharesDeclared>;
  /** By {@link offerKey}: what is offered at present. */
  readonly offers: Readonly<Record<string, Readonly<ChannelOffered>>>;
  /** By channel, `''` for the fee in general. */
  readonly fees: Readonly<Record<string, Readonly<FeeSet>>>;
  readonly sharedServiceIds: readonly string[];
}

export type Service =
  | { readonly is: 'none' }
  | (Entry & { readonly is: 'running' })
  | (Entry & { readonly is: 'suspended'; readonly pause: Readonly<ServicePaused> })
  | (Entry & { readonly is: 'retired'; readonly retired: Readonly<ServiceRetired> });

export type OpenService = Exclude<Service, { readonly is: 'none' }>;

export const offerKey = ({ channel, platformId = '' }: Pick<ChannelOffered, 'channel' | 'platformId'>): string =>
  `${channel}|${platformId}`;

export const evolveService = (service: Service, fact: ServiceFact): Service => {
  if (fact.type === 'gov.sijill.service.registered.v1') {
    const { ownerEntityId, title, status, from } = fact.data;
    const activeFrom = status === 'active' ? from : undefined;
    const empty = { formerOwners: [], offers: {}, fees: {}, sharedServiceIds: [] };
    return { is: 'running', registered: fact.data, ownerEntityId, activeFrom, described: { title }, ...empty };
  }
  return service.is === 'none' ? service : evolveOpen(service, fact);
};

type Later = Exclude<ServiceFact, { readonly type: 'gov.sijill.service.registered.v1' }>;

const evolveOpen = (service: OpenService, { type, data }: Later): Service => {
  switch (type) {
    case 'gov.sijill.service.described.v1':
      return { ...service, described: { ...service.described, ...data } };
    case 'gov.sijill.service.classified.v1':
      return { ...service, classified: data };
    case 'gov.sijill.service.requirementsSet.v1':
      return { ...service, requirements: data };
    case 'gov.sijill.service.documentsSet.v1':
      return { ...service, documents: data };
    case 'gov.sijill.service.proceduresSet.v1':
      return { ...service, procedures: data };
    case 'gov.sijill.service.sharesDeclared.v1':
      return { ...service, shares: data };
    case 'gov.sijill.service.channelOffered.v1':
      return { ...service, offers: { ...service.offers, [offerKey(data)]: data } };
    case 'gov.sijill.service.channelWithdrawn.v1': {
      const { [offerKey(data)]: _, ...offers } = service.offers;
      return { ...service, offers };
    }
    case 'gov.sijill.service.feeSet.v1':
      return { ...service, fees: { ...service.fees, [data.channel ?? '']: data } };
    case 'gov.sijill.service.sharedUsed.v1':
      return { ...service, sharedServiceIds: [...service.sharedServiceIds, data.sharedServiceId] };
    case 'gov.sijill.service.sharedDropped.v1':
      return { ...service, sharedServiceIds: service.sharedServiceIds.filter((id) => id !== data.sharedServiceId) };
    case 'gov.sijill.service.transferred.v1': {
      const former = { entityId: service.ownerEntityId, until: data.from };
      return { ...service, ownerEntityId: data.toEntityId, formerOwners: [...service.formerOwners, former] };
    }
    case 'gov.sijill.service.activated.v1':
      return { ...service, activeFrom: data.from };
    case 'gov.sijill.service.suspended.v1':
      return { ...service, is: 'suspended', pause: data };
    case 'gov.sijill.service.resumed.v1':
      return { ...service, is: 'running' };
    case 'gov.sijill.service.retired.v1':
      return { ...service, is: 'retired', retired: data };
  }
};
