import type { FailureTable } from '#kernel';
import { CHANNELS, type Channel, CUSTOMER_CATEGORIES, type CustomerCategory } from '../codes.js';
import { Absent, IsId, IsLang, IsNumberText, IsOneOf, IsText, type Lang, Personal, Subject } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** Somebody asked an entity something. An enquiry is never a transaction, whatever comes of it. */
export class EnquiryReceived {
  @IsId() entityId!: string;
  /** The entity's own number. */
  @IsNumberText() number!: string;
  @IsOneOf(CHANNELS) channel!: Channel;
  @Absent() @IsId() topic?: string;
  /** Service asked about, also one of another entity. */
  @Absent() @IsId() serviceId?: string;
  /** Pseudonym that the posting system gives the customer. Stored encrypted; no rule reads it. */
  @Personal() @Subject() @Absent() @IsText(128) customerRef?: string;
  @IsOneOf(CUSTOMER_CATEGORIES) customerCategory!: CustomerCategory;
}

export class EnquiryAnswered {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  /** Channel of the answer. */
  @IsOneOf(CHANNELS) channel!: Channel;
}

export class EnquiryClosedUnanswered {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsLang(1000) reason!: Lang;
}

/** The customer went on to a transaction of the same entity. It counts as such; the enquiry still does not. */
export class EnquiryLinked {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsNumberText() transactionNumber!: string;
}

export const enquiryEvents = {
  'gov.sijill.enquiry.received.v1': EnquiryReceived,
  'gov.sijill.enquiry.answered.v1': EnquiryAnswered,
  'gov.sijill.enquiry.closedUnanswered.v1': EnquiryClosedUnanswered,
  'gov.sijill.enquiry.linked.v1': EnquiryLinked,
} as const satisfies EventRegister;
export type EnquiryFact = FactOf<typeof enquiryEvents>;

export const enquiryFailures = {
  'enquiry.closed': {
    kind: 'conflict',
    en: 'The enquiry {number} has ended already.',
    ar: 'الاستفسار {number} منتهٍ، فلا تُسجَّل له نهاية أخرى.',
  },
} as const satisfies FailureTable;
