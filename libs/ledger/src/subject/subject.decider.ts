import { type Decider, defineStream } from '../stream.js';
import { type SubjectFact, subjectEvents } from './subject.events.js';

export type Subject = { readonly is: 'known' } | { readonly is: 'erased' };

export const subjectDecider: Decider<SubjectFact, Subject> = {
  initial: { is: 'known' },
  /** Once: there is nothing left to erase after it, on whatever basis. */
  decide: (fact, subject) => (subject.is === 'erased' ? [] : [fact]),
  evolve: () => ({ is: 'erased' }),
};

export const subjectStream = defineStream<SubjectFact, Subject>({
  category: 'subject',
  title: { ar: 'صاحب بيانات', en: 'Data subject' },
  events: subjectEvents,
  opening: ['gov.sijill.subject.erased.v1'],
  stewardOnly: ['gov.sijill.subject.erased.v1'],
  ledgerOnly: ['gov.sijill.subject.erased.v1'],
  id: ({ subjectId }) => subjectId,
  references: () => [],
  owners: () => [],
  decider: subjectDecider,
});
