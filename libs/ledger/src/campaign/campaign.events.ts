import { BASELINES, type Baseline, CHANNELS, type Channel } from '../codes.js';
import {
  Absent,
  IsBool,
  IsCount,
  IsDay,
  IsId,
  IsInteger,
  IsLang,
  IsListOf,
  IsObjects,
  IsOneOf,
  IsText,
  type Lang,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** One edition of a series, told before it begins. Its days, its owner and what it counts never change. */
export class CampaignAnnounced {
  @IsId() campaignId!: string;
  /** Programme to whose editions it belongs. */
  @IsId() seriesId!: string;
  @IsInteger({ min: 1, max: 1000 }) edition!: number;
  @IsId() ownerEntityId!: string;
  @IsLang(200) title!: Lang;
  /** First and last day, both inside; at most 92 days. */
  @IsDay() firstDay!: string;
  @IsDay() lastDay!: string;
  @IsDay() announcedOn!: string;
  /** Whether only transactions with a fee due are in scope. */
  @IsBool() feeBearingOnly!: boolean;
  /** Channels that take the place of the counter. */
  @IsListOf(IsOneOf(CHANNELS), CHANNELS.length, { min: 1, isUnique: true }) substituteChannels!: readonly Channel[];
  /** Office that approved it. */
  @Absent() @IsText(120) approvedBy?: string;
  /** Strategic goals it serves. */
  @Absent() @IsListOf(IsLang(200), 20) axes?: readonly Lang[];
}

/**
 * Who and what takes part: a statement about the whole edition, so that its baselines ask the same services a year earlier. Each
 * part replaces the part of the same number, and the scope is the union of all parts.
 */
export class CampaignScopeSet {
  @IsId() campaignId!: string;
  @IsInteger({ min: 1, max: 9 }) part!: number;
  @IsListOf(IsId(), 500, { isUnique: true }) entityIds!: readonly string[];
  @IsListOf(IsId(), 2000, { isUnique: true }) centreIds!: readonly string[];
  /** No service in any part: all services of the entities. */
  @IsListOf(IsId(), 3000, { isUnique: true }) serviceIds!: readonly string[];
  @IsListOf(IsId(), 2000, { isUnique: true }) kioskIds!: readonly string[];
}

/** Whether a channel can take what the counter will no longer take. */
export class ChannelReadiness {
  @IsOneOf(CHANNELS) channel!: Channel;
  @IsBool() ready!: boolean;
}

/** An entity takes part. Told again with other content, the later one holds. */
export class CampaignParticipantJoined {
  @IsId() campaignId!: string;
  @IsId() entityId!: string;
  /** How many services it brings in. */
  @Absent() @IsCount() services?: number;
  @Absent() @IsObjects(ChannelReadiness, 14) readiness?: readonly ChannelReadiness[];
}

/** An entity of the scope does not take part, or no longer. Silence is neither. */
export class CampaignParticipantLeft {
  @IsId() campaignId!: string;
  @IsId() entityId!: string;
  @IsLang(1000) reason!: Lang;
}

/** What the edition wants to be measured against. All baselines are computed; a headline is what its owner quotes. */
export class CampaignBaselineChosen {
  @IsId() campaignId!: string;
  @IsId() baselineId!: string;
  @IsOneOf(BASELINES) method!: Baseline;
  @Absent() @IsInteger({ min: 1, max: 12 }) weeks?: number;
  @IsBool() headline!: boolean;
}

/** What a participant did to make the public aware. */
export class CampaignAwarenessHeld {
  @IsId() campaignId!: string;
  @IsId() activityId!: string;
  @IsId() entityId!: string;
  @Absent() @IsId() centreId?: string;
  /** A word of the owner's choice: `workshop`, `booth`. */
  @IsId() kind!: string;
  @IsDay() day!: string;
  @Absent() @IsCount() attendance?: number;
}

export class CampaignStarted {
  @IsId() campaignId!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

export class CampaignEnded {
  @IsId() campaignId!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** It does not take place, so its days are days like others. */
export class CampaignCancelled {
  @IsId() campaignId!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

/** Figures are final as recorded up to this event. What is recorded later stands beside them. */
export class CampaignFiguresFrozen {
  @IsId() campaignId!: string;
}

export const campaignEvents = {
  'gov.sijill.campaign.announced.v1': CampaignAnnounced,
  'gov.sijill.campaign.scopeSet.v1': CampaignScopeSet,
  'gov.sijill.campaign.participantJoined.v1': CampaignParticipantJoined,
  'gov.sijill.campaign.participantLeft.v1': CampaignParticipantLeft,
  'gov.sijill.campaign.baselineChosen.v1': CampaignBaselineChosen,
  'gov.sijill.campaign.awarenessHeld.v1': CampaignAwarenessHeld,
  'gov.sijill.campaign.started.v1': CampaignStarted,
  'gov.sijill.campaign.ended.v1': CampaignEnded,
  'gov.sijill.campaign.cancelled.v1': CampaignCancelled,
  'gov.sijill.campaign.figuresFrozen.v1': CampaignFiguresFrozen,
} as const satisfies EventRegister;
export type CampaignFact = FactOf<typeof campaignEvents>;
