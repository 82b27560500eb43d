import type { IncomingHttpHeaders } from 'node:http';
import { codePoints, isId, isPlainText } from '#kernel';
import { bodyMembers } from '../replays/replay-request.js';

const ERASE_AFTER_DAYS = 7;
const ERASE_AFTER_DAYS_MAX = 30;
const REFERENCE_CHARACTERS_MAX = 128;
const BASIS_CHARACTERS_MAX = 300;

/** Named by the id in the envelopes of the journal, or as the entity itself calls the person. */
export type Person = { readonly subjectId: string } | { readonly entityId: string; readonly customerRef: string };

export interface ErasureRequest {
  readonly person: Person;
  /** Law, decision or request. Stands in the journal for ever: it names nobody. */
  readonly legalBasis: string;
  /** Days from the confirmation, in which it can still be cancelled. */
  readonly eraseAfterDays: number;
}

/** @throws Failure `query.invalid` with every fault, and without what the person is called. */
export function readErasureRequest(headers: IncomingHttpHeaders, body: unknown): ErasureRequest {
  const names = ['subjectId', 'entityId', 'customerRef', 'legalBasis', 'eraseAfterDays'];
  const members = bodyMembers(headers, body, names, { integers: ['eraseAfterDays'], unechoed: ['customerRef'] });
  const subjectId = members.checked('subjectId', 'the id in the envelopes of the person', isId);
  const entityId = members.checked('entityId', 'an entity id', isId);
  const customerRef = members.text('customerRef');
  if (customerRef !== undefined && !isText(customerRef, REFERENCE_CHARACTERS_MAX))
    members.refuse('parameter.invalid', 'customerRef', `1 to ${REFERENCE_CHARACTERS_MAX} characters`);
  const isBasis = (text: string) => isText(text, BASIS_CHARACTERS_MAX);
  const legalBasis = members.checked('legalBasis', `1 to ${BASIS_CHARACTERS_MAX} characters`, isBasis);
  const bounds = { min: 0, max: ERASE_AFTER_DAYS_MAX, otherwise: ERASE_AFTER_DAYS };
  const eraseAfterDays = members.integer('eraseAfterDays', bounds);
  if (!members.has('legalBasis')) members.refuse('parameter.missing', 'legalBasis', 'law, decision or request');
  const isNamed = members.has('entityId') && members.has('customerRef');
  if (members.has('subjectId') === (members.has('entityId') || members.has('customerRef')))
    members.refuse('parameter.invalid', 'subjectId', 'either subjectId, or entityId and customerRef');
  else if (!members.has('subjectId') && !isNamed)
    members.refuse(
      'parameter.missing',
      members.has('entityId') ? 'customerRef' : 'entityId',
      'entityId and customerRef',
    );
  members.check();
  const person: Person =
    subjectId === undefined ? { entityId: entityId ?? '', customerRef: customerRef ?? '' } : { subjectId };
  return { person, legalBasis: legalBasis ?? '', eraseAfterDays };
}

const isText = (text: string, most: number): boolean => isPlainText(text) && codePoints(text) <= most;
