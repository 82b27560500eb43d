import type { FailureTable } from '#kernel';
import { FLOWS, type Flow, PAPER_KINDS, type PaperKind } from '../codes.js';
import { Absent, IsDay, IsId, IsLang, IsOneOf, IsSheets, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** Days that one record may cover: a leap year. */
export const PAPER_DAYS_MAX = 366;

/** `metered`: by the devices. `counted`: by hand. `estimated`: by neither. */
export const PAPER_METHODS = ['metered', 'counted', 'estimated'] as const;
export type PaperMethod = (typeof PAPER_METHODS)[number];

/** Sheets that an entity used over a period. Those of one transaction belong to the transaction and not here. */
export class PaperConsumed {
  @IsId() entityId!: string;
  @IsId() recordId!: string;
  /** Physical sheets, neither pages nor sides. */
  @IsSheets({ min: 1 }) sheets!: number;
  @IsOneOf(PAPER_KINDS) kind!: PaperKind;
  @IsOneOf(FLOWS) flow!: Flow;
  /** Service or internal process. Left out: nobody says which. */
  @Absent() @IsId() serviceId?: string;
  /** First and last day, both inside. */
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @IsOneOf(PAPER_METHODS) method!: PaperMethod;
}

/** From the day it is known the record holds these sheets; a member left out stays as it was. */
export class PaperCorrected {
  @IsId() entityId!: string;
  @IsId() recordId!: string;
  @IsSheets({ min: 1 }) sheets!: number;
  @Absent() @IsOneOf(PAPER_KINDS) kind?: PaperKind;
  @Absent() @IsId() serviceId?: string;
  @IsLang(1000) reason!: Lang;
}

/** The record should never have been made. */
export class PaperVoided {
  @IsId() entityId!: string;
  @IsId() recordId!: string;
  @IsLang(1000) reason!: Lang;
}

export const paperEvents = {
  'gov.sijill.paper.consumed.v1': PaperConsumed,
  'gov.sijill.paper.corrected.v1': PaperCorrected,
  'gov.sijill.paper.voided.v1': PaperVoided,
} as const satisfies EventRegister;
export type PaperFact = FactOf<typeof paperEvents>;

export const paperFailures = {
  'paper.voided': {
    kind: 'conflict',
    en: 'The paper record {recordId} was voided.',
    ar: 'سجل الورق {recordId} مُبطل.',
  },
} as const satisfies FailureTable;
