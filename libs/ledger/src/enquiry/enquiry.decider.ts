import { failingWith, microsOfInstant } from '#kernel';
import { refuseExists, refuse as refuseShared, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import { personalMembers } from '../vocabulary/shape.js';
import { type EnquiryFact, EnquiryReceived, enquiryEvents, enquiryFailures } from './enquiry.events.js';

type Ending = Extract<
  EnquiryFact,
  { type: 'gov.sijill.enquiry.answered.v1' | 'gov.sijill.enquiry.closedUnanswered.v1' }
>;

export type Enquiry =
  | { readonly is: 'none' }
  | {
      readonly is: 'received';
      readonly received: Readonly<EnquiryReceived>;
      readonly receivedAt: string;
      readonly ending?: Ending;
      /** Transactions to which it led. */
      readonly linked: readonly string[];
    };

const refuse = failingWith(enquiryFailures);

export const enquiryDecider: Decider<EnquiryFact, Enquiry> = {
  initial: { is: 'none' },
  decide(fact, enquiry) {
    if (fact.type === 'gov.sijill.enquiry.received.v1') {
      if (enquiry.is === 'none') return [fact];
      // Personal members are stored under a fresh nonce each time, so they cannot be compared and no rule reads them.
      if (sameContent(enquiry.received, fact.data, personalMembers(EnquiryReceived))) return [];
      throw refuseExists('enquiry', enquiryId(fact.data));
    }
    if (enquiry.is === 'none') throw refuseUnknown('enquiry', enquiryId(fact.data));
    if (fact.type === 'gov.sijill.enquiry.linked.v1')
      return enquiry.linked.includes(fact.data.transactionNumber) ? [] : [fact];
    if (enquiry.ending !== undefined) {
      if (isSameEnding(enquiry.ending, fact)) return [];
      throw refuse('enquiry.closed', { params: { number: fact.data.number } });
    }
    if (microsOfInstant(fact.time) < microsOfInstant(enquiry.receivedAt))
      throw refuseShared('time.beforeReceipt', { params: { time: fact.time, received: enquiry.receivedAt } });
    return [fact];
  },
  evolve(enquiry, fact) {
    if (fact.type === 'gov.sijill.enquiry.received.v1')
      return { is: 'received', received: fact.data, receivedAt: fact.time, linked: [] };
    if (enquiry.is === 'none') return enquiry;
    if (fact.type === 'gov.sijill.enquiry.linked.v1')
      return { ...enquiry, linked: [...enquiry.linked, fact.data.transactionNumber] };
    return { ...enquiry, ending: fact };
  },
};

/** Told again in the same words of the same moment. Another moment is another ending. */
const isSameEnding = (one: Ending, other: Ending): boolean =>
  one.type === other.type &&
  microsOfInstant(one.time) === microsOfInstant(other.time) &&
  sameContent(one.data, other.data);

const enquiryId = ({ entityId, number }: EnquiryFact['data']): string => `${entityId}:${number}`;

export const enquiryStream = defineStream<EnquiryFact, Enquiry>({
  category: 'enquiry',
  title: { ar: 'استفسار', en: 'Enquiry' },
  events: enquiryEvents,
  opening: ['gov.sijill.enquiry.received.v1'],
  stewardOnly: [],
  id: enquiryId,
  references: ({ type, data }): readonly Reference[] => {
    if (type !== 'gov.sijill.enquiry.received.v1') return [];
    const entity: Reference = { category: 'entity', id: data.entityId, pointer: '#/data/entityId' };
    if (data.serviceId === undefined) return [entity];
    return [entity, { category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }];
  },
  owners: ({ data }) => [data.entityId],
  decider: enquiryDecider,
});
