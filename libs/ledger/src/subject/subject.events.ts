import { IsSha256 } from '../rules/digest.js';
import { IsId, IsText } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** From here on nothing can open what is sealed about this person: the key goes as soon as this is recorded. */
export class SubjectErased {
  /** Opaque and random, as the envelopes of the person name it. */
  @IsId() subjectId!: string;
  /** Law, decision or request by which the person is erased. Names nobody. */
  @IsText(300) legalBasis!: string;
  /** SHA-256 of the wrapped key: whoever finds a copy of it knows that it should not be there. */
  @IsSha256() keyHash!: string;
}

export const subjectEvents = {
  'gov.sijill.subject.erased.v1': SubjectErased,
} as const satisfies EventRegister;
export type SubjectFact = FactOf<typeof subjectEvents>;
