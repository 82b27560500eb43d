import type { FailureTable } from '#kernel';
import {
  CHANNELS,
  type Channel,
  CUSTOMER_CATEGORIES,
  type CustomerCategory,
  FREQUENCIES,
  type Frequency,
  MISSING_MARKS,
  type MissingMark,
  QUALIFIERS,
  type Qualifier,
} from '../codes.js';
import { Absent, IsBool, IsDay, IsDec, IsEither, IsId, IsLang, IsOneOf, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** A decimal number as text, or the word that says why there is none. 0 is a number. */
export type Figure = string | MissingMark;
const IsFigure = () => IsEither(IsDec(), IsOneOf(MISSING_MARKS));

/** A total as a source publishes it. It stands beside single events and is never added to them. */
export class AggregateReported {
  @IsId() publisher!: string;
  @IsId() dataset!: string;
  /** What the total is about: exactly one of service, entity and scope (a free name such as a city). */
  @Absent() @IsId() serviceId?: string;
  @Absent() @IsId() entityId?: string;
  @Absent() @IsId() scope?: string;
  /** Parts of the total: left out = all of them together. */
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @Absent() @IsBool() assisted?: boolean;
  @Absent() @IsOneOf(CUSTOMER_CATEGORIES) category?: CustomerCategory;
  @IsId() measure!: string;
  @IsOneOf(FREQUENCIES) freq!: Frequency;
  /** First and last day, both inside. */
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @IsId() unit!: string;
  @IsFigure() value!: Figure;
  @Absent() @IsOneOf(QUALIFIERS) qualifier?: Qualifier;
  /** Day on which the source made it known; then the knowledge day of this value. */
  @Absent() @IsDay() publishedOn?: string;
}

/** The source replaced the value that it had published for a cell. */
export class AggregateRestated {
  @IsId() publisher!: string;
  @IsId() dataset!: string;
  @Absent() @IsId() serviceId?: string;
  @Absent() @IsId() entityId?: string;
  @Absent() @IsId() scope?: string;
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @Absent() @IsBool() assisted?: boolean;
  @Absent() @IsOneOf(CUSTOMER_CATEGORIES) category?: CustomerCategory;
  @IsId() measure!: string;
  @IsOneOf(FREQUENCIES) freq!: Frequency;
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @IsId() unit!: string;
  /** The value that it replaces. Where the ledger knows none from earlier, the value of unknown date before this one. */
  @IsFigure() previous!: Figure;
  @IsFigure() value!: Figure;
  @Absent() @IsOneOf(QUALIFIERS) qualifier?: Qualifier;
  @Absent() @IsLang(1000) reason?: Lang;
  @Absent() @IsDay() publishedOn?: string;
}

/** The source took the value of a cell back and put none in its place. */
export class AggregateWithdrawn {
  @IsId() publisher!: string;
  @IsId() dataset!: string;
  @Absent() @IsId() serviceId?: string;
  @Absent() @IsId() entityId?: string;
  @Absent() @IsId() scope?: string;
  @Absent() @IsOneOf(CHANNELS) channel?: Channel;
  @Absent() @IsBool() assisted?: boolean;
  @Absent() @IsOneOf(CUSTOMER_CATEGORIES) category?: CustomerCategory;
  @IsId() measure!: string;
  @IsOneOf(FREQUENCIES) freq!: Frequency;
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
  @IsId() unit!: string;
  @IsFigure() previous!: Figure;
  @Absent() @IsLang(1000) reason?: Lang;
  @Absent() @IsDay() publishedOn?: string;
}

export const aggregateEvents = {
  'gov.sijill.aggregate.reported.v1': AggregateReported,
  'gov.sijill.aggregate.restated.v1': AggregateRestated,
  'gov.sijill.aggregate.withdrawn.v1': AggregateWithdrawn,
} as const satisfies EventRegister;
export type AggregateFact = FactOf<typeof aggregateEvents>;

export const aggregateFailures = {
  'aggregate.useRestated': {
    kind: 'conflict',
    en: 'This cell is known as {known} since {since}. A later value of the source is an aggregate.restated with that as previous.',
    ar: 'قيمة هذه الخانة المعروفة هي {known} منذ {since}. أرسل القيمة اللاحقة للمصدر بالحدث aggregate.restated واجعل تلك القيمة هي السابقة.',
  },
  'aggregate.sameDayConflict': {
    kind: 'conflict',
    en: 'On {day} the source made {known} known for this cell. One day cannot have two values.',
    ar: 'أعلن المصدر في {day} القيمة {known} لهذه الخانة، ولا يمكن أن تكون لليوم الواحد قيمتان.',
  },
  'aggregate.previousMismatch': {
    kind: 'conflict',
    en: 'Before {day} this cell was known as {known}, not as {previous}.',
    ar: 'القيمة المعروفة لهذه الخانة قبل {day} هي {known} وليست {previous}.',
  },
  'aggregate.noChange': {
    kind: 'refused',
    en: 'The value {value} is the previous one: nothing was restated.',
    ar: 'القيمة {value} هي القيمة السابقة نفسها، فلا يوجد تعديل.',
  },
} as const satisfies FailureTable;
