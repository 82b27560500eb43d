import type { FailureTable } from '#kernel';
import {
  Absent,
  IsCount,
  IsId,
  IsInteger,
  IsLang,
  IsListOf,
  IsObjects,
  IsOneOf,
  IsSheets,
  IsText,
  type Lang,
} from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const BASELINE_METHODS = ['measured', 'surveyed', 'estimated'] as const;
export type BaselineMethod = (typeof BASELINE_METHODS)[number];

const MONTHS_PER_YEAR = 12;
const SERVICES_MAX = 2000;
const IsYear = () => IsInteger({ min: 1900, max: 2200 });

/** The part of one service or internal process in the baseline. */
export class ServiceBaseline {
  @IsId() serviceId!: string;
  @IsSheets() sheets!: number;
  /** Transactions completed in that year. Left out: not known. */
  @Absent() @IsCount() transactions?: number;
}

/** Sheets that an entity used in a whole year, against which later years are held. */
export class PaperBaselineSet {
  @IsId() entityId!: string;
  @IsYear() year!: number;
  @IsSheets({ min: 1 }) sheets!: number;
  /** January to December; together exactly `sheets`. */
  @Absent() @IsListOf(IsSheets(), MONTHS_PER_YEAR, { min: MONTHS_PER_YEAR }) monthly?: readonly number[];
  /** Transactions completed in that year by the entity. Left out: not known. */
  @Absent() @IsCount() transactions?: number;
  /** Together at most `sheets`: the rest belongs to no service. */
  @Absent() @IsObjects(ServiceBaseline, SERVICES_MAX) perService?: readonly ServiceBaseline[];
  @IsOneOf(BASELINE_METHODS) method!: BaselineMethod;
  @IsText(300) source!: string;
}

/** Replaces the baseline of that year as a whole from the day it is known. */
export class PaperBaselineRevised {
  @IsId() entityId!: string;
  @IsYear() year!: number;
  @IsSheets({ min: 1 }) sheets!: number;
  @Absent() @IsListOf(IsSheets(), MONTHS_PER_YEAR, { min: MONTHS_PER_YEAR }) monthly?: readonly number[];
  @Absent() @IsCount() transactions?: number;
  @Absent() @IsObjects(ServiceBaseline, SERVICES_MAX) perService?: readonly ServiceBaseline[];
  @IsOneOf(BASELINE_METHODS) method!: BaselineMethod;
  @IsText(300) source!: string;
  @IsLang(1000) reason!: Lang;
}

export const paperBaselineEvents = {
  'gov.sijill.paperBaseline.set.v1': PaperBaselineSet,
  'gov.sijill.paperBaseline.revised.v1': PaperBaselineRevised,
} as const satisfies EventRegister;
export type PaperBaselineFact = FactOf<typeof paperBaselineEvents>;

export const paperBaselineFailures = {
  'baseline.sumMismatch': {
    kind: 'refused',
    en: 'The parts in {member} add up to {sum} sheets and the year has {sheets}.',
    ar: 'مجموع الأجزاء في {member} هو {sum} من الأوراق بينما تبلغ أوراق السنة {sheets}.',
  },
  'baseline.exists': {
    kind: 'conflict',
    en: 'The baseline {year} of {entityId} is already set with other content. A change is a paperBaseline.revised.',
    ar: 'خط الأساس لسنة {year} للجهة {entityId} محدد من قبل بمحتوى مختلف. أرسل التغيير بالحدث paperBaseline.revised.',
  },
  'baseline.unknown': {
    kind: 'missing',
    en: 'No baseline {year} of {entityId} is set.',
    ar: 'لم يُحدد خط أساس لسنة {year} للجهة {entityId}.',
  },
} as const satisfies FailureTable;
