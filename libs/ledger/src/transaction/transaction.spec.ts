import { faultsOfData } from '../acceptance.js';
import type { Fact } from '../stream.js';
import { personalMembers, subjectMember } from '../vocabulary/shape.js';
import { TransactionReceived } from './transaction.events.js';
import {
  at,
  completed,
  document,
  entryVoided,
  event,
  markedDuplicate,
  PLATFORM_SOURCE,
  paid,
  received,
  refunded,
  rejected,
  sheets,
  started,
  step,
  switched,
  transaction,
  transferred,
  voided,
  withdrawn,
} from './transaction.given.contract.js';

const OUTCOMES: [string, Fact][] = [
  ['completed', completed()],
  ['rejected', rejected()],
  ['withdrawn', withdrawn()],
  ['marked as duplicate', markedDuplicate()],
  ['transferred', transferred()],
];
const WORK: [string, Fact, Fact][] = [
  ['step', step(), step({ mode: 'manual' })],
  ['document', document(), document({ form: 'paper' })],
  ['sheet record', sheets(), sheets({ sheets: 3 })],
];

describe('Opening a transaction', () => {
  test('starts from none (TRX-2)', () => transaction().when(started()).isRecorded());
  test('starts once however often it is told', () => transaction(started()).when(started()).isAlreadySo());
  test('does not start twice with other content', () =>
    transaction(started())
      .when(started({ channel: 'web' }))
      .refuses('transaction.exists'));
  test('does not start after receipt', () =>
    transaction(received()).when(started()).refuses('transaction.alreadyReceived'));
  test('is received from none or after its start (TRX-1)', () => {
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
  test('compares receipts without the customer, whose cipher text differs each time (TRX-7)', () =>
    transaction(received({ customerRef: 'c-1' }))
      .when(received({ customerRef: 'c-2' }))
      .isAlreadySo());
  test('is not opened for a service that only informs (TRX-6)', () => {
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
  test('belongs to the owner of the service on its day, for facts come late (TRX-10)', () => {
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
    'takes the category %s in the customer flow (CAT-16)',
    (customerCategory) => transaction().when(received({ customerCategory })).isRecorded(),
  );
  test('encrypts the reference of the customer, which names the person (TRX-7)', () => {
    expect(personalMembers(TransactionReceived)).toEqual(['customerRef']);
    expect(subjectMember(TransactionReceived)).toBe('customerRef');
    expect(faultsOfData(TransactionReceived, { ...received().data, customerRef: 7 })[0]).not.toHaveProperty('received');
  });
});

describe('Work on a transaction', () => {
  test.each(WORK)('takes a %s while it is open (TRX-2)', (_, entry) =>
    transaction(received()).when(entry).isRecorded(),
  );
  test.each(WORK)('takes the same %s once', (_, entry) => transaction(received(), entry).when(entry).isAlreadySo());
  test.each(WORK)('refuses another %s under the same id', (_, entry, other) =>
    transaction(received(), entry).when(other).refuses('entry.exists'),
  );
  test.each(WORK)('needs a receipt before a %s', (_, entry) => {
    transaction().when(entry).refuses('transaction.unknown');
    transaction(started()).when(entry).refuses('transaction.notReceived');
  });
  test.each([...WORK, ['switch', switched(), switched()] as [string, Fact, Fact]])(
    'takes a late %s from before the outcome (TRX-10)',
    (_, entry) => transaction(received(), completed()).when(entry).isRecorded(),
  );
  test('takes a late step of the very moment of the outcome', () =>
    transaction(received(), completed())
      .when(step({}, at('10:00')))
      .isRecorded());
  test.each([
    ['step', step({}, at('10:01'))],
    ['document', document({}, at('10:01'))],
    ['sheet record', sheets({}, at('10:01'))],
    ['switch', switched({}, at('10:01'))],
  ])('takes no %s from after the outcome', (_, entry) =>
    transaction(received(), completed()).when(entry).refuses('transaction.closed'),
  );
  test('compares moments and not texts', () =>
    transaction(received(), completed())
      .when(step({}, { time: '2020-04-13T06:00:00Z' }))
      .isRecorded());
  test('knows that a digital document has no sheets', () => {
    transaction(received())
      .when(document({ sheets: 1 }))
      .refuses('document.sheetsOnDigital');
    transaction(received())
      .when(document({ form: 'paper', sheets: 1 }))
      .isRecorded();
  });
  test('is not switched to the channel where it is (TRX-3)', () => {
    transaction(received())
      .when(switched({ channel: 'app' }))
      .isAlreadySo();
    transaction(received(), switched()).when(switched()).isAlreadySo();
    transaction(received(), switched())
      .when(switched({ channel: 'app' }))
      .isRecorded();
  });
  test('is switched when staff take over on the same channel', () =>
    transaction(received())
      .when(switched({ channel: 'app', assisted: true }))
      .isRecorded());
  test('keeps an entry under the id constructor like any other', () => {
    transaction(received())
      .when(step({ stepId: 'constructor' }))
      .isRecorded();
    transaction(received()).when(entryVoided('step', 'constructor')).refuses('entry.unknown');
  });
});

describe('Money of a transaction', () => {
  test('is settled in any state but none and voided', () => {
    transaction(started()).when(paid()).isRecorded();
    transaction(received()).when(paid()).isRecorded();
    transaction(received(), completed())
      .when(paid({}, at('23:00')))
      .isRecorded();
    transaction().when(paid()).refuses('transaction.unknown');
    transaction(received(), voided()).when(paid()).refuses('transaction.voided');
  });
  test('is settled once however often it is told', () => transaction(received(), paid()).when(paid()).isAlreadySo());
  test('is not settled otherwise under the same id', () =>
    transaction(received(), paid())
      .when(paid({ amount: '1' }))
      .refuses('payment.conflict'));
  test('goes back up to the payment and not a fils more', () => {
    const history = [received(), paid(), refunded({ amount: '30000' })];
    transaction(...history)
      .when(refunded({ refundId: 'r2', amount: '5000' }))
      .isRecorded();
    transaction(...history)
      .when(refunded({ refundId: 'r2', amount: '5001' }))
      .refuses('payment.overRefunded');
  });
  test('counts in whole fils beyond the numbers of JSON (TRX-12)', () => {
    const amount = '999999999999999999';
    transaction(received(), paid({ amount })).when(refunded({ amount })).isRecorded();
    transaction(received(), paid({ amount: '999999999999999998' }))
      .when(refunded({ amount }))
      .refuses('payment.overRefunded');
  });
  test('goes back once however often it is told', () =>
    transaction(received(), paid(), refunded()).when(refunded()).isAlreadySo());
  test('does not go back from a payment that is not there or void', () => {
    transaction(received()).when(refunded()).refuses('payment.unknown');
    transaction(received(), paid(), entryVoided('payment', 'p1')).when(refunded()).refuses('payment.unknown');
  });
  test('can go back again after a refund was voided', () =>
    transaction(received(), paid(), refunded({ amount: '35000' }), entryVoided('refund', 'r1'))
      .when(refunded({ refundId: 'r2', amount: '35000' }))
      .isRecorded());
});

describe('The outcome of a transaction', () => {
  test.each(OUTCOMES)('is %s while it is open (TRX-2)', (_, outcome) =>
    transaction(received()).when(outcome).isRecorded(),
  );
  test.each(OUTCOMES)('is %s once however often it is told', (_, outcome) =>
    transaction(received(), outcome).when(outcome).isAlreadySo(),
  );
  test.each(
    OUTCOMES.flatMap(([name, one]) =>
      OUTCOMES.filter(([, other]) => other !== one).map(([, other]) => [name, one, other] as const),
    ),
  )('stays %s when another is told', (_, one, other) =>
    transaction(received(), one).when(other).refuses('transaction.closed'),
  );
  test('stays when the same outcome is told with other content', () =>
    transaction(received(), completed())
      .when(completed({ delivery: 'paper' }))
      .refuses('transaction.closed'));
  test.each(OUTCOMES)('is not %s before receipt', (_, { type, data }) => {
    const early = { type, data, time: '2020-04-13T08:59:59+04:00', source: 'urn:sijill:rta:core', recorded: '' };
    transaction(received()).when(early).refuses('time.beforeReceipt');
    transaction().when(early).refuses('transaction.unknown');
    transaction(started()).when(early).refuses('transaction.notReceived');
  });
  test('is no duplicate of itself and no transfer to itself (TRX-9)', () => {
    transaction(received())
      .when(markedDuplicate({ ofNumber: 'T-1' }))
      .refuses('transaction.selfDuplicate');
    transaction(received())
      .when(transferred({ toEntityId: 'rta', toNumber: 'T-1' }))
      .refuses('transaction.selfDuplicate');
    transaction(received())
      .when(transferred({ toEntityId: 'dm', toNumber: 'T-1' }))
      .isRecorded();
  });
});

describe('A voided transaction', () => {
  test('is void from started, open and closed (TRX-8)', () => {
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
