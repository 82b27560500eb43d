import {
  CHANNELS,
  type Channel,
  CUSTOMER_CATEGORIES,
  type CustomerCategory,
  FLOWS,
  type Flow,
  MODES,
  type Mode,
  SERVICE_KINDS,
  type ServiceKind,
} from '../codes.js';
import {
  Absent,
  type Hours,
  IsBool,
  IsBp,
  IsDay,
  IsFils,
  IsForm,
  IsHours,
  IsId,
  IsInteger,
  IsLang,
  IsLink,
  IsListOf,
  IsObjectOf,
  IsObjects,
  IsOneOf,
  IsText,
  type Lang,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A year and a day. */
export const PROCESSING_MINUTES_MAX = 527_040;

export const SERVICE_STATUSES = ['planned', 'active'] as const;
export const DOCUMENT_FORMS = ['digital', 'paper', 'either'] as const;
export const SHARE_BASES = ['declared', 'counted'] as const;

/** An entry in the catalogue. Its owner writes it, and nobody else but a steward. */
export class ServiceRegistered {
  @IsId() serviceId!: string;
  @IsId() ownerEntityId!: string;
  @IsLang(300) title!: Lang;
  /** Only transactional services have transactions. */
  @IsOneOf(SERVICE_KINDS) kind!: ServiceKind;
  @IsOneOf(FLOWS) flow!: Flow;
  /** Vital: reported apart in times of disruption. */
  @IsBool() critical!: boolean;
  @IsOneOf(SERVICE_STATUSES) status!: (typeof SERVICE_STATUSES)[number];
  /** The owner's own code. */
  @Absent() @IsText(40) code?: string;
  @IsDay() from!: string;
}

/** How to reach the office that answers for a service. Never a person's own address. */
export class OfficeContact {
  @Absent() @IsText(20) phone?: string;
  @Absent() @IsEmail() email?: string;
  @Absent() @IsLink() url?: string;
}

/** What a service is. Members left out stay as they were. */
export class ServiceDescribed {
  @IsId() serviceId!: string;
  @Absent() @IsLang(300) title?: Lang;
  @Absent() @IsLang(4000) definition?: Lang;
  @Absent() @IsListOf(IsLang(100), 30) keywords?: Lang[];
  @Absent() @IsListOf(IsLang(300), 20) outputs?: Lang[];
  @Absent() @IsListOf(IsLang(300), 20) legalBasis?: Lang[];
  @Absent() @IsObjectOf(OfficeContact) contact?: OfficeContact;
  /** Minutes from receipt to outcome that the owner promises. */
  @Absent() @IsInteger({ min: 0, max: PROCESSING_MINUTES_MAX }) processingMinutes?: number;
}

/** For whom a service is and what about. Replaces the classification before. */
export class ServiceClassified {
  @IsId() serviceId!: string;
  /** `unknown`: the source does not say for whom. */
  @IsListOf(IsOneOf(CUSTOMER_CATEGORIES), 7, { isUnique: true }) audience!: CustomerCategory[];
  /** Name of the list that the themes are from. */
  @IsId() scheme!: string;
  @IsListOf(IsId(), 20, { isUnique: true }) themes!: string[];
  @IsDay() from!: string;
}

export class Requirement {
  @IsId() id!: string;
  @IsLang(1000) text!: Lang;
}
/** The whole list; empty: none needed. */
export class RequirementsSet {
  @IsId() serviceId!: string;
  @IsObjects(Requirement, 100) items!: Requirement[];
  @IsDay() from!: string;
}

export class RequiredDocument {
  @IsId() id!: string;
  @IsLang(300) title!: Lang;
  @IsOneOf(DOCUMENT_FORMS) form!: (typeof DOCUMENT_FORMS)[number];
  @Absent() @IsId() issuerEntityId?: string;
}
/** The whole list; empty: none needed. */
export class DocumentsSet {
  @IsId() serviceId!: string;
  @IsObjects(RequiredDocument, 100) items!: RequiredDocument[];
  @IsDay() from!: string;
}

/** Offered on a channel, and on a platform if one is named, from a day on. Other terms replace those before. */
export class ChannelOffered {
  @IsId() serviceId!: string;
  @IsOneOf(CHANNELS) channel!: Channel;
  @Absent() @IsId() platformId?: string;
  @Absent() @IsHours() hours?: Hours;
  @Absent() @IsInteger({ min: 0, max: PROCESSING_MINUTES_MAX }) processingMinutes?: number;
  @Absent() @IsFils() feeFils?: string;
  @Absent() @IsLink() url?: string;
  @IsDay() from!: string;
}
export class ChannelWithdrawn {
  @IsId() serviceId!: string;
  @IsOneOf(CHANNELS) channel!: Channel;
  @Absent() @IsId() platformId?: string;
  @IsDay() from!: string;
  @Absent() @IsLang(1000) reason?: Lang;
}

export class ProcedureStep {
  @IsId() id!: string;
  @IsLang(200) title!: Lang;
  @IsOneOf(MODES) mode!: Mode;
  /** Share of the procedure in relation to the other steps. */
  @IsInteger({ min: 1, max: 1000 }) weight!: number;
}
/** The whole procedure in order. */
export class ProceduresSet {
  @IsId() serviceId!: string;
  @IsObjects(ProcedureStep, 100) steps!: ProcedureStep[];
  @IsDay() from!: string;
}

/** Electronic and manual share of the procedure as the owner says. Observed shares stand beside, never instead. */
export class SharesDeclared {
  @IsId() serviceId!: string;
  @IsBp() electronicBp!: number;
  @IsBp() manualBp!: number;
  @IsDay() from!: string;
  @IsOneOf(SHARE_BASES) basis!: (typeof SHARE_BASES)[number];
}

/** Fee in general, or on one channel. */
export class FeeSet {
  @IsId() serviceId!: string;
  @IsFils() feeFils!: string;
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @IsDay() from!: string;
  @Absent() @IsLang(1000) basis?: Lang;
}

/** Use of a shared service, for example the payment gateway, begins or ends. */
export class SharedUse {
  @IsId() serviceId!: string;
  @IsId() sharedServiceId!: string;
  @IsDay() from!: string;
}

export class ServiceTransferred {
  @IsId() serviceId!: string;
  @IsId() toEntityId!: string;
  @IsDay() from!: string;
}

/** A planned service begins to be given. */
export class ServiceActivated {
  @IsId() serviceId!: string;
  @IsDay() from!: string;
}

/** Suspended or resumed. */
export class ServicePaused {
  @IsId() serviceId!: string;
  @IsDay() from!: string;
  @IsLang(1000) reason!: Lang;
}
export class ServiceRetired {
  @IsId() serviceId!: string;
  @IsDay() from!: string;
  @IsLang(1000) reason!: Lang;
  /** Services that took its place. They need not be recorded yet. */
  @Absent() @IsListOf(IsId(), 20, { isUnique: true }) successorIds?: string[];
}

export const serviceEvents = {
  'gov.sijill.service.registered.v1': ServiceRegistered,
  'gov.sijill.service.described.v1': ServiceDescribed,
  'gov.sijill.service.classified.v1': ServiceClassified,
  'gov.sijill.service.requirementsSet.v1': RequirementsSet,
  'gov.sijill.service.documentsSet.v1': DocumentsSet,
  'gov.sijill.service.channelOffered.v1': ChannelOffered,
  'gov.sijill.service.channelWithdrawn.v1': ChannelWithdrawn,
  'gov.sijill.service.proceduresSet.v1': ProceduresSet,
  'gov.sijill.service.sharesDeclared.v1': SharesDeclared,
  'gov.sijill.service.feeSet.v1': FeeSet,
  'gov.sijill.service.sharedUsed.v1': SharedUse,
  'gov.sijill.service.sharedDropped.v1': SharedUse,
  'gov.sijill.service.transferred.v1': ServiceTransferred,
  'gov.sijill.service.activated.v1': ServiceActivated,
  'gov.sijill.service.suspended.v1': ServicePaused,
  'gov.sijill.service.resumed.v1': ServicePaused,
  'gov.sijill.service.retired.v1': ServiceRetired,
} as const satisfies EventRegister;
export type ServiceFact = FactOf<typeof serviceEvents>;

/** Mail address of an office. */
function IsEmail() {
  return IsForm({
    name: 'isEmail',
    code: 'email.format',
    ar: 'عنوان بريد إلكتروني لمكتب',
    en: 'The mail address of an office',
    expected: 'office@example.ae',
    pattern: /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,5}$/,
  });
}
