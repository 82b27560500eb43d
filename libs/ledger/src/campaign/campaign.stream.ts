import { defineStream, type Reference, type ReferenceCategory } from '../stream.js';
import { type Campaign, campaignDecider } from './campaign.decider.js';
import { type CampaignFact, campaignEvents } from './campaign.events.js';

export const campaignStream = defineStream<CampaignFact, Campaign>({
  category: 'campaign',
  title: { ar: 'حملة', en: 'Campaign' },
  events: campaignEvents,
  opening: ['gov.sijill.campaign.announced.v1'],
  stewardOnly: [
    'gov.sijill.campaign.announced.v1',
    'gov.sijill.campaign.scopeSet.v1',
    'gov.sijill.campaign.baselineChosen.v1',
    'gov.sijill.campaign.started.v1',
    'gov.sijill.campaign.ended.v1',
    'gov.sijill.campaign.cancelled.v1',
    'gov.sijill.campaign.figuresFrozen.v1',
  ],
  id: ({ campaignId }) => campaignId,
  references: (fact) => referencesOf(fact),
  owners: ({ data }, campaign) => {
    const own = 'entityId' in data ? [data.entityId] : [];
    return campaign.is === 'none' ? own : [...own, campaign.announced.ownerEntityId];
  },
  facts: (campaign) => (campaign.is === 'none' ? undefined : { ownerEntityId: campaign.announced.ownerEntityId }),
  decider: campaignDecider,
});

const referencesOf = ({ type, data }: CampaignFact): readonly Reference[] => {
  switch (type) {
    case 'gov.sijill.campaign.announced.v1':
      return [
        { category: 'programme', id: data.seriesId, pointer: '#/data/seriesId' },
        { category: 'entity', id: data.ownerEntityId, pointer: '#/data/ownerEntityId' },
      ];
    case 'gov.sijill.campaign.scopeSet.v1':
      return [
        ...named('entity', 'entityIds', data.entityIds),
        ...named('centre', 'centreIds', data.centreIds),
        ...named('service', 'serviceIds', data.serviceIds),
        ...named('kiosk', 'kioskIds', data.kioskIds),
      ];
    case 'gov.sijill.campaign.awarenessHeld.v1': {
      const entity: Reference = { category: 'entity', id: data.entityId, pointer: '#/data/entityId' };
      if (data.centreId === undefined) return [entity];
      return [entity, { category: 'centre', id: data.centreId, pointer: '#/data/centreId' }];
    }
    default:
      // A participant stands in the scope, and so is proven.
      return [];
  }
};

const named = (category: ReferenceCategory, member: string, ids: readonly string[]): readonly Reference[] =>
  ids.map((id, at) => ({ category, id, pointer: `#/data/${member}/${at}` }));
