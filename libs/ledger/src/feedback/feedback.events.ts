import type { FailureTable } from '#kernel';
import { CHANNELS, type Channel } from '../codes.js';
import { Absent, IsId, IsInteger, IsLang, IsNumberText, IsOneOf, IsText, type Lang, Personal } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const RATING_MAX = 5;

/** What a customer thought of it, on a scale of five. */
export class FeedbackGiven {
  @IsId() entityId!: string;
  @IsId() feedbackId!: string;
  @Absent() @IsId() serviceId?: string;
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @Absent() @IsId() platformId?: string;
  /** 1 very dissatisfied to 5 very satisfied. */
  @IsInteger({ min: 1, max: RATING_MAX }) rating!: number;
  /** Number of the transaction that it is about. */
  @Absent() @IsNumberText() number?: string;
  /** In the customer's words. Stored encrypted, for itself alone: nothing ties it to a person. */
  @Personal() @Absent() @IsText(1000) comment?: string;
}

/** It was no answer of a customer. It counts no longer, from the day that is known. */
export class FeedbackVoided {
  @IsId() entityId!: string;
  @IsId() feedbackId!: string;
  @IsLang(1000) reason!: Lang;
}

export const feedbackEvents = {
  'gov.sijill.feedback.given.v1': FeedbackGiven,
  'gov.sijill.feedback.voided.v1': FeedbackVoided,
} as const satisfies EventRegister;
export type FeedbackFact = FactOf<typeof feedbackEvents>;

export const feedbackFailures = {
  'feedback.voided': {
    kind: 'refused',
    en: 'The answer {feedbackId} is void.',
    ar: 'التقييم {feedbackId} مُبطل.',
  },
} as const satisfies FailureTable;
