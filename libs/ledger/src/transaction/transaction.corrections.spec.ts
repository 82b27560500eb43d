import { stateAfter } from '../given.contract.js';
import type { Fact } from '../stream.js';
import {
  completed,
  corrected,
  document,
  entryVoided,
  event,
  markedDuplicate,
  paid,
  received,
  refunded,
  rejected,
  sheets,
  started,
  step,
  transaction,
  voided,
} from './transaction.given.contract.js';
import { transactionStream } from './transaction.stream.js';

describe('A correction', () => {
  test('[TRX-8] needs a transaction that was received and is not void', () => {
    transaction()
      .when(corrected({ feeDue: '0' }))
      .refuses('transaction.unknown');
    transaction(started())
      .when(corrected({ feeDue: '0' }))
      .refuses('transaction.notReceived');
    transaction(received(), voided())
      .when(corrected({ feeDue: '0' }))
      .refuses('transaction.voided');
  });
  test('names at least one new value', () => transaction(received()).when(corrected({})).refuses('event.invalid'));
  test.each([
    ['the fee', { feeDue: '0' }],
    ['the channel', { channel: 'counter', centreId: 'deira' }],
    ['the service', { serviceId: 'plate-renewal' }],
    ['the category', { customerCategory: 'citizen' }],
    ['service, flow and category', { serviceId: 'staff-leave', flow: 'internal', customerCategory: 'employee' }],
    ['the time of receipt', { receivedAt: '2020-04-13T08:00:00+04:00' }],
    ['the outcome of an open one', { outcome: 'rejected', outcomeAt: '2020-04-13T10:00:00+04:00' }],
    [
      'an open one to completed',
      { outcome: 'completed', outcomeAt: '2020-04-13T10:00:00+04:00', delivery: 'none', intended: true },
    ],
  ])('changes %s', (_, changes) => {
    transaction(received()).when(corrected(changes)).isRecorded();
    transaction(received(), corrected(changes)).when(corrected(changes)).isAlreadySo();
  });
  test('that changes nothing is so already', () => {
    transaction(received())
      .when(corrected({ feeDue: '35000', channel: 'app' }))
      .isAlreadySo();
    transaction(received(), completed())
      .when(corrected({ delivery: 'electronic' }))
      .isAlreadySo();
    transaction(received())
      .when(corrected({ outcome: 'open' }))
      .isAlreadySo();
  });
  test.each([
    ['an informational service', { serviceId: 'open-pharmacies' }, 'service.informational'],
    ['a shared service', { serviceId: 'payment-gateway' }, 'service.shared'],
    ['the service of another owner', { serviceId: 'building-permit' }, 'transaction.foreignService'],
    ['a category of the other flow', { customerCategory: 'employee' }, 'transaction.flowMismatch'],
    ['a flow that its service has not', { flow: 'internal', customerCategory: 'supplier' }, 'transaction.flowMismatch'],
    ['a service of the other flow', { serviceId: 'staff-leave' }, 'transaction.flowMismatch'],
    ['a time in the future', { receivedAt: '2020-04-14T09:00:00+04:00' }, 'time.inFuture'],
    ['an outcome without its time', { outcome: 'rejected' }, 'transaction.correctionInvalid'],
    [
      'a completion without delivery',
      { outcome: 'completed', outcomeAt: '2020-04-13T10:00:00+04:00' },
      'transaction.correctionInvalid',
    ],
    ['a delivery while open', { delivery: 'paper' }, 'transaction.correctionInvalid'],
    [
      'the time of an outcome that is not there',
      { outcomeAt: '2020-04-13T10:00:00+04:00' },
      'transaction.correctionInvalid',
    ],
    [
      'an outcome before receipt',
      { outcome: 'withdrawn', outcomeAt: '2020-04-13T08:59:00+04:00' },
      'time.beforeReceipt',
    ],
  ])('cannot give %s', (_, changes, code) => transaction(received()).when(corrected(changes)).refuses(code));
  test('cannot move the receipt behind the outcome', () =>
    transaction(received(), completed())
      .when(corrected({ receivedAt: '2020-04-13T10:00:01+04:00' }))
      .refuses('time.beforeReceipt'));
  test('of a rejection takes no delivery', () =>
    transaction(received(), rejected())
      .when(corrected({ delivery: 'paper' }))
      .refuses('transaction.correctionInvalid'));
  test('reopens, and the transaction then has another outcome', () => {
    const history = [received(), completed(), corrected({ outcome: 'open' })];
    transaction(...history)
      .when(rejected())
      .isRecorded();
    transaction(...history)
      .when(completed())
      .isRecorded();
  });
  test('turns one outcome into another, which then stands', () => {
    const history = [received(), completed(), corrected({ outcome: 'rejected' })];
    expect(stateAfter(transactionStream.decider, history)).toMatchObject({
      is: 'closed',
      outcome: { is: 'rejected', at: completed().time },
    });
    expect(stateAfter(transactionStream.decider, history)).not.toHaveProperty('outcome.delivery');
    transaction(...history)
      .when(completed())
      .refuses('transaction.closed');
  });
  test('of a completion is not told again by the event that says the same', () => {
    const completedLate = { outcome: 'completed', outcomeAt: completed().time, delivery: 'electronic', intended: true };
    for (const history of [
      [received(), corrected(completedLate)],
      [received(), completed({ delivery: 'paper' }), corrected({ delivery: 'electronic' })],
    ]) {
      transaction(...history)
        .when(completed())
        .isAlreadySo();
      transaction(...history)
        .when(completed({ delivery: 'none' }))
        .refuses('transaction.closed', { outcome: 'completed' });
    }
  });
  test('[TRX-9] ends a duplicate that was none', () =>
    transaction(received(), markedDuplicate())
      .when(corrected({ outcome: 'open' }))
      .isRecorded());
  test('moves the limit for late work with the time of the outcome', () => {
    const late = step({}, { time: '2020-04-13T10:30:00+04:00' });
    transaction(received(), completed()).when(late).refuses('transaction.closed');
    transaction(received(), completed(), corrected({ outcomeAt: '2020-04-13T10:45:00+04:00' }))
      .when(late)
      .isRecorded();
  });
  test('leaves what was first said as it was, so that a repeat of it is known', () =>
    transaction(received(), corrected({ feeDue: '0' }))
      .when(received())
      .isAlreadySo());
});

describe('A voided entry', () => {
  const ENTRIES: [string, string, Fact][] = [
    ['step', 'check', step()],
    ['document', 'deed', document()],
    ['sheets', 'print-1', sheets()],
    ['payment', 'p1', paid()],
  ];
  test.each(ENTRIES)('[TRX-8] of kind %s is void once', (kind, id, entry) => {
    transaction(received(), entry).when(entryVoided(kind, id)).isRecorded();
    transaction(received(), entry, entryVoided(kind, id)).when(entryVoided(kind, id)).isAlreadySo();
  });
  test.each(ENTRIES)('of kind %s must be there', (kind, id) =>
    transaction(received()).when(entryVoided(kind, id)).refuses('entry.unknown'),
  );
  test('is looked up among its own kind', () =>
    transaction(received(), step()).when(entryVoided('document', 'check')).refuses('entry.unknown'));
  test.each(ENTRIES)('of kind %s keeps its id: told again it stays void', (kind, id, entry) =>
    transaction(received(), entry, entryVoided(kind, id)).when(entry).isAlreadySo(),
  );
  test('is no payment from which money went back', () => {
    transaction(received(), paid(), refunded()).when(entryVoided('payment', 'p1')).refuses('payment.hasRefunds');
    transaction(received(), paid(), refunded(), entryVoided('refund', 'r1'))
      .when(entryVoided('payment', 'p1'))
      .isRecorded();
  });
  test('is voided in a closed transaction too, whenever that is known', () =>
    transaction(received(), sheets(), completed()).when(entryVoided('sheets', 'print-1')).isRecorded());
  test('is not told of a transaction that is not there', () =>
    transaction()
      .when(event('entryVoided', entryVoided('step', 'check').data))
      .refuses('transaction.unknown'));
});
