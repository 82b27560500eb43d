import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { entityOfSource } from '../time.js';
import { personalMembers } from '../vocabulary/shape.js';
import { type FeedbackFact, FeedbackGiven, feedbackEvents, feedbackFailures } from './feedback.events.js';

export type Feedback =
  | { readonly is: 'none' }
  | { readonly is: 'given'; readonly given: Readonly<FeedbackGiven>; readonly openerEntityId: string }
  | { readonly is: 'voided' };

const refuse = failingWith(feedbackFailures);

export const feedbackDecider: Decider<FeedbackFact, Feedback> = {
  initial: { is: 'none' },
  decide(fact, feedback) {
    switch (fact.type) {
      case 'gov.sijill.feedback.given.v1':
        if (feedback.is === 'none') return [fact];
        if (feedback.is === 'voided') throw refuse('feedback.voided', { params: { feedbackId: fact.data.feedbackId } });
        // Personal members are stored under a fresh nonce each time, so they cannot be compared and no rule reads them.
        if (sameContent(feedback.given, fact.data, personalMembers(FeedbackGiven))) return [];
        throw refuseExists('feedback', feedbackId(fact.data));
      case 'gov.sijill.feedback.voided.v1':
        if (feedback.is === 'none') throw refuseUnknown('feedback', feedbackId(fact.data));
        return feedback.is === 'voided' ? [] : [fact];
    }
  },
  evolve(_feedback, { type, data, source }) {
    switch (type) {
      case 'gov.sijill.feedback.given.v1':
        return { is: 'given', given: data, openerEntityId: entityOfSource(source) };
      case 'gov.sijill.feedback.voided.v1':
        return { is: 'voided' };
    }
  },
};

const feedbackId = ({ entityId, feedbackId }: FeedbackFact['data']): string => `${entityId}:${feedbackId}`;

export const feedbackStream = defineStream<FeedbackFact, Feedback>({
  category: 'feedback',
  title: { ar: 'تقييم المتعامل', en: 'Feedback' },
  events: feedbackEvents,
  opening: ['gov.sijill.feedback.given.v1'],
  stewardOnly: [],
  id: feedbackId,
  references: ({ type, data }): readonly Reference[] => {
    if (type !== 'gov.sijill.feedback.given.v1') return [];
    const named: Reference[] = [{ category: 'entity', id: data.entityId, pointer: '#/data/entityId' }];
    if (data.serviceId !== undefined)
      named.push({ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' });
    if (data.platformId !== undefined)
      named.push({ category: 'platform', id: data.platformId, pointer: '#/data/platformId' });
    return named;
  },
  owners: ({ type, data }, feedback, context) => {
    if (type !== 'gov.sijill.feedback.given.v1')
      return feedback.is === 'given' ? [data.entityId, feedback.openerEntityId] : [data.entityId];
    const operator = context.refer('platform', data.platformId)?.operatorEntityId;
    return operator === undefined ? [data.entityId] : [data.entityId, operator];
  },
  decider: feedbackDecider,
});
