import { entityOfSource } from '../time.js';
import type { TransactionFact } from './correction.events.js';
import { corrected } from './transaction.corrections.js';
import type {
  ChannelSwitched,
  Delivery,
  DocumentSubmitted,
  EntryKind,
  PaymentRefunded,
  PaymentSettled,
  SheetsConsumed,
  StepCompleted,
  TransactionReceived,
  TransactionStarted,
} from './transaction.events.js';

export interface EntryData {
  readonly step: StepCompleted;
  readonly document: DocumentSubmitted;
  readonly sheets: SheetsConsumed;
  readonly payment: PaymentSettled;
  readonly refund: PaymentRefunded;
}
export interface Entry<K extends EntryKind = EntryKind> {
  readonly data: Readonly<EntryData[K]>;
  readonly isVoided: boolean;
}
/** Entries by kind and id, voided ones too: an id is never free again. */
export type Entries = { readonly [K in EntryKind]: Readonly<Record<string, Entry<K>>> };

export const OUTCOMES = ['completed', 'rejected', 'withdrawn', 'duplicate', 'transferred'] as const;
export type OutcomeKind = (typeof OUTCOMES)[number];

export interface Outcome {
  readonly is: OutcomeKind;
  /** When it happened, RFC 3339. */
  readonly at: string;
  /** Data of the event that said it; left out when a correction gave it. */
  readonly said?: object;
  /** Of completed ones. */
  readonly delivery?: Delivery;
  readonly intended?: boolean;
}

interface Opened {
  readonly entityId: string;
  /** Entity whose source opened it: the owner, or the operator of a platform. */
  readonly openerEntityId: string;
  readonly entries: Entries;
}
interface Received extends Opened {
  /** As first said: a repeat of it says nothing new. */
  readonly received: Readonly<TransactionReceived>;
  /** As corrected. */
  readonly receipt: Readonly<TransactionReceived>;
  readonly receivedAt: string;
  readonly switches: readonly Readonly<ChannelSwitched>[];
}

/** State of one transaction. Plain JSON. */
export type Transaction =
  | { readonly is: 'none' }
  | (Opened & { readonly is: 'started'; readonly started: Readonly<TransactionStarted> })
  | (Received & { readonly is: 'open' })
  | (Received & { readonly is: 'closed'; readonly outcome: Outcome })
  | (Omit<Opened, 'entries'> & { readonly is: 'voided'; readonly handlers: readonly string[] });
export type OpenTransaction = Extract<Transaction, { readonly entries: Entries }>;
export type ReceivedTransaction = Extract<Transaction, { readonly receipt: unknown }>;

/** An entry by kind and id, voided or not. An id may be a word of the language itself, such as `constructor`. */
export const entryOf = <K extends EntryKind>(entries: Entries, kind: K, id: string): Entry<K> | undefined =>
  Object.hasOwn(entries[kind], id) ? (entries[kind] as Record<string, Entry<K>>)[id] : undefined;

/** Data of the entries of one kind that were not voided. */
export const entriesInForce = <K extends EntryKind>(entries: Entries, kind: K): readonly Readonly<EntryData[K]>[] =>
  (Object.values(entries[kind]) as Entry<K>[]).filter(({ isVoided }) => !isVoided).map(({ data }) => data);

export const NO_ENTRIES: Entries = { step: {}, document: {}, sheets: {}, payment: {}, refund: {} };

export const evolveTransaction = (transaction: Transaction, fact: TransactionFact): Transaction => {
  const { type, data, time, source } = fact;
  if (type === 'gov.sijill.transaction.started.v1') {
    const opener = { entityId: data.entityId, openerEntityId: entityOfSource(source) };
    return { is: 'started', started: data, ...opener, entries: NO_ENTRIES };
  }
  if (type === 'gov.sijill.transaction.received.v1') {
    const { entityId } = data;
    const openerEntityId = transaction.is === 'none' ? entityOfSource(source) : transaction.openerEntityId;
    const entries = 'entries' in transaction ? transaction.entries : NO_ENTRIES;
    const receipt = { received: data, receipt: data, receivedAt: time, switches: [] };
    return { is: 'open', entityId, openerEntityId, entries, ...receipt };
  }
  if (transaction.is === 'none' || transaction.is === 'voided') return transaction;
  if (type === 'gov.sijill.transaction.voided.v1') {
    const { entityId, openerEntityId } = transaction;
    const handlers = transaction.is === 'started' ? [] : (transaction.receipt.handlers ?? []);
    return { is: 'voided', entityId, openerEntityId, handlers };
  }
  return evolveOpen(transaction, fact);
};

const evolveOpen = (transaction: OpenTransaction, fact: TransactionFact): Transaction => {
  const { type, data } = fact;
  switch (type) {
    case 'gov.sijill.transaction.stepCompleted.v1':
      return withEntry(transaction, 'step', data.stepId, { data, isVoided: false });
    case 'gov.sijill.transaction.documentSubmitted.v1':
      return withEntry(transaction, 'document', data.documentId, { data, isVoided: false });
    case 'gov.sijill.transaction.sheetsConsumed.v1':
      return withEntry(transaction, 'sheets', data.recordId, { data, isVoided: false });
    case 'gov.sijill.transaction.paymentSettled.v1':
      return withEntry(transaction, 'payment', data.paymentId, { data, isVoided: false });
    case 'gov.sijill.transaction.paymentRefunded.v1':
      return withEntry(transaction, 'refund', data.refundId, { data, isVoided: false });
    case 'gov.sijill.transaction.entryVoided.v1': {
      const entry = entryOf(transaction.entries, data.entry, data.entryId);
      return entry ? withEntry(transaction, data.entry, data.entryId, { ...entry, isVoided: true }) : transaction;
    }
    default:
      return transaction.is === 'started' ? transaction : evolveReceived(transaction, fact);
  }
};

const evolveReceived = (transaction: ReceivedTransaction, fact: TransactionFact): Transaction => {
  const { type, data, time: at } = fact;
  const closed = (outcome: Outcome): Transaction => ({ ...transaction, is: 'closed', outcome });
  switch (type) {
    case 'gov.sijill.transaction.channelSwitched.v1':
      return { ...transaction, switches: [...transaction.switches, data] };
    case 'gov.sijill.transaction.completed.v1':
      return closed({ is: 'completed', at, said: data, delivery: data.delivery, intended: data.intended });
    case 'gov.sijill.transaction.rejected.v1':
      return closed({ is: 'rejected', at, said: data });
    case 'gov.sijill.transaction.withdrawn.v1':
      return closed({ is: 'withdrawn', at, said: data });
    case 'gov.sijill.transaction.markedDuplicate.v1':
      return closed({ is: 'duplicate', at, said: data });
    case 'gov.sijill.transaction.transferred.v1':
      return closed({ is: 'transferred', at, said: data });
    case 'gov.sijill.transaction.corrected.v1':
      return corrected(transaction, data.changes);
    default:
      return transaction;
  }
};

const withEntry = <K extends EntryKind>(
  transaction: OpenTransaction,
  kind: K,
  id: string,
  entry: Entry<K>,
): OpenTransaction => {
  const entries = { ...transaction.entries, [kind]: { ...transaction.entries[kind], [id]: entry } };
  return { ...transaction, entries };
};
