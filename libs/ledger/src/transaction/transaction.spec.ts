import { faultsOfData } from '../acceptance.js';
import { personalMembers, subjectMember } from '../vocabulary/shape.js';
import { TransactionReceived } from './transaction.events.js';
import {
  at,
  completed,
  entryVoided,
  event,
  PLATFORM_SOURCE,
  paid,
  received,
  started,
  step,
  transaction,
  voided,
} from './transaction.given.contract.js';

describe('Opening a transaction', () => {
  test('[TRX-2] starts from none', () => transaction().when(started()).isRecorded());
  test('starts once however often it is told', () => transaction(started()).when(started()).isAlreadySo());
  test('does not start twice with other content', () =>
    transaction(started())
      .when(started({ channel: 'web' }))
      .refuses('transaction.exists'));
  test('does not start after receipt', () =>
    transaction(received()).when(started()).refuses('transaction.alreadyReceived'));
  test('[TRX-1] is received from none or after its start', () => {
    transaction().when(received()).isRecorded();
    transaction(started()).when(received()).isRecorded();
  });
  test('is received once however often it is told', () => transaction(received()).when(received()).isAlreadySo());
  test('is not received twice with other content', () =>
    transaction(received())
      .when(received({ feeDue: '0' }))
      .refuses('transaction.exists'));
  test('knows a repeat of its receipt after a correction and after its outcome', () =>
    transaction(received(), completed()).when(received()).isAlreadySo());
  test('[TRX-7] compares receipts without the customer, whose cipher text differs each time', () =>
    transaction(received({ customerRef: 'c-1' }))
      .when(received({ customerRef: 'c-2' }))
      .isAlreadySo());
  test('[TRX-6] is not opened for a service that only informs', () => {
    transaction()
      .when(received({ serviceId: 'open-pharmacies' }))
      .refuses('service.informational');
    transaction()
      .when(started({ serviceId: 'open-pharmacies' }))
      .refuses('service.informational');
  });
  test('is not opened for a shared service', () =>
    transaction()
      .when(received({ serviceId: 'payment-gateway' }))
      .refuses('service.shared'));
  test('belongs to the owner of its service', () =>
    transaction()
      .when(received({ serviceId: 'building-permit' }))
      .refuses('transaction.foreignService'));
  test('[TRX-10] belongs to the owner of the service on its day, for facts come late', () => {
    transaction()
      .when(received({ serviceId: 'taken-over' }))
      .isRecorded();
    const later = { time: '2020-06-01T00:00:00+04:00', recorded: '2020-06-02T00:00:00.000000Z' };
    transaction()
      .when(received({ serviceId: 'taken-over' }, later))
      .refuses('transaction.foreignService');
  });
  test.each([
    ['customer', 'employee'],
    ['customer', 'government'],
  ])('of flow %s has no customer of category %s', (flow, customerCategory) =>
    transaction().when(received({ flow, customerCategory })).refuses('transaction.flowMismatch'),
  );
  test('has the flow of its service', () =>
    transaction()
      .when(received({ serviceId: 'staff-leave', customerCategory: 'supplier' }))
      .refuses('transaction.flowMismatch'));
  test.each(['citizen', 'resident', 'business', 'visitor', 'supplier', 'unknown'])(
    '[CAT-16] takes the category %s in the customer flow',
    (customerCategory) => transaction().when(received({ customerCategory })).isRecorded(),
  );
  test('[TRX-7] encrypts the reference of the customer, which names the person', () => {
    expect(personalMembers(TransactionReceived)).toEqual(['customerRef']);
    expect(subjectMember(TransactionReceived)).toBe('customerRef');
    expect(faultsOfData(TransactionReceived, { ...received().data, customerRef: 7 })[0]).not.toHaveProperty('received');
  });
});

describe('A voided transaction', () => {
  test('[TRX-8] is void from started, open and closed', () => {
    transaction(started()).when(voided()).isRecorded();
    transaction(received()).when(voided()).isRecorded();
    transaction(received(), completed()).when(voided()).isRecorded();
  });
  test('is voided once', () => transaction(received(), voided()).when(voided()).isAlreadySo());
  test('cannot be voided before it exists', () => transaction().when(voided()).refuses('transaction.unknown'));
  test.each(
    [started(), received(), step(), paid(), completed(), entryVoided('step', 'check')].map(
      (fact) => [fact.type, fact] as const,
    ),
  )('takes no %s any more', (_, fact) =>
    transaction(received(), step(), voided()).when(fact).refuses('transaction.voided'),
  );
});

describe('Who may go on with a transaction', () => {
  const platform = { source: PLATFORM_SOURCE };
  const stranger = { source: 'urn:sijill:dewa:core' };
  const openedByPlatform = received({ platformId: 'dubai-now' }, platform);

  test('the platform that opened it and the owner', () => {
    transaction(openedByPlatform)
      .when(step({}, at('09:30', platform)))
      .isRecorded();
    transaction(openedByPlatform).when(step()).isRecorded();
  });
  test('the platform that started it goes on after the owner received it', () =>
    transaction(started({ platformId: 'dubai-now' }, platform), received())
      .when(step({}, at('09:30', platform)))
      .isRecorded());
  test('nobody else', () => {
    transaction(received())
      .when(step({}, at('09:30', stranger)))
      .refuses('transaction.foreignSource');
    transaction(received()).when(received({}, platform)).refuses('transaction.foreignSource');
    transaction(received(), voided())
      .when(event('voided', voided().data, stranger))
      .refuses('transaction.foreignSource');
  });
  test('a handler by its exact source', () => {
    const handled = received({ handlers: ['urn:sijill:dewa:core'] });
    transaction(handled)
      .when(step({}, at('09:30', stranger)))
      .isRecorded();
    transaction(handled)
      .when(step({}, at('09:30', { source: 'urn:sijill:dewa:other' })))
      .refuses('transaction.foreignSource');
  });
  test('a steward', () =>
    transaction(received())
      .when(step({}, at('09:30', stranger)), { isSteward: true })
      .isRecorded());
});
