import { CHANNELS, type Channel, CUSTOMER_CATEGORIES, type CustomerCategory, FLOWS, type Flow } from '../codes.js';
import {
  Absent,
  IsBool,
  IsFils,
  IsId,
  IsInstantText,
  IsLang,
  IsNumberText,
  IsObjectOf,
  IsOneOf,
  type Lang,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';
import {
  ChannelSwitched,
  DELIVERIES,
  type Delivery,
  DocumentSubmitted,
  ENTRY_KINDS,
  type EntryKind,
  MarkedDuplicate,
  PaymentRefunded,
  PaymentSettled,
  REQUESTERS,
  SheetsConsumed,
  StepCompleted,
  TransactionCompleted,
  TransactionReceived,
  TransactionRejected,
  TransactionStarted,
  TransactionTransferred,
  TransactionWithdrawn,
} from './transaction.events.js';

/** Outcomes that a correction can give; duplicate and transferred come from their own events alone. */
export const CORRECTED_OUTCOMES = ['open', 'completed', 'rejected', 'withdrawn'] as const;

/** New values. A member left out stays as it is. */
export class Changes {
  @Absent() @IsId() serviceId?: string;
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @Absent() @IsBool() assisted?: boolean;
  @Absent() @IsOneOf(FLOWS) flow?: Flow;
  @Absent() @IsOneOf(CUSTOMER_CATEGORIES) customerCategory?: CustomerCategory;
  @Absent() @IsId() centreId?: string;
  @Absent() @IsId() kioskId?: string;
  @Absent() @IsId() platformId?: string;
  @Absent() @IsFils() feeDue?: string;
  @Absent() @IsInstantText() receivedAt?: string;
  @Absent() @IsOneOf(CORRECTED_OUTCOMES) outcome?: (typeof CORRECTED_OUTCOMES)[number];
  @Absent() @IsInstantText() outcomeAt?: string;
  @Absent() @IsOneOf(DELIVERIES) delivery?: Delivery;
  @Absent() @IsBool() intended?: boolean;
}

/** What was recorded was wrong. The original stays; figures change from the day this is known. */
export class TransactionCorrected {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsObjectOf(Changes) changes!: Changes;
  @IsLang(1000) reason!: Lang;
  @IsOneOf(REQUESTERS) requestedBy!: (typeof REQUESTERS)[number];
}

/** One step, document, sheet record, payment or refund never happened. */
export class EntryVoided {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsOneOf(ENTRY_KINDS) entry!: EntryKind;
  @IsId() entryId!: string;
  @IsLang(1000) reason!: Lang;
}

/** The whole transaction never happened. */
export class TransactionVoided {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsLang(1000) reason!: Lang;
  @IsOneOf(REQUESTERS) requestedBy!: (typeof REQUESTERS)[number];
}

export const transactionEvents = {
  'gov.sijill.transaction.started.v1': TransactionStarted,
  'gov.sijill.transaction.received.v1': TransactionReceived,
  'gov.sijill.transaction.stepCompleted.v1': StepCompleted,
  'gov.sijill.transaction.documentSubmitted.v1': DocumentSubmitted,
  'gov.sijill.transaction.sheetsConsumed.v1': SheetsConsumed,
  'gov.sijill.transaction.channelSwitched.v1': ChannelSwitched,
  'gov.sijill.transaction.paymentSettled.v1': PaymentSettled,
  'gov.sijill.transaction.paymentRefunded.v1': PaymentRefunded,
  'gov.sijill.transaction.completed.v1': TransactionCompleted,
  'gov.sijill.transaction.rejected.v1': TransactionRejected,
  'gov.sijill.transaction.withdrawn.v1': TransactionWithdrawn,
  'gov.sijill.transaction.markedDuplicate.v1': MarkedDuplicate,
  'gov.sijill.transaction.transferred.v1': TransactionTransferred,
  'gov.sijill.transaction.corrected.v1': TransactionCorrected,
  'gov.sijill.transaction.entryVoided.v1': EntryVoided,
  'gov.sijill.transaction.voided.v1': TransactionVoided,
} as const satisfies EventRegister;
export type TransactionFact = FactOf<typeof transactionEvents>;
