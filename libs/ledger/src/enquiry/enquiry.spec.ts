import { contextOf, fact, given } from '../given.contract.js';
import { personalMembers, subjectMember } from '../vocabulary/shape.js';
import { enquiryDecider, enquiryStream } from './enquiry.decider.js';
import { EnquiryReceived } from './enquiry.events.js';

const enquiry = given(enquiryStream);
const id = { entityId: 'ae.moi', number: 'E-1' };
const received = fact('gov.sijill.enquiry.received.v1', {
  ...id,
  channel: 'chat' as const,
  topic: 'entry-permits',
  serviceId: 'ae.moi.visa',
  customerRef: 'c-17',
  customerCategory: 'resident' as const,
});
const LATER = '2020-04-13T11:30:00+04:00';
const answered = (channel: 'chat' | 'email' = 'chat', time = LATER) =>
  fact('gov.sijill.enquiry.answered.v1', { ...id, channel }, { time });
const closed = (time = LATER) =>
  fact('gov.sijill.enquiry.closedUnanswered.v1', { ...id, reason: { ar: 'خارج الاختصاص' } }, { time });
const linked = (transactionNumber: string) => fact('gov.sijill.enquiry.linked.v1', { ...id, transactionNumber });

describe('An enquiry', () => {
  test('is received once however often it is sent', () => {
    enquiry().when(received).isRecorded();
    enquiry(received).when(received).isAlreadySo();
  });
  test('is the same one whatever seal its customer has', () =>
    enquiry(received)
      .when({ ...received, data: { ...received.data, customerRef: 'sealed-otherwise' } })
      .isAlreadySo());
  test('keeps its number: other content under it is refused', () =>
    enquiry(received)
      .when({ ...received, data: { ...received.data, channel: 'call' as const } })
      .refuses('enquiry.exists', { id: 'ae.moi:E-1' }));
  test.each([answered(), closed(), linked('T-1')])('that nobody made has no $type', (fact) =>
    enquiry().when(fact).refuses('enquiry.unknown'),
  );

  test.each([answered(), closed()])('[CON-6] ends once, by $type', (ending) => {
    enquiry(received).when(ending).isRecorded();
    enquiry(received, ending).when(ending).isAlreadySo();
    for (const other of [
      answered('email'),
      answered('chat', '2020-04-13T12:30:00+04:00'),
      closed('2020-04-14T09:00:00Z'),
    ])
      enquiry(received, ending).when(other).refuses('enquiry.closed', { number: 'E-1' });
  });
  test.each([answered, (_: unknown, time: string) => closed(time)])('does not end before it began', (ending) => {
    enquiry(received).when(ending('chat', '2020-04-13T05:00:00Z')).isRecorded();
    enquiry(received)
      .when(ending('chat', '2020-04-13T04:59:59Z'))
      .refuses('time.beforeReceipt', { received: '2020-04-13T09:00:00+04:00' });
  });
  test('leads to transactions, each named once, also after its end', () => {
    enquiry(received, answered()).when(linked('T-1')).isRecorded();
    enquiry(received, linked('T-1')).when(linked('T-1')).isAlreadySo();
    enquiry(received, linked('T-1')).when(linked('T-2')).isRecorded();
  });
  test('names its entity and the service asked about, which must exist, and nobody openly', () => {
    expect(enquiryStream.references(received)).toEqual([
      { category: 'entity', id: 'ae.moi', pointer: '#/data/entityId' },
      { category: 'service', id: 'ae.moi.visa', pointer: '#/data/serviceId' },
    ]);
    const { serviceId: _, ...general } = received.data;
    expect(enquiryStream.references({ ...received, data: general })).toHaveLength(1);
    expect(enquiryStream.references(answered())).toEqual([]);
    expect(enquiryStream.owners(received, enquiryDecider.initial, contextOf())).toEqual(['ae.moi']);
    expect([personalMembers(EnquiryReceived), subjectMember(EnquiryReceived)]).toEqual([
      ['customerRef'],
      'customerRef',
    ]);
  });
});
