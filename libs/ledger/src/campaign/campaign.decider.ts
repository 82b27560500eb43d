import { daysFromTo, failingWith } from '#kernel';
import { refuseExists, refuse as refuseShared, refuseUnknown, sameContent } from '../failures.js';
import type { Decider } from '../stream.js';
import type {
  CampaignAnnounced,
  CampaignAwarenessHeld,
  CampaignBaselineChosen,
  CampaignFact,
  CampaignParticipantJoined,
  CampaignScopeSet,
} from './campaign.events.js';
import { campaignFailures } from './campaign.failures.js';

type ById<T> = ReadonlyMap<string | number, T>;

export type Campaign =
  | { readonly is: 'none' }
  | {
      readonly is: 'announced' | 'started' | 'ended' | 'cancelled';
      readonly announced: Readonly<CampaignAnnounced>;
      readonly isFrozen: boolean;
      /** Scope by number of its part. */
      readonly parts: ById<Readonly<CampaignScopeSet>>;
      /** What each entity last answered. */
      readonly participants: ById<Readonly<CampaignParticipantJoined> | 'left'>;
      readonly baselines: ById<Readonly<CampaignBaselineChosen>>;
      readonly activities: ById<Readonly<CampaignAwarenessHeld>>;
    };
type Open = Exclude<Campaign, { is: 'none' }>;

const EDITION_DAYS_MAX = 92;
const refuse = failingWith(campaignFailures);

export const campaignDecider: Decider<CampaignFact, Campaign> = {
  initial: { is: 'none' },
  decide(fact, campaign) {
    const { campaignId } = fact.data;
    if (fact.type === 'gov.sijill.campaign.announced.v1') {
      if (campaign.is !== 'none' && !sameContent(campaign.announced, fact.data))
        throw refuseExists('campaign', campaignId);
      assertDays(fact.data);
      return campaign.is === 'none' ? [fact] : [];
    }
    if (campaign.is === 'none') throw refuseUnknown('campaign', campaignId);
    return isAlreadySo(fact, campaign) ? [] : [fact];
  },
  evolve(campaign, fact) {
    if (fact.type === 'gov.sijill.campaign.announced.v1') return announced(fact.data);
    if (campaign.is === 'none') return campaign;
    switch (fact.type) {
      case 'gov.sijill.campaign.scopeSet.v1':
        return { ...campaign, parts: new Map(campaign.parts).set(fact.data.part, fact.data) };
      case 'gov.sijill.campaign.participantJoined.v1':
        return { ...campaign, participants: new Map(campaign.participants).set(fact.data.entityId, fact.data) };
      case 'gov.sijill.campaign.participantLeft.v1':
        return { ...campaign, participants: new Map(campaign.participants).set(fact.data.entityId, 'left') };
      case 'gov.sijill.campaign.baselineChosen.v1':
        return { ...campaign, baselines: new Map(campaign.baselines).set(fact.data.baselineId, fact.data) };
      case 'gov.sijill.campaign.awarenessHeld.v1':
        return { ...campaign, activities: new Map(campaign.activities).set(fact.data.activityId, fact.data) };
      case 'gov.sijill.campaign.started.v1':
        return { ...campaign, is: 'started' };
      case 'gov.sijill.campaign.ended.v1':
        return { ...campaign, is: 'ended' };
      case 'gov.sijill.campaign.cancelled.v1':
        return { ...campaign, is: 'cancelled' };
      case 'gov.sijill.campaign.figuresFrozen.v1':
        return { ...campaign, isFrozen: true };
    }
  },
};

type Later = Exclude<CampaignFact, { type: 'gov.sijill.campaign.announced.v1' }>;

/** @throws Failure of the rule that refuses it. */
const isAlreadySo = (fact: Later, campaign: Open): boolean => {
  const { campaignId } = fact.data;
  switch (fact.type) {
    case 'gov.sijill.campaign.scopeSet.v1':
      if (sameContent(campaign.parts.get(fact.data.part), fact.data)) return true;
      if (campaign.isFrozen) throw refuse('campaign.frozen', { params: { campaignId } });
      return false;
    case 'gov.sijill.campaign.participantJoined.v1':
      assertInScope(fact.data, campaign);
      return sameContent(campaign.participants.get(fact.data.entityId), fact.data);
    case 'gov.sijill.campaign.participantLeft.v1':
      assertInScope(fact.data, campaign);
      return campaign.participants.get(fact.data.entityId) === 'left';
    case 'gov.sijill.campaign.baselineChosen.v1':
      return sameContent(campaign.baselines.get(fact.data.baselineId), fact.data);
    case 'gov.sijill.campaign.awarenessHeld.v1': {
      const before = campaign.activities.get(fact.data.activityId);
      if (before === undefined) return false;
      if (sameContent(before, fact.data)) return true;
      throw refuseShared('entry.exists', { params: { id: fact.data.activityId } });
    }
    case 'gov.sijill.campaign.started.v1':
      return campaign.is === 'started' || campaign.is === 'ended';
    case 'gov.sijill.campaign.ended.v1':
      if (campaign.is === 'ended') return true;
      if (campaign.is !== 'started') throw refuse('campaign.notStarted', { params: { campaignId } });
      return false;
    case 'gov.sijill.campaign.cancelled.v1':
      if (campaign.is === 'started' || campaign.is === 'ended')
        throw refuse('campaign.started', { params: { campaignId } });
      return campaign.is === 'cancelled';
    case 'gov.sijill.campaign.figuresFrozen.v1':
      if (campaign.is !== 'ended') throw refuse('campaign.notEnded', { params: { campaignId } });
      return campaign.isFrozen;
  }
};

const announced = (data: Readonly<CampaignAnnounced>): Open => ({
  is: 'announced',
  announced: data,
  isFrozen: false,
  ...{ parts: new Map(), participants: new Map(), baselines: new Map(), activities: new Map() },
});

const assertDays = ({ firstDay, lastDay }: Readonly<CampaignAnnounced>): void => {
  const days = daysFromTo(firstDay, lastDay);
  if (days < 1 || days > EDITION_DAYS_MAX)
    throw refuse('campaign.badDates', { params: { firstDay, lastDay, days: String(days) } });
};

const assertInScope = (
  { campaignId, entityId }: { readonly campaignId: string; readonly entityId: string },
  { parts }: Open,
): void => {
  for (const { entityIds } of parts.values()) if (entityIds.includes(entityId)) return;
  throw refuse('campaign.notInScope', { params: { entityId, campaignId } });
};
