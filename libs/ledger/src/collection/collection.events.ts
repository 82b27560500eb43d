import type { FailureTable } from '#kernel';
import { FREQUENCIES, type Frequency, type MissingMark } from '../codes.js';
import { Absent, IsDay, IsId, IsInteger, IsListOf, IsObjects, IsOneOf } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

const EXEMPTIONS = ['notRequested', 'notApplicable'] as const satisfies readonly MissingMark[];
export type Exemption = (typeof EXEMPTIONS)[number];

/** One column of what a publisher asked for: a measure over a period. */
export class CollectionCell {
  @IsId() measure!: string;
  @IsOneOf(FREQUENCIES) freq!: Frequency;
  /** First and last day, both inside. */
  @IsDay() periodStart!: string;
  @IsDay() periodEnd!: string;
}

/**
 * What a publisher asked to be told: every cell of every service, or of every entity. Against this grid a missing value
 * is "not provided"; without a grid nobody can say how much is missing.
 */
export class CollectionRequested {
  @IsId() publisher!: string;
  @IsId() dataset!: string;
  /** A grid too large for one event comes in parts; it is the union of all of them. */
  @IsInteger({ min: 1, max: 99 }) part!: number;
  /** Exactly one of the two lists. */
  @Absent() @IsListOf(IsId(), 2000, { min: 1, isUnique: true }) serviceIds?: readonly string[];
  @Absent() @IsListOf(IsId(), 2000, { min: 1, isUnique: true }) entityIds?: readonly string[];
  @IsObjects(CollectionCell, 500, { min: 1 }) cells!: readonly CollectionCell[];
  @Absent() @IsDay() publishedOn?: string;
}

/** A cell of the grid that was not asked after all, or that has no meaning for this service. */
export class CollectionExempted {
  @IsId() publisher!: string;
  @IsId() dataset!: string;
  /** Exactly one of the two, as in the grid. */
  @Absent() @IsId() serviceId?: string;
  @Absent() @IsId() entityId?: string;
  @IsId() measure!: string;
  @IsOneOf(FREQUENCIES) freq!: Frequency;
  @IsDay() periodStart!: string;
  @IsOneOf(EXEMPTIONS) status!: Exemption;
  @Absent() @IsDay() publishedOn?: string;
}

export const collectionEvents = {
  'gov.sijill.collection.requested.v1': CollectionRequested,
  'gov.sijill.collection.exempted.v1': CollectionExempted,
} as const satisfies EventRegister;
export type CollectionFact = FactOf<typeof collectionEvents>;

export const collectionFailures = {
  'collection.outside': {
    kind: 'refused',
    en: 'The cell {measure} {freq} {periodStart} of {of} was never asked for, so it cannot be exempted.',
    ar: 'الخانة {measure} {freq} {periodStart} الخاصة بـ {of} لم تُطلب أصلاً، فلا يمكن إعفاؤها.',
  },
} as const satisfies FailureTable;
