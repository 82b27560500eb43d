import {
  CHANNELS,
  type Channel,
  CUSTOMER_CATEGORIES,
  type CustomerCategory,
  FLOWS,
  type Flow,
  MODES,
  type Mode,
  PAPER_KINDS,
  PAYMENT_KINDS,
  PAYMENT_METHODS,
  type PaperKind,
  type PaymentKind,
  type PaymentMethod,
} from '../codes.js';
import {
  Absent,
  IsBool,
  IsFils,
  IsId,
  IsInstantText,
  IsInteger,
  IsLang,
  IsListOf,
  IsNumberText,
  IsOneOf,
  IsSheets,
  IsSource,
  IsText,
  type Lang,
  Personal,
  Subject,
} from '../shapes.js';

export const STEP_MINUTES_MAX = 527_040; // a leap year
export const DOCUMENTS_MAX = 200;
export const HANDLERS_MAX = 5;

export const STEP_ACTORS = ['customer', 'staff', 'system'] as const;
export const TRANSACTION_DOCUMENT_FORMS = ['digital', 'paper'] as const;
export const SWITCH_REASONS = ['customerChoice', 'failure', 'policy', 'campaign'] as const;
export const DELIVERIES = ['electronic', 'paper', 'inPerson', 'none'] as const;
export const REJECTION_REASONS = ['notEligible', 'incomplete', 'failed', 'other'] as const;
export const WITHDRAWERS = ['customer', 'entity'] as const;
export const ENTRY_KINDS = ['step', 'document', 'sheets', 'payment', 'refund'] as const;
export const REQUESTERS = ['customer', 'entity', 'audit'] as const;

export type DocumentForm = (typeof TRANSACTION_DOCUMENT_FORMS)[number];
export type Delivery = (typeof DELIVERIES)[number];
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The customer began. Not yet a transaction: it counts from receipt. */
export class TransactionStarted {
  /** Owner of the service. With `number` the identity of the transaction. */
  @IsId() entityId!: string;
  /** The owner's own number. */
  @IsNumberText() number!: string;
  @IsId() serviceId!: string;
  @IsOneOf(CHANNELS) channel!: Channel;
  @Absent() @IsId() platformId?: string;
}

/** The owner has the request: one applicant, one service, one outcome to come. Counted on this channel for ever. */
export class TransactionReceived {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() serviceId!: string;
  @IsOneOf(CHANNELS) channel!: Channel;
  /** Staff used the digital service for the customer. */
  @IsBool() assisted!: boolean;
  @IsOneOf(FLOWS) flow!: Flow;
  @IsOneOf(CUSTOMER_CATEGORIES) customerCategory!: CustomerCategory;
  /** Pseudonym that the posting system gives the customer. Stored encrypted; no rule reads it. */
  @Personal() @Subject() @Absent() @IsText(128) customerRef?: string;
  @Absent() @IsId() platformId?: string;
  @Absent() @IsId() centreId?: string;
  @Absent() @IsId() kioskId?: string;
  @Absent() @IsId() callCentreId?: string;
  /** `0`: free of charge. */
  @IsFils() feeDue!: string;
  /** Documents that the procedure asks for. Left out: not known. */
  @Absent() @IsInteger({ min: 0, max: DOCUMENTS_MAX }) documentsRequired?: number;
  @Absent() @IsInstantText() dueBy?: string;
  /** Service path, and the journey on it that links this transaction with others. */
  @Absent() @IsId() pathId?: string;
  @Absent() @IsNumberText() journey?: string;
  /** Further sources that may add events. */
  @Absent() @IsListOf(IsSource(), HANDLERS_MAX, { isUnique: true }) handlers?: string[];
}

export class StepCompleted {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() stepId!: string;
  @IsOneOf(MODES) mode!: Mode;
  @IsOneOf(STEP_ACTORS) actor!: (typeof STEP_ACTORS)[number];
  @Absent() @IsInteger({ min: 0, max: STEP_MINUTES_MAX }) minutes?: number;
  /** Entity from which the data of the step came. */
  @Absent() @IsId() fromEntityId?: string;
}

export class DocumentSubmitted {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() documentId!: string;
  @IsOneOf(TRANSACTION_DOCUMENT_FORMS) form!: DocumentForm;
  /** The customer's own sheets. */
  @IsSheets() sheets!: number;
  /** Obtained from another entity, not asked of the customer. */
  @IsBool() reused!: boolean;
}

/** Sheets that the entity used for this transaction. */
export class SheetsConsumed {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() recordId!: string;
  @IsSheets({ min: 1 }) sheets!: number;
  @IsOneOf(PAPER_KINDS) kind!: PaperKind;
  @Absent() @IsId() stepId?: string;
}

/** The customer went on elsewhere. The volume stays on the channel of receipt. */
export class ChannelSwitched {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsOneOf(CHANNELS) channel!: Channel;
  @IsBool() assisted!: boolean;
  @IsOneOf(SWITCH_REASONS) reason!: (typeof SWITCH_REASONS)[number];
  @Absent() @IsId() centreId?: string;
  @Absent() @IsId() kioskId?: string;
}

export class PaymentSettled {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() paymentId!: string;
  @IsFils({ min: 1 }) amount!: string;
  @IsOneOf(PAYMENT_KINDS) kind!: PaymentKind;
  @IsOneOf(PAYMENT_METHODS) method!: PaymentMethod;
  @IsOneOf(CHANNELS) channel!: Channel;
}

export class PaymentRefunded {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() refundId!: string;
  @IsId() paymentId!: string;
  @IsFils({ min: 1 }) amount!: string;
}

export class TransactionCompleted {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsOneOf(DELIVERIES) delivery!: Delivery;
  /** Whether it ended as the customer wanted. */
  @IsBool() intended!: boolean;
}

export class TransactionRejected {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsOneOf(REJECTION_REASONS) reason!: (typeof REJECTION_REASONS)[number];
  @Absent() @IsLang(1000) note?: Lang;
}

export class TransactionWithdrawn {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsOneOf(WITHDRAWERS) by!: (typeof WITHDRAWERS)[number];
}

export class MarkedDuplicate {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  /** Number of the transaction that goes on, of the same entity. */
  @IsNumberText() ofNumber!: string;
}

export class TransactionTransferred {
  @IsId() entityId!: string;
  @IsNumberText() number!: string;
  @IsId() toEntityId!: string;
  @Absent() @IsNumberText() toNumber?: string;
}
