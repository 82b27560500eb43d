import { failingWith, microsOfInstant } from '#kernel';
import { refuseExists, refuse as refuseShared, refuseUnknown, sameContent } from '../failures.js';
import type { Context, Decider } from '../stream.js';
import { entityOfSource } from '../time.js';
import { personalMembers } from '../vocabulary/shape.js';
import type { TransactionFact } from './correction.events.js';
import { checkCorrection } from './transaction.corrections.js';
import { checkRefund, checkWorkTime, holdsEntry, isOnChannel, isVoidedEntry } from './transaction.entries.js';
import { TransactionReceived } from './transaction.events.js';
import { transactionFailures } from './transaction.failures.js';
import { checkCategory, checkService } from './transaction.receipt.js';
import {
  evolveTransaction,
  type OpenTransaction,
  type Outcome,
  type OutcomeKind,
  type ReceivedTransaction,
  type Transaction,
} from './transaction.state.js';

const refuse = failingWith(transactionFailures);

/** One request of one applicant for one service to one outcome. */
export const transactionDecider: Decider<TransactionFact, Transaction> = {
  initial: { is: 'none' },
  decide(fact, transaction, context) {
    const { entityId, number } = fact.data;
    if (transaction.is !== 'none') checkSource(fact, transaction, context);
    if (transaction.is === 'voided') {
      if (fact.type === 'gov.sijill.transaction.voided.v1') return [];
      throw refuse('transaction.voided', { params: { number } });
    }
    if (isOpening(fact)) return open(fact, transaction, context) ? [fact] : [];
    if (transaction.is === 'none') throw refuseUnknown('transaction', `${entityId}:${number}`);
    return isNews(fact, transaction, context) ? [fact] : [];
  },
  evolve: evolveTransaction,
};

type OpeningType = 'gov.sijill.transaction.started.v1' | 'gov.sijill.transaction.received.v1';
type Opening = Extract<TransactionFact, { readonly type: OpeningType }>;
type Later = Exclude<TransactionFact, Opening>;

const isOpening = (fact: TransactionFact): fact is Opening =>
  fact.type === 'gov.sijill.transaction.started.v1' || fact.type === 'gov.sijill.transaction.received.v1';

/** After the opening only the opener, the owner, a handler and a steward go on. */
const checkSource = (
  { source }: TransactionFact,
  transaction: Exclude<Transaction, { readonly is: 'none' }>,
  { isSteward }: Context,
): void => {
  const entity = entityOfSource(source);
  if (isSteward || entity === transaction.openerEntityId || entity === transaction.entityId) return;
  if (!handlersOf(transaction).includes(source)) throw refuse('transaction.foreignSource', { params: { source } });
};

export const handlersOf = (transaction: Transaction): readonly string[] => {
  if (transaction.is === 'voided') return transaction.handlers;
  return 'receipt' in transaction ? (transaction.receipt.handlers ?? []) : [];
};

/** False: opened so already. A platform takes part in the owner's transaction; it never opens a second one. */
const open = (fact: Opening, transaction: Exclude<Transaction, { is: 'voided' }>, context: Context): boolean => {
  const { entityId, number } = fact.data;
  const isReceived = transaction.is === 'open' || transaction.is === 'closed';
  if (fact.type === 'gov.sijill.transaction.started.v1') {
    if (isReceived) throw refuse('transaction.alreadyReceived', { params: { number } });
    if (transaction.is === 'started') {
      if (sameContent(transaction.started, fact.data)) return false;
      throw refuseExists('transaction', `${entityId}:${number}`);
    }
    checkService(fact.data, fact.time, context);
    return true;
  }
  if (isReceived) {
    // Personal members are stored under a fresh nonce each time, so they cannot be compared and no rule reads them.
    if (sameContent(transaction.received, fact.data, personalMembers(TransactionReceived))) return false;
    throw refuseExists('transaction', `${entityId}:${number}`);
  }
  checkService(fact.data, fact.time, context);
  checkCategory(fact.data);
  return true;
};

/** Checks the rules of an event on an open stream; false when it is already so. */
const isNews = (fact: Later, transaction: OpenTransaction, context: Context): boolean => {
  const { type, data, time } = fact;
  switch (type) {
    case 'gov.sijill.transaction.stepCompleted.v1':
      if (holdsEntry(transaction, 'step', data.stepId, data)) return false;
      checkWorkTime(transaction, data.number, time);
      return true;
    case 'gov.sijill.transaction.documentSubmitted.v1':
      if (holdsEntry(transaction, 'document', data.documentId, data)) return false;
      checkWorkTime(transaction, data.number, time);
      if (data.form === 'digital' && data.sheets > 0)
        throw refuse('document.sheetsOnDigital', { params: { documentId: data.documentId } });
      return true;
    case 'gov.sijill.transaction.sheetsConsumed.v1':
      if (holdsEntry(transaction, 'sheets', data.recordId, data)) return false;
      checkWorkTime(transaction, data.number, time);
      return true;
    case 'gov.sijill.transaction.channelSwitched.v1':
      if (isOnChannel(receivedOf(transaction, data.number), data)) return false;
      checkWorkTime(transaction, data.number, time);
      return true;
    case 'gov.sijill.transaction.paymentSettled.v1':
      return !holdsEntry(transaction, 'payment', data.paymentId, data);
    case 'gov.sijill.transaction.paymentRefunded.v1':
      if (holdsEntry(transaction, 'refund', data.refundId, data)) return false;
      checkRefund(transaction, data);
      return true;
    case 'gov.sijill.transaction.entryVoided.v1':
      return !isVoidedEntry(transaction, data);
    case 'gov.sijill.transaction.corrected.v1':
      return checkCorrection(receivedOf(transaction, data.number), fact, context);
    case 'gov.sijill.transaction.voided.v1':
      return true;
    default:
      return isNewOutcome(fact, receivedOf(transaction, data.number));
  }
};

const receivedOf = (transaction: OpenTransaction, number: string): ReceivedTransaction => {
  if (transaction.is === 'started') throw refuse('transaction.notReceived', { params: { number } });
  return transaction;
};

const OUTCOME_OF = {
  'gov.sijill.transaction.completed.v1': 'completed',
  'gov.sijill.transaction.rejected.v1': 'rejected',
  'gov.sijill.transaction.withdrawn.v1': 'withdrawn',
  'gov.sijill.transaction.markedDuplicate.v1': 'duplicate',
  'gov.sijill.transaction.transferred.v1': 'transferred',
} as const satisfies Record<string, OutcomeKind>;
type OutcomeFact = Extract<TransactionFact, { readonly type: keyof typeof OUTCOME_OF }>;

/** One outcome, not before receipt. False: the same was told already. */
const isNewOutcome = (fact: OutcomeFact, transaction: ReceivedTransaction): boolean => {
  const { data, time } = fact;
  const { number } = data;
  if (transaction.is === 'closed') {
    if (saysTheSame(fact, transaction.outcome)) return false;
    throw refuse('transaction.closed', { params: { number, outcome: transaction.outcome.is } });
  }
  if (isItself(fact)) throw refuse('transaction.selfDuplicate', { params: { number } });
  if (microsOfInstant(time) < microsOfInstant(transaction.receivedAt))
    throw refuseShared('time.beforeReceipt', { params: { time, received: transaction.receivedAt } });
  return true;
};

/** Told before in these words, or, of a completion, given by a correction since. */
const saysTheSame = ({ type, data }: OutcomeFact, { is, said, delivery, intended }: Outcome): boolean => {
  if (is !== OUTCOME_OF[type]) return false;
  const isAsCorrected =
    type === 'gov.sijill.transaction.completed.v1' && data.delivery === delivery && data.intended === intended;
  return isAsCorrected || sameContent(said, data);
};

const isItself = ({ type, data }: OutcomeFact): boolean => {
  if (type === 'gov.sijill.transaction.markedDuplicate.v1') return data.ofNumber === data.number;
  if (type === 'gov.sijill.transaction.transferred.v1')
    return data.toEntityId === data.entityId && data.toNumber === data.number;
  return false;
};
