import type { FailureTable } from '#kernel';
import { CUSTOMER_CATEGORIES, type CustomerCategory } from '../codes.js';
import { Absent, IsId, IsLang, IsObjectOf, IsOneOf, IsText, type Lang, Personal } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

export const SUGGESTION_SUBJECTS = ['service', 'bundle', 'platform', 'none'] as const;
export const SUGGESTERS = ['customer', 'entity'] as const;
export const SUGGESTION_TOPICS = ['improvement', 'newService', 'formulation'] as const;
export const SUGGESTION_DECISIONS = ['accepted', 'declined'] as const;

/** What a suggestion is about: `none` has no id, the others have one. */
export class SuggestionSubject {
  @IsOneOf(SUGGESTION_SUBJECTS) kind!: (typeof SUGGESTION_SUBJECTS)[number];
  @Absent() @IsId() id?: string;
}

/** A customer or an entity asks for something better or new, or takes part in shaping bundles and platforms. */
export class SuggestionSubmitted {
  @IsId() suggestionId!: string;
  @IsObjectOf(SuggestionSubject) about!: SuggestionSubject;
  @IsOneOf(SUGGESTERS) by!: (typeof SUGGESTERS)[number];
  /** Entity that asks; of a customer the one through which the suggestion came. */
  @Absent() @IsId() entityId?: string;
  @Absent() @IsOneOf(CUSTOMER_CATEGORIES) customerCategory?: CustomerCategory;
  @IsOneOf(SUGGESTION_TOPICS) topic!: (typeof SUGGESTION_TOPICS)[number];
  /** In the words of who made it, who may name persons: stored encrypted; no rule reads it. */
  @Personal() @IsText(2000) text!: string;
}

export class SuggestionDecided {
  @IsId() suggestionId!: string;
  @IsOneOf(SUGGESTION_DECISIONS) decision!: (typeof SUGGESTION_DECISIONS)[number];
  @IsLang(1000) reason!: Lang;
}

export class SuggestionDelivered {
  @IsId() suggestionId!: string;
  /** Service that came of it or was improved. */
  @Absent() @IsId() serviceId?: string;
}

export const suggestionEvents = {
  'gov.sijill.suggestion.submitted.v1': SuggestionSubmitted,
  'gov.sijill.suggestion.decided.v1': SuggestionDecided,
  'gov.sijill.suggestion.delivered.v1': SuggestionDelivered,
} as const satisfies EventRegister;
export type SuggestionFact = FactOf<typeof suggestionEvents>;

export const suggestionFailures = {
  'suggestion.decided': {
    kind: 'refused',
    en: 'The suggestion {suggestionId} is decided already: {decision}.',
    ar: 'سبق البتّ في الاقتراح {suggestionId} بالقرار {decision}.',
  },
  'suggestion.notAccepted': {
    kind: 'refused',
    en: 'The suggestion {suggestionId} has not been accepted, so nothing can have come of it.',
    ar: 'لم يُقبل الاقتراح {suggestionId}، فلا يمكن تسجيل تنفيذه.',
  },
} as const satisfies FailureTable;
