import type { FailureTable } from '#kernel';
import { CUSTOMER_CATEGORIES, type CustomerCategory } from '../codes.js';
import { Absent, IsCount, IsDay, IsId, IsLang, IsListOf, IsOneOf, IsPart, IsText, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A track holds strategies, a strategy initiatives; a series is what recurs in editions. */
export const PROGRAMME_KINDS = ['track', 'strategy', 'initiative', 'series'] as const;
export type ProgrammeKind = (typeof PROGRAMME_KINDS)[number];
export const ACTIVITY_KINDS = ['forum', 'workshop', 'team', 'awareness', 'meeting', 'lecture'] as const;

/** What a government set out to do: its owner, its place under another programme, and the day it is meant to be done. */
export class ProgrammeRegistered {
  @IsId() programmeId!: string;
  @IsId() ownerEntityId!: string;
  @IsLang(300) title!: Lang;
  @IsOneOf(PROGRAMME_KINDS) kind!: ProgrammeKind;
  /** Programme of which this one is a part. */
  @Absent() @IsId() parentId?: string;
  /** Year, month or day; counts as its last day. */
  @Absent() @IsPart() targetDay?: string;
  /** Strategic axes and goals that it serves, in the words of their owner. */
  @Absent() @IsListOf(IsLang(300), 20) axes?: readonly Lang[];
  @Absent() @IsText(120) partner?: string;
}

export class MilestoneReached {
  @IsId() programmeId!: string;
  @IsId() milestone!: string;
  @IsDay() day!: string;
}

/** People came together for the programme. */
export class ActivityHeld {
  @IsId() programmeId!: string;
  @IsId() activityId!: string;
  @IsOneOf(ACTIVITY_KINDS) kind!: (typeof ACTIVITY_KINDS)[number];
  @IsLang(300) title!: Lang;
  @IsDay() day!: string;
  /** Persons. Left out: nobody counted. */
  @Absent() @IsCount() participants?: number;
  @Absent() @IsListOf(IsId(), 200, { isUnique: true }) entityIds?: readonly string[];
  /** Category whose services the activity was about. */
  @Absent() @IsOneOf(CUSTOMER_CATEGORIES) customerCategory?: CustomerCategory;
}

export const programmeEvents = {
  'gov.sijill.programme.registered.v1': ProgrammeRegistered,
  'gov.sijill.programme.milestoneReached.v1': MilestoneReached,
  'gov.sijill.programme.activityHeld.v1': ActivityHeld,
} as const satisfies EventRegister;
export type ProgrammeFact = FactOf<typeof programmeEvents>;

export const programmeFailures = {
  'programme.selfParent': {
    kind: 'refused',
    en: 'The programme {programmeId} cannot be a part of itself.',
    ar: 'لا يمكن أن يكون البرنامج {programmeId} جزءاً من نفسه.',
  },
} as const satisfies FailureTable;
