import { failingWith, microsOfInstant } from '#kernel';
import { refuse as refuseShared, sameContent } from '../failures.js';
import type { EntryVoided } from './correction.events.js';
import type { ChannelSwitched, EntryKind, PaymentRefunded } from './transaction.events.js';
import { transactionFailures } from './transaction.failures.js';
import {
  type EntryData,
  entriesInForce,
  entryOf,
  type OpenTransaction,
  type ReceivedTransaction,
} from './transaction.state.js';

const refuse = failingWith(transactionFailures);

/** Whether the same entry is there; another under its id is refused. A voided entry keeps its id and its content. */
export const holdsEntry = <K extends EntryKind>(
  { entries }: OpenTransaction,
  kind: K,
  id: string,
  data: Readonly<EntryData[K]>,
): boolean => {
  const entry = entryOf(entries, kind, id);
  if (entry === undefined) return false;
  if (sameContent(entry.data, data)) return true;
  if (kind === 'payment') throw refuse('payment.conflict', { params: { paymentId: id } });
  throw refuseShared('entry.exists', { params: { id } });
};

/** Work on a transaction is told while it is open, or later about the time before its outcome. */
export const checkWorkTime = (transaction: OpenTransaction, number: string, time: string): void => {
  if (transaction.is === 'started') throw refuse('transaction.notReceived', { params: { number } });
  if (transaction.is === 'closed' && microsOfInstant(time) > microsOfInstant(transaction.outcome.at))
    throw refuse('transaction.closed', { params: { number, outcome: transaction.outcome.is } });
};

/** Whether the transaction is on that channel in that way already. */
export const isOnChannel = ({ switches, receipt }: ReceivedTransaction, data: Readonly<ChannelSwitched>): boolean => {
  const { channel, assisted } = switches.at(-1) ?? receipt;
  return channel === data.channel && assisted === data.assisted;
};

/** A refund goes back to a payment in force and never above it. */
export const checkRefund = ({ entries }: OpenTransaction, { paymentId, amount }: Readonly<PaymentRefunded>): void => {
  const payment = entryOf(entries, 'payment', paymentId);
  if (payment === undefined || payment.isVoided) throw refuse('payment.unknown', { params: { paymentId } });
  const refunds = entriesInForce(entries, 'refund').filter((refund) => refund.paymentId === paymentId);
  const refunded = refunds.reduce((sum, refund) => sum + BigInt(refund.amount), BigInt(amount));
  if (refunded > BigInt(payment.data.amount)) {
    const params = { paymentId, refunded: String(refunded), paid: payment.data.amount };
    throw refuse('payment.overRefunded', { params });
  }
};

/** Whether the entry is void already; refuses an unknown one and a payment from which money went back. */
export const isVoidedEntry = (
  { entries }: OpenTransaction,
  { entry: kind, entryId }: Readonly<EntryVoided>,
): boolean => {
  const entry = entryOf(entries, kind, entryId);
  if (entry === undefined) throw refuseShared('entry.unknown', { params: { id: entryId } });
  if (entry.isVoided) return true;
  const hasRefunds = entriesInForce(entries, 'refund').some(({ paymentId }) => paymentId === entryId);
  if (kind === 'payment' && hasRefunds) throw refuse('payment.hasRefunds', { params: { paymentId: entryId } });
  return false;
};
