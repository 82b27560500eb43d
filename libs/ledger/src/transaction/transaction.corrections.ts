import { failingWith, microsOfInstant } from '#kernel';
import { refuse as refuseShared, sameContent } from '../failures.js';
import type { Context, Fact } from '../stream.js';
import { acceptTime } from '../time.js';
import type { Changes, TransactionCorrected } from './correction.events.js';
import { transactionFailures } from './transaction.failures.js';
import { checkCategory, checkService } from './transaction.receipt.js';
import type { Outcome, ReceivedTransaction } from './transaction.state.js';

const refuse = failingWith(transactionFailures);

const NOTHING = {
  pointer: '#/data/changes',
  code: 'member.missing',
  text: { ar: 'التصحيح لا يغيّر شيئاً', en: 'The correction names no new value' },
  expected: 'at least one new value',
};

/** The transaction with new values. Never refuses: {@link checkCorrection} did before. */
export const corrected = (transaction: ReceivedTransaction, changes: Readonly<Changes>): ReceivedTransaction => {
  const { receivedAt, outcome: kind, outcomeAt, delivery, intended, ...receiptChanges } = changes;
  const { is: _, ...rest } = transaction;
  const base = {
    ...rest,
    receipt: { ...transaction.receipt, ...receiptChanges },
    receivedAt: receivedAt ?? transaction.receivedAt,
  };
  const before = transaction.is === 'closed' ? transaction.outcome : undefined;
  const next = kind ?? before?.is ?? 'open';
  if (next === 'open') {
    const { outcome: __, ...open } = { outcome: undefined, ...base };
    return { ...open, is: 'open' };
  }
  const outcome: Outcome = {
    ...(before?.is === next ? before : {}),
    is: next,
    at: outcomeAt ?? before?.at ?? base.receivedAt,
    ...(delivery === undefined ? {} : { delivery }),
    ...(intended === undefined ? {} : { intended }),
  };
  return { ...base, is: 'closed', outcome };
};

/**
 * Checks that the corrected transaction keeps the rules of receipt and of its outcome.
 *
 * @returns Whether the correction changes anything.
 */
export const checkCorrection = (
  transaction: ReceivedTransaction,
  fact: Fact<string, TransactionCorrected>,
  context: Context,
): boolean => {
  const { changes } = fact.data;
  if (Object.keys(changes).length === 0)
    throw refuseShared('event.invalid', { params: { type: fact.type }, faults: [NOTHING] });
  for (const time of [changes.receivedAt, changes.outcomeAt]) if (time !== undefined) acceptTime(time, fact.recorded);
  checkMembers(transaction, changes);
  const next = corrected(transaction, changes);
  const { receipt } = next;
  if (receipt.serviceId !== transaction.receipt.serviceId) checkService(receipt, next.receivedAt, context);
  else if (receipt.flow !== transaction.receipt.flow)
    throw refuse('transaction.flowMismatch', { params: { flow: receipt.flow, other: receipt.serviceId } });
  checkCategory(receipt);
  if (next.is === 'closed' && microsOfInstant(next.outcome.at) < microsOfInstant(next.receivedAt))
    throw refuseShared('time.beforeReceipt', { params: { time: next.outcome.at, received: next.receivedAt } });
  return !sameContent(next, transaction);
};

/** An outcome that a correction gives needs what its event would have said, and nothing that another would. */
const checkMembers = (transaction: ReceivedTransaction, changes: Readonly<Changes>): void => {
  const before = transaction.is === 'closed' ? transaction.outcome : undefined;
  const next = changes.outcome ?? before?.is ?? 'open';
  const isMissing = {
    outcomeAt: next !== 'open' && changes.outcomeAt === undefined && before === undefined,
    delivery: next === 'completed' && changes.delivery === undefined && before?.delivery === undefined,
    intended: next === 'completed' && changes.intended === undefined && before?.intended === undefined,
  };
  const isTooMuch = {
    outcomeAt: next === 'open' && changes.outcomeAt !== undefined,
    delivery: next !== 'completed' && changes.delivery !== undefined,
    intended: next !== 'completed' && changes.intended !== undefined,
  };
  const members = (['outcomeAt', 'delivery', 'intended'] as const).filter((one) => isMissing[one] || isTooMuch[one]);
  if (members.length > 0) throw refuse('transaction.correctionInvalid', { params: { members: members.join(', ') } });
};
