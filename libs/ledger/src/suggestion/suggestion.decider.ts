import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { refuseInvalid } from '../rules/structure.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { entityOfSource } from '../time.js';
import { personalMembers } from '../vocabulary/shape.js';
import {
  type SuggestionDecided,
  type SuggestionDelivered,
  type SuggestionFact,
  SuggestionSubmitted,
  suggestionEvents,
  suggestionFailures,
} from './suggestion.events.js';

interface Submitted {
  readonly submitted: Readonly<SuggestionSubmitted>;
}

export type Suggestion =
  | { readonly is: 'none' }
  | (Submitted & { readonly is: 'open' })
  | (Submitted & {
      readonly is: 'decided';
      readonly decided: Readonly<SuggestionDecided>;
      /** One suggestion may lead to several services. */
      readonly delivered: readonly Readonly<SuggestionDelivered>[];
    });

const refuse = failingWith(suggestionFailures);

export const suggestionDecider: Decider<SuggestionFact, Suggestion> = {
  initial: { is: 'none' },
  decide(fact, suggestion) {
    const { suggestionId } = fact.data;
    if (fact.type === 'gov.sijill.suggestion.submitted.v1') {
      assertWhole(fact.data);
      if (suggestion.is === 'none') return [fact];
      // Personal members are stored under a fresh nonce each time, so they cannot be compared and no rule reads them.
      if (sameContent(suggestion.submitted, fact.data, personalMembers(SuggestionSubmitted))) return [];
      throw refuseExists('suggestion', suggestionId);
    }
    if (suggestion.is === 'none') throw refuseUnknown('suggestion', suggestionId);
    if (fact.type === 'gov.sijill.suggestion.decided.v1') {
      if (suggestion.is === 'open') return [fact];
      if (sameContent(suggestion.decided, fact.data)) return [];
      const { decision } = suggestion.decided;
      throw refuse('suggestion.decided', { params: { suggestionId, decision } });
    }
    if (suggestion.is === 'open' || suggestion.decided.decision === 'declined')
      throw refuse('suggestion.notAccepted', { params: { suggestionId } });
    return suggestion.delivered.some((known) => sameContent(known, fact.data)) ? [] : [fact];
  },
  evolve(suggestion, { type, data }) {
    if (type === 'gov.sijill.suggestion.submitted.v1') return { is: 'open', submitted: data };
    if (suggestion.is === 'none') return suggestion;
    if (type === 'gov.sijill.suggestion.decided.v1')
      return { is: 'decided', submitted: suggestion.submitted, decided: data, delivered: [] };
    return suggestion.is === 'decided' ? { ...suggestion, delivered: [...suggestion.delivered, data] } : suggestion;
  },
};

const SUBMITTED = 'gov.sijill.suggestion.submitted.v1';

/** An entity that asks is named, and so is what the suggestion is about. */
const assertWhole = ({ about, by, entityId }: Readonly<SuggestionSubmitted>): void => {
  if (by === 'entity' && entityId === undefined) throw refuseInvalid(SUBMITTED, [ENTITY_MISSING]);
  if ((about.kind === 'none') === (about.id === undefined)) return;
  throw refuseInvalid(SUBMITTED, [about.kind === 'none' ? ID_TOO_MUCH : ID_MISSING]);
};

const ENTITY_MISSING = {
  pointer: '#/data/entityId',
  code: 'member.missing',
  text: { ar: 'اقتراح الجهة يستلزم ذكر الجهة', en: 'The suggestion of an entity names the entity' },
  expected: 'the id of the entity',
};
const ID_MISSING = {
  pointer: '#/data/about/id',
  code: 'member.missing',
  text: { ar: 'يلزم معرّف ما يتناوله الاقتراح', en: 'The id of what the suggestion is about is needed' },
  expected: 'the id of the service, bundle or platform',
};
const ID_TOO_MUCH = {
  pointer: '#/data/about/id',
  code: 'member.unknown',
  text: { ar: 'اقتراح لا يتناول شيئاً مسجلاً لا معرّف له', en: 'A suggestion about nothing recorded has no id' },
  expected: 'no id beside kind none',
};

export const suggestionStream = defineStream<SuggestionFact, Suggestion>({
  category: 'suggestion',
  title: { ar: 'اقتراح', en: 'Suggestion' },
  events: suggestionEvents,
  opening: [SUBMITTED],
  stewardOnly: ['gov.sijill.suggestion.decided.v1', 'gov.sijill.suggestion.delivered.v1'],
  id: ({ suggestionId }) => suggestionId,
  references: ({ type, data }): readonly Reference[] => {
    switch (type) {
      case 'gov.sijill.suggestion.submitted.v1': {
        const { about, entityId } = data;
        const named: Reference[] = [];
        if (about.kind !== 'none' && about.id !== undefined)
          named.push({ category: about.kind, id: about.id, pointer: '#/data/about/id' });
        if (entityId !== undefined) named.push({ category: 'entity', id: entityId, pointer: '#/data/entityId' });
        return named;
      }
      case 'gov.sijill.suggestion.decided.v1':
        return [];
      case 'gov.sijill.suggestion.delivered.v1':
        return data.serviceId === undefined
          ? []
          : [{ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }];
    }
  },
  // Any entity may pass on what a customer asked of it.
  owners: ({ type, data, source }) =>
    type === 'gov.sijill.suggestion.submitted.v1' ? [data.entityId ?? entityOfSource(source)] : [],
  decider: suggestionDecider,
});
