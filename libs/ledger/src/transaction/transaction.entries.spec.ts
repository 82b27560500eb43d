import type { Fact } from '../stream.js';
import {
  at,
  completed,
  document,
  entryVoided,
  markedDuplicate,
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
import { transactionStream } from './transaction.stream.js';

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

describe('Work on a transaction', () => {
  test.each(WORK)('[TRX-2] takes a %s while it is open', (_, entry) =>
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
    '[TRX-10] takes a late %s from before the outcome',
    (_, entry) => transaction(received(), completed()).when(entry).isRecorded(),
  );
  test('[CAT-22] names the entity from which the data of a step came, which must be recorded', () => {
    const integrated = step({ fromEntityId: 'police' });
    transaction(received()).when(integrated).isRecorded();
    expect(transactionStream.references(integrated)).toEqual([
      { category: 'entity', id: 'police', pointer: '#/data/fromEntityId' },
    ]);
    expect(transactionStream.references(step())).toEqual([]);
  });
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
  test('[TRX-3] is not switched to the channel where it is', () => {
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
  test('[TRX-12] counts in whole fils beyond the numbers of JSON', () => {
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
  test.each(OUTCOMES)('[TRX-2] is %s while it is open', (_, outcome) =>
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
  test('[TRX-9] is no duplicate of itself and no transfer to itself', () => {
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
